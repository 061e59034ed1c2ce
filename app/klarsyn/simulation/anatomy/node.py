"""Lymph nodes in the axilla: beans of dense tissue with a notch of fat, on some MLO views."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Field = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Node:
    """A node centred on (x, y, z) in mm; `angle` is that of its long axis, in radians from x to y.

    `density` is that of its cortex (gland is 1), `fatty` how much of that its hilum lacks.
    """

    x: float
    y: float
    z: float
    long_mm: float
    short_mm: float
    angle: float
    density: float
    fatty: float

    def add_to(self, dense: Field, spacing_mm: float, slope: float) -> None:
        """Add its mm to `dense`, cast by a beam that moves height z by z * `slope` along y."""
        centre_y = self.y + self.z * slope
        rows = slice(*_span(centre_y, self.long_mm, spacing_mm, dense.shape[0]))
        columns = slice(*_span(self.x, self.long_mm, spacing_mm, dense.shape[1]))
        y = ((np.arange(rows.start, rows.stop) + 0.5) * spacing_mm - centre_y)[:, None]
        x = ((np.arange(columns.start, columns.stop) + 0.5) * spacing_mm - self.x)[None, :]
        along = x * np.cos(self.angle) + y * np.sin(self.angle)
        across = y * np.cos(self.angle) - x * np.sin(self.angle)
        # A little bent, and its hilum of fat lies off the middle, where vessels enter.
        bent = across + 0.12 * (along / self.long_mm) ** 2 * self.long_mm
        body = 1 - (2 * along / self.long_mm) ** 2 - (2 * bent / self.short_mm) ** 2
        off = (bent + 0.20 * self.short_mm) / (0.30 * self.short_mm)
        hilum = np.exp(-((along / (0.24 * self.long_mm)) ** 2) - off * off)
        # The profile of an ellipsoid, with a soft rim.
        chord = self.density * self.short_mm * np.maximum(body, 0) ** 0.75 * (1 - self.fatty * hilum)
        dense[rows, columns] += np.maximum(chord, 0).astype(np.float32)


def make_nodes(
    pectoral: npt.NDArray[np.float64], thickness_mm: float, rng: np.random.Generator
) -> tuple[Node, ...]:
    """Return none to three nodes about the upper part of the muscle's edge; a third of women show any."""
    count = int(rng.choice(4, p=[0.66, 0.2, 0.09, 0.05]))
    nodes = []
    for _ in range(count):
        y = float(rng.uniform(8, 48))
        edge = float(np.interp(y, pectoral[:, 1], pectoral[:, 0]))
        long_mm = float(rng.uniform(4.5, 10))
        nodes.append(
            Node(
                x=max(4.0, edge + float(rng.uniform(-9, 8))),
                y=y,
                z=float(rng.uniform(0.3, 0.7)) * thickness_mm,
                long_mm=long_mm,
                short_mm=long_mm * float(rng.uniform(0.45, 0.7)),
                angle=float(rng.uniform(0.9, 2.2)),
                density=float(rng.uniform(0.28, 0.5)),
                fatty=float(rng.uniform(0.35, 0.8)),
            )
        )
    return tuple(nodes)


def _span(centre: float, reach: float, spacing: float, size: int) -> tuple[int, int]:
    first = min(max(0, int((centre - reach) / spacing)), size)
    return first, max(first, min(size, int((centre + reach) / spacing) + 1))
