"""A breast laid on a detector in CC or MLO position, as curves in mm: skin, nipple, muscle."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.anatomy.shape import BreastShape

Curve = npt.NDArray[np.float64]

_SOFT_MM = 4.0
"""Skin has no sharper bends than this, mm."""
_BEYOND_MM = 80.0
"""The body goes on above and below the image, as far as tilted beams look."""


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """One view of one breast; points are (x, y) in mm from the chest-wall edge and the upper edge.

    `skin` is (n, 2), closed outside the image, with the nipple where it is in profile. `nipple` is the base
    of the nipple, `axis` the unit vector from it to the chest wall. `pectoral` is the (n, 2) front edge of
    the muscle from top to bottom, empty where none is seen.
    """

    skin: Curve
    nipple: tuple[float, float]
    nipple_in_profile: bool
    axis: tuple[float, float]
    pectoral: Curve

    def moved(self, down_mm: float) -> "Outline":
        """Return the same outline on an image that begins `down_mm` further up."""
        down = np.array([0.0, down_mm])
        nipple = self.nipple[0], self.nipple[1] + down_mm
        return replace(self, skin=self.skin + down, nipple=nipple, pectoral=self.pectoral + down)


@dataclass(frozen=True, slots=True)
class Positioning:
    """What differs from exposure to exposure of one breast: how the radiographer laid it."""

    shift: float
    """Along the chest wall, mm."""
    pulled_out: float
    """How much less or more of the breast is drawn in from the chest wall, mm."""
    turn: float
    """Of the axis, degrees."""


def lay_out(
    shape: BreastShape,
    position: ViewPosition,
    size_mm: tuple[float, float],
    rng: np.random.Generator,
    laid: Positioning,
) -> Outline:
    """Lay `shape` on a detector of `size_mm` (height, width) in CC or MLO position.

    `rng` must be in the same state at each visit: what it decides belongs to the woman.
    """
    if position is ViewPosition.CC:
        return _cc(shape, size_mm, rng, laid)
    return _mlo(shape, size_mm, rng, laid)


def _smooth_curve(points: list[tuple[float, float]], rng: np.random.Generator, wobble: float) -> Curve:
    """Return a dense curve through `points`, each moved by `wobble` mm."""
    knots = np.array(points) + rng.normal(0, wobble, (len(points), 2))
    length = np.r_[0, np.cumsum(np.hypot(*np.diff(knots, axis=0).T) ** 0.6)]
    curve = np.asarray(CubicSpline(length, knots)(np.linspace(0, length[-1], 600)))
    walked = np.r_[0, np.cumsum(np.hypot(*np.diff(curve, axis=0).T))]
    even = np.linspace(0, walked[-1], 900)
    step = walked[-1] / 900
    steady = np.stack([np.interp(even, walked, curve[:, i]) for i in (0, 1)], axis=1)
    return np.asarray(gaussian_filter1d(steady, _SOFT_MM / step, axis=0, mode="nearest"))


def _with_nipple(skin: Curve, nipple: Curve, axis: Curve, length: float) -> Curve:
    """Push the skin line out into a nipple of `length` mm, 10 mm wide at its base, on a raised areola."""
    across = np.abs((skin - nipple) @ np.array([-axis[1], axis[0]]))
    near = np.hypot(*(skin - nipple).T) < 22
    bump = np.where(near, 1 / (1 + (across / 4.2) ** 6), 0)
    rise = np.where(near, 0.9 * np.exp(-((across / 9.0) ** 2)), 0)
    return np.asarray(skin - axis * (length * bump + rise)[:, None])


def _flank(t: Curve, power: float, point: float) -> Curve:
    """Return how far out the skin lies, 1 at the nipple (t = 0) to 0 at the chest wall (t = 1)."""
    full = (1 - t**power) ** (1 / power)
    # A tent with a rounded top makes the breast pointed in front.
    tent = 1.08 - np.sqrt((1.0 * t) ** 2 + 0.0064)
    return np.asarray((1 - point) * full + point * np.maximum(tent, 0) ** 0.85)


def _cc(s: BreastShape, size: tuple[float, float], rng: np.random.Generator, laid: Positioning) -> Outline:
    height, width = size
    d = min(s.depth, width - 20) + laid.pulled_out
    squeeze = min(1.0, (height - 14) / (s.lateral + s.medial))
    lateral, medial = s.lateral * squeeze, s.medial * squeeze
    nipple_y = (height - lateral - medial) / 2 + lateral
    nipple_y += float(np.clip(rng.normal(0, 4), -6, 6)) * squeeze + laid.shift
    nipple_y = float(np.clip(nipple_y, lateral + 3, height - medial - 3))
    # The lateral flank is fuller: it runs into the axillary tail.
    outer = 2.0 + 0.9 * s.fullness + rng.uniform(-0.2, 0.3)
    inner = 1.7 + 0.5 * s.fullness + rng.uniform(-0.2, 0.2)
    point = 0.08 + 0.36 * s.point
    t = np.sin(np.linspace(0, np.pi / 2, 14)) ** 1.15
    upper = np.c_[d * _flank(t, outer, 0.8 * point), nipple_y - lateral * t][::-1]
    lower = np.c_[d * _flank(t, inner, point), nipple_y + medial * t][1:]
    flare = rng.uniform(0, 22)
    points = [
        (-60.0, float(upper[0, 1]) - flare - 6),
        (-25.0, float(upper[0, 1]) - 0.5 * flare - 1),
        *map(tuple, upper[1:]),
        *map(tuple, lower[:-1]),
        (-25.0, float(lower[-1, 1]) + 1),
        (-60.0, float(lower[-1, 1]) + 2),
    ]
    skin = _smooth_curve(points, rng, 0.3)
    tip = int(np.argmin(np.abs(skin[:, 1] - nipple_y) + 1e3 * (skin[:, 0] < 0.6 * d)))
    axis = np.array([-1.0, 0.0])
    profile = bool(rng.random() < 0.75)
    inwards = rng.uniform(5, 10)
    nipple = skin[tip] if profile else skin[tip] + axis * inwards
    if profile:
        skin = _with_nipple(skin, nipple, axis, s.nipple_length)
    pectoral = np.empty((0, 2))
    shows = rng.random() < 0.3
    crest, reach, off = rng.uniform(4, 9), rng.uniform(28, 50), rng.normal(0, 8)
    crest += laid.pulled_out
    if shows and crest > 1:  # The muscle shows on about a third of CC views, as a flat crescent.
        y = np.linspace(0, height, 200)
        pectoral = np.c_[crest * (1 - ((y - nipple_y + off) / reach) ** 2), y]
    return Outline(skin, (float(nipple[0]), float(nipple[1])), profile, (-1.0, 0.0), pectoral)


def _mlo(s: BreastShape, size: tuple[float, float], rng: np.random.Generator, laid: Positioning) -> Outline:
    # The lower half of the breast stands on the fold, which is shown near the lower edge of the image; the
    # nipple is level with the lower end of the muscle (positioning criterion).
    height, width = size
    lower = height - rng.uniform(9, 44) + laid.shift
    lower_half = min(s.half_width, 0.5 * height - 8) * rng.uniform(0.74, 0.84)
    nipple_y = max(lower - lower_half, 0.45 * height) + 8 * (s.droop - 0.5)
    length = min(s.pectoral_length * 1.1, nipple_y * rng.uniform(0.88, 1.04))
    pw = min(s.pectoral_width, 0.34 * width) + laid.pulled_out
    t = np.linspace(0, 1, 200)
    # Slightly convex towards the breast in its upper half, running out flat on the chest wall.
    bulge = rng.uniform(3.0, 9.0) * np.sin(np.pi * t) * (1 - 0.4 * t)
    pectoral = np.c_[pw * (1 - t) + bulge, length * t]
    above = _BEYOND_MM
    pectoral = np.r_[
        [[pw * (1 + above / length), -above]], pectoral, [[-30.0, length + 45.0], [-60.0, height + above]]
    ]
    tilt = np.arctan2(pw, length) * 0.75 + np.deg2rad(laid.turn)
    axis = np.array([-np.cos(tilt), -np.sin(tilt)])
    nipple_x = min(s.depth * 1.06 + 3 + laid.pulled_out, width - 18)
    # How deep the fold is, how gently the breast runs into it, and how much belly is drawn in.
    fold = rng.uniform(3, 16)
    easing, belly = rng.uniform(6, 18), fold + rng.uniform(0, 20)
    bow = rng.normal(0, 0.012, 4)
    upper_x = min(pw + rng.uniform(10, 18), 0.8 * nipple_x)
    span = nipple_x - upper_x
    full = s.fullness - 0.5
    points = [
        (upper_x - 20, -above),
        (upper_x - 1, 0.0),
        (upper_x + (0.17 + 0.05 * full + bow[0]) * span, 0.22 * nipple_y),
        (upper_x + (0.47 + 0.07 * full + bow[1]) * span, 0.47 * nipple_y),
        (upper_x + (0.80 + 0.04 * full) * span, 0.74 * nipple_y),
        (nipple_x - 1.2 - 2.5 * s.point, 0.92 * nipple_y),
        (nipple_x, nipple_y + 0.06 * (lower - nipple_y)),
        (nipple_x * 0.955 - 1.5 * s.point, nipple_y + 0.34 * (lower - nipple_y)),
        (nipple_x * (0.77 + 0.03 * full + bow[2]), nipple_y + 0.66 * (lower - nipple_y)),
        (nipple_x * (0.47 + bow[3]), nipple_y + 0.90 * (lower - nipple_y)),
        (fold + easing, lower + 1),
        (fold, lower + 0.55 * easing),
        (0.7 * fold + 0.3 * belly, lower + 0.55 * easing + 10),
        (belly, lower + 40),
        (belly + 9, max(height, lower + 40) + above),
    ]
    skin = _smooth_curve(points, rng, 0.3)
    off = np.abs(skin[:, 1] - nipple_y) > 0.4 * lower_half  # Belly below the fold may reach out further.
    tip = int(np.argmax(skin @ -axis - 1e3 * off))
    profile = bool(rng.random() < 0.8)
    inwards = rng.uniform(4, 9)
    nipple = skin[tip] if profile else skin[tip] + axis * inwards
    if profile:
        skin = _with_nipple(skin, nipple, axis, s.nipple_length)
    skin = np.r_[skin, [[-60.0, skin[-1, 1]], [-60.0, skin[0, 1]]]]
    return Outline(
        skin, (float(nipple[0]), float(nipple[1])), profile, (float(axis[0]), float(axis[1])), pectoral
    )
