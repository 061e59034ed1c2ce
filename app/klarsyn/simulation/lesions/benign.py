"""Calcifications that no one need fear: in the walls of vessels, and coarse ones here and there."""

import numpy as np

from klarsyn.simulation.lesions.frame import Floats
from klarsyn.simulation.lesions.grains import Grain, angular_grain, any_turn, round_grain
from klarsyn.simulation.lesions.plan import LesionPlan

_PLAQUES_PER_MM = 5.5
_COUNT = (5, 14)


def vessel_path(plan: LesionPlan) -> Floats:
    """Return the course of a calcified vessel, (n, 3) in breast space around its middle.

    It runs from the chest wall towards the nipple in slow bends.
    """
    rng = np.random.default_rng([plan.seed, 2])
    t = np.linspace(-0.5, 0.5, 25)
    towards = np.array([1.0, 0, 0]) + rng.normal(0, [0.1, 0.4, 0.25])
    towards *= plan.size_mm / np.sqrt((towards**2).sum())
    path = t[:, None] * towards
    for axis in (1, 2):
        waves = rng.uniform(0.6, 1.6)
        path[:, axis] += plan.size_mm * 0.06 * np.sin(2 * np.pi * waves * t + rng.uniform(0, 2 * np.pi))
    return np.asarray(path - path[12], np.float64)


def wall_grains(plan: LesionPlan, path: Floats) -> tuple[Grain, ...]:
    """Return plaques in the wall of a vessel that runs along `path`, (n, 3) mm on a view.

    They cover the tube unevenly on all sides. Where the beam runs along the wall it crosses the most of them:
    that draws the two tracks.
    """
    rng = np.random.default_rng([plan.seed, 3])
    radius = rng.uniform(0.75, 1.5)
    steps = np.sqrt(((path[1:] - path[:-1]) ** 2).sum(axis=1))
    length = np.r_[0, np.cumsum(steps)]
    # Plaques come in stretches with gaps between.
    stretches = np.sort(rng.uniform(0, 1, 2 * max(2, round(plan.size_mm / 11))))
    grains = []
    for _ in range(round(_PLAQUES_PER_MM * plan.size_mm)):
        share, around = rng.random(), rng.uniform(0, 2 * np.pi)
        long, thick, filled = rng.uniform(0.35, 1.3), rng.uniform(0.09, 0.18), rng.uniform(0.5, 1.2)
        wide = rng.uniform(0.45, 1.0)
        if np.searchsorted(stretches, share) % 2 == 0 and rng.random() < 0.75:
            continue
        s = share * length[-1]
        k = min(int(np.searchsorted(length, s, side="right")) - 1, len(steps) - 1)
        along = (path[k + 1] - path[k]) / max(steps[k], 1e-9)
        at = path[k] + (s - length[k]) * along
        aside = np.cross(along, [0.0, 0, 1])
        aside /= max(float(np.sqrt((aside**2).sum())), 1e-6)
        up = np.cross(along, aside)
        out = np.cos(around) * aside + np.sin(around) * up
        turn = np.stack([along, np.cross(along, out), out], axis=1)
        axes = np.array([long, wide, thick]) / 2
        grains.append(Grain(at + radius * out, axes, turn, np.empty((0, 4)), plan.contrast * filled))
    return tuple(grains)


def scattered_grains(plan: LesionPlan) -> tuple[tuple[Floats, tuple[Grain, ...]], ...]:
    """Return coarse calcifications as (place, grains around it), both in breast space around the middle.

    Most are round and some of those lucent in the middle; now and then one is like popcorn.
    """
    rng = np.random.default_rng([plan.seed, 4])
    groups = []
    for k in range(int(rng.integers(_COUNT[0], _COUNT[1] + 1))):
        place = rng.normal(0, 0.5, 3)
        place *= min(1.0, 1 / np.sqrt((place**2).sum())) * plan.size_mm / 2
        filled = plan.contrast * rng.uniform(0.6, 1.0)
        zero = np.zeros(3)
        if k == 0 and rng.random() < 0.35:
            grains = _popcorn(rng.uniform(2.5, 5.0), 0.45 * filled, rng)
        elif rng.random() < 0.45:
            axes = rng.uniform(0.7, 1.8) / 2 * np.array([1, rng.uniform(0.85, 1), rng.uniform(0.85, 1)])
            hollow = rng.uniform(0.6, 0.78)
            grains = (Grain(zero, axes, any_turn(rng), np.empty((0, 4)), filled, hollow),)
        else:
            grains = (round_grain(zero, rng.uniform(0.3, 0.8), filled, rng),)
        groups.append((np.asarray(place, np.float64), grains))
    return tuple(groups)


def _popcorn(size: float, filled: float, rng: np.random.Generator) -> tuple[Grain, ...]:
    """Coarse lumps grown together, as in an old fibroadenoma."""
    lumps = []
    for _ in range(int(rng.integers(5, 10))):
        at = rng.normal(0, 0.24 * size, 3)
        lumps.append(angular_grain(at, size * rng.uniform(0.25, 0.55), filled, rng))
    return tuple(lumps)
