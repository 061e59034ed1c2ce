"""Places that an engine scored, against the truth of a test exam: hits, false marks, scores at places."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from froc import ScoredExam
from frozen import FrozenExam
from lesion_free_places import HealthyPlace, class_named
from seen_exams import ExamSeen, PlaceSeen
from strata import LesionClass, class_of

from klarsyn.simulation.lists.truth import ExamTruth, LesionView

TOLERANCE_MM = 2.0
"""A mark hits when its middle lies in the lesion's outline, or this close to it."""
AROUND_MM = 2.0
"""At a known place the best score counts within half the lesion's size and this much more."""
NOTHING = -np.inf


@dataclass(frozen=True, slots=True)
class LesionSeen:
    """One suspicious lesion: `best` score of a mark that hits it on either view, and `at_place`, the best
    score around its place on each view."""

    lesion_class: LesionClass
    stratum: float
    size_mm: float
    best: float
    at_place: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ExamJudged:
    """One exam with all that is counted; `healthy` are (class, score) at places that could have a lesion."""

    number: int
    vendor: str
    affected: bool
    raw: float
    images: int
    false: tuple[float, ...]
    shown_false: int
    lesions: tuple[LesionSeen, ...]
    healthy: tuple[tuple[LesionClass, float], ...]

    def scored(self) -> ScoredExam:
        """Return what a curve counts."""
        return ScoredExam(self.images, self.false, tuple(lesion.best for lesion in self.lesions))


def hits(place: PlaceSeen, view: LesionView, spacing_mm: float) -> bool:
    """Tell whether a mark is on the lesion of this view, in tomosynthesis also on one of its slices."""
    if view.sections and place.frame is not None:
        frames = [section.frame for section in view.sections]
        if not min(frames) - 1 <= place.frame <= max(frames) + 1:
            return False
    outline = np.asarray(view.outline, np.float32)
    distance = cv2.pointPolygonTest(outline, (place.column, place.row), True)
    return bool(distance >= -TOLERANCE_MM / spacing_mm)


def score_around(
    places: Sequence[PlaceSeen], centre: tuple[float, float], size_mm: float, spacing_mm: float
) -> float:
    """Return the best score within half the size and AROUND_MM of a place."""
    reach = (size_mm / 2 + AROUND_MM) / spacing_mm
    near = (p.score for p in places if np.hypot(p.column - centre[0], p.row - centre[1]) <= reach)
    return max(near, default=NOTHING)


def judge(
    seen: ExamSeen, truth: ExamTruth, frozen: FrozenExam, files: dict[tuple[str, str], str],
    healthy: Sequence[HealthyPlace] = (),
) -> ExamJudged:  # fmt: skip
    """Hold what an engine said against the truth.

    Parameters
    ----------
    files
        File of each (side, view) of the exam's 2D images.
    healthy
        Places without a lesion, of a normal exam.
    """
    planned = {(one.kind, one.side): one for one in frozen.lesions}
    marks = seen.places or seen.reported
    hit: set[tuple[str, int]] = set()
    lesions = []
    benign = [view for lesion in truth.lesions if not lesion.suspicious for view in lesion.views]
    for lesion in truth.lesions:
        if not lesion.suspicious:
            continue
        plan = planned[lesion.kind, lesion.laterality]
        best, around = NOTHING, []
        for view in lesion.views:
            spacing, own = seen.spacing_mm[view.file], marks.get(view.file, ())
            for k, place in enumerate(own):
                if hits(place, view, spacing):
                    hit.add((view.file, k))
                    best = max(best, place.score)
            around.append(score_around(own, view.centre, lesion.size_mm, spacing))
        lesions.append(
            LesionSeen(class_of(lesion.kind), plan.stratum or 0.0, lesion.size_mm, best, tuple(around))
        )
    false = [p.score for f, own in marks.items() for k, p in enumerate(own) if (f, k) not in hit]
    suspicious = [view for lesion in truth.lesions if lesion.suspicious for view in lesion.views]
    shown = [
        p for f, own in seen.reported.items() for p in own
        if not any(v.file == f and hits(p, v, seen.spacing_mm[f]) for v in suspicious)
    ]  # fmt: skip
    scores = []
    for place in healthy:
        file = files[place.side, place.view]
        spacing = seen.spacing_mm[file]
        close = any(
            view.file == file and np.hypot(*np.subtract(view.centre, place.centre)) * spacing
            < (place.size_mm + view.size_mm) / 2 + AROUND_MM
            for view in benign
        )  # fmt: skip
        if not close:
            score = score_around(marks.get(file, ()), place.centre, place.size_mm, spacing)
            scores.append((class_named(place.lesion_class), score))
    return ExamJudged(
        frozen.number, frozen.vendor, frozen.affected, seen.raw, len(marks), tuple(false), len(shown),
        tuple(lesions), tuple(scores),
    )  # fmt: skip
