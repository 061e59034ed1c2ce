"""Random tissue: power-law fields, strands and septa.

The power spectrum of mammograms falls as 1/f^beta with beta about 3 (Burgess, Jacobson, Judy, Med Phys
2001;28:419), 2.6 to 2.8 where fat and glandular tissue mix. A field of dimension three keeps its
exponent when it is projected (central slice theorem), so one number serves volume and image.
"""

import cv2
import numpy as np
import numpy.typing as npt
import scipy.fft

Field = npt.NDArray[np.float32]

BETA = 2.7
"""Exponent of the power spectrum of everything random in the breast, in space and in projection."""


def _normalised(field: Field) -> Field:
    field -= field.mean(dtype=np.float64).astype(np.float32)
    field /= np.float32(field.std(dtype=np.float64) + 1e-12)
    return field


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
    return _normalised(scipy.fft.irfftn(spectrum * filter_, s=shape).astype(np.float32))


class Grain:
    """Makes fields whose grain runs along a direction that varies over the image.

    A field with an elliptical spectrum has one direction only. Five of them, 36 degrees apart, are
    blended with weights that fall off with the distance to the wanted direction, normalised so that the
    variance is the same everywhere.

    Parameters
    ----------
    direction
        (rows, columns) angle of the grain in radians, from the column axis towards rows.
    """

    _COUNT = 5

    def __init__(self, direction: Field, spacing_mm: float) -> None:
        self._shape = direction.shape
        self._spacing = spacing_mm
        angles = [np.float32(np.pi * k / self._COUNT) for k in range(self._COUNT)]
        weights = [((1 + np.cos(2 * (direction - angle))) / 2) for angle in angles]  # cos squared
        weights = [(w * w) * (w * w) for w in weights]
        norm = np.sqrt(sum(w * w for w in weights))
        self._parts = [
            (float(a), (w / norm).astype(np.float32)) for a, w in zip(angles, weights, strict=True)
        ]

    def field(
        self,
        rng: np.random.Generator,
        longest_mm: float,
        stretch: float,
        *,
        beta: float = BETA,
        shortest_mm: float = 0.0,
    ) -> Field:
        """Return a power-law field, `stretch` times longer along the grain than across, with mean 0 and
        standard deviation 1; see `power_law_field` for the other parameters."""
        shape = self._shape
        spectrum = scipy.fft.rfft2(rng.standard_normal(shape, dtype=np.float32))
        row = np.fft.fftfreq(shape[0], self._spacing).astype(np.float32)[:, None]
        column = np.fft.rfftfreq(shape[1], self._spacing).astype(np.float32)[None, :]
        total = np.zeros(shape, np.float32)
        for angle, weight in self._parts:
            along = np.float32(np.cos(angle)) * column + np.float32(np.sin(angle)) * row
            across = np.float32(np.cos(angle)) * row - np.float32(np.sin(angle)) * column
            squared = (np.float32(stretch) * along) ** 2 + across**2
            filter_ = (squared + np.float32(longest_mm**-2)) ** np.float32(-beta / 4)
            if shortest_mm:
                filter_ *= np.exp(-squared * np.float32(shortest_mm**2))
            filter_[0, 0] = 0
            one = scipy.fft.irfft2(spectrum * filter_, s=shape)
            total += weight * (one / one.std())
        return _normalised(total)


def ridges(field: Field, sharpness: float = 2.0) -> Field:
    """Return bright ridges where `field` crosses zero and dark rounded lobules between, values 0 to 1.

    The zero set of a smooth random field is a net of closed arcs, which is how fibrous septa surround
    lobules of fat and of glandular tissue.
    """
    return np.maximum(1 - np.abs(field) / np.float32(1.5), 0) ** np.float32(sharpness)


def arcs(
    shape: tuple[int, int], paths: list[npt.NDArray[np.float64]], strengths: npt.NDArray[np.float64]
) -> Field:
    """Return thin bright curves along `paths` ((n, 2) points (column, row) in pixels), values 0 to about 1.

    Each fades in and out at its ends; where they cross they add up, as in projection.
    """
    total = np.zeros(shape, np.float32)
    for first in range(0, len(paths), 40):
        canvas = np.zeros(shape, np.uint8)
        for points, strength in zip(paths[first : first + 40], strengths[first : first + 40], strict=True):
            fixed = np.round(points * 16).astype(np.int32)
            steps = len(points) - 1
            for i in range(steps):
                value = int(255 * strength * np.sin(np.pi * (i + 0.5) / steps) ** 0.7)
                cv2.line(canvas, fixed[i].tolist(), fixed[i + 1].tolist(), value, 1, cv2.LINE_AA, 4)
        total += canvas
    return total / np.float32(255)


def tubes(
    rng: np.random.Generator, shape: tuple[int, int], paths: list[tuple[npt.NDArray[np.float64], float]]
) -> Field:
    """Return blood vessels: the thickness profile of round tubes along `paths`, values 0 to 1.

    Each path is ((n, 2) points (column, row) in pixels, diameter in pixels); it thins out to its end.
    """
    total = np.zeros(shape, np.float32)
    for points, diameter in paths:
        one = np.zeros(shape, np.float32)
        steps = len(points) - 1
        for i in range(steps):
            thickness = max(1, round(diameter * (1.0 - 0.5 * i / steps)))
            ends = np.round(points[i : i + 2] * 16).astype(int)
            cv2.line(one, ends[0].tolist(), ends[1].tolist(), 1.0, thickness, cv2.LINE_8, 4)
        strength = np.float32(rng.uniform(0.6, 1.0))
        total = np.maximum(total, strength * cv2.GaussianBlur(one, (0, 0), max(0.6, diameter * 0.3)))
    return total


def wandering_path(
    rng: np.random.Generator,
    start: tuple[float, float],
    end: tuple[float, float],
    sway: float,
    points: int = 60,
) -> npt.NDArray[np.float64]:
    """Return a gently meandering path of (column, row) from `start` to `end`, in the unit of its ends."""
    t = np.linspace(0.0, 1.0, points)
    a, b = np.asarray(start), np.asarray(end)
    normal = np.array([-(b - a)[1], (b - a)[0]])
    wave = sum(
        rng.normal(0, 1.0 / k**1.3) * np.sin(np.pi * k * t + rng.uniform(-0.6, 0.6)) for k in (1, 2, 3, 5)
    )
    path: npt.NDArray[np.float64] = a + t[:, None] * (b - a)
    path += (sway * wave * np.sin(np.pi * t) ** 0.5)[:, None] * normal
    return path
