"""Where two reads of one exam differ: breast by breast, place by place, density and technical quality."""

from collections.abc import Sequence
from dataclasses import dataclass

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import Finding, Mark
from klarsyn.domain.outline_overlap import overlap
from klarsyn.domain.read import Assessment, Impression, ReadDetails

SAME_PLACE = 0.1
"""IoU from which two outlines mark one place: readers draw a lesion small or wide, but on each other."""
FRAMES_APART = 5
"""Frames of a tomosynthesis by which two marks of one lesion may differ: 5 mm of slices of 1 mm."""


@dataclass(frozen=True, slots=True)
class BreastDifference:
    """How two readers have assessed one breast; None where it was not imaged for one of them."""

    side: Laterality
    first: Assessment | None
    second: Assessment | None

    @property
    def differs(self) -> bool:
        """True where the assessments are not the same step of the scale."""
        return self.first is not self.second

    @property
    def disputed(self) -> bool:
        """True where one reader asks for recall for this breast and the other does not."""
        return _recall(self.first) is not _recall(self.second)


@dataclass(frozen=True, slots=True)
class PlaceDifference:
    """A place that both, or only one, have marked; `iou` how far their outlines lie on each other."""

    first: Finding | None
    second: Finding | None
    iou: float = 0.0

    @property
    def by_both(self) -> bool:
        """True where both have marked it."""
        return self.first is not None and self.second is not None


@dataclass(frozen=True, slots=True)
class ReadDifference:
    """All differences of two reads; `density` and `quality`: both have said it, not the same."""

    breasts: tuple[BreastDifference, ...]
    places: tuple[PlaceDifference, ...]
    density: bool
    quality: bool

    @property
    def disputed_sides(self) -> tuple[Laterality, ...]:
        """The breasts for which only one asks for recall."""
        return tuple(breast.side for breast in self.breasts if breast.disputed)

    @property
    def one_sided_places(self) -> tuple[PlaceDifference, ...]:
        """The places that only one has marked."""
        return tuple(place for place in self.places if not place.by_both)


def difference(
    first: tuple[Impression, ReadDetails], second: tuple[Impression, ReadDetails]
) -> ReadDifference:
    """Return how the second read differs from the first."""
    (mine, my_details), (yours, your_details) = first, second
    return ReadDifference(
        tuple(
            BreastDifference(side, mine.of(side), yours.of(side))
            for side in (Laterality.RIGHT, Laterality.LEFT)
            if mine.of(side) is not None or yours.of(side) is not None
        ),
        places(my_details.findings, your_details.findings),
        _other(my_details.density, your_details.density),
        _other(my_details.quality, your_details.quality),
    )


def places(first: Sequence[Finding], second: Sequence[Finding]) -> tuple[PlaceDifference, ...]:
    """Pair the findings that mark one place, the nearest first, each once; then those of one side alone.

    Findings are of one place when any of their marks on one image lie on each other by SAME_PLACE or more.
    """
    near = [
        (iou, i, j)
        for i, mine in enumerate(first)
        for j, yours in enumerate(second)
        if (iou := nearness(mine, yours)) >= SAME_PLACE
    ]
    taken_first: set[int] = set()
    taken_second: set[int] = set()
    found: list[PlaceDifference] = []
    for iou, i, j in sorted(near, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if i not in taken_first and j not in taken_second:
            taken_first.add(i)
            taken_second.add(j)
            found.append(PlaceDifference(first[i], second[j], iou))
    found += [PlaceDifference(each, None) for i, each in enumerate(first) if i not in taken_first]
    found += [PlaceDifference(None, each) for j, each in enumerate(second) if j not in taken_second]
    return tuple(found)


def nearness(one: Finding, other: Finding) -> float:
    """Return the largest IoU of two marks of these findings on one image, and slice where it has slices."""
    return max(
        (
            overlap(mine.outline, yours.outline)
            for mine in one.marks
            for yours in other.marks
            if mine.sop_instance_uid == yours.sop_instance_uid and _near_frames(mine, yours)
        ),
        default=0.0,
    )


def _near_frames(one: Mark, other: Mark) -> bool:
    mine, yours = _frames(one), _frames(other)
    if mine is None or yours is None:
        return mine is yours
    return mine[0] <= yours[1] + FRAMES_APART and yours[0] <= mine[1] + FRAMES_APART


def _frames(mark: Mark) -> tuple[int, int] | None:
    if mark.frame is None:
        return None
    numbers = (mark.frame, *(mark.frame_range or ()))
    return min(numbers), max(numbers)


def _recall(assessment: Assessment | None) -> bool:
    return assessment is not None and assessment.asks_for_recall


def _other(mine: str | None, yours: str | None) -> bool:
    return mine is not None and yours is not None and mine != yours
