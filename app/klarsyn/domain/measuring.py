"""Lengths, areas and angles of what a reader drew, in mm, each with what it rests on and its doubt.

Two doubts add up. The hand: an end stands within half a pixel of where it was meant to. The scale: one
factor per image turns detector millimetres into breast millimetres, but a compressed breast is thick.
With 650 mm from source to detector and tissue 15 to 65 mm above it, as screening units have, the true
magnification is 650 / (650 - h), 1.02 to 1.11, about 4 % to either side of its middle; sizes taken at
the detector are therefore 2 to 10 % too large.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.exam import Image, Spacing, ViewModifier

_HALF_PIXEL = 0.5
_CORRECTED = (0.96, 1.04)
_AT_DETECTOR = (0.90, 0.98)
_IN_SLICE = (1.0, 1.0)
_WHOLE_FROM = 20.0
"""Size at the detector from which its range is given in whole units: the doubt is nearly two of them."""

_NO_SPACING = "real size not known: image pixels, not mm"
_NO_FACTOR = "magnified, factor not known: image pixels, not mm"
_DETECTOR_WORDS = "at the detector; real size 2–10 % smaller"
_CORRECTED_WORDS = "right to about 4 %, by its height in the breast"
_OF_AREAS = {
    _DETECTOR_WORDS: "at the detector; real area 4–19 % smaller",
    _CORRECTED_WORDS: "right to about 8 %, by its height in the breast",
}
"""The same of an area, which goes with the square of the scale."""
_Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured value.

    Parameters
    ----------
    quantity
        "length", "area" or "angle".
    value
        In `unit` ("mm", "mm²", "px", "px²" or "°"); None when the drawing has no such value.
    low, high
        Where the real value lies, hand and scale considered; equal to `value` where it is None.
    basis
        In one short line, since it stands over tissue: how sure the value is, or why there is none. What
        spacing it rests on is said by `spacing_words`, among the notices.
    """

    quantity: str
    value: float | None
    unit: str
    low: float | None
    high: float | None
    basis: str

    def __str__(self) -> str:
        """Return the label beside the drawing, e.g. "12.3 mm (11.7 to 12.9)".

        A value outside its own range would look like an error: then the range leads, and the value says
        where it was measured, e.g. "39–43 mm (43.5 at the detector)".
        """
        if self.value is None or self.low is None or self.high is None:
            return f"no {self.quantity}"
        space = "" if self.unit == "°" else " "
        digits = 0 if self.unit in ("px", "px²", "°") or self.value >= 1000 else 1
        value, low, high = (f"{number:.{digits}f}" for number in (self.value, self.low, self.high))
        if self.value > self.high:
            # Rounded outwards to whole units where that says enough and does not reach the value.
            wide = math.floor(self.low), math.ceil(self.high)
            if self.value >= _WHOLE_FROM and wide[1] < self.value:
                low, high = (str(end) for end in wide)
            return f"{low}–{high}{space}{self.unit} ({value} at the detector)"
        return f"{value}{space}{self.unit} ({low} to {high})"


def spacing_words(image: Image) -> str:
    """Return the sentence that names the attributes a size on this image rests on; "" without any."""
    spacing = image.spacing
    return f"Sizes rest on {spacing.source}, {_step(spacing)} a pixel." if spacing is not None else ""


def measure(annotation: Annotation, image: Image) -> Measurement | None:
    """Return what a drawing measures; None for arrows and texts, which measure nothing.

    Raises
    ------
    ValueError
        If the drawing is on another image (invariant 3).
    """
    if annotation.sop_instance_uid != image.sop_instance_uid:
        raise ValueError("The drawing is on another image; its size cannot be taken from this one.")
    steps, scale, basis = _scale_of(image)
    points = np.array(annotation.points, np.float64)
    mm = "px" if image.spacing is None or basis == _NO_FACTOR else "mm"
    if annotation.kind is AnnotationKind.LENGTH:
        return _length(points, steps, scale, mm, basis)
    if annotation.kind is AnnotationKind.ANGLE:
        return _angle(points, steps, mm == "mm")
    if annotation.closed:
        return _area(annotation, points, steps, scale, mm, basis)
    return None


def _scale_of(image: Image) -> tuple[_Points, tuple[float, float], str]:
    """Return the (column, row) step, the factors between which the true scale lies, and the sentence."""
    spacing = image.spacing
    pixels = np.ones(2)
    if spacing is None:
        return pixels, _IN_SLICE, _NO_SPACING
    at_detector = any(n.code == "magnification-missing" for n in image.notices)
    if at_detector and ViewModifier.MAGNIFIED in image.modifiers:
        return pixels, _IN_SLICE, _NO_FACTOR
    steps = np.array([spacing.column_mm, spacing.row_mm])
    if at_detector:
        return steps, _AT_DETECTOR, _DETECTOR_WORDS
    if "Pixel Measures" in spacing.source:
        return steps, _IN_SLICE, "in the plane of the slice"
    return steps, _CORRECTED, _CORRECTED_WORDS


