"""The filters of the graph, as small float32 arrays of shape (rows, columns).

Correlation kernels, as ONNX's Conv applies them: the value at offset d multiplies the image at p + d.
"""

import math

import numpy as np
import numpy.typing as npt

Kernel = npt.NDArray[np.float32]


def gaussian(sigma: float) -> Kernel:
    """One-dimensional Gaussian of sum 1, three sigma wide, as a row."""
    reach = math.ceil(3 * sigma)
    x = np.arange(-reach, reach + 1)
    g = np.exp(-(x**2) / (2 * sigma**2))
    return (g / g.sum())[None].astype(np.float32)


def gaussian_derivatives(sigma: float) -> tuple[Kernel, Kernel]:
    """First derivatives of a Gaussian along columns and rows; a ramp of slope 1 gives 1."""
    x, _, g = _grid(sigma)
    gx = x * g / (x * x * g).sum()
    return gx.astype(np.float32), gx.T.astype(np.float32)


def line_tensor(sigma: float) -> tuple[Kernel, Kernel]:
    """Second derivatives (xx - yy, 2 xy) of a Gaussian.

    For a bright line along the direction t these two are |L| (cos 2t, sin 2t), L being the second
    derivative across the line: a doubled angle, which can be averaged.
    """
    x, y, g = _grid(sigma)
    scale = 1 / (x * x * x * x * g).sum() ** 0.5
    return ((x * x - y * y) * g * scale).astype(np.float32), (2 * x * y * g * scale).astype(np.float32)


def towards_centre(inner: float, outer: float) -> tuple[Kernel, Kernel, Kernel]:
    """Kernels that measure how far unit gradients in a ring point at its centre, and the ring itself.

    After the iris filter of Kobatake and Hashimoto (IEEE TIP 8:662, 1999), as two plain correlations.
    """
    x, y, ring = _ring(inner, outer)
    distance = np.maximum(np.hypot(x, y), 1e-6)
    return (
        (-x / distance * ring).astype(np.float32),
        (-y / distance * ring).astype(np.float32),
        ring.astype(np.float32),
    )


def radial_lines(inner: float, outer: float) -> tuple[Kernel, Kernel]:
    """Kernels on the line tensor that are positive where lines in a ring run to its centre.

    The idea of Karssemeijer and te Brake (IEEE TMI 15:611, 1996): orientations concentrate at a
    spiculated mass.
    """
    x, y, ring = _ring(inner, outer)
    angle = np.arctan2(y, x)
    return (np.cos(2 * angle) * ring).astype(np.float32), (np.sin(2 * angle) * ring).astype(np.float32)


def core_minus_surround(radius: float, outer: float) -> Kernel:
    """Mean of a disc minus mean of the ring around it."""
    x, y, ring = _ring(radius, outer)
    disc = _soft(radius - np.hypot(x, y))
    return (disc / disc.sum() - ring / ring.sum()).astype(np.float32)


def _grid(sigma: float) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    reach = math.ceil(3 * sigma)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float64)
    g = np.exp(-(x**2 + y**2) / (2 * sigma**2))
    return x, y, g / g.sum()


def _ring(
    inner: float, outer: float
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    reach = math.ceil(outer + 1)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float64)
    distance = np.hypot(x, y)
    ring = _soft(distance - inner) * _soft(outer - distance)
    return x, y, ring / ring.sum()


def _soft(depth: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A step that takes one pixel."""
    return np.clip(depth + 0.5, 0, 1)
