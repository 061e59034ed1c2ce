"""What radiates from a lesion: the spicules of a mass, and strands that a distortion draws together."""

import numpy as np

from klarsyn.simulation.lesions.frame import Floats, Frame
from klarsyn.simulation.lesions.plan import LesionPlan
from klarsyn.simulation.lesions.shape import Bumps, unit_vectors
from klarsyn.simulation.lesions.strands import Strand, Strands

_POINTS = 11


def spicules(plan: LesionPlan, bumps: Bumps, frame: Frame) -> Strands:
    """Return the spicules of a mass: they leave the margin at right angles, bend, thin out and fade."""
    rng = np.random.default_rng([plan.seed, 6])
    radius = plan.size_mm / 2
    directions = unit_vectors(int(rng.integers(38, 60)), rng)
    units = np.asarray(directions.T, np.float32)
    margin = radius * np.asarray(bumps.radius(units, np.eye(3)), np.float64)
    strands = []
    for towards, start in zip(directions, margin, strict=True):
        length = radius * (0.5 + rng.gamma(2.2, 0.42))
        length = min(float(length), 2.4 * radius, 18.0)
        points = _bent(towards, 0.95 * start, length, 0.25, rng)
        wide = rng.uniform(0.22, 0.55) * (0.6 + 0.035 * plan.size_mm)
        taper = 1 - 0.85 * np.linspace(0, 1, _POINTS) ** 1.3
        strands.append(Strand(frame.to_view(points), wide * taper))
    return Strands(tuple(strands), min(1.0, 1.15 * plan.contrast))


def converging(plan: LesionPlan, frame: Frame) -> tuple[Strands, Floats]:
    """Return the strands of a distortion, which meet in no core, and the points (n, 3) that it reaches.

    They do not start in one point: a scar has an extent of its own.
    """
    rng = np.random.default_rng([plan.seed, 7])
    reach = plan.size_mm / 2
    directions = unit_vectors(int(rng.integers(60, 90)), rng)
    strands = []
    for towards in directions:
        length = reach * rng.uniform(0.55, 1.0)
        start = reach * rng.uniform(0.02, 0.2)
        points = _bent(towards, start, length - start, 0.2, rng) + rng.normal(0, 0.05 * reach, 3)
        wide = rng.uniform(0.16, 0.4) * (0.75 + 0.012 * plan.size_mm)
        shape = np.sin(np.pi * (0.2 + 0.8 * np.linspace(0, 1, _POINTS))) ** 0.7
        strands.append(Strand(frame.to_view(points), wide * np.maximum(shape, 0.05)))
    # Most strands have ended before the longest do: what is seen as the lesion is three quarters of it.
    edge = frame.to_view(0.75 * reach * unit_vectors(60, rng))
    return Strands(tuple(strands), min(1.0, 1.1 * plan.contrast)), edge


def _bent(towards: Floats, start: float, length: float, bend: float, rng: np.random.Generator) -> Floats:
    """Return (n, 3) points of a curve that leaves the centre in a direction and bends aside."""
    t = np.linspace(0, 1, _POINTS)[:, None]
    aside = np.cross(towards, rng.standard_normal(3))
    return np.asarray(
        (start + length * t) * towards + length * rng.normal(0, bend) * t**2 * aside, np.float64
    )