def _step(spacing: Spacing) -> str:
    if spacing.row_mm == spacing.column_mm:
        return f"{spacing.row_mm:.4g} mm"
    return f"{spacing.column_mm:.4g} mm x {spacing.row_mm:.4g} mm"


def _length(
    points: _Points, steps: _Points, scale: tuple[float, float], unit: str, basis: str
) -> Measurement:
    parts = np.diff(points * steps, axis=0)
    lengths = np.linalg.norm(parts, axis=1)
    # How far the length moves at most, to first order, when every coordinate is off by half a pixel: an
    # end moves it along the line, a bend by as much as the line turns there.
    along = np.divide(parts, lengths[:, None], out=np.zeros_like(parts), where=lengths[:, None] > 0)
    turns = np.diff(np.vstack([np.zeros(2), along, np.zeros(2)]), axis=0)
    hand = float((np.abs(turns) * steps).sum()) * _HALF_PIXEL
    return _between(float(lengths.sum()), hand, scale, "length", unit, basis)


def _area(
    annotation: Annotation,
    points: _Points,
    steps: _Points,
    scale: tuple[float, float],
    unit: str,
    basis: str,
) -> Measurement:
    unit = f"{unit}²"
    pen = np.array(annotation.outline(), np.float64)
    if annotation.kind is AnnotationKind.POLYGON and crosses_itself(points):
        why = "the outline crosses itself: draw it again"
        return Measurement("area", None, unit, None, None, why)
    if annotation.kind is AnnotationKind.ELLIPSE:
        first, second = points[1] - points[0], points[3] - points[2]
        pixels = math.pi / 4 * abs(float(first[0] * second[1] - first[1] * second[0]))
    else:
        pixels = abs(_shoelace(points))
    # Areas scale with the product of both steps, whatever the shape and however it is turned.
    area = pixels * float(steps[0] * steps[1])
    # The whole outline may have been drawn half a pixel too far out, or too far in.
    around = np.diff(np.vstack([pen, pen[:1]]) * steps, axis=0)
    hand = float(np.linalg.norm(around, axis=1).sum()) * _HALF_PIXEL * float(steps.max())
    squared = (scale[0] ** 2, scale[1] ** 2)
    return _between(area, hand, squared, "area", unit, _OF_AREAS.get(basis, basis))


def _angle(points: _Points, steps: _Points, real: bool) -> Measurement:
    basis = "in the image plane" if real else "right only if the pixels are square"

    def opening(corners: _Points) -> float:
        one, other = (corners[0] - corners[1]) * steps, (corners[2] - corners[1]) * steps
        cross, dot = one[0] * other[1] - one[1] * other[0], one @ other
        return math.degrees(math.atan2(abs(float(cross)), float(dot)))

    legs = [np.abs(points[end] - points[1]).max() for end in (0, 2)]
    if min(legs) < 1.0:
        return Measurement("angle", None, "°", None, None, "a leg is shorter than a pixel")
    value = opening(points)
    # Half a pixel across a leg turns it by at most so much; gradients vanish at 0 and 180 degrees.
    half = _HALF_PIXEL * float(np.linalg.norm(steps))
    reach = [float(np.linalg.norm((points[end] - points[1]) * steps)) for end in (0, 2)]
    hand = sum(math.degrees(math.atan2(2 * half, length)) for length in reach)
    return Measurement("angle", value, "°", max(value - hand, 0.0), min(value + hand, 180.0), basis)


def _between(
    value: float, hand: float, scale: tuple[float, float], quantity: str, unit: str, basis: str
) -> Measurement:
    low, high = max(value - hand, 0.0) * scale[0], (value + hand) * scale[1]
    return Measurement(quantity, value, unit, low, high, basis)


def _shoelace(points: _Points) -> float:
    x, y = (points - points[0]).T  # near the origin, where large coordinates cost no digits
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def crosses_itself(outline: npt.ArrayLike) -> bool:
    """True when two sides of a closed outline of shape (n, 2) cross; sides that touch do not count."""
    ends = np.asarray(outline, np.float64)
    tails, heads = ends, np.roll(ends, -1, axis=0)
    side = heads - tails
    for place in range(len(ends) - 2):
        later = slice(place + 2, len(ends) - (1 if place == 0 else 0))
        before = _turn(side[place], tails[later] - tails[place])
        after = _turn(side[place], heads[later] - tails[place])
        mine = _turn(side[later], tails[place] - tails[later])
        other = _turn(side[later], heads[place] - tails[later])
        if bool(np.any((before * after < 0) & (mine * other < 0))):
            return True
    return False


def _turn(one: _Points, other: _Points) -> _Points:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])
