"""Real size of a pixel at the breast, or the reason why it is not known (PS3.3 section 10.7)."""

from collections.abc import Sequence

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import numbers, text
from klarsyn.dicom.functional_groups import FrameGroups, group_item
from klarsyn.dicom.notices import notice
from klarsyn.domain.exam import Notice, Spacing

_PLAUSIBLE_MM = (0.005, 2.0)
_TOLERANCE = 0.20
_CALIBRATED = ("GEOMETRY", "FIDUCIAL")


def read_spacing(
    ds: Dataset, tomosynthesis: bool, frame: int = 1, *, single_slice: bool = False
) -> tuple[Spacing | None, list[Notice]]:
    """Return the spacing at the breast, and what the reader must be told about it.

    Tomosynthesis: PixelSpacing of the Pixel Measures functional group of `frame`, which is in the slice; that
    of the top level where the group is absent, flagged, and of a CT slice, which has no other. Other
    images: ImagerPixelSpacing divided by the magnification factor; a PixelSpacing that is calibrated
    (GEOMETRY or FIDUCIAL) and within 20 % of that is the better value and is taken instead.
    """
    if tomosynthesis:
        return _in_slice(ds, frame)
    if single_slice:
        pair = _pair(ds, "PixelSpacing")
        return (None, [notice("spacing-missing")]) if pair is None else (Spacing(*pair, "PixelSpacing"), [])
    notices: list[Notice] = []
    detector = _detector_spacing(ds)
    at_breast = _at_breast(ds, detector, notices)
    stated = _pair(ds, "PixelSpacing")
    calibrated = text(ds, "PixelSpacingCalibrationType") in _CALIBRATED
    if at_breast is None:
        if stated is not None and calibrated:
            return Spacing(*stated, "PixelSpacing"), [notice("spacing-unchecked")]
        notices.append(notice("spacing-missing"))
    if stated is not None:
        if at_breast is not None and calibrated and _close(stated, at_breast, _TOLERANCE):
            return Spacing(*stated, "PixelSpacing"), notices
        # Equal to the detector's spacing means "not corrected" (10.7.1.3): no contradiction.
        if not any(known and _close(stated, known, 0.01) for known in (detector, at_breast)):
            notices.append(notice("spacing-unusable", f"{stated[0]:g} x {stated[1]:g} mm"))
    if at_breast is None:
        return None, notices
    corrected = not any(each.code == "magnification-missing" for each in notices)
    factor = " / EstimatedRadiographicMagnificationFactor" if corrected else ""
    return Spacing(*at_breast, f"ImagerPixelSpacing{factor}"), notices


def _in_slice(ds: Dataset, frame: int) -> tuple[Spacing | None, list[Notice]]:
    groups = FrameGroups(ds)
    measures = groups.saying("PixelMeasuresSequence", frame, "PixelSpacing")
    pair = _pair(measures, "PixelSpacing")
    if pair is None:
        return None, [notice("spacing-missing")]
    if measures is ds:
        return Spacing(*pair, "PixelSpacing"), [notice("spacing-outside")]
    return Spacing(*pair, "PixelSpacing (Pixel Measures)"), []


def _detector_spacing(ds: Dataset) -> tuple[float, float] | None:
    found = _pair(ds, "ImagerPixelSpacing")
    if found is None:
        found = _pair(group_item(ds, "FramePixelDataPropertiesSequence"), "ImagerPixelSpacing")
    return found


def _at_breast(
    ds: Dataset, detector: tuple[float, float] | None, notices: list[Notice]
) -> tuple[float, float] | None:
    if detector is None:
        return None
    factor = _one(ds, "EstimatedRadiographicMagnificationFactor")
    if factor is None and (geometry := group_item(ds, "XRayGeometrySequence")) is not None:
        factor = _one(geometry, "EstimatedRadiographicMagnificationFactor")
    if factor is None or not 1.0 <= factor <= 5.0:
        notices.append(notice("magnification-missing"))
        factor = 1.0
    return detector[0] / factor, detector[1] / factor


def _one(ds: Dataset, keyword: str) -> float | None:
    found = numbers(ds, keyword)
    return found[0] if len(found) == 1 else None


def _pair(ds: Dataset | None, keyword: str) -> tuple[float, float] | None:
    found = numbers(ds, keyword) if ds is not None else ()
    low, high = _PLAUSIBLE_MM
    return (found[0], found[1]) if len(found) == 2 and all(low <= value <= high for value in found) else None


def _close(one: Sequence[float], other: Sequence[float], tolerance: float) -> bool:
    return all(abs(a - b) <= tolerance * b for a, b in zip(one, other, strict=True))
