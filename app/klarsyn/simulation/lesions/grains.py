"""Calcifications: grains of apatite, each a cut ellipsoid in three dimensions, drawn from exact lengths."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.lesions.shape import unit_vectors
from klarsyn.simulation.rays import Field, Rays

Floats = npt.NDArray[np.float64]
_FINER = 4


@dataclass(frozen=True, slots=True, eq=False)
class Grain:
    """One calcification: an ellipsoid around `centre` (x, y, z) mm with half axes `axes` (3,) mm.

    `turn` (3, 3) has the axes' directions in its columns. `faces` are planes that cut it, (k, 4) of a unit
    vector and a distance in the space where the ellipsoid is the unit ball. `hollow` is the radius there
    of a lucent core. `filled` is the share of it that is apatite.
    """

    centre: Floats
    axes: Floats
    turn: Floats
    faces: Floats
    filled: float
    hollow: float = 0.0

    @property
    def size_mm(self) -> float:
        """Its longest diameter before it was cut."""
        return 2 * float(self.axes.max())

    def on_view(self, centre: Floats, turn: Floats) -> "Grain":
        """Return the same grain elsewhere and turned by `turn`, from breast space to a view."""
        own = np.asarray(sum(turn[:, k, None] * self.turn[k] for k in range(3)), np.float64)
        return Grain(np.asarray(centre, np.float64), self.axes, own, self.faces, self.filled, self.hollow)


@dataclass(frozen=True, slots=True, eq=False)
class Grains:
    """A part of the breast: calcifications, at mm on a view."""

    grains: tuple[Grain, ...]

    def add_to(self, rays: Rays) -> None:
        """Add the mm of apatite that each pixel's rays cross, their mean over the pixel."""
        for grain in self.grains:
            top, left, patch = draw_grain(grain, rays.beam.spacing_mm, rays.beam.shift_mm(1.0))
            rays.add_calcium(top, left, patch)

    def moved(self, x_mm: float, y_mm: float) -> "Grains":
        """Return the same grains elsewhere on the image."""
        by = np.array([x_mm, y_mm, 0.0])
        return Grains(tuple(replace(grain, centre=grain.centre + by) for grain in self.grains))


def draw_grain(grain: Grain, spacing_mm: float, tangent: float) -> tuple[int, int, Field]:
    """Return (top, left, mm of apatite) of a grain on pixels of `spacing_mm`, for rays of that tilt."""
    x, y = grain.centre[0], grain.centre[1] + grain.centre[2] * tangent
    reach = float(grain.axes.max()) * np.hypot(1, tangent)
    left, top = int(np.floor((x - reach) / spacing_mm)), int(np.floor((y - reach) / spacing_mm))
    columns = int(np.floor((x + reach) / spacing_mm)) - left + 1
    rows = int(np.floor((y + reach) / spacing_mm)) - top + 1
    step = spacing_mm / _FINER
    dx = ((left * _FINER + np.arange(columns * _FINER) + 0.5) * step - x).astype(np.float32)
    dy = ((top * _FINER + np.arange(rows * _FINER) + 0.5) * step - y).astype(np.float32)
    lengths = _chords(grain, dx, dy, tangent)
    mean = lengths.reshape(rows, _FINER, columns, _FINER).mean(axis=(1, 3), dtype=np.float32)
    return top, left, np.asarray(mean * np.float32(grain.filled), np.float32)


def _chords(grain: Grain, dx: Field, dy: Field, tangent: float) -> Field:
    """Return mm along z inside the grain for rays that pass (dx, dy) mm from its centre's shadow.

    In the space where the ellipsoid is the unit ball a ray is a + z b.
    """
    into = (grain.turn / grain.axes).T
    across, down = into[:, 0].astype(np.float32), into[:, 1].astype(np.float32)
    b = (into[:, 2] - into[:, 1] * tangent).astype(np.float32)
    bb = np.float32((b * b).sum())

    def plane(n: Floats | Field) -> Field:
        weight = np.float32((n * across).sum()), np.float32((n * down).sum())
        return np.asarray(weight[0] * dx[None, :] + weight[1] * dy[:, None], np.float32)

    ab = plane(b)
    aa = (
        np.float32((across**2).sum()) * (dx * dx)[None, :]
        + np.float32((down**2).sum()) * (dy * dy)[:, None]
        + np.float32(2 * (across * down).sum()) * dx[None, :] * dy[:, None]
    )
    inner = ab * ab - bb * (aa - 1)
    root = np.sqrt(np.maximum(inner, 0))
    low, high = (-ab - root) / bb, (-ab + root) / bb
    for face in grain.faces:
        slope = np.float32((face[:3] * b).sum())
        gap = np.float32(face[3]) - plane(face[:3])
        if abs(slope) < 1e-6:
            high = np.where(gap < 0, low, high)
        elif slope > 0:
            high = np.minimum(high, gap / slope)
        else:
            low = np.maximum(low, gap / slope)
    lengths = np.maximum(high - low, 0)
    if grain.hollow:
        core = ab * ab - bb * (aa - np.float32(grain.hollow**2))
        lengths = np.maximum(lengths - 2 * np.sqrt(np.maximum(core, 0)) / bb, 0)
    return np.asarray(lengths, np.float32)


def round_grain(centre: Floats, size_mm: float, filled: float, rng: np.random.Generator) -> Grain:
    """Return a smooth, nearly round grain."""
    axes = size_mm / 2 * np.array([1, rng.uniform(0.85, 1), rng.uniform(0.8, 1)])
    return Grain(centre, axes, any_turn(rng), np.empty((0, 4)), filled)


def angular_grain(centre: Floats, size_mm: float, filled: float, rng: np.random.Generator) -> Grain:
    """Return a grain with edges, up to three times as long as wide."""
    axes = size_mm / 2 * np.array([1, rng.uniform(0.45, 0.95), rng.uniform(0.35, 0.8)])
    count = int(rng.integers(4, 8))
    faces = np.c_[unit_vectors(count, rng), rng.uniform(0.3, 0.8, count)]
    return Grain(centre, axes, any_turn(rng), faces, filled)


def rod(centre: Floats, along: Floats, length_mm: float, width_mm: float, filled: float,
        rng: np.random.Generator) -> Grain:  # fmt: skip
    """Return a rod along the direction `along`, broken off at its ends."""
    first = along / np.sqrt((along**2).sum())
    second = np.cross(first, rng.standard_normal(3))
    second /= np.sqrt((second**2).sum())
    turn = np.stack([first, second, np.cross(first, second)], axis=1)
    axes = np.array([length_mm / 2, width_mm / 2, width_mm / 2 * rng.uniform(0.7, 1)])
    ends = np.array([[1.0, 0, 0, rng.uniform(0.7, 1)], [-1.0, 0, 0, rng.uniform(0.7, 1)]])
    return Grain(centre, axes, turn, ends, filled)


def any_turn(rng: np.random.Generator) -> Floats:
    """Return a random orthogonal matrix."""
    return np.asarray(np.linalg.qr(rng.standard_normal((3, 3)))[0], np.float64)
