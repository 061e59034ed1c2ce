"""What a screen emits for each digital driving level: its characteristic curve (PS3.14, section 3.1)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

LEAST_POINTS = 18
"""Fewer points do not catch the bends of a panel; 18 is what AAPM TG18 measures."""

TOP_LEVEL = 255
"""The highest digital driving level: the window system takes eight bits."""

BRIGHTEST = 4000.0
"""Luminance in cd/m² up to which the Grayscale Standard Display Function exists (PS3.14, section 1)."""

ASSUMED_GAMMA = 2.2
ASSUMED_RANGE = (0.5, 350.0)
"""Black and white in cd/m² of a screen about which nothing is known."""


@dataclass(frozen=True, slots=True, eq=False)
class DisplayCurve:
    """Luminance at digital driving levels.

    Parameters
    ----------
    monitor
        The monitor's identity, make and serial number; what is measured holds for this one alone.
    levels
        Digital driving levels in ascending order, from 0 to 255, shape (n,) with n >= 18.
    luminance
        cd/m² at these levels, never falling, shape (n,).
    ambient
        Luminance in cd/m² that the room's light adds by reflection.
    ambient_included
        True when `luminance` was measured with the room's light in it (from a distance), False when it
        was not (a meter on the glass, or in the dark).
    assumed
        True when nothing was measured: see `assumed_curve`.

    Raises
    ------
    ValueError
        If the points are no curve; the message is the first of `curve_faults`.
    """

    monitor: str
    levels: npt.NDArray[np.int64]
    luminance: npt.NDArray[np.float64]
    measured_on: date | None = None
    measured_by: str = ""
    instrument: str = ""
    ambient: float = 0.0
    ambient_included: bool = False
    assumed: bool = False

    def __post_init__(self) -> None:
        """Refuse points from which no look-up table may be made."""
        if not (math.isfinite(self.ambient) and self.ambient >= 0):
            raise ValueError(f"The ambient luminance {self.ambient:g} is not a number of 0 cd/m² or more.")
        for _, fault in curve_faults(self.levels, self.luminance):
            raise ValueError(fault)
        if self.seen[-1] > BRIGHTEST:
            raise ValueError(
                f"White is {self.seen[-1]:g} cd/m²; the display function of DICOM ends at {BRIGHTEST:g}."
            )
        if not self.assumed and self.measured_on is None:
            raise ValueError("A measured curve needs the date of its measurement.")

    @property
    def seen(self) -> npt.NDArray[np.float64]:
        """Luminance that reaches the eye, in cd/m²: emitted and reflected."""
        return self.luminance if self.ambient_included else self.luminance + self.ambient

    @property
    def luminance_ratio(self) -> float:
        """White over black as the eye gets them, room light included; infinite over a perfect black."""
        black, white = float(self.seen[0]), float(self.seen[-1])
        return white / black if black > 0 else math.inf


def curve_faults(
    levels: npt.NDArray[np.int64], luminance: npt.NDArray[np.float64]
) -> Iterator[tuple[int | None, str]]:
    """Yield (index of the point or None, sentence) for all that keeps these points from being a curve."""
    if levels.ndim != 1 or levels.shape != luminance.shape:
        yield None, "There must be one luminance for each level."
        return
    previous: tuple[int, float] | None = None
    for index, (level, value) in enumerate(zip(levels.tolist(), luminance.tolist(), strict=True)):
        if not 0 <= level <= TOP_LEVEL:
            yield index, f"Level {level} is not between 0 and {TOP_LEVEL}."
        elif not math.isfinite(value) or value < 0:
            yield index, f"The luminance {value:g} at level {level} is not a number of 0 cd/m² or more."
        elif previous is not None and level <= previous[0]:
            yield index, f"Level {level} comes after level {previous[0]}; levels must rise."
        elif previous is not None and value < previous[1]:
            yield (
                index,
                f"The luminance falls from {previous[1]:g} at level {previous[0]} to {value:g} at level "
                f"{level}; it must not fall as levels rise. Measure these two levels again.",
            )
        previous = (level, value)
    if levels.size < LEAST_POINTS:
        yield None, f"There are {levels.size} points; at least {LEAST_POINTS} are needed."
    elif levels[0] != 0 or levels[-1] != TOP_LEVEL:
        yield (
            None,
            f"The points reach from level {levels[0]} to {levels[-1]}; both 0 and {TOP_LEVEL} are needed.",
        )
    elif not luminance[-1] > luminance[0]:
        yield None, "White is not brighter than black."


def assumed_curve(monitor: str = "") -> DisplayCurve:
    """Return the curve of a screen that nobody has measured: gamma 2.2 from 0.5 to 350 cd/m², a dark room.

    It is a guess, and whoever uses it says so on the image ("uncalibrated screen").
    """
    levels = np.arange(TOP_LEVEL + 1, dtype=np.int64)
    black, white = ASSUMED_RANGE
    luminance = black + (white - black) * (levels / TOP_LEVEL) ** ASSUMED_GAMMA
    return DisplayCurve(monitor, levels, luminance, assumed=True)
