"""Thin strands in three dimensions: spicules, and what a distortion draws together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.rays import Field, Rays

Floats = npt.NDArray[np.float64]
_SMOOTH = 7**0.5 / 2
_STEEPEST = 1.3
"""A thread seen end on is this much longer than its shadow at most, or it would shine as a dot."""


@dataclass(frozen=True, slots=True, eq=False)
class Strand:
    """A thread along `points` (n, 3), mm on the view, with `radius_mm` (n,) at each."""

    points: Floats
    radius_mm: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Strands:
    """A part of the breast: threads that take the place of fat. `filled` is the share of it they replace."""

    strands: tuple[Strand, ...]
    filled: float

    def add_to(self, rays: Rays) -> None:
        """Draw each thread at the resolution of `rays`, moved by its own height at each point."""
        s = rays.beam.spacing_mm
        cast = [_cast(strand, rays.beam.shift_mm(1.0)) / s - 0.5 for strand in self.strands]
        if not cast:
            return
        widest = max(_SMOOTH * float(t.radius_mm.max()) for t in self.strands) / s + 3
        low = np.floor(np.min([c.min(axis=0) for c in cast], axis=0) - widest).astype(int)
        high = np.ceil(np.max([c.max(axis=0) for c in cast], axis=0) + widest).astype(int)
        total: Field = np.zeros((high[1] - low[1] + 1, high[0] - low[0] + 1), np.float32)
        for strand, at in zip(self.strands, cast, strict=True):
            _draw(total, at - low, strand, s)
        total *= np.float32(self.filled)
        rays.replace_fat(int(low[1]), int(low[0]), total)

    def moved(self, x_mm: float, y_mm: float) -> "Strands":
        """Return the same strands elsewhere on the image."""
        by = np.array([x_mm, y_mm, 0.0])
        return Strands(tuple(Strand(t.points + by, t.radius_mm) for t in self.strands), self.filled)


def _cast(strand: Strand, tangent: float) -> Floats:
    """Return (n, 2) of (x, y) in mm where the strand is seen."""
    x, y, z = strand.points.T
    return np.stack([x, y + z * tangent], axis=1)


def _draw(total: Field, at: Floats, strand: Strand, s: float) -> None:
    """Add the mm of one strand to `total`; `at` is in its pixels.

    Its profile (1 - u^2)^2 has the area and the width (second moment) of a round thread's, and is never
    narrower than pixels can sample without beating. Where segments meet the larger value counts, so that
    joints do not shine.
    """
    reach = np.maximum(_SMOOTH * strand.radius_mm / s, 1.5)
    low = np.maximum(np.floor(at.min(axis=0) - reach.max() - 1).astype(int), 0)
    high = np.ceil(at.max(axis=0) + reach.max() + 2).astype(int)
    own: Field = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
    at = at - low
    lengths = np.sqrt(((strand.points[1:] - strand.points[:-1]) ** 2).sum(axis=1)) / s
    for k in range(len(at) - 1):
        (x0, y0), (x1, y1) = at[k], at[k + 1]
        wide = float((reach[k] + reach[k + 1]) / 2)
        area = float(np.pi * (strand.radius_mm[k] ** 2 + strand.radius_mm[k + 1] ** 2) / 2)
        dx, dy = x1 - x0, y1 - y0
        seen = float(np.hypot(dx, dy))
        if seen < 1e-3:
            continue
        c0, r0 = max(0, int(min(x0, x1) - wide)), max(0, int(min(y0, y1) - wide))
        c1, r1 = int(max(x0, x1) + wide) + 2, int(max(y0, y1) + wide) + 2
        box = own[r0:r1, c0:c1]
        x = np.arange(c0, c0 + box.shape[1], dtype=np.float32) - np.float32(x0)
        y = (np.arange(r0, r0 + box.shape[0], dtype=np.float32) - np.float32(y0))[:, None]
        along = np.clip((x * np.float32(dx) + y * np.float32(dy)) / np.float32(seen**2), 0, 1)
        squared = (x - along * np.float32(dx)) ** 2 + (y - along * np.float32(dy)) ** 2
        steep = min(float(lengths[k]) / seen, _STEEPEST)
        peak = area * steep / (16 / 15 * wide * s)
        profile = np.maximum(1 - squared * np.float32(1 / wide**2), 0)
        np.maximum(box, np.float32(peak) * profile * profile, out=box)
    total[low[1] : high[1], low[0] : high[0]] += own[: total.shape[0] - low[1], : total.shape[1] - low[0]]
