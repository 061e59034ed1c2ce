"""Cooper's ligaments and the walls of lobules: the fine lines of a mammogram."""

import numpy as np

from klarsyn.simulation.anatomy.curves import Array, Strands, come_and_go, wander
from klarsyn.simulation.anatomy.shape import BreastShape
from klarsyn.simulation.anatomy.vessels import make_ducts, make_vessels


def make_strands(shape: BreastShape, share: float, rng: np.random.Generator) -> tuple[Strands, ...]:
    """Grow the strands of one breast; `share` scales how many ligaments there are."""
    # Women differ in how much of their stroma shows.
    shown = share * float(rng.uniform(0.6, 1.2))
    return (
        _ligaments(shape, rng, round(26 * shown), (30, 75), 0.13, 0.26, 0.62, 4.0),
        _ligaments(shape, rng, round(60 * shown), (18, 50), 0.20, 0.17, 0.36, 4.0),
        _ligaments(shape, rng, round(90 * shown), (12, 36), 0.28, 0.38, 0.42, 3.0),
        _crests(shape, rng, round(90 * shown)),
        _lobule_borders(shape, rng, round(170 * shown), 0.15, 0.24),
        _lobule_borders(shape, rng, round(80 * shown), 0.30, 0.34),
        make_ducts(shape, rng),
        _axillary(shape, rng),
        *make_vessels(shape, rng),
    )


def _somewhere(shape: BreastShape, rng: np.random.Generator, count: int, rim: float) -> Array:
    """Return points (count, 3) in the breast; the higher `rim`, the more of them lie near the skin."""
    t = rng.uniform(0.06, 1.05, count)
    radius = shape.half_width * np.sqrt(np.clip(1 - (1 - np.minimum(t, 1)) ** 2, 0, 1))
    radius *= 0.97 * rng.random(count) ** (0.5 - 0.35 * rim)
    angle = rng.uniform(0, 2 * np.pi, count)
    points = np.stack([t * shape.depth, radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points.astype(np.float32)


def _ligaments(
    shape: BreastShape,
    rng: np.random.Generator,
    count: int,
    length_mm: tuple[float, float],
    spread: float,
    width: float,
    area: float,
    ribbon: float,
) -> Strands:
    """Return arcs most of which point to the nipple and bow outwards, as septa do under compression."""
    middle = _somewhere(shape, rng, count, 0.5)
    aim = np.array([-14.0, 0, 0], np.float32) - middle
    aim /= np.sqrt((aim**2).sum(axis=1, keepdims=True))
    aim += rng.normal(0, spread, (count, 3)).astype(np.float32)
    half = (0.5 * rng.uniform(*length_mm, (count, 1))).astype(np.float32)
    points = wander(middle - half * aim, middle + half * aim, 0.11, 24, rng)
    # Arch towards the skin: crests of Duret.
    outwards = middle * np.array([0, 1, 1], np.float32)
    outwards /= np.sqrt((outwards**2).sum(axis=1, keepdims=True)) + 1e-3
    bow = np.sin(np.pi * np.linspace(0, 1, 24, dtype=np.float32))
    size = half * rng.uniform(-0.05, 0.35, (count, 1)).astype(np.float32)
    points = points + bow[None, :, None] * (size * outwards)[:, None, :]
    return Strands(points, come_and_go(count, 24, area, rng), width, ribbon, 0.6)


def _crests(shape: BreastShape, rng: np.random.Generator, count: int) -> Strands:
    """Return the crests of Duret: short arcs from the gland's surface out to the skin, curved forwards."""
    foot = _somewhere(shape, rng, count, 0.9) * np.array([1, 0.86, 0.86], np.float32)
    outwards = foot * np.array([0, 1, 1], np.float32)
    outwards /= np.sqrt((outwards**2).sum(axis=1, keepdims=True)) + np.float32(1e-3)
    length = rng.uniform(8, 22, (count, 1)).astype(np.float32)
    aim = outwards + np.array([-0.9, 0, 0], np.float32) + rng.normal(0, 0.25, (count, 3)).astype(np.float32)
    tip = foot + length * aim / np.sqrt((aim**2).sum(axis=1, keepdims=True))
    points = wander(foot, tip, 0.09, 20, rng)
    bow = np.sin(np.pi * np.linspace(0, 1, 20, dtype=np.float32))
    size = length * rng.uniform(0.05, 0.3, (count, 1)).astype(np.float32)
    points = points + bow[None, :, None] * (size * outwards)[:, None, :]
    return Strands(points, come_and_go(count, 20, 0.34, rng), 0.2, 4.0, 0.6)


def _lobule_borders(
    shape: BreastShape, rng: np.random.Generator, count: int, width: float, area: float
) -> Strands:
    """Return arcs of circles: the thin walls of fat lobules where the beam grazes them."""
    centre = _somewhere(shape, rng, count, 0.8)
    radius = rng.uniform(4.0, 11.0, (count, 1, 1))
    first = rng.normal(0, 1, (count, 3))
    second = rng.normal(0, 1, (count, 3))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second -= first * (first * second).sum(axis=1, keepdims=True)
    second /= np.linalg.norm(second, axis=1, keepdims=True)
    extent = rng.uniform(0.8, 2.6, (count, 1))
    angle = (extent * np.linspace(-0.5, 0.5, 20))[:, :, None]
    squeeze = rng.uniform(0.6, 1.0, (count, 1, 1))
    arc = np.cos(angle) * first[:, None, :] + squeeze * np.sin(angle) * second[:, None, :]
    points = (centre[:, None, :] + radius * arc).astype(np.float32)
    return Strands(points, come_and_go(count, 20, area, rng), width, 2.0, 0.3)


def _axillary(shape: BreastShape, rng: np.random.Generator) -> Strands:
    """Return strands and small vessels that come down from the axilla, which only MLO shows."""
    count = 16
    far = shape.half_width * rng.uniform(0.75, 1.25, (count, 2))
    start = np.stack([shape.depth * rng.uniform(0.0, 1.0, count), far[:, 0], far[:, 1]], axis=1)
    end = start * rng.uniform(0.35, 0.8, (count, 1)) + rng.normal(0, 8, (count, 3))
    points = wander(start.astype(np.float32), end.astype(np.float32), 0.10, 40, rng)
    return Strands(points, come_and_go(count, 40, 0.7, rng), 0.28, 2.0, 0.5)
