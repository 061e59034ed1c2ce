"""Small tomosynthesis with one planted lesion: a sweep cast through fat, reconstructed as makers do."""

import numpy as np
from tomo_phantom import Blob, PhantomView, quiet_projections

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.engine.contract import EngineView
from klarsyn.simulation.tomosynthesis.reconstruction import reconstruct, slice_heights

SPACING, ROWS, COLUMNS, THICKNESS = 0.14, 360, 280, 32
CENTRE_MM = np.array([18.0, 25.0])
"""(column, row) of the planted lesion."""

_SPECKS = ((-2.0, 0.5), (0.0, -2.0), (1.5, 1.0), (-0.5, 2.5), (2.5, -1.0), (-2.5, -2.0), (0.5, 0.0))
SWEEPS = {"A": (15, 15.0), "B": (25, 50.0), "C": (15, 25.0)}
"""Projections and degrees of the simulated makers' sweeps."""


def cluster(z: float) -> tuple[Blob, ...]:
    """Seven specks at one height."""
    return tuple(Blob(CENTRE_MM[0] + x, CENTRE_MM[1] + y, z, 5.0, (0.18, 0.18)) for x, y in _SPECKS)


def mass(z: float) -> tuple[Blob, ...]:
    """A knot of dense lumps around one height, about 8 mm wide and 5 mm high."""
    lumps = np.random.default_rng(4).normal(0, 1.6, (40, 3)) * [1, 1, 0.6]
    return tuple(
        Blob(CENTRE_MM[0] + x, CENTRE_MM[1] + y, z + h, 2.0, (1.1, 1.1)) for x, y, h in lumps.tolist()
    )


def slices(blobs: tuple[Blob, ...], maker: str = "C") -> np.ndarray:
    """(slices, rows, columns) uint16 of 1 mm, lowest first, dense bright, with a little noise."""
    count, sweep = SWEEPS[maker]
    view = PhantomView(thickness_mm=float(THICKNESS), depth_mm=34.0, blobs=blobs)
    cast = quiet_projections(
        view, count=count, sweep_deg=sweep, spacing_mm=SPACING, rows=ROWS, columns=COLUMNS
    )
    stack = np.stack(list(reconstruct(cast, slice_heights(float(THICKNESS)))))
    low, high = np.percentile(stack, [1, 99.8])
    noise = np.random.default_rng(1).normal(0, 6, stack.shape)
    inside = (np.arange(COLUMNS) + 0.5) * SPACING < 34.0
    shown = np.clip(900 + (stack - low) / (high - low) * 1500 + noise, 1, 4095)
    return np.where(inside, shown, 0).astype(np.uint16)


def volume_view(pixels: np.ndarray, name: str = "volume-0") -> EngineView:
    heights = tuple(float(n) for n in range(len(pixels)))
    spacing = Spacing(SPACING, SPACING, "PixelSpacing")
    return EngineView(name, Laterality.LEFT, ViewPosition.CC, spacing, pixels, "Phantom", heights, 1.0)


def synthetic_view(pixels: np.ndarray, name: str = "view-0") -> EngineView:
    """The brightest of each pixel's slices, as a maker's synthetic image more or less is."""
    flat = (0.5 * pixels.max(axis=0) + 0.5 * pixels.mean(axis=0)).astype(np.uint16)
    spacing = Spacing(SPACING, SPACING, "PixelSpacing")
    return EngineView(name, Laterality.LEFT, ViewPosition.CC, spacing, flat, "Phantom")
