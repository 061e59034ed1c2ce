"""The film under the hand: the frame of an image that a view shows, and what a shape on it becomes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from klarsyn.domain.annotation import Annotation, is_inside
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point
from klarsyn.domain.shown_slices import ShownSlices, slice_words
from klarsyn.ui.drawings.tools.pen import Shape
from klarsyn.ui.slices.slices_of_view import slices_of

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

Spot = tuple[str, int | None]
"""Where a drawing lies: SOPInstanceUID, and the frame counted from 1, None in a file that has one."""


@dataclass(frozen=True, slots=True)
class Film:
    """One image, or what is shown of a tomosynthesis: `image` is then the one that hangs for its slices."""

    image: Image
    slices: ShownSlices | None = None

    @property
    def spot(self) -> Spot:
        """Where a shape is drawn now; on a slab, on the slice in its middle."""
        if self.slices is not None:
            return self._spots[self.slices.index - self.slices.first]
        return self.image.sop_instance_uid, self.image.middle_frame if self.image.frames > 1 else None

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Everything that is shown: of a slab, each slice in it."""
        return (self.spot,) if self.slices is None else self._spots

    @property
    def frames(self) -> tuple[tuple[str, int], ...]:
        """The same, with 1 as the frame of a file that has one: as presentation states count."""
        return tuple((uid, frame or 1) for uid, frame in self.spots)

    @property
    def kept_on(self) -> str:
        """What the reader is told of a drawing on a slab; "" on everything else."""
        if self.slices is None or not self.slices.is_slab:
            return ""
        return f"Kept on {slice_words(self.slices.volume, self.slices.index)}, the middle of the slab."

    @property
    def _spots(self) -> tuple[Spot, ...]:
        if self.slices is None:
            return ()
        # Frames of a file with one are not numbered: a slice that was sent as a CT image.
        many = {s.sop_instance_uid for s in self.slices.volume.slices if s.frame > 1}
        return tuple(
            (s.sop_instance_uid, s.frame if s.sop_instance_uid in many else None) for s in self.slices.slices
        )


def film_of(viewport: "Viewport") -> Film | None:
    """Return what a view shows; None without an image."""
    view = viewport.view
    return Film(view.loaded.image, slices_of(view)) if view is not None else None


def image_of(viewport: "Viewport") -> Image | None:
    """Return the image that a view shows."""
    return viewport.view.loaded.image if viewport.view is not None else None


def new_annotation(annotation_id: str, film: Film, shape: Shape, text: str = "") -> Annotation:
    """Return a drawing of a shape, on the frame that is shown."""
    uid, frame = film.spot
    return Annotation(annotation_id, uid, shape.kind, shape.points, text, frame)


def is_on_film(at: Point, image: Image) -> bool:
    """True for points on the image itself: a drawing begins nowhere else."""
    return is_inside(at, image)
