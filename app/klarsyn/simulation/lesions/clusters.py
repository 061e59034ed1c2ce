"""Groups of calcifications: where their specks lie in breast space, and what each looks like."""

import numpy as np

from klarsyn.simulation.lesions.frame import Floats
from klarsyn.simulation.lesions.grains import Grain, angular_grain, any_turn, rod, round_grain
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.plan import LesionPlan

_COUNTS = {Conspicuity.CLEAR: (16, 30), Conspicuity.MODERATE: (9, 20), Conspicuity.SUBTLE: (5, 12)}
_SIZES = {Conspicuity.CLEAR: 1.15, Conspicuity.MODERATE: 1.0, Conspicuity.SUBTLE: 0.85}
FEWEST, SMALLEST_MM, LARGEST_MM = 4, 0.1, 0.8
_APART_MM = 0.45


def make_cluster(plan: LesionPlan) -> tuple[Grain, ...]:
    """Return the specks of a cluster, in mm around its middle in breast space.

    With `plan.present` below 1 they are the first that came: a part of the same specks.
    """
    rng = np.random.default_rng([plan.seed, 1])
    low, high = _COUNTS[plan.conspicuity]
    count = int(rng.integers(low, high + 1))
    if plan.kind is LesionKind.LINEAR_CLUSTER:
        grains = _along_ducts(plan, count, rng)
    else:
        grains = _in_lobules(plan, count, rng)
    order = rng.permutation(count)
    here = max(min(FEWEST, count), round(count * plan.present))
    return tuple(grains[k] for k in order[:here])


def _size(rng: np.random.Generator, middle: float, spread: float, factor: float) -> float:
    return float(np.clip(factor * middle * np.exp(rng.normal(0, spread)), SMALLEST_MM, LARGEST_MM))


def _in_lobules(plan: LesionPlan, count: int, rng: np.random.Generator) -> list[Grain]:
    """Specks in a flattened ball, denser in its middle; none touches another."""
    turn = any_turn(rng)
    shape = plan.size_mm / 2 * np.array([1.0, rng.uniform(0.55, 0.9), rng.uniform(0.45, 0.8)])
    factor = _SIZES[plan.conspicuity]
    places: list[Floats] = []
    grains = []
    for _ in range(count):
        at = np.zeros(3)
        for _ in range(60):
            at = rng.normal(0, 0.5, 3)
            at *= min(1.0, 1 / np.sqrt((at**2).sum())) * shape
            if all(((at - other) ** 2).sum() > _APART_MM**2 for other in places):
                break
        places.append(at)
        centre = np.asarray((turn * at).sum(axis=1), np.float64)
        filled = plan.contrast * rng.uniform(0.75, 1.25)
        if plan.kind is LesionKind.PLEOMORPHIC_CLUSTER:
            grains.append(angular_grain(centre, _size(rng, 0.38, 0.36, factor), filled, rng))
        else:
            grains.append(round_grain(centre, _size(rng, 0.30, 0.18, factor), filled, rng))
    return grains


def _along_ducts(plan: LesionPlan, count: int, rng: np.random.Generator) -> list[Grain]:
    """Rods and fragments along a duct that runs to the nipple and its branches."""
    branches = _duct_tree(plan.size_mm, rng)
    lengths = np.array([float(np.sqrt(((b[1:] - b[:-1]) ** 2).sum(axis=1)).sum()) for b in branches])
    factor = _SIZES[plan.conspicuity]
    grains = []
    # Each branch gets its share; the casts of a duct lie one behind the other.
    along = (np.arange(count) + rng.uniform(0.15, 0.85, count)) / count * lengths.sum()
    ends = np.cumsum(lengths)
    for position in along:
        which = int(np.searchsorted(ends, position))
        branch = branches[min(which, len(branches) - 1)]
        share = (position - (ends[which] - lengths[which])) / lengths[which]
        at, direction = _on(branch, float(np.clip(share, 0, 1)))
        at = at + rng.normal(0, 0.12, 3)
        direction = direction + rng.normal(0, 0.18, 3)
        filled = plan.contrast * rng.uniform(0.8, 1.3)
        if rng.random() < 0.75:
            length = _size(rng, 0.6, 0.25, factor)
            width = max(SMALLEST_MM, length * rng.uniform(0.2, 0.38))
            grains.append(rod(at, direction, length, width, filled, rng))
        else:
            grains.append(angular_grain(at, _size(rng, 0.28, 0.25, factor), filled, rng))
    return grains


def _duct_tree(size_mm: float, rng: np.random.Generator) -> list[Floats]:
    """Return curves (n, 3) in breast space: a duct, its middle at the origin, and two to four branches."""
    main = np.array([1.0, 0, 0]) + rng.normal(0, 0.35, 3)
    tree = [_bent(np.zeros(3) - main / np.sqrt((main**2).sum()) * size_mm / 2, main, size_mm, rng)]
    for start in np.sort(rng.uniform(0.25, 0.75, int(rng.integers(2, 5)))):
        at, direction = _on(tree[0], float(start))
        # Ducts fork away from the nipple, at 20 to 45 degrees.
        aside = np.cross(direction, rng.standard_normal(3))
        aside *= np.tan(np.deg2rad(rng.uniform(20, 45))) / np.sqrt((aside**2).sum())
        tree.append(_bent(at, direction + aside, (1 - start) * size_mm * rng.uniform(0.5, 0.8), rng))
    return tree


def _bent(start: Floats, towards: Floats, length: float, rng: np.random.Generator) -> Floats:
    """Return a gently bent curve of 13 points."""
    first = towards / np.sqrt((towards**2).sum())
    bend = np.cross(first, rng.standard_normal(3)) * rng.uniform(0, 0.15)
    t = np.linspace(0, 1, 13)[:, None]
    return np.asarray(start + length * (t * first + (t * t - t) * bend), np.float64)


def _on(curve: Floats, share: float) -> tuple[Floats, Floats]:
    """Return the point at `share` of a curve, and its direction there."""
    at = share * (len(curve) - 1)
    k = min(int(at), len(curve) - 2)
    step = curve[k + 1] - curve[k]
    return curve[k] + (at - k) * step, step / np.sqrt((step**2).sum())
