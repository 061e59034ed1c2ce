"""Masses: a lobed smooth core, or an irregular one with spicules."""

import cv2
import numpy as np

from klarsyn.simulation.lesions import Field, LesionKind, LesionPatch, LesionPlan


def _wavy_radius(rng: np.random.Generator, angles: np.ndarray, roughness: float, waves: range) -> np.ndarray:
    """Return a closed radius around 1: harmonics fall off, so that the margin is lobed, not jagged."""
    radius = np.ones_like(angles)
    for k in waves:
        radius += roughness / k * rng.normal() * np.cos(k * angles + rng.uniform(0, 2 * np.pi))
    return np.asarray(np.maximum(radius, 0.35))


def draw_mass(plan: LesionPlan, spacing: float, rng: np.random.Generator) -> LesionPatch:
    """Draw a mass at `spacing` mm a pixel; `rng` differs between views, as the beam passes another way."""
    spiculated = plan.kind is LesionKind.SPICULATED_MASS
    core = plan.size_mm / 2
    half = int(np.ceil(core * (4.2 if spiculated else 1.8) / spacing))
    grid = (np.arange(-half, half + 1, dtype=np.float32) * spacing).astype(np.float32)
    distance = np.hypot(grid[None, :], grid[:, None])
    angle = np.arctan2(grid[:, None], grid[None, :])
    turns = np.linspace(-np.pi, np.pi, 181)
    margin = core * _wavy_radius(rng, turns, 0.42 if spiculated else 0.10, range(2, 9 if spiculated else 5))
    margin *= 1 + 0.18 * np.cos(2 * (turns - rng.uniform(0, np.pi)))
    margin[-1] = margin[0]
    reach = np.interp(angle, turns, margin).astype(np.float32)
    # Chord through a flattened ball; the square root alone would give a cyst's hard edge.
    chord = np.sqrt(np.maximum(1 - (distance / reach) ** 2, 0))
    signal = chord**1.2 if spiculated else chord**0.55
    soft = (0.55 if spiculated else 0.28) / spacing
    signal = np.asarray(cv2.GaussianBlur(signal.astype(np.float32), (0, 0), soft))
    if spiculated:
        lumps = cv2.GaussianBlur(rng.standard_normal(signal.shape, dtype=np.float32), (0, 0), 0.9 / spacing)
        signal *= 1 + 0.14 * lumps / lumps.std()
        signal += 0.20 * np.exp(-((distance / (1.6 * core)) ** 2))  # Desmoplastic haze around the core.
        signal += _spicules(rng, half, core, spacing, margin, turns)
    # The patch must end on nothing, or its square would be seen.
    fade = np.clip((half * spacing - distance) / (0.35 * half * spacing), 0, 1)
    points = np.c_[margin * np.cos(turns), margin * np.sin(turns)][:-1:3]
    return LesionPatch((signal * fade * plan.contrast).astype(np.float32), points)


def _spicules(
    rng: np.random.Generator, half: int, core: float, spacing: float, margin: np.ndarray, turns: np.ndarray
) -> Field:
    """Return fine strands that leave the core at right angles, bend a little, thin out and fade."""
    total: Field = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    count = int(rng.integers(14, 24))
    for i in range(count):
        direction = 2 * np.pi * (i + rng.uniform(-1.2, 1.2)) / count
        first = 0.35 * np.interp((direction + np.pi) % (2 * np.pi) - np.pi, turns, margin)
        length = core * (0.5 + rng.gamma(2.5, 0.55))
        bend = rng.normal(0, 0.22)
        t = np.linspace(0, 1, 13)
        r = np.minimum(first + length * t, half * spacing * 0.97)
        a = direction + bend * t**2
        points = np.round((half + np.c_[r * np.cos(a), r * np.sin(a)] / spacing) * 16).astype(int)
        strength = rng.uniform(0.20, 0.50)
        wide = rng.uniform(0.25, 0.65)
        strand = np.zeros_like(total)
        for k in range(12):
            thickness = max(1, round(wide * (1 - 0.6 * t[k]) / spacing))
            value = float(strength * np.sin(np.pi * (0.12 + 0.88 * t[k])) ** 0.6)
            cv2.line(strand, points[k].tolist(), points[k + 1].tolist(), value, thickness, cv2.LINE_8, 4)
        total = np.maximum(total, strand) + np.float32(0.2) * np.minimum(total, strand)
    return np.asarray(cv2.GaussianBlur(total, (0, 0), 0.2 / spacing), np.float32)
