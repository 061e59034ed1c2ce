"""How well a screen follows the Grayscale Standard Display Function, and what its 256 levels cost.

The measure is that of AAPM TG18 (Samei 2005, Med Phys 32, 1205) and Report 270: at 18 P-values the contrast
dL/L per JND is compared with the display function's own between the same black and white.
"""

from dataclasses import dataclass

import numpy as np

from klarsyn.domain.screen_curve import DisplayCurve
from klarsyn.imaging.gsdf import Floats, gsdf_of_p_values
from klarsyn.imaging.screen import ScreenLut, screen_values
from klarsyn.imaging.screen_response import screen_response

STEPS = 17
"""Contrast steps between the 18 P-values 0, 15, 30 ... 255."""


@dataclass(frozen=True, slots=True)
class ConformanceLimits:
    """What a screen must hold; a site may set its own.

    Parameters
    ----------
    contrast_deviation
        Largest deviation of dL/L per JND from the display function, as a share of it.
    luminance_ratio
        Least ratio of white to black, room light included.
    white
        Least luminance of white in cd/m².
    """

    name: str
    contrast_deviation: float
    luminance_ratio: float
    white: float


PRIMARY = ConformanceLimits("AAPM TG18, primary", 0.10, 250.0, 170.0)
SECONDARY = ConformanceLimits("AAPM TG18, secondary", 0.20, 100.0, 100.0)
MAMMOGRAPHY = ConformanceLimits("mammography (ACR-AAPM-SIIM)", 0.10, 250.0, 420.0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One limit, whether it was kept, and the sentence that says so with both numbers."""

    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Conformance:
    """The figures of one screen.

    `p_values` (8 bits) and the luminances (cd/m²) have shape (18,); `deviation`, the signed share by which
    each step's contrast differs from the display function's, has shape (17,). `measured` tells which of the
    18 luminances were measured at the very level shown, the others being interpolated.
    """

    p_values: Floats
    luminance: Floats
    expected_luminance: Floats
    deviation: Floats
    measured: tuple[bool, ...]
    luminance_ratio: float
    verdicts: tuple[Verdict, ...]

    @property
    def largest_deviation(self) -> float:
        """The largest deviation of contrast in either direction, as a share: 0.1 is 10 %."""
        return float(np.abs(self.deviation).max())

    @property
    def passed(self) -> bool:
        """True when every limit was kept."""
        return all(verdict.passed for verdict in self.verdicts)


def conformance(curve: DisplayCurve, screen: ScreenLut | None, limits: ConformanceLimits) -> Conformance:
    """Judge a measured screen as it shows P-values: through `screen`, or as they are when it is None.

    Raises
    ------
    ValueError
        If the curve is assumed: nothing is known about a screen that was not measured.
    """
    if curve.assumed:
        raise ValueError("This screen was never measured: its conformance is not known. Measure 18 levels.")
    p_values = np.linspace(0.0, 1.0, STEPS + 1)
    shown = screen_values(p_values, screen)
    luminance = screen_response(curve).luminance[shown]
    expected = gsdf_of_p_values(p_values, float(luminance[0]), float(luminance[-1]))
    # The 17 steps are equal in JND, so the JND a step, which both contrasts are divided by, falls out.
    deviation = _contrast(luminance) / _contrast(expected) - 1.0
    largest = float(np.abs(deviation).max())
    ratio, white = curve.luminance_ratio, float(luminance[-1])
    verdicts = (
        Verdict(
            largest <= limits.contrast_deviation,
            f"Contrast differs from the display function by up to {largest:.1%}; "
            f"{limits.name} allows {limits.contrast_deviation:.0%}.",
        ),
        Verdict(
            ratio >= limits.luminance_ratio,
            f"White is {ratio:.0f} times as bright as black; {limits.name} asks for "
            f"{limits.luminance_ratio:.0f} or more.",
        ),
        Verdict(
            white >= limits.white,
            f"White is {white:.0f} cd/m²; {limits.name} asks for {limits.white:.0f} or more.",
        ),
    )
    known = set(curve.levels.tolist())
    return Conformance(
        p_values * 255.0,
        luminance,
        expected,
        deviation,
        tuple(level in known for level in shown.tolist()),
        ratio,
        verdicts,
    )


@dataclass(frozen=True, slots=True)
class JndSteps:
    """What eight bits make of the steps that the eye could see.

    Parameters
    ----------
    in_range
        Just noticeable differences between black and white.
    levels, levels_of_8_bit_p_values
        Driving levels that can come up, with P-values of any precision and with P-values of 8 bits.
    mean_step, largest_step
        JND between neighbouring levels of the first kind.
    lost
        JND steps that fall between two neighbouring levels, where no third can be shown.
    """

    in_range: float
    levels: int
    levels_of_8_bit_p_values: int
    mean_step: float
    largest_step: float
    lost: int

    def __str__(self) -> str:
        """Return the sentence for the display page."""
        return (
            f"{self.in_range:.0f} just noticeable differences between black and white; eight bits show "
            f"{self.levels} levels, {self.mean_step:.1f} JND apart on average and {self.largest_step:.1f} at "
            f"most: {self.lost} steps are lost."
        )


def jnd_steps(curve: DisplayCurve, screen: ScreenLut | None) -> JndSteps:
    """Count the JND steps that a screen of eight bits can and cannot show."""
    jnd = screen_response(curve).jnd
    used = np.unique(screen_values(np.linspace(0.0, 1.0, 1 << 16), screen))
    of_8_bits = np.unique(screen_values(np.linspace(0.0, 1.0, 1 << 8), screen))
    steps = np.diff(jnd[used])
    lost = int(np.floor(np.maximum(steps - 1.0, 0.0).sum() + 1e-9))
    return JndSteps(
        float(jnd[-1] - jnd[0]),
        int(used.size),
        int(of_8_bits.size),
        float(steps.mean()),
        float(steps.max()),
        lost,
    )


def _contrast(luminance: Floats) -> Floats:
    """Return 2 (L2 - L1) / (L2 + L1) of neighbours; 0 between two perfect blacks."""
    rise, total = np.diff(luminance), luminance[1:] + luminance[:-1]
    return np.divide(2.0 * rise, total, out=np.zeros_like(rise), where=total > 0)
