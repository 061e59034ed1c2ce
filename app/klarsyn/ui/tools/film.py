"""The image under the hand: what a view shows, and what a shape on it becomes."""

from typing import TYPE_CHECKING

from klarsyn.domain.annotation import Annotation, is_inside
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import Point
from klarsyn.ui.tools.pen import Shape

if TYPE_CHECKING:
    from klarsyn.ui.viewport import Viewport


def new_annotation(annotation_id: str, image: Image, shape: Shape, text: str = "") -> Annotation:
    """Return a drawing of a shape on an image, on the frame of it that is shown."""
    return Annotation(annotation_id, image.sop_instance_uid, shape.kind, shape.points, text, frame_of(image))


def image_of(viewport: "Viewport") -> Image | None:
    """Return the image that a view shows."""
    return viewport.view.loaded.image if viewport.view is not None else None


def frame_of(image: Image) -> int | None:
    """Return the frame of an image that is shown, counted from 1; None for a single one."""
    return image.middle_frame if image.frames > 1 else None


def is_on_film(at: Point, image: Image) -> bool:
    """True for points on the image itself: a drawing begins nowhere else."""
    return is_inside(at, image)
