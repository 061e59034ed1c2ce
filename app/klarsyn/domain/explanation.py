"""Why an engine gave an exam its score: what the value would be without a view, a breast or a finding.

A contribution is the engine's raw value of the whole exam less that without the part. Engines need not add
parts up (the worse breast may decide alone), so whether they do is tested and said.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Notice

ADDITIVE_WITHIN = 0.05
"""Share of the larger of two sums up to which they count as equal."""

_Z95 = 1.959964

NO_TIME = "there was no time left for it"
"""Why a part was not asked about, where the time given for all of them was over."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part adds.

    `label` is "R CC", "right breast" or "finding 1"; `instances` are the images that the part lies on.
    `without` is the raw value without it, `score_without` the exam score of that. Where the engine gave none,
    all are None and `reason` says why.
    """

    label: str
    instances: tuple[str, ...]
    whole: float
    without: float | None
    score_without: int | None = None
    finding_id: str | None = None
    reason: str = ""

    @property
    def value(self) -> float | None:
        """The raw value that goes with the part; None when the engine gave none without it."""
        return None if self.without is None else self.whole - self.without


@dataclass(frozen=True, slots=True)
class Additivity:
    """Whether parts add up: `apart` is the sum of what each adds, `together` what all of them add at once."""

    labels: tuple[str, ...]
    apart: float
    together: float

    @property
    def holds(self) -> bool:
        """True when the two differ by no more than rounding and a twentieth of the larger."""
        room = ADDITIVE_WITHIN * max(abs(self.apart), abs(self.together))
        return abs(self.apart - self.together) <= room + 1e-9

    def words(self) -> str:
        """Say it in a sentence."""
        parts = ", ".join(self.labels)
        sums = f"each alone {self.apart:+.3g}, all at once {self.together:+.3g}"
        if self.holds:
            return f"The contributions of {parts} add up ({sums})."
        return (
            f"The contributions of {parts} do not add up ({sums}): the engine weighs them against each "
            "other. Each says what the value would be without it, not its share."
        )


def additivity(parts: tuple[Contribution, ...], together: Contribution) -> Additivity | None:
    """Compare parts with all of them at once; None when there are fewer than two, or one is not known."""
    values = [part.value for part in parts]
    if len(values) < 2 or together.value is None or any(value is None for value in values):
        return None
    labels = tuple(part.label for part in parts)
    return Additivity(labels, float(sum(v for v in values if v is not None)), together.value)


@dataclass(frozen=True, slots=True)
class PlaceAmong:
    """Where an exam stands among those of its calibration, `count` of them: percent below and level with it.

    `low` and `high` bound the percent below (Wilson's 95 % interval).
    """

    below: float
    level: float
    low: float
    high: float
    count: int
    own_site: bool

    def words(self) -> str:
        """Say it in a sentence."""
        whose = "exams of this site" if self.own_site else "exams of the maker's sample, none of this site"
        tie = f"; {self.level:.0f} % have the same value" if self.level >= 0.5 else ""
        return (
            f"Higher than {self.below:.0f} % (95 % interval {self.low:.0f} to {self.high:.0f} %) of "
            f"{self.count} {whose}{tie}."
        )


def place_among(raw: float, calibration: Calibration) -> PlaceAmong:
    """Return where a raw value stands among the exams of a calibration."""
    sample, n = calibration.sample, calibration.count
    below, not_above = (np.searchsorted(sample, raw, side=side) / sample.size for side in ("left", "right"))
    low, high = _wilson(float(below), n)
    return PlaceAmong(
        100 * float(below), 100 * float(not_above - below), 100 * low, 100 * high, n, not calibration.factory
    )


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson, J. Am. Stat. Assoc. 22 (1927) 209: the 95 % interval of a share of n."""
    square = _Z95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z95 / (1 + square / n) * float(np.sqrt(share * (1 - share) / n + square / (4 * n * n)))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """The engine's own map of one image: `values`, (rows, columns), float32, over the whole image."""

    sop_instance_uid: str
    frame: int | None
    values: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """All that can be said of why an exam has its score; for eyes that have signed the first impression.

    `raw` is the engine's value now and `reproduced` whether it is the stored one. `views`, `breasts` and
    `findings` are contributions in the order of the exam's images and the result's findings. `left_out` says
    in words what was not asked. `flags` are what may mislead an engine on these images.
    """

    result_id: str
    raw: float
    reproduced: bool
    views: tuple[Contribution, ...]
    breasts: tuple[Contribution, ...]
    findings: tuple[Contribution, ...]
    sums: tuple[Additivity, ...]
    place: PlaceAmong | None
    flags: tuple[Notice, ...]
    maps: tuple[HeatMap, ...] = ()
    left_out: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """True when time was left for every part; else asking again may say more."""
        return not any(words.endswith(NO_TIME) for words in self.left_out)


@dataclass(frozen=True, slots=True, eq=False)
class OcclusionMap:
    """How much the engine's value falls when a cell of one image is filled with the tissue around it.

    `drop`, (rows, columns) of cells, is NaN where there is no breast, or the engine was not asked or gave no
    value. Cell (r, c) covers `cell` image pixels (rows, columns) from (r * cell[0], c * cell[1]) on. `alone`:
    the engine was asked for this image by itself, so that the drop is of `whole`, the image's own value.
    """

    sop_instance_uid: str
    drop: npt.NDArray[np.float64]
    cell: tuple[int, int]
    whole: float
    alone: bool
    asked: int
    cells: int

    @property
    def complete(self) -> bool:
        """True when every cell of the breast was asked for."""
        return self.asked == self.cells
