"""Solid lesions: a body of samples on one view, cast by shearing and adding its layers."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from klarsyn.simulation.lesions.frame import Floats, Frame
from klarsyn.simulation.lesions.outline import LesionOutline, Polygon, contour, polygon_centre
from klarsyn.simulation.lesions.shape import Bumps, Margin, fullness
from klarsyn.simulation.rays import Field, Rays

_COARSE = 40
_FINEST_MM = 0.25
_MOST_SAMPLES = 96
_WAVES = 20
_WAVE_MM = (2.0, 14.0)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A part of the breast: `filled` (layers, rows, columns) are shares from 0 to 1 of dense tissue.

    Samples are `step_mm` apart in all directions around `centre` (x, y, z) in mm, and take `share` of the
    fat in their place. `level` is the distance from the centre in units of the margin's.
    """

    centre: Floats
    step_mm: float
    filled: Field
    level: Field
    share: float

    def add_to(self, rays: Rays) -> None:
        """Add the lengths along the rays, each layer moved by its own height."""
        beam = rays.beam
        tangent = beam.shift_mm(1.0)
        columns, extra = self._columns(tangent)
        half = (columns.shape[1] - 1) / 2 * self.step_mm
        left = self.centre[0] - half
        top = self.centre[1] + self.centre[2] * tangent - half - extra * self.step_mm
        s = beam.spacing_mm
        r0, c0 = int(np.floor(top / s)) - 1, int(np.floor(left / s)) - 1
        shape = tuple(int(np.ceil(n * self.step_mm / s)) + 3 for n in columns.shape)
        scale = s / self.step_mm
        matrix = np.array([
            [scale, 0, ((c0 + 0.5) * s - left) / self.step_mm],
            [0, scale, ((r0 + 0.5) * s - top) / self.step_mm],
        ])  # fmt: skip
        patch = cv2.warpAffine(
            columns, matrix, (shape[1], shape[0]),
            flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT,
        )  # fmt: skip
        rays.replace_fat(r0, c0, np.maximum(np.asarray(patch, np.float32), 0))

    def moved(self, x_mm: float, y_mm: float) -> "Body":
        """Return the same body elsewhere on the image."""
        return replace(self, centre=self.centre + np.array([x_mm, y_mm, 0.0]))

    def _columns(self, tangent: float) -> tuple[Field, int]:
        """Return mm of dense tissue along rays of that tilt at the body's own step, and rows added above."""
        layers, rows, columns = self.filled.shape
        mm = np.float32(self.step_mm * self.share)
        if tangent == 0.0:
            return np.asarray(self.filled.sum(axis=0) * mm, np.float32), 0
        extra = int(np.ceil(abs(tangent) * layers / 2)) + 1
        total = np.zeros((rows + 2 * extra, columns), np.float32)
        for k in range(layers):
            shift = extra + (k - (layers - 1) / 2) * tangent
            whole = int(np.floor(shift))
            rest = np.float32(shift - whole)
            total[whole : whole + rows] += self.filled[k] * (1 - rest)
            total[whole + 1 : whole + 1 + rows] += self.filled[k] * rest
        return total * mm, extra

    def truth(self) -> LesionOutline:
        """Return the outline of the margin's silhouette, without haze and spicules."""
        half = (self.level.shape[0] - 1) / 2 * self.step_mm
        corner = float(self.centre[0] - half), float(self.centre[1] - half)
        silhouette = contour(self.level.min(axis=0), self.step_mm, corner)
        if silhouette is None:
            raise AssertionError("A body has an outline: its centre is inside it.")
        inside = np.flatnonzero(self.level.min(axis=(1, 2)) <= 1)
        low = self.centre[2] - half + (inside[0] - 0.5) * self.step_mm
        high = self.centre[2] - half + (inside[-1] + 0.5) * self.step_mm

        def section(z: float) -> Polygon | None:
            layer = int(np.clip(round((z - self.centre[2] + half) / self.step_mm), inside[0], inside[-1]))
            return contour(self.level[layer], self.step_mm, corner)

        x, y = (float(c) for c in polygon_centre(silhouette))
        return LesionOutline(silhouette, (x, y, float(low + high) / 2), (float(low), float(high)), section)


