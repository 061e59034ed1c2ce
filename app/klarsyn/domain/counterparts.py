"""What shows the same view in another way: the mammogram, the synthetic 2D image, the tomosynthesis."""

from klarsyn.domain.arranging import in_hanging_order
from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.volumes import hanging_images


def counterparts(exam: Exam, shown: Image) -> tuple[Image, ...]:
    """Return the images of an exam that show the view of `shown`, one of each kind, `shown` among them.

    In the order of the hanging, 2D first. Same side, view, modifiers and extent, as coded; a view that states
    no side or no projection is the counterpart of nothing. Of repeated exposures the one that `shown` was
    computed from, or that was computed from it, else the best.
    """
    alone = (shown,)
    if shown.laterality is None or shown.view_position is None:
        return alone
    kinds: dict[str, Image] = {}
    candidates = [i for i in in_hanging_order(hanging_images(exam)) if _is_of_view(i, shown)]
    for image in sorted(candidates, key=lambda i: (not _is(i, shown), not _is_related(i, shown))):
        kinds.setdefault(image.kind_label, image)
    chosen = set(kinds.values())
    return tuple(i for i in candidates if i in chosen) if any(_is(i, shown) for i in chosen) else alone


def _is(image: Image, shown: Image) -> bool:
    return image.sop_instance_uid == shown.sop_instance_uid


def _is_related(image: Image, shown: Image) -> bool:
    return image.sop_instance_uid in shown.made_from or shown.sop_instance_uid in image.made_from


def _is_of_view(image: Image, shown: Image) -> bool:
    return (
        image.laterality is shown.laterality
        and image.view_position is shown.view_position
        and set(image.modifiers) == set(shown.modifiers)
        and image.partial_view is shown.partial_view
        and (_is(image, shown) or not image.for_processing)
    )
