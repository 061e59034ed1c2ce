"""Cooper's ligaments, ducts and vessels: thin curves in breast space, the lines of a mammogram."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.anatomy.shape import BreastShape

Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Strands:
    """`n` curves of `p` points each, of one width.

    `points` is (n, p, 3): depth, lateral, superior in mm. `area_mm2` is (n, p), the cross-section of dense
    tissue; `width_mm` the standard deviation of its profile across the beam; `ribbon_mm` how far it
    extends along the beam, since ligaments are bands rather than threads. `in_gland` is how much of it
    shows where it runs through glandular tissue.
    """

    points: Array
    area_mm2: Array
    width_mm: float
    ribbon_mm: float
    in_gland: float


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
        _ducts(shape, rng),
        _axillary(shape, rng),
        *_vessels(shape, rng),
    )


def wander(start: Array, end: Array, sway: float, points: int, rng: np.random.Generator) -> Array:
    """Return gently meandering curves (n, points, 3) from `start` to `end` (n, 3)."""
    t = np.linspace(0, 1, points, dtype=np.float32)
    along = (end - start)[:, None, :]
    length = np.sqrt((along**2).sum(axis=2, keepdims=True))
    curve = start[:, None, :] + t[None, :, None] * along
    for k in (1, 2, 3, 5):
        push = rng.normal(0, sway / k**1.7, (len(start), 1, 3)).astype(np.float32)
        phase = rng.uniform(-0.6, 0.6, (len(start), 1, 1)).astype(np.float32)
        curve = curve + push * length * np.sin(np.pi * k * t[None, :, None] + phase)
    return np.asarray(curve, np.float32)


def _somewhere(shape: BreastShape, rng: np.random.Generator, count: int, rim: float) -> Array:
    """Return points (count, 3) in the breast; the higher `rim`, the more of them lie near the skin."""
    t = rng.uniform(0.06, 1.05, count)
    radius = shape.half_width * np.sqrt(np.clip(1 - (1 - np.minimum(t, 1)) ** 2, 0, 1))
    radius *= 0.97 * rng.random(count) ** (0.5 - 0.35 * rim)
    angle = rng.uniform(0, 2 * np.pi, count)
    points = np.stack([t * shape.depth, radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points.astype(np.float32)


def _fade(count: int, points: int, area: float, rng: np.random.Generator) -> Array:
    """Return cross-sections (count, points) that rise and fall along each curve; a few curves are strong."""
    t = (np.arange(points) + 0.5)[None, :] / points
    strength = area * np.minimum(rng.lognormal(-0.4, 0.75, (count, 1)), 2.4)
    # A band is seen where it stands along the beam: its brightness comes and goes.
    waves = sum(
        rng.normal(0, 0.45, (count, 1)) * np.sin(np.pi * k * t + rng.uniform(0, 6.3, (count, 1)))
        for k in (2, 5, 9)
    )
    return np.asarray(strength * np.sin(np.pi * t) * np.clip(0.9 + 0.8 * waves, 0.2, 2), np.float32)


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
    return Strands(points, _fade(count, 24, area, rng), width, ribbon, 0.6)


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
    return Strands(points, _fade(count, 20, 0.34, rng), 0.2, 4.0, 0.6)


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
    return Strands(points, _fade(count, 20, area, rng), width, 2.0, 0.3)


def _ducts(shape: BreastShape, rng: np.random.Generator) -> Strands:
    """Return the lactiferous ducts: a fan behind the nipple that forks towards the chest wall."""
    starts, ends = [], []
    tips = [np.array([1.0, *rng.normal(0, 1.5, 2)]) for _ in range(int(rng.integers(9, 14)))]
    heads = [np.array([1.0, *(rng.normal(0, 0.55, 2))]) for _ in tips]
    for generation in range(3):
        next_tips, next_heads = [], []
        for tip, head in zip(tips, heads, strict=True):
            reach = shape.depth * rng.uniform(0.16, 0.3) * (0.8 if generation else 1.0)
            end = tip + head / np.linalg.norm(head) * reach
            starts.append(tip)
            ends.append(end)
            for _ in range(2 if generation < 1 else int(rng.integers(1, 3))):
                next_tips.append(end)
                next_heads.append(head + np.array([0.0, *rng.normal(0, 0.35, 2)]))
        tips, heads = next_tips, next_heads
    a, b = np.array(starts, np.float32), np.array(ends, np.float32)
    points = wander(a, b, 0.05, 20, rng)
    area = np.asarray(0.9 * rng.uniform(0.3, 1.0, (len(a), 1)) * np.ones((1, 20)), np.float32)
    area *= np.float32(1) / (1 + a[:, :1] / np.float32(0.5 * shape.depth))
    return Strands(points, area, 0.33, 0.0, 0.6)


def _axillary(shape: BreastShape, rng: np.random.Generator) -> Strands:
    """Return strands and small vessels that come down from the axilla, which only MLO shows."""
    count = 16
    far = shape.half_width * rng.uniform(0.75, 1.25, (count, 2))
    start = np.stack([shape.depth * rng.uniform(0.0, 1.0, count), far[:, 0], far[:, 1]], axis=1)
    end = start * rng.uniform(0.35, 0.8, (count, 1)) + rng.normal(0, 8, (count, 3))
    points = wander(start.astype(np.float32), end.astype(np.float32), 0.10, 40, rng)
    return Strands(points, _fade(count, 40, 0.7, rng), 0.28, 2.0, 0.5)


def _vessels(shape: BreastShape, rng: np.random.Generator) -> tuple[Strands, ...]:
    """Return veins and arteries that run from the chest wall towards the nipple, with branches."""
    made = []
    for width, count in ((0.52, int(rng.integers(0, 3))), (0.36, int(rng.integers(1, 4)))):
        if not count:
            continue
        start = np.zeros((count, 3), np.float32)
        # The greater vessels enter from the axilla and beside the sternum, and run not far under the skin.
        side = rng.choice([0.6, np.pi - 0.2], count) + rng.normal(0, 0.5, count)
        off = shape.half_width * rng.uniform(0.5, 0.85, count)
        start[:, 0] = shape.depth * rng.uniform(0.9, 1.2, count)
        start[:, 1], start[:, 2] = off * np.cos(side), off * np.sin(side)
        end = start * rng.uniform(0.15, 0.5, (count, 1)).astype(np.float32)
        end[:, 1:] += rng.normal(0, 8, (count, 2))
        trunk = _tortuous(wander(start, end, 0.11, 70, rng), rng)
        curves, sizes = [trunk], [np.ones((count, 1))]
        for share in (0.55, 0.4, 0.3):
            at = rng.integers(12, 52, count)
            fork = trunk[np.arange(count), at]
            ahead = trunk[np.arange(count), at + 10] - fork
            ahead /= np.sqrt((ahead**2).sum(axis=1, keepdims=True)) + np.float32(1e-3)
            aim = ahead + np.concatenate(
                [np.zeros((count, 1)), rng.choice([-1, 1], (count, 1)) * rng.uniform(0.3, 0.9, (count, 2))],
                axis=1,
            )
            tip = (fork + rng.uniform(18, 42, (count, 1)) * aim).astype(np.float32)
            curves.append(_tortuous(wander(fork, tip, 0.12, 70, rng), rng))
            sizes.append(np.full((count, 1), share))
        taper = np.linspace(1, 0.12, 70, dtype=np.float32)[None, :]
        # A round vessel of radius r has a profile of standard deviation r / 2.
        area = np.concatenate(sizes) * taper * np.float32(0.75 * np.pi * (2 * width) ** 2)
        made.append(Strands(np.concatenate(curves), np.asarray(area, np.float32), width, 0.0, 0.5))
    return tuple(made)


def _tortuous(curves: Array, rng: np.random.Generator) -> Array:
    """Return vessels with small bends every one to two centimetres."""
    t = np.linspace(0, 1, curves.shape[1], dtype=np.float32)[None, :, None]
    for k in (7, 11):
        push = rng.normal(0, 5.0 / k, (len(curves), 1, 3)).astype(np.float32)
        phase = rng.uniform(0, 6.3, (len(curves), 1, 1)).astype(np.float32)
        curves = curves + push * np.sin(np.pi * k * t + phase) * np.minimum(1, 8 * t)
    return np.asarray(curves, np.float32)
