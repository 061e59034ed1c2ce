"""A breast laid on a detector in CC or MLO position: skin line, nipple and muscle as curves in mm."""

import numpy as np
from scipy.interpolate import CubicSpline

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.breast import BreastShape, ViewGeometry


def _smooth_curve(points: list[tuple[float, float]], rng: np.random.Generator, wobble: float) -> np.ndarray:
    """Return a dense curve through `points`, each moved by `wobble` mm."""
    knots = np.array(points) + rng.normal(0, wobble, (len(points), 2))
    length = np.r_[0, np.cumsum(np.hypot(*np.diff(knots, axis=0).T) ** 0.6)]
    return np.asarray(CubicSpline(length, knots)(np.linspace(0, length[-1], 500)))


def _with_nipple(outline: np.ndarray, nipple: np.ndarray, axis: np.ndarray, length: float) -> np.ndarray:
    """Push the skin line out into a nipple of `length` mm, 9 mm wide at its base."""
    across = np.abs((outline - nipple) @ np.array([-axis[1], axis[0]]))
    near = np.hypot(*(outline - nipple).T) < 15
    bump = np.where(near, 1 / (1 + (across / 4.2) ** 6), 0)
    areola = np.where(near, 0.9 * np.exp(-((across / 9.0) ** 2)), 0)
    return outline - axis * (length * bump + areola)[:, None]


def make_view(
    shape: BreastShape, position: ViewPosition, height_mm: float, width_mm: float, rng: np.random.Generator
) -> ViewGeometry:
    """Lay `shape` on a detector in CC or MLO position, as a radiographer would."""
    if position is ViewPosition.CC:
        return _make_cc(shape, height_mm, width_mm, rng)
    return _make_mlo(shape, height_mm, width_mm, rng)


def _make_cc(s: BreastShape, height: float, width: float, rng: np.random.Generator) -> ViewGeometry:
    centre = height / 2 + rng.normal(0, 4)
    d, w = min(s.depth, width - 22), min(s.half_width, height / 2 - 6)
    lateral, medial = w * rng.uniform(0.98, 1.04), w * rng.uniform(0.96, 1.02)
    nipple_y = centre + rng.normal(2, 4)
    # A superellipse is fuller than an ellipse: the breast is squeezed flat. Its middle lies behind the
    # image's edge, where the detector ends and the chest wall goes on.
    power = rng.uniform(2.05, 2.3)
    behind = rng.uniform(0, 28)
    angles = np.linspace(-np.pi / 2, np.pi / 2, 25)
    c, sn = np.abs(np.cos(angles)), np.sin(angles)
    x = (d + behind) * c ** (2 / power) - behind
    y = np.sign(sn) * np.abs(sn) ** (2 / power)
    at_edge = (1 - (behind / (d + behind)) ** power) ** (1 / power)
    y = nipple_y + np.where(y < 0, lateral + nipple_y - centre, medial - nipple_y + centre) * y / at_edge
    points = [(-60.0, float(y[0]) - 1), *zip(x[1:-1], y[1:-1], strict=True), (-60.0, float(y[-1]) + 1)]
    outline = _smooth_curve(points, rng, 0.25)
    tip = int(np.argmin(np.abs(outline[:, 1] - nipple_y) + 1e3 * (outline[:, 0] < 0.6 * d)))
    nipple, axis = outline[tip], np.array([-1.0, 0.0])
    profile = bool(rng.random() < 0.75)
    if profile:
        outline = _with_nipple(outline, nipple, axis, s.nipple_length)
    else:
        nipple = nipple + axis * rng.uniform(4, 9)
    pectoral = np.empty((0, 2))
    if rng.random() < 0.3:  # The muscle shows on about a third of CC views, as a flat crescent.
        t = np.linspace(0, height, 200)
        crest = rng.uniform(4, 10)
        reach = rng.uniform(35, 60)
        pectoral = np.c_[crest * (1 - ((t - nipple_y + rng.normal(0, 8)) / reach) ** 2), t]
    return ViewGeometry(
        ViewPosition.CC,
        height,
        width,
        outline,
        (float(nipple[0]), float(nipple[1])),
        profile,
        (-1.0, 0.0),
        pectoral,
    )


def _make_mlo(s: BreastShape, height: float, width: float, rng: np.random.Generator) -> ViewGeometry:
    # The lower half of the breast stands on the fold, which is shown near the lower edge of the image; the
    # nipple is level with the lower end of the muscle (positioning criterion).
    lower = height - rng.uniform(14, 38)
    nipple_y = max(lower - s.half_width * rng.uniform(0.74, 0.84), 0.45 * height) + 8 * (s.droop - 0.5)
    length = min(s.pectoral_length * 1.1, nipple_y * rng.uniform(0.88, 1.04))
    pw = s.pectoral_width
    t = np.linspace(0, 1, 200)
    # Slightly convex towards the breast in its upper half, running out flat on the chest wall.
    bulge = rng.uniform(2.0, 5.0) * np.sin(np.pi * t) * (1 - 0.4 * t)
    pectoral = np.c_[pw * (1 - t) + bulge, length * t]
    pectoral = np.r_[pectoral, [[-30.0, length + 45.0], [-60.0, height + 5]]]
    tilt = np.arctan2(pw, length) * 0.75
    axis = np.array([-np.cos(tilt), -np.sin(tilt)])
    d = min(s.depth * 1.04, width - 24)
    nipple_x = min(d * 1.02 + 3, width - 18)
    fold = rng.uniform(4, 10)
    upper_x = pw + rng.uniform(10, 18)
    span = nipple_x - upper_x
    points = [
        (upper_x - 7, -24.0),
        (upper_x - 1, 0.0),
        (upper_x + 0.17 * span, 0.22 * nipple_y),
        (upper_x + 0.47 * span, 0.47 * nipple_y),
        (upper_x + 0.80 * span, 0.74 * nipple_y),
        (nipple_x - 1.2, 0.92 * nipple_y),
        (nipple_x, nipple_y + 0.06 * (lower - nipple_y)),
        (nipple_x * 0.955, nipple_y + 0.34 * (lower - nipple_y)),
        (nipple_x * 0.77, nipple_y + 0.66 * (lower - nipple_y)),
        (nipple_x * 0.47, nipple_y + 0.90 * (lower - nipple_y)),
        (fold + 9, lower + 1),
        (fold, lower + 6),
        (fold + 2, lower + 16),
        (fold + 7, lower + 40),
        (fold + 16, max(height, lower + 40) + 40),
    ]
    outline = _smooth_curve(points, rng, 0.3)
    tip = int(np.argmax(outline @ -axis - 1e3 * (outline[:, 1] < 0)))
    nipple = outline[tip]
    profile = bool(rng.random() < 0.8)
    if profile:
        outline = _with_nipple(outline, nipple, axis, s.nipple_length)
    else:
        nipple = nipple + axis * rng.uniform(3, 8)
    outline = np.r_[outline, [[-60.0, outline[-1, 1]], [-60.0, -24.0]]]
    return ViewGeometry(
        ViewPosition.MLO, height, width, outline, (float(nipple[0]), float(nipple[1])), profile,
        (float(axis[0]), float(axis[1])), pectoral,
    )  # fmt: skip
