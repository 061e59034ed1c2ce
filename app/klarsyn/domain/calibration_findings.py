"""A region's raw value -> finding score 1-100, never falling where the raw value rises."""

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

MINIMUM_OUTCOMES = 200
"""Regions with a known outcome from which their scores may be probabilities."""

MINIMUM_CANCERS = 50
"""How many of them must be cancer. A probability of a region rests on the cancers among its like: half of 50
are 25, whose number is known to a fifth (Poisson, 1 / sqrt 25), and one registered wrongly moves it by 4 %.
With one cancer among 200 the map would be flat at the bottom for all regions but one."""


@dataclass(frozen=True, slots=True, eq=False)
class FindingMap:
    """Knots of a monotone map, linear between them: `raw` and `score` (1-100), both of shape (m,).

    `source` says in words where it comes from, `count` how many regions stand behind it, `sha256` is the hash
    of what it was fitted to.
    """

    raw: Values
    score: Values
    source: str
    count: int = 0
    sha256: str = ""

    def __post_init__(self) -> None:
        """Refuse a map that falls anywhere."""
        for values in (self.raw, self.score):
            if values.size < 2 or not np.isfinite(values).all() or (np.diff(values) < 0).any():
                raise ValueError("The finding map must be finite and ascending, with two knots or more.")
        if self.raw.shape != self.score.shape:
            raise ValueError("The finding map needs as many scores as raw values.")

    def score_of(self, raw: float) -> int:
        """Score a region, 1-100."""
        return int(min(100, max(1, round(float(np.interp(raw, self.raw, self.score))))))

    def raw_at(self, score: int) -> float:
        """Return the lowest raw value that gets `score`, up to rounding; the highest knot if none does."""
        wanted = score - 0.5
        above = int(np.searchsorted(self.score, wanted, side="left"))
        if above == 0 or above == self.score.size:
            return float(self.raw[min(above, self.raw.size - 1)])
        low, high = self.score[above - 1], self.score[above]
        part = (wanted - low) / (high - low)
        return float(self.raw[above - 1] + part * (self.raw[above] - self.raw[above - 1]))


def finding_map_from_outcomes(raw: Values, malignant: npt.NDArray[np.bool_]) -> FindingMap:
    """Fit probabilities of cancer that never fall (isotonic regression), as scores 1-100.

    Parameters
    ----------
    raw, malignant
        Raw value and outcome of each region, both of shape (n,); their order does not matter.

    Raises
    ------
    ValueError
        If there are fewer than `MINIMUM_OUTCOMES`, fewer cancers than `MINIMUM_CANCERS`, all of one kind, all
        of one value, or one not finite.
    """
    if raw.shape != malignant.shape or raw.ndim != 1:
        raise ValueError("Each raw value needs its outcome.")
    if raw.size < MINIMUM_OUTCOMES:
        raise ValueError(f"{raw.size} outcomes are too few for probabilities; {MINIMUM_OUTCOMES} are needed.")
    if not np.isfinite(raw).all():
        raise ValueError("A raw value is not a finite number.")
    if malignant.all() or not malignant.any():
        raise ValueError("Outcomes of one kind only say nothing of probabilities.")
    if malignant.sum() < MINIMUM_CANCERS:
        raise ValueError(
            f"{malignant.sum()} cancers are too few for probabilities; {MINIMUM_CANCERS} are needed."
        )
    # Equal raw values are one point: they must get one score, whatever their order.
    values, which, counts = np.unique(raw, return_inverse=True, return_counts=True)
    if values.size < 2:
        raise ValueError("All regions have the same raw value, which tells none from another.")
    cancers = np.bincount(which, weights=malignant, minlength=values.size)
    probability = isotonic(cancers / counts, counts.astype(np.float64))
    order = np.lexsort((malignant, raw))
    told = np.stack([raw[order] + 0.0, malignant[order].astype(np.float64)]).astype("<f8")
    return FindingMap(
        values,
        np.clip(100.0 * probability, 1.0, 100.0),
        "isotonic probability from outcomes",
        int(raw.size),
        hashlib.sha256(told.tobytes()).hexdigest(),
    )


def isotonic(values: Values, weights: Values) -> Values:
    """Return the nearest non-falling sequence in weighted least squares (pool adjacent violators).

    Source: Ayer, Brunk, Ewing, Reid, Silverman, Ann. Math. Statist. 26 (1955) 641-647.
    """
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, heavy, many = value, weight, 1
        while blocks and blocks[-1][0] >= mean:
            before, before_weight, before_many = blocks.pop()
            mean = (before * before_weight + mean * heavy) / (before_weight + heavy)
            heavy, many = heavy + before_weight, many + before_many
        blocks.append((mean, heavy, many))
    return np.repeat([b[0] for b in blocks], [b[2] for b in blocks])
