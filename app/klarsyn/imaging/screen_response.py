"""From the measured points of a screen to all of its 256 levels, in steps that the eye sees."""

import math
from dataclasses import dataclass

import numpy as np

from klarsyn.domain.screen_curve import TOP_LEVEL, DisplayCurve
from klarsyn.imaging.gsdf import Floats, gsdf_jnd, gsdf_luminance

_LEAST_POWER, _MOST_POWER = 1.0, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class ScreenResponse:
    """What each digital driving level gives, room light included.

    `jnd` and `luminance` (cd/m²) have shape (256,) and never fall; `jnd` 1 stands for all that is darker
    than the Grayscale Standard Display Function begins.
    """

    jnd: Floats
    luminance: Floats


def screen_response(curve: DisplayCurve) -> ScreenResponse:
    """Return the response at every level; between measured levels by a curve that cannot overshoot.

    The curve runs through JND indices, which change evenly with the level on every real panel, while
    luminance itself changes a hundredfold from one end to the other.
    """
    every = np.arange(TOP_LEVEL + 1)
    jnd = _monotone(curve.levels.astype(np.float64), gsdf_jnd(curve.seen), every.astype(np.float64))
    _bend_at_black(curve, jnd)
    below = np.searchsorted(curve.levels, every, side="right") - 1
    above = np.searchsorted(curve.levels, every, side="left")
    # At measured levels both neighbours are the point itself, which is then taken as measured, also where
    # it is darker than the function begins.
    luminance = np.clip(gsdf_luminance(jnd), curve.seen[below], curve.seen[above])
    return ScreenResponse(jnd, luminance)


def _bend_at_black(curve: DisplayCurve, jnd: Floats) -> None:
    """Replace the two darkest pieces by a power of the level where that foretells the fourth point better.

    A panel that is not calibrated rises from black as a power of the level. A cubic misses that bend by
    four JND when the points lie 15 levels apart, the power by a hundredth. A calibrated panel rises evenly
    in JND instead.
    """
    levels, jnds = curve.levels[:4].astype(np.float64), gsdf_jnd(curve.seen[:4])
    black, dark, next_ = (float(value) for value in curve.seen[:3])
    if not black < dark < next_:
        return
    power = math.log((next_ - black) / (dark - black)) / math.log(levels[2] / levels[1])
    # Beyond these the points are noise, not a panel.
    if not _LEAST_POWER <= power <= _MOST_POWER:
        return
    foretold = black + (dark - black) * (levels[3] / levels[1]) ** power
    even = np.polynomial.Polynomial.fit(levels[:3], jnds[:3], 2)(levels[3])
    if abs(gsdf_jnd(foretold) - jnds[3]) < abs(even - jnds[3]):
        inside = np.arange(int(levels[2])) / levels[1]
        jnd[: inside.size] = gsdf_jnd(black + (dark - black) * inside**power)


def _monotone(x: Floats, y: Floats, at: Floats) -> Floats:
    """Interpolate rising points by Steffen's cubic (1990, A&A 239, 443), which cannot overshoot.

    A few lines of our own: importing scipy.interpolate takes longer than a whole image to open.
    """
    width = np.diff(x)
    secant = np.diff(y) / width
    # Slope of the parabola through three neighbours, for the inner points.
    inner = (secant[:-1] * width[1:] + secant[1:] * width[:-1]) / (width[:-1] + width[1:])
    # At both ends the parabola through the last three points goes on.
    first = secant[0] + (secant[0] - secant[1]) * width[0] / (width[0] + width[1])
    last = secant[-1] + (secant[-1] - secant[-2]) * width[-1] / (width[-1] + width[-2])
    parabola = np.concatenate(([first], inner, [last]))
    steepest = 2 * np.minimum(np.append(secant, secant[-1]), np.insert(secant, 0, secant[0]))
    slope = np.clip(parabola, 0.0, steepest)
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, width.size - 1)
    t, h = at - x[piece], width[piece]
    cubic = (slope[piece] + slope[piece + 1] - 2 * secant[piece]) / h**2
    square = (3 * secant[piece] - 2 * slope[piece] - slope[piece + 1]) / h
    value = ((cubic * t + square) * t + slope[piece]) * t + y[piece]
    return np.maximum.accumulate(np.clip(value, y[piece], y[piece + 1]))
