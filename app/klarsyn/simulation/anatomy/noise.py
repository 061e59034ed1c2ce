"""Random fields with the statistics of breast tissue.

The power spectrum of mammograms falls as 1/f^beta with beta about 3 (Burgess, Jacobson, Judy, Med Phys
2001;28:419), 2.6 to 2.8 where fat and glandular tissue mix.
"""

import numpy as np
import numpy.typing as npt
import scipy.fft

Field = npt.NDArray[np.float32]

BETA = 2.7
"""Exponent of the power spectrum of everything random in the breast."""


def power_law_field(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    spacing_mm: float,
    longest_mm: float,
    *,
    beta: float = BETA,
    shortest_mm: float = 0.0,
) -> Field:
    """Return a periodic Gaussian field with power 1/f^beta, mean 0 and standard deviation 1.

    Parameters
    ----------
    shape
        (rows, columns) or (depth, rows, columns).
    longest_mm, shortest_mm
        Waves longer than the first are as weak as the first, so that no field is one big slope;
        waves shorter than the second are left out.
    """
    spectrum = scipy.fft.rfftn(rng.standard_normal(shape, dtype=np.float32))
    axes = [np.fft.fftfreq(n, spacing_mm).astype(np.float32) for n in shape[:-1]]
    axes.append(np.fft.rfftfreq(shape[-1], spacing_mm).astype(np.float32))
    squared = np.zeros(spectrum.shape, np.float32)
    for axis, frequency in enumerate(axes):
        squared += (frequency**2).reshape([-1 if a == axis else 1 for a in range(len(shape))])
    filter_ = (squared + np.float32(longest_mm**-2)) ** np.float32(-beta / 4)
    if shortest_mm:
        filter_ *= np.exp(-squared * np.float32(shortest_mm**2))
    filter_.flat[0] = 0
    field: Field = np.asarray(scipy.fft.irfftn(spectrum * filter_, s=shape), np.float32)
    field -= field.mean(dtype=np.float64).astype(np.float32)
    field /= np.float32(field.std(dtype=np.float64) + 1e-12)
    return field


def ridges(field: Field, width: float, sharpness: float = 2.0) -> Field:
    """Return 1 where `field` crosses zero, falling to 0 where it is `width` away from it.

    The zero set of a smooth random field is a net of closed arcs, which is how fibrous septa surround
    lobules of fat and of glandular tissue.
    """
    near = np.abs(field)
    near *= np.float32(-1 / width)
    near += 1
    np.maximum(near, 0, out=near)
    np.power(near, np.float32(sharpness), out=near)
    return near
