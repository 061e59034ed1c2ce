"""What a reader says beside the assessments: density, technical quality, a comment, and marked places.

They are the reader's own, kept as a draft from key to key, and signed with each read; no other reader's are
ever loaded here (invariant 5).
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.placing import why_unplaced
from klarsyn.domain.read import Density, Read, ReadDetails, TechnicalQuality
from klarsyn.reading.refusal import ReadingError
from klarsyn.store.store import Store


class DetailsDraft:
    """One reader's details of one exam; `present` is what would be signed now."""

    def __init__(
        self,
        store: Store,
        exam: Exam,
        reader: str,
        signed: Iterable[Read | None],
        may_change: Callable[[], bool],
    ) -> None:
        """Load the draft, or else what the first of `signed` that holds any was signed with [store]."""
        self._store, self._exam, self._reader, self._may_change = store, exam, reader, may_change
        draft = store.read_details.draft_of(exam.exam_id, reader)
        if draft is None:
            ids = [read.read_id for read in signed if read is not None]
            kept = store.read_details.of_reads(ids)
            draft = next((kept[read_id] for read_id in ids if read_id in kept), ReadDetails())
        # An image may have gone to another exam since, by a header repair: its marks with it.
        here = tuple(f for f in draft.findings if not any(why_unplaced(m, exam) for m in f.marks))
        self.present = replace(draft, findings=here)
        self._saved: ReadDetails | None = self.present

    def set_density(self, density: Density | None) -> None:
        """Take the density; None takes it back.

        Raises
        ------
        ReadingError
            If the read is final, as of every change here.
        """
        self._change(replace(self.present, density=density))

    def set_quality(self, quality: TechnicalQuality | None) -> None:
        """Take the technical quality; None takes it back."""
        self._change(replace(self.present, quality=quality))

    def set_comment(self, comment: str) -> None:
        """Take the comment; one that is too long is refused."""
        try:
            self._change(replace(self.present, comment=comment))
        except ValueError as error:
            raise ReadingError(f"{error} Make it shorter.") from error

    def mark(self, marks: tuple[Mark, ...], lesion_type: LesionType, descriptor: str = "") -> Finding:
        """Take a suspicious place, drawn on one image or several, as one finding, and return it.

        Raises
        ------
        ReadingError
            If a mark does not lie on an image of this exam (invariant 3), or the marks are of two breasts.
        """
        if not marks:
            raise ReadingError("Nothing is drawn there. Draw around the place first.")
        wrong = next((why for mark in marks if (why := why_unplaced(mark, self._exam))), "")
        if wrong:
            raise ReadingError(f"The mark cannot be kept: {wrong}.")
        sides = {image.laterality for m in marks if (image := self._exam.image(m.sop_instance_uid))}
        if len(sides) != 1:
            raise ReadingError("One place lies in one breast. Mark each breast's by itself.")
        unscored = tuple(replace(mark, score=0, raw=None) for mark in marks)
        finding = Finding(str(uuid.uuid4()), lesion_type, next(iter(sides)), 0, unscored, descriptor)
        self._change(replace(self.present, findings=(*self.present.findings, finding)))
        return finding

    def unmark(self, finding_id: str) -> None:
        """Take a marked place back; one that is not there is gone already."""
        left = tuple(f for f in self.present.findings if f.finding_id != finding_id)
        self._change(replace(self.present, findings=left))

    def save(self, at: datetime) -> None:
        """Remember the draft, if it has changed since the last time [store]."""
        if self.present != self._saved:
            self._store.read_details.save_draft(self._exam.exam_id, self._reader, self.present, at)
            self._saved = self.present

    def clear_draft(self) -> None:
        """Forget the draft: it is part of a final read now [store]."""
        self._store.read_details.clear_draft(self._exam.exam_id, self._reader)
        self._saved = None

    def _change(self, details: ReadDetails) -> None:
        if not self._may_change():
            raise ReadingError("This read is final. Take it back with undo to change it.")
        self.present = details
