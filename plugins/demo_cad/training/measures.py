"""The numbers of the model's card, each with the interval of a bootstrap over exams."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from bootstrap import DRAWS, Interval, intervals
from froc import RATES, sensitivities
from hits import ExamJudged, LesionSeen
from strata import AREAS, LesionClass

from klarsyn.simulation.hotelling import area

Wanted = Callable[[LesionSeen], bool]
_FLOOR = -1e9  # Where an engine scored nothing: below all scores, and a tie among themselves.


def curve(exams: Sequence[ExamJudged], wanted: Wanted = lambda _: True, draws: int = DRAWS) -> list[Interval]:
    """Return the share of lesions found at each rate of false marks an image."""
    scored = [exam.scored() for exam in exams]
    counts = [[wanted(lesion) for lesion in exam.lesions] for exam in exams]

    def measured(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return sensitivities([scored[k] for k in rows], [counts[k] for k in rows])

    return intervals(measured, _strata_of(exams), draws)


def exam_area(exams: Sequence[ExamJudged], draws: int = DRAWS) -> Interval:
    """Return the area under the ROC curve of the exams' evidence."""
    raw = np.array([exam.raw for exam in exams])
    sick = np.array([exam.affected for exam in exams])

    def measured(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        own, ill = raw[rows], sick[rows]
        return np.array([area(own[~ill], own[ill])]) if ill.any() and not ill.all() else np.array([np.nan])

    return intervals(measured, _strata_of(exams), draws)[0]


def place_areas(
    exams: Sequence[ExamJudged], strata: Sequence[float] = AREAS,
    classes: Sequence[LesionClass] = tuple(LesionClass), draws: int = DRAWS,
) -> list[Interval]:  # fmt: skip
    """Return for each stratum the area under the curve of scores at known places, the mean over classes.

    With are both views of each lesion of class and stratum, without the places of normal exams that were
    chosen for a lesion of that class.
    """
    with_ = [
        [(lesion.lesion_class, lesion.stratum, s) for lesion in exam.lesions for s in lesion.at_place]
        for exam in exams
    ]

    def measured(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        out = []
        for stratum in strata:
            areas = []
            for one in classes:
                ill = [s for k in rows for c, at, s in with_[k] if c is one and at == stratum]
                well = [s for k in rows for c, s in exams[k].healthy if c is one]
                if ill and well:
                    areas.append(area(_finite(well), _finite(ill)))
            out.append(float(np.mean(areas)) if areas else np.nan)
        return np.array(out)

    return intervals(measured, _strata_of(exams), draws)


def difference(
    seen: Sequence[ExamJudged], unseen: Sequence[ExamJudged], draws: int = DRAWS
) -> list[Interval]:
    """Return unseen minus seen makers: sensitivity at 1 false mark an image, and the area at known places."""
    exams = [*seen, *unseen]
    is_unseen = np.arange(len(exams)) >= len(seen)
    one = RATES.index(1.0)
    by_class: dict[LesionClass, list[tuple[list[float], list[float]]]] = {
        c: [
            (
                [s for lesion in e.lesions if lesion.lesion_class is c for s in lesion.at_place],
                [s for which, s in e.healthy if which is c],
            )
            for e in exams
        ]
        for c in LesionClass
    }
    scored = [exam.scored() for exam in exams]

    def of(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        found = sensitivities([scored[k] for k in rows])[one]
        areas = []
        for pairs in by_class.values():
            ill = [s for k in rows for s in pairs[k][0]]
            well = [s for k in rows for s in pairs[k][1]]
            if ill and well:
                areas.append(area(_finite(well), _finite(ill)))
        return np.array([found, float(np.mean(areas)) if areas else np.nan])

    def measured(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return of(rows[is_unseen[rows]]) - of(rows[~is_unseen[rows]])

    return intervals(measured, _strata_of(exams), draws)


def _strata_of(exams: Sequence[ExamJudged]) -> npt.NDArray[np.int64]:
    """Return one label for each maker, with and without lesions."""
    return np.array([2 * "ABC".index(exam.vendor) + exam.affected for exam in exams], np.int64)


def _finite(scores: Sequence[float]) -> npt.NDArray[np.float64]:
    return np.maximum(np.asarray(scores, np.float64), _FLOOR)
