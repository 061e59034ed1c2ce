"""What is said of pixels that had not been on the screen at 1:1 when a read was signed."""

from collections.abc import Collection, Mapping

from klarsyn.domain.arranging import in_hanging_order
from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.volumes import hanging_images
from klarsyn.ui.view_state import ViewState


def seen_in_part(exam: Exam, views: Mapping[str, ViewState]) -> tuple[Image, ...]:
    """Return the images of an exam that have not been seen pixel by pixel; those never shown among them."""
    return tuple(
        image
        for image in _to_be_seen(exam)
        if not (image.sop_instance_uid in views and views[image.sop_instance_uid].coverage.all_seen)
    )


def coverage_sentence(exam: Exam, in_part: Collection[str], views: Mapping[str, ViewState]) -> str:
    """Return what the reader is told once after signing; "" when all had been seen.

    `in_part` are the UIDs that `seen_in_part` has named at the time.
    """
    hanging = _to_be_seen(exam)
    images = [image for image in hanging if image.sop_instance_uid in in_part]
    shares = [_share(image, views) for image in images]
    if not images:
        return ""
    if len(images) == len(hanging) and not any(shares):
        return "Signed. No view has been seen pixel by pixel (1:1)."
    told = [
        f"{image.view_label}{image.kind_label} {int(share * 100)} %"
        for image, share in zip(images, shares, strict=True)
    ]
    return f"Signed. Not every pixel seen (1:1): {', '.join(told)}."


def _to_be_seen(exam: Exam) -> list[Image]:
    """The images that hang, in their order; no raw image beside the one that was made from it."""
    images = in_hanging_order(hanging_images(exam))
    made = {(i.view_label, i.kind_label) for i in images if not i.for_processing}
    return [i for i in images if not i.for_processing or (i.view_label, i.kind_label) not in made]


def _share(image: Image, views: Mapping[str, ViewState]) -> float:
    view = views.get(image.sop_instance_uid)
    return view.coverage.share if view is not None else 0.0
