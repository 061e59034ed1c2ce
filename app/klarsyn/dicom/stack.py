"""The stack of slices that a file holds: where each lies, how thick it is, and to which volume it belongs."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import number, numbers, text, whole_number
from klarsyn.dicom.concatenation import read_part
from klarsyn.dicom.functional_groups import FrameGroups
from klarsyn.dicom.notices import notice
from klarsyn.dicom.planes import Planes, read_planes, usual_frame
from klarsyn.dicom.view import View
from klarsyn.domain.exam import Notice
from klarsyn.domain.slice_order import SAME_MM
from klarsyn.domain.stack import Stack

_THICKEST_MM = 200.0


def read_stack(
    ds: Dataset, frames: int, announced: int, view: View, *, single_slice: bool = False
) -> tuple[Stack, int, list[Notice]]:
    """Return the stack of a header, the frame that speaks for all, and what the reader must be told.

    Parameters
    ----------
    frames
        How many are in the file; `announced` is how many the header says.
    single_slice
        The file is one slice of several.
    """
    groups = FrameGroups(ds)
    planes = read_planes(groups, frames, view.laterality, view.view_position)
    speaks = usual_frame(planes, frames)
    notices = _varying(groups, frames, speaks)
    order: tuple[int, ...] = ()
    if not single_slice:
        order, more = _order(groups, planes, frames)
        notices += more
    part = read_part(ds)
    stack = Stack(
        positions_mm=planes.positions_mm,
        order=order,
        turned=planes.turned,
        announced=announced,
        thickness_mm=_thickness(groups, speaks),
        orientation=tuple(round(c, 6) for c in planes.orientation),
        series_instance_uid=text(ds, "SeriesInstanceUID")[:64],
        frame_of_reference_uid=text(ds, "FrameOfReferenceUID")[:64],
        part_of=part.concatenation_uid if part and not single_slice else "",
        part=(whole_number(ds, "InstanceNumber", 0) or 0) if single_slice else part.number if part else 0,
        parts=part.parts if part and not single_slice else 0,
        single_slice=single_slice,
    )
    return stack, speaks, notices


def _order(groups: FrameGroups, planes: Planes, frames: int) -> tuple[tuple[int, ...], list[Notice]]:
    """Return the declared order of the frames where positions cannot tell it."""
    if frames < 2:
        return (), []
    notices = []
    places = sorted(planes.positions_mm)
    if not _even(places):
        # Evenly spaced frames are one stack, whatever they are called.
        stacks = {s for n in range(1, frames + 1) if (s := _content_text(groups, n, "StackID"))}
        notices += [notice("stacks-several", len(stacks))] if len(stacks) > 1 else []
    distinct = 1 + sum(b - a > SAME_MM for a, b in pairwise(places))
    if places and distinct > len(places) / 2:
        return (), notices if planes.orientation else [*notices, notice("planes-missing")]
    order, words = _declared(groups, frames)
    if places:
        return order, [*notices, notice("positions-equal", words)]
    # Without an orientation, positions off one line cannot be put in order either.
    unknown = planes.without_position or frames
    return order, [*notices, notice("positions-missing", unknown, frames, words)]


def _even(places: Sequence[float]) -> bool:
    steps = [b - a for a, b in pairwise(places)]
    return bool(steps) and min(steps) > 0.5 * max(steps)


def _declared(groups: FrameGroups, frames: int) -> tuple[tuple[int, ...], str]:
    """Return frame numbers by InStackPositionNumber, else by DimensionIndexValues, else () for the file's."""
    readings: tuple[tuple[str, Callable[[int], tuple[float, ...]]], ...] = (
        ("the order of their stack numbers", lambda n: _content(groups, n, "InStackPositionNumber")),
        ("the order of their dimension indices", lambda n: _content(groups, n, "DimensionIndexValues")),
    )
    for words, reading in readings:
        keys = {n: reading(n) for n in range(1, frames + 1)}
        if len(set(keys.values())) == frames and len({len(key) for key in keys.values()}) == 1:
            return tuple(sorted(keys, key=keys.__getitem__)), words
    return (), "the order of the file"


def _content(groups: FrameGroups, frame: int, keyword: str) -> tuple[float, ...]:
    item = groups.item("FrameContentSequence", frame)
    return numbers(item, keyword) if item is not None else ()


def _content_text(groups: FrameGroups, frame: int, keyword: str) -> str:
    item = groups.item("FrameContentSequence", frame)
    return text(item, keyword) if item is not None else ""


def _thickness(groups: FrameGroups, frame: int) -> float | None:
    item = groups.saying("PixelMeasuresSequence", frame, "SliceThickness")
    found = number(item, "SliceThickness") if item is not None else None
    return found if found is not None and 0 < found <= _THICKEST_MM else None


def _varying(groups: FrameGroups, frames: int, speaks: int) -> list[Notice]:
    last = min(frames, groups.described + 1)
    spacings, thicknesses = set(), set()
    for frame in range(1, last + 1):
        item = groups.saying("PixelMeasuresSequence", frame, "PixelSpacing")
        spacings.add(numbers(item, "PixelSpacing") if item is not None else ())
        thicknesses.add(_thickness(groups, frame))
    told = [notice("spacing-varies", speaks)] if len(spacings) > 1 else []
    return told + ([notice("thickness-varies", speaks)] if len(thicknesses) > 1 else [])
