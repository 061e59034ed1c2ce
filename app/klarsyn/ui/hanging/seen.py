"""What is said of slices that had not been on the screen, and pixels not at 1:1, when a read was signed."""

from collections.abc import Collection, Iterable, Mapping

from klarsyn.domain.arranging import in_hanging_order
from klarsyn.domain.exam import Exam, Image
from klarsyn.domain.volumes import hanging_images
from klarsyn.ui.view.view_state import ViewState

MOST_VOLUMES = 2
"""Volumes that are told one by one after signing."""


def seen_in_part(exam: Exam, views: Mapping[str, ViewState]) -> tuple[Image, ...]:
    """Return the images of an exam that have not been seen pixel by pixel; those never shown among them.

    Of a tomosynthesis, each slice must have been seen as well, at whatever size.
    """
    return tuple(image for image in _to_be_seen(exam) if not _is_seen(views.get(image.sop_instance_uid)))


def slices_sentence(exam: Exam, views: Mapping[str, ViewState]) -> str:
    """Return which slices have not been seen by now, e.g. "Unseen: R MLO 48 of 60 slices"; "" when none.

    Of more than two volumes only the sum is told, for it stands whole in a narrow bar until it is
    acknowledged; which they are stands in the corners of the views.
    """
    told: list[tuple[str, int, int]] = []
    for image in _to_be_seen(exam):
        view = views.get(image.sop_instance_uid)
        label = f"{image.view_label}{_thickness(image, exam)}"
        if view is not None and view.stack is not None:
            seen, of = view.stack.seen_of
            told.append((label, of - seen, of))
        elif image.is_tomosynthesis:
            told.append((label, image.frames, image.frames))
    told = [each for each in told if each[1]]
    if len(told) <= MOST_VOLUMES:
        said = ", ".join(f"{label} {unseen} of {of}" for label, unseen, of in told)
        return f"Unseen: {said} slices" if said else ""
    _, missed, slices = zip(*told, strict=True)
    return f"Unseen: {sum(missed)} of {sum(slices)} slices in {len(told)} volumes"


def coverage_sentence(in_part: Collection[str]) -> str:
    """Return what the reader is told once after signing; "" when all had been seen.

    `in_part` are the UIDs that `seen_in_part` has named at the time. Which views they are, and how much of
    each has been seen, stands in the corners of the views.
    """
    return "Signed; not every pixel seen." if in_part else ""


def _to_be_seen(exam: Exam) -> list[Image]:
    """The images that hang, in their order; no raw image beside the one that was made from it."""
    images = in_hanging_order(hanging_images(exam))
    spared = _made_for_reading(images)
    return [image for image in images if image.sop_instance_uid not in spared]


def _made_for_reading(images: Iterable[Image]) -> set[str]:
    """UIDs of the raw images of which a processed one of the same view is here.

    The processed image names its source, in Source Image Sequence (0008,2112). Where none is named, one raw
    and one processed image of a view belong together; among more, any might be of another exposure. One that
    names a source which is not here was made from that, and nothing is paired whose view is not known.
    """
    of_view: dict[tuple[str, str], tuple[list[Image], list[Image]]] = {}
    for image in images:
        if image.laterality is None or image.view_position is None:
            continue
        raw, processed = of_view.setdefault((image.view_label, image.kind_label), ([], []))
        (raw if image.for_processing else processed).append(image)
    found: set[str] = set()
    for raw, processed in of_view.values():
        named = {uid for image in processed for uid in image.made_from}
        uids = {image.sop_instance_uid for image in raw}
        found |= uids & named
        left = [uid for uid in uids if uid not in named]
        without = [image for image in processed if not image.made_from]
        if len(left) == len(without) == 1:
            found.add(left[0])
    return found


def _thickness(image: Image, exam: Exam) -> str:
    """Say how thick the slices are where a view has several volumes."""
    same = [
        i for i in hanging_images(exam) if i.is_tomosynthesis and i.hangs and i.view_label == image.view_label
    ]
    return image.stack.thickness_label if image.stack is not None and len(same) > 1 else ""


def _is_seen(view: ViewState | None) -> bool:
    if view is None or not view.coverage.all_seen:
        return False
    return view.stack is None or view.stack.all_seen
