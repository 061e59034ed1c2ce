"""The volumes of an exam: which images belong together, and the one that hangs for them.

An exam's images stay what they are, one for each file: reads and results name all of them.
"""

from collections.abc import Sequence

from klarsyn.domain.exam import Exam, Image, Notice
from klarsyn.domain.remembered import remembered
from klarsyn.domain.slice_order import in_order
from klarsyn.domain.volume import Slice, SliceFault, Volume

_FLAGS = frozenset(
    {"slice-unreadable", "slice-turned", "slice-doubled", "slices-missing", "parts-missing", "frames-missing"}
)
"""What makes a whole exam doubtful; the other notices are told on the view."""


def volumes_of(exam: Exam) -> tuple[Volume, ...]:
    """Return the volumes of an exam, in the order in which their first images stand in it.

    Parts of a concatenation are one volume, and so are CT slices of one series, frame of reference, side and
    view; pieces of another size are a volume of their own. Projections are none.
    """
    return _volumes(exam.images)


def hanging_images(exam: Exam) -> tuple[Image, ...]:
    """Return the images of an exam with one for each volume; those that do not hang are among them."""
    return _hanging_images(exam.images)


def volume_of(exam: Exam, sop_instance_uid: str) -> Volume | None:
    """Return the volume that an instance belongs to, as its leading image or as any other."""
    image = exam.image(sop_instance_uid)
    if image is None:
        return None
    return next((v for v in volumes_of(exam) if v.image.volume_key == image.volume_key), None)


def volume_of_image(image: Image) -> Volume:
    """Return the volume that one file makes by itself, whatever others belong to it."""
    return _volume([image])


def volume_notices(exam: Exam) -> tuple[Notice, ...]:
    """Return what the exam as a whole must tell of its volumes: slices that are missing, doubled, damaged."""
    told: dict[str, list[tuple[str, str]]] = {}
    for volume in volumes_of(exam):
        label = f"{volume.image.view_label}{volume.image.kind_label}"
        for notice in volume.hanging_image().notices:
            if notice.code in _FLAGS:
                told.setdefault(notice.code, []).append((label, notice.text))
    return tuple(
        Notice(code, " ".join(f"{label}: {text}" for label, text in dict.fromkeys(said)))
        for code, said in told.items()
    )


@remembered
def _volumes(images: tuple[Image, ...]) -> tuple[Volume, ...]:
    groups: dict[str, list[Image]] = {}
    for image in images:
        if image.is_tomosynthesis and image.hangs:
            groups.setdefault(image.volume_key, []).append(image)
    return tuple(_volume(group) for group in groups.values())


@remembered
def _hanging_images(images: tuple[Image, ...]) -> tuple[Image, ...]:
    volumes = {v.image.volume_key: v for v in _volumes(images)}
    hanging: dict[str, Image] = {}
    for image in images:
        volume = volumes.get(image.volume_key)
        hanging.setdefault(image.volume_key, image if volume is None else volume.hanging_image())
    return tuple(hanging.values())


def _volume(images: Sequence[Image]) -> Volume:
    parts = sorted(images, key=lambda i: (i.stack.part if i.stack else 0, i.sop_instance_uid))
    leading = parts[0]
    usual = _usual_orientation(parts)
    ordered = in_order([one for image in parts for one in _slices(image, usual)])
    thickness = leading.stack.thickness_mm if leading.stack is not None else None
    more = tuple(n for image in parts[1:] for n in image.notices)
    told = tuple(n for n in dict.fromkeys(more) if n not in leading.notices)
    notices = (*told, *ordered.notices, *_parts_missing(parts), *_unplaced_files(parts, ordered.slices))
    return Volume(leading, ordered.slices, ordered.step_mm, thickness, notices)


def _unplaced_files(parts: Sequence[Image], slices: Sequence[Slice]) -> tuple[Notice, ...]:
    # Each file of several knows nothing of the others, so that this is told of the whole.
    if len(parts) < 2 or slices[0].position_mm is not None:
        return ()
    text = (
        "The positions of the slices are not stated in all files: they stand in the order of their numbers."
    )
    return (Notice("positions-missing", text),)


def _usual_orientation(parts: Sequence[Image]) -> tuple[float, ...]:
    stated = [i.stack.orientation for i in parts if i.stack is not None and i.stack.orientation]
    return max(stated, key=stated.count) if stated else ()


def _slices(image: Image, usual: tuple[float, ...]) -> list[Slice]:
    stack = image.stack
    uid = image.sop_instance_uid
    if stack is None:
        return [Slice(uid, frame) for frame in range(1, image.frames + 1)]
    all_turned = bool(usual and stack.orientation) and not _parallel(usual, stack.orientation)
    placed = len(stack.positions_mm) >= image.frames
    declared = [n for n in stack.order if 1 <= n <= image.frames]
    numbers = declared if len(set(declared)) == image.frames else range(1, image.frames + 1)
    found = []
    for frame in numbers:
        fault = None
        if frame in stack.unreadable:
            fault = SliceFault.UNREADABLE
        elif all_turned or frame in stack.turned:
            fault = SliceFault.TURNED
        found.append(Slice(uid, frame, stack.positions_mm[frame - 1] if placed else None, fault))
    return found


def _parallel(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    # Within a degree, row by row and column by column.
    cosines = [sum(a * b for a, b in zip(one[k : k + 3], other[k : k + 3], strict=True)) for k in (0, 3)]
    return min(cosines) > 0.9998


def _parts_missing(parts: Sequence[Image]) -> tuple[Notice, ...]:
    stacks = [i.stack for i in parts if i.stack is not None and i.stack.part_of]
    if not stacks:
        return ()
    here = {s.part for s in stacks}
    wanted = set(range(1, max(max(s.parts for s in stacks), max(here)) + 1))
    missing = sorted(wanted - here)
    if not missing:
        return ()
    listed = ", ".join(map(str, missing[:8])) + (" …" if len(missing) > 8 else "")
    return (
        Notice(
            "parts-missing",
            f"The stack is sent in {len(wanted)} parts, and part {listed} is not here: slices are missing.",
        ),
    )
