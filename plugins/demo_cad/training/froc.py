"""Sensitivity over false marks an image: pure counting, no image and no engine.

A lesion is found when a mark hits it on either of its views. False marks are those that hit no suspicious
lesion, counted over all images; a mark on a benign lesion is false.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RATES = (0.25, 0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class ScoredExam:
    """One exam: `images` counted, scores of its `false` marks, and for each lesion the best score of a mark
    that hits it, minus infinity where none does."""

    images: int
    false: tuple[float, ...]
    lesions: tuple[float, ...]


def threshold_at(false: npt.NDArray[np.float64], images: int, rate: float) -> float:
    """Return the score that marks must exceed so that at most `rate` of them an image are false."""
    allowed = int(rate * images + 1e-9)
    if allowed >= len(false):
        return -np.inf
    return float(-np.partition(-false, allowed)[allowed])


def sensitivities(
    exams: Sequence[ScoredExam],
    wanted: Sequence[Sequence[bool]] | None = None,
    rates: Sequence[float] = RATES,
) -> npt.NDArray[np.float64]:
    """Return the share of lesions found at each rate; not a number where there is no lesion.

    Parameters
    ----------
    wanted
        For each exam, which of its lesions count: a class or a size. Thresholds come from all false marks.
    """
    false = np.array([score for exam in exams for score in exam.false], np.float64)
    images = sum(exam.images for exam in exams)
    chosen = [[True] * len(exam.lesions) for exam in exams] if wanted is None else wanted
    scores = np.array(
        [s for exam, own in zip(exams, chosen, strict=True)
         for s, counts in zip(exam.lesions, own, strict=True) if counts], np.float64,
    )  # fmt: skip
    if not len(scores):
        return np.full(len(rates), np.nan)
    # A lesion that no mark hits is not found, however many marks are allowed.
    cuts = [max(threshold_at(false, images, rate), np.finfo(np.float64).min) for rate in rates]
    return np.array([(scores > cut).mean() for cut in cuts])


def false_at(exams: Sequence[ScoredExam], threshold: float) -> float:
    """Return false marks an image at a fixed threshold, from which on a mark is shown."""
    count = sum(score >= threshold for exam in exams for score in exam.false)
    return count / max(sum(exam.images for exam in exams), 1)
