"""The channelised Hotelling observer: how well a linear reader of a few channels tells lesion from none.

Gallas and Barrett, "Validating the use of channels to estimate the ideal linear observer", J Opt Soc Am A
20:1725 (2003), for Laguerre-Gauss channels; Abbey and Barrett, J Opt Soc Am A 18:473 (2001), for differences
of Gaussians; Yao and Barrett, SPIE 1768:161 (1992), for the observer itself. It is trained on one set of
samples and judged on another, so that what it has learnt by heart does not count.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import eval_laguerre, ndtri
from scipy.stats import rankdata

from klarsyn.simulation.rays import Field

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Performance:
    """Area under the ROC curve and d' with their 95 % bootstrap intervals."""

    auc: float
    auc_interval: tuple[float, float]
    index: float
    index_interval: tuple[float, float]


def laguerre_gauss(shape: tuple[int, int], spacing_mm: float, width_mm: float, count: int = 6) -> Floats:
    """Return (count, rows * columns) round channels for a mass about `width_mm` across."""
    rows, columns = shape
    y = (np.arange(rows) - (rows - 1) / 2) * spacing_mm
    x = (np.arange(columns) - (columns - 1) / 2) * spacing_mm
    g = 2 * np.pi * (y[:, None] ** 2 + x**2) / width_mm**2
    channels = np.stack([np.exp(-g / 2) * eval_laguerre(n, g) for n in range(count)])
    return np.asarray(channels.reshape(count, -1) * np.sqrt(2) / width_mm, np.float64)


def bands_of(signal: Field, spacing_mm: float, first: float = 0.06, ratio: float = 1.9,
             count: int = 6) -> Floats:  # fmt: skip
    """Return channels (count, rows * columns) for a signal that is not round, as specks or strands.

    Each is the known signal seen through one band of frequencies, a difference of Gaussians from `first`
    cycles/mm on, each band `ratio` times as high as the one before.
    """
    rows, columns = signal.shape
    vertical = np.fft.fftfreq(rows, spacing_mm)[:, None]
    frequency = np.hypot(vertical, np.fft.rfftfreq(columns, spacing_mm))
    spectrum = np.fft.rfft2(signal)
    channels = []
    for k in range(count):
        low = first * ratio**k
        band = np.exp(-((frequency / (ratio * low)) ** 2) / 2) - np.exp(-((frequency / low) ** 2) / 2)
        channel = np.fft.irfft2(spectrum * band, signal.shape).ravel()
        channels.append(channel / max(float(np.sqrt((channel**2).sum())), 1e-12))
    return np.asarray(channels)


def responses(patches: Field, channels: Floats) -> Floats:
    """Return (samples, channels): what each channel makes of `patches` (samples, rows, columns)."""
    flat = patches.reshape(len(patches), -1).astype(np.float64)
    return np.asarray(flat @ channels.T)


def observe(
    healthy: Floats,
    diseased: Floats,
    rng: np.random.Generator,
    *,
    internal_noise: float = 0.0,
    bootstraps: int = 400,
) -> Performance:
    """Train on every other sample and judge the rest.

    Parameters
    ----------
    healthy, diseased
        Channel responses (samples, channels) without and with the lesion; at least four times as many samples
        in each as channels.
    internal_noise
        Of the reader, as a share of the spread of the decision variable.

    Raises
    ------
    ValueError
        If there are too few samples for so many channels.
    """
    channels = healthy.shape[1]
    if min(len(healthy), len(diseased)) < 4 * channels:
        raise ValueError(
            f"{min(len(healthy), len(diseased))} samples are too few to train {channels} channels; give at "
            f"least {4 * channels} with and without the lesion."
        )
    template = hotelling_template(healthy[::2], diseased[::2])
    without, with_ = healthy[1::2] @ template, diseased[1::2] @ template
    if internal_noise:
        spread = internal_noise * float(np.sqrt((without.var() + with_.var()) / 2))
        without = without + rng.normal(0, spread, len(without))
        with_ = with_ + rng.normal(0, spread, len(with_))
    aucs, indices = [], []
    for _ in range(bootstraps):
        a, b = rng.choice(without, len(without)), rng.choice(with_, len(with_))
        aucs.append(area(a, b))
        indices.append(separation(a, b))
    return Performance(area(without, with_), _interval(aucs), separation(without, with_), _interval(indices))


def hotelling_template(healthy: Floats, diseased: Floats) -> Floats:
    """Return the weights of the channels: inverse of the mean covariance times the mean difference."""
    covariance = (np.cov(healthy, rowvar=False) + np.cov(diseased, rowvar=False)) / 2
    return np.asarray(np.linalg.solve(covariance, diseased.mean(axis=0) - healthy.mean(axis=0)))


def area(without: Floats, with_: Floats) -> float:
    """Return the area under the ROC curve (Mann and Whitney), ties counting half."""
    ranks = rankdata(np.concatenate([without, with_]))[len(without) :]
    n, m = len(without), len(with_)
    return float((ranks.sum() - m * (m + 1) / 2) / (n * m))


def separation(without: Floats, with_: Floats) -> float:
    """Return d': the difference of the means in units of the mean spread."""
    spread = np.sqrt((without.var(ddof=1) + with_.var(ddof=1)) / 2)
    return float((with_.mean() - without.mean()) / max(float(spread), 1e-12))


def index_of_area(auc: float) -> float:
    """Return the d' that two normal distributions with that area under the curve have."""
    return float(np.sqrt(2) * ndtri(auc))


def _interval(values: list[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
