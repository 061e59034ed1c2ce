"""PatientOrientation (0020,0020): where the rows and the columns of an image point (PS3.3 C.7.6.1.1.1).

Tomosynthesis says it by direction cosines instead, ImageOrientationPatient of the Plane Orientation
functional group (C.7.6.2.1.1, A.55.4), which come to the same letters.
"""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import numbers, texts
from klarsyn.dicom.functional_groups import FrameGroups, group_item
from klarsyn.dicom.notices import notice
from klarsyn.domain.exam import Laterality, Notice, ViewPosition

Orientation = tuple[str, str]
_NEGLIGIBLE = 0.1736  # sine of 10 degrees
_AXIS = {"A": 0, "P": 0, "L": 1, "R": 1, "H": 2, "F": 2}

# PS3.17 annex on mammography hanging: chest walls meet in the middle.
_USUAL_CC = {Laterality.LEFT: ("A", "R"), Laterality.RIGHT: ("P", "L")}
_OTHER = {Laterality.LEFT: Laterality.RIGHT, Laterality.RIGHT: Laterality.LEFT}


def read_orientation(ds: Dataset, frame: int = 1) -> tuple[Orientation | None, list[Notice]]:
    """Return (row direction, column direction), or None with a notice when absent or illegal.

    Where only functional groups state it, that of `frame`, counted from 1.
    """
    stated = texts(ds, "PatientOrientation")
    if not any(stated) and (own := group_item(ds, "PatientOrientationInFrameSequence", frame)):
        stated = texts(own, "PatientOrientation")
    plane = FrameGroups(ds).saying("PlaneOrientationSequence", frame, "ImageOrientationPatient")
    if not any(stated) and plane is not None:
        stated = _from_cosines(numbers(plane, "ImageOrientationPatient"))
    if not any(stated):
        return None, [notice("orientation-missing")]
    if len(stated) != 2 or not all(_is_direction(value) for value in stated):
        # The value is quoted only if it is short: it is nobody's name then.
        shown = "\\".join(stated)
        return None, [notice("orientation-illegal", shown if len(shown) <= 8 else f"{len(shown)} characters")]
    row, column = stated
    if _AXIS[row[0]] == _AXIS[column[0]]:
        return None, [notice("orientation-illegal", f"{row}\\{column}")]
    return (row, column), []


def stated_orientation(ds: Dataset) -> Orientation | None:
    """Return what PatientOrientation says; None when it is absent or illegal."""
    stated = texts(ds, "PatientOrientation")
    if len(stated) != 2 or not all(_is_direction(value) for value in stated):
        return None
    row, column = stated
    return (row, column) if _AXIS[row[0]] != _AXIS[column[0]] else None


def contradicts_side(
    orientation: Orientation, side: Laterality | None, view: ViewPosition | None
) -> Notice | None:
    """Return a notice when an orientation belongs to the other breast.

    In a craniocaudal view that is exactly the usual orientation of the other side (it could also be this
    breast turned by 180 degrees, hence a notice and no more). An MLO view runs from lateral above to
    medial below, so that its vertical direction names the side where it has two letters: FR or HL for
    the left breast, FL or HR for the right.
    """
    if side not in _OTHER:
        return None
    wrong = False
    if view is ViewPosition.CC:
        wrong = (orientation[0][0], orientation[1][0]) == _USUAL_CC[_OTHER[side]]
    elif view is ViewPosition.MLO:
        # At 45 degrees either letter may come first.
        vertical = next((frozenset(d[:2]) for d in orientation if set(d[:2]) & set("HF")), frozenset())
        other = ("FL", "HR") if side is Laterality.LEFT else ("FR", "HL")
        wrong = vertical in map(frozenset, other)
    return notice("orientation-contradiction", "\\".join(orientation)) if wrong else None


def _from_cosines(cosines: tuple[float, ...]) -> tuple[str, ...]:
    """Return the letters of two vectors in patient coordinates (L, P, H); () if they are no axes."""
    row, column = cosines[:3], cosines[3:6]
    lengths = (sum(c * c for c in row), sum(c * c for c in column))
    unit = len(cosines) == 6 and all(abs(length - 1) < 0.01 for length in lengths)
    if not unit or abs(sum(a * b for a, b in zip(row, column, strict=True))) > 0.01:
        return ()
    return _letters(row), _letters(column)


def _letters(vector: tuple[float, ...]) -> str:
    """Return a direction, its nearest axis first; what is less than 10 degrees off an axis is on it."""
    named = zip(vector, ("RL", "AP", "FH"), strict=True)
    parts = [(abs(part), ends[part > 0]) for part, ends in named if abs(part) > _NEGLIGIBLE]
    return "".join(letter for _, letter in sorted(parts, reverse=True))


def _is_direction(value: str) -> bool:
    axes = [_AXIS.get(letter) for letter in value]
    return 0 < len(value) <= 3 and None not in axes and len(set(axes)) == len(axes)
