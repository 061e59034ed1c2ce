"""Ducts behind the nipple, arteries and veins: what branches in the breast."""

import numpy as np

from klarsyn.simulation.anatomy.curves import Array, Strands, wander
from klarsyn.simulation.anatomy.shape import BreastShape


def make_ducts(shape: BreastShape, rng: np.random.Generator) -> Strands:
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


def make_vessels(shape: BreastShape, rng: np.random.Generator) -> tuple[Strands, ...]:
    """Return veins and arteries that run from the chest wall towards the nipple, with branches."""
    made = []
    for width, count in ((0.52, int(rng.integers(1, 4))), (0.36, int(rng.integers(2, 5)))):
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
        area = np.concatenate(sizes) * taper * np.float32(0.9 * np.pi * (2 * width) ** 2)
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
