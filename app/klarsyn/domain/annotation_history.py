"""What a reader has drawn on one exam, with the way back and forth.

A history is a value: every step returns a new one and the old one stays as it was, so that a draft can
be kept or compared without copying it.
"""

from dataclasses import dataclass, replace

from klarsyn.domain.annotation import Annotation

Snapshot = tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class AnnotationHistory:
    """`present` is what is drawn now; `past` and `future` are snapshots, the nearest one last."""

    present: Snapshot = ()
    past: tuple[Snapshot, ...] = ()
    future: tuple[Snapshot, ...] = ()

    @property
    def can_undo(self) -> bool:
        """True when there is a step to take back."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """True when a step that was taken back can be made again."""
        return bool(self.future)

    def on(self, sop_instance_uid: str, frame: int | None = None) -> Snapshot:
        """Return what is drawn on one image; with a frame, what is drawn on that frame."""
        return tuple(
            a
            for a in self.present
            if a.sop_instance_uid == sop_instance_uid and (frame is None or a.frame in (None, frame))
        )

    def added(self, annotation: Annotation) -> "AnnotationHistory":
        """Return the history with one drawing more, above the others.

        Raises
        ------
        ValueError
            If a drawing with that id is there already.
        """
        if any(a.annotation_id == annotation.annotation_id for a in self.present):
            raise ValueError(f"There is a drawing {annotation.annotation_id} already; change that one.")
        return self._stepped((*self.present, annotation))

    def changed(self, annotation: Annotation) -> "AnnotationHistory":
        """Return the history with the drawing of that id replaced, in its place; itself if nothing changes.

        Raises
        ------
        KeyError
            If there is no drawing with that id.
        """
        self._require(annotation.annotation_id)
        same = annotation.annotation_id
        return self._stepped(tuple(annotation if a.annotation_id == same else a for a in self.present))

    def removed(self, annotation_id: str) -> "AnnotationHistory":
        """Return the history without one drawing.

        Raises
        ------
        KeyError
            If there is no drawing with that id.
        """
        self._require(annotation_id)
        return self._stepped(tuple(a for a in self.present if a.annotation_id != annotation_id))

    def cleared(self, sop_instance_uid: str) -> "AnnotationHistory":
        """Return the history without what is drawn on one image; one step to undo."""
        return self._stepped(tuple(a for a in self.present if a.sop_instance_uid != sop_instance_uid))

    def undone(self) -> "AnnotationHistory":
        """Return the history one step back; itself when there is none."""
        if not self.past:
            return self
        return AnnotationHistory(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redone(self) -> "AnnotationHistory":
        """Return the history one step forth again; itself when there is none."""
        if not self.future:
            return self
        return AnnotationHistory(self.future[-1], (*self.past, self.present), self.future[:-1])

    def _stepped(self, present: Snapshot) -> "AnnotationHistory":
        if present == self.present:
            return self
        # A new step after an undo forgets the old future, as every editor does.
        return replace(self, present=present, past=(*self.past, self.present), future=())

    def _require(self, annotation_id: str) -> None:
        if all(a.annotation_id != annotation_id for a in self.present):
            raise KeyError(f"There is no drawing {annotation_id}.")
