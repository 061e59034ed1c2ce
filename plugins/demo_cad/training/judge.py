"""How well scores of cached candidates find lesions and sort exams, for choosing while training.

The card's measure is another one: evaluate.py, on the frozen test set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from examples import Exam
from harvest import TYPES

from klarsyn_demo_cad.candidate import Candidate, strongest

RATES = (0.25, 0.5, 1.0, 2.0, 4.0)
_MARKS_A_VIEW = 8
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`found` are shares of suspicious lesions found on either view at each of `RATES` false marks an image;
    `ceiling` is the share that any candidate hits; `area` is that of exams, by the formula of engines."""

    lesions: int
    found: tuple[float, ...]
    ceiling: float
    exams: tuple[int, int]
    area: float
    half_false: float
    """The score that half a false mark an image reaches."""


def judgement(exams: Sequence[Exam], scores: Sequence[Scores]) -> Judgement:
    """Judge scores, one array for each exam's candidates in the order of its table."""
    marks: list[tuple[float, int, int]] = []  # (score, exam, suspicious lesion or below 0)
    raw, sick, held, total, images = [], [], 0, 0, 0
    for number, (exam, score) in enumerate(zip(exams, scores, strict=True)):
        bad = set(exam.lesions["lesion"][exam.lesions["suspicious"]].tolist())
        own = ~exam.candidates["placed"]
        held += len(bad & set(exam.candidates["lesion"][own].tolist()))
        total += len(bad)
        images += exam.views
        tops = np.full(exam.views, -np.inf)
        for view in range(exam.views):
            here = np.flatnonzero(own & (exam.candidates["view"] == view))
            if len(here):
                tops[view] = score[here].max()
            for value, row in _marked(exam, score, here):
                lesion = int(exam.candidates["lesion"][row])
                marks.append((value, number, lesion if lesion in bad else -1))
        # Views come breast by breast: the worse breast, as the mean of its views.
        raw.append(float(tops.reshape(-1, 2).mean(axis=1).max()))
        sick.append(bool(bad))
    false = sorted((value for value, _, lesion in marks if lesion < 0), reverse=True)
    found = []
    for rate in RATES:
        allowed = int(rate * images)
        threshold = false[allowed] if allowed < len(false) else -np.inf
        found.append(len({(n, k) for value, n, k in marks if k >= 0 and value > threshold}) / max(total, 1))
    half_false = false[int(0.5 * images)] if int(0.5 * images) < len(false) else -np.inf
    ill, well = np.array(raw)[sick], np.array(raw)[~np.array(sick)]
    area = 0.5
    if len(ill) and len(well):
        area = float(np.mean(ill[:, None] > well) + 0.5 * np.mean(ill[:, None] == well))
    return Judgement(
        total, tuple(found), held / max(total, 1), (len(ill), len(well)), area, float(half_false)
    )


def _marked(exam: Exam, score: Scores, rows: npt.NDArray[np.int64]) -> list[tuple[float, int]]:
    """Choose marks as the engine does: none inside a better one."""
    table = exam.candidates
    places = {}
    for row in rows.tolist():
        x, y, radius = (float(table[name][row]) for name in ("column_mm", "row_mm", "radius_mm"))
        one = Candidate(TYPES[table["type"][row]], float(score[row]), (x, y), radius, np.zeros((0, 2)))
        places[id(one)] = (one, row)
    kept = strongest([one for one, _ in places.values()], _MARKS_A_VIEW)
    return [(one.evidence, places[id(one)][1]) for one in kept]


def in_words(judged: Judgement) -> str:
    """One line."""
    shares = ", ".join(f"{share:.2f} at {rate:g}" for share, rate in zip(judged.found, RATES, strict=True))
    ill, well = judged.exams
    return (
        f"{judged.lesions} lesions, candidates hold {judged.ceiling:.2f}; "
        f"found {shares} false marks an image; "
        f"exams: area {judged.area:.3f} ({ill} with, {well} without); "
        f"half a false mark an image from {judged.half_false:.2f}"
    )
