"""How large images are drawn in a step: where its places lie, and the one real size of what hangs in them."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from klarsyn.domain.arranging import HungCell, HungStep
from klarsyn.domain.exam import Image, Notice
from klarsyn.domain.hanging_protocol import CURRENT, Cell, Step, Zoom
from klarsyn.imaging.geometry import common_scale, hanging_chest_wall

Size = tuple[int, int]
Box = tuple[int, int, int, int]
"""x, y, width, height in logical pixels."""

BAND = 4
"""Width of the band round a prior, in logical pixels: whole device pixels at 125 % and 150 % too."""

NOT_COMMON = Notice(
    "sizes-not-comparable",
    "One of the images of this step has no known real size: each is as large as its place, and sizes "
    "cannot be compared between them.",
)

DIFFER = Notice(
    "sizes-differ",
    "Sizes differ by 2 to 10 % between the images of this step: some are sized at the detector, since their "
    "magnification factor is absent, and others in the breast.",
)


def image_boxes(step: Step, width: int, height: int, gap: int, ratio: float) -> list[Box]:
    """Return the part of each place that holds its image: all of it, but within the band of a prior."""
    return [
        within_band(cell, box)
        for cell, box in zip(step.cells, fields(step, width, height, gap, ratio), strict=True)
    ]


def within_band(cell: Cell, box: Box) -> Box:
    """Return a place without the band of a prior, which leaves the chest walls together in the middle."""
    if cell.match.exam == CURRENT:
        return box
    x, y, width, height = box
    wall = hanging_chest_wall(cell.match.laterality)
    left, right = (0 if wall == "left" else BAND), (0 if wall == "right" else BAND)
    return x + left, y + BAND, max(1, width - left - right), max(1, height - 2 * BAND)


def fields(step: Step, width: int, height: int, gap: int, ratio: float) -> list[Box]:
    """Return where each place of a step lies.

    All edges lie on whole device pixels at `ratio`, so that no image is resampled by the window system.
    """
    snap = Fraction(ratio).limit_denominator(8).denominator
    across = _edges(step.columns, width, gap, snap)
    down = _edges(step.rows, height, gap, snap)
    return [
        (
            across[cell.column],
            down[cell.row],
            max(1, across[cell.column + cell.column_span] - gap - across[cell.column]),
            max(1, down[cell.row + cell.row_span] - gap - down[cell.row]),
        )
        for cell in step.cells
    ]


def _edges(count: int, length: int, gap: int, snap: int) -> list[int]:
    """Return where each field begins, and where the one after the last would."""
    inner = [round(n * (length + gap) / count / snap) * snap for n in range(count)]
    return [*inner, length + gap]


def scales(step: HungStep, sizes: Sequence[Size]) -> tuple[float | None, ...]:
    """Return mm per device pixel for each place, `sizes` in device pixels; None where nothing may be claimed.

    All full views that are shown whole have one, priors too. The pieces of a mosaic share one of their own.
    What is first shown at 1:1 or true size is laid out by itself.
    """
    same = list(zip(step.cells, sizes, strict=True))
    whole = _common([(full_views(cell), size) for cell, size in same if cell.cell.zoom is Zoom.FIT])
    pieces = _common([(_as_whole(cell), size) for cell, size in same if cell.mosaic])
    found: list[float | None] = []
    for cell, size in same:
        if cell.mosaic:
            found.append(pieces)
        elif cell.cell.zoom is not Zoom.FIT:
            found.append(_common([(full_views(cell), size)]))
        else:
            found.append(whole)
    return tuple(found)


def not_comparable(step: HungStep, scale: float | None, image: Image) -> tuple[Notice, ...]:
    """Return the notice that a full view needs where the full views of a step have no common size.

    A factor that some of them lack leaves a common scale, but not of the same thing: a detector lies 2 to
    10 % farther from the source than the breast.
    """
    full = [i for cell in step.cells if cell.cell.zoom is Zoom.FIT for i in full_views(cell)]
    if image not in full or len(full) < 2:
        return ()
    if scale is None:
        return (NOT_COMMON,)
    return (DIFFER,) if len({_is_at_detector(each, full) for each in full}) > 1 else ()


def full_views(cell: HungCell) -> list[Image]:
    """Return the full views of a place, those behind the wheel among them."""
    return [image for image in cell.pages if image is not None and image.is_full_view]


def _is_at_detector(image: Image, full: Sequence[Image]) -> bool:
    if any(each.sop_instance_uid in image.made_from and _same_size(each, image) for each in full):
        # Computed from slices that are here, pixel for pixel: it is as large as they are.
        return False
    return any(notice.code == "magnification-missing" for notice in image.notices)


def _same_size(one: Image, other: Image) -> bool:
    sizes = [(i.spacing.row_mm * i.rows, i.spacing.column_mm * i.columns) for i in (one, other) if i.spacing]
    return len(sizes) == 2 and all(abs(a - b) <= 0.001 * a for a, b in zip(*sizes, strict=True))


def _as_whole(cell: HungCell) -> list[Image]:
    return [replace(cell.image, partial_view=False)] if cell.image is not None else []


def _common(placed: Sequence[tuple[Sequence[Image], Size]]) -> float | None:
    found = [common_scale(images, size) for images, size in placed if images]
    known = [scale for scale in found if scale is not None]
    return max(known, default=None) if len(known) == len(found) else None