def make_body(
    size_mm: float, margin: Margin, bumps: Bumps, frame: Frame, share: float, rng: np.random.Generator
) -> Body:
    """Return the body of a lesion of that mean diameter, as it lies on a view."""
    radius = size_mm / 2
    highest = float((1 + np.maximum(bumps.heights, 0).max(initial=0) + 0.1) / bumps.mean)
    half = radius * margin.reach * highest
    coarse = np.linspace(-half, half, _COARSE, dtype=np.float32)
    level = _levels(coarse / np.float32(radius), margin, bumps, frame.turn)
    samples = int(np.clip(2 * half / max(_FINEST_MM, size_mm / 50), _COARSE, _MOST_SAMPLES))
    step = 2 * half / (samples - 1)
    fine = _enlarged(level, samples)
    lumps = _lumps(samples, step, frame.turn, rng)
    ragged = fine + np.float32(margin.ragged) * np.clip(lumps, -2, 2) * np.minimum(fine, 1)
    filled = fullness(ragged, margin, step / radius)
    lumps *= np.float32(margin.lumps)
    lumps += 1
    filled *= lumps
    np.clip(filled, 0, 1.05, out=filled)
    return Body(frame.centre, step, filled, fine, share)


def _levels(axis: Field, margin: Margin, bumps: Bumps, turn: Floats) -> Field:
    """Return |v| over the margin's reach in the direction of v, on a cube of coordinates (z, y, x)."""
    z, y, x = np.meshgrid(axis / np.float32(margin.flat), axis, axis, indexing="ij")
    distance = np.sqrt(x * x + y * y + z * z)
    distance = np.maximum(distance, np.float32(1e-3))
    units = np.stack([x, y, z]) / distance
    return np.asarray(distance / bumps.radius(units, turn), np.float32)


def _enlarged(cube: Field, samples: int) -> Field:
    """Return `cube` with `samples` along each axis, corners kept, linear in between."""
    n = cube.shape[0]
    at = np.linspace(0, n - 1, samples)
    low = np.minimum(at.astype(int), n - 2)
    rest = (at - low).astype(np.float32)
    for axis in range(3):
        weight = rest.reshape([-1 if a == axis else 1 for a in range(3)])
        below, above = np.take(cube, low, axis), np.take(cube, low + 1, axis)
        above -= below
        above *= weight
        above += below
        cube = above
    return np.ascontiguousarray(cube)


def _lumps(samples: int, step_mm: float, turn: Floats, rng: np.random.Generator) -> Field:
    """Return a random texture (layers, rows, columns) of standard deviation 1, its grain 1 to 7 mm wide.

    It is a sum of waves of breast space, the long ones stronger, so that it is the same tissue in every view.
    """
    half = (samples - 1) / 2 * step_mm
    axis = np.linspace(-half, half, samples, dtype=np.float32)
    total = np.zeros((samples, samples, samples), np.float32)
    power = 0.0
    for _ in range(_WAVES):
        length = float(np.exp(rng.uniform(*np.log(_WAVE_MM))))
        towards = rng.standard_normal(3)
        towards *= 2 * np.pi / length / np.sqrt((towards**2).sum())
        x, y, z = (float((towards * turn[k]).sum()) for k in range(3))
        phase = rng.uniform(0, 2 * np.pi)
        # cos(a + b) of a plane and a line: three cosines a sample are not needed.
        flat = (axis[:, None] * np.float32(y) + axis * np.float32(x) + np.float32(phase)).astype(np.float32)
        line = axis * np.float32(z)
        ahead, aside = np.cos(flat) * np.float32(length), np.sin(flat) * np.float32(length)
        for layer, c, s in zip(total, np.cos(line), np.sin(line), strict=True):
            layer += ahead * c
            layer -= aside * s
        power += length**2 / 2
    total *= np.float32(1 / np.sqrt(power))
    return total
