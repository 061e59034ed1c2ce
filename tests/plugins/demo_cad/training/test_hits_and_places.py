"""What counts as a hit, and which score an engine gave at a known place."""

from datetime import date

import numpy as np
import pytest
from froc import ScoredExam
from frozen import FrozenExam, FrozenLesion
from hits import NOTHING, hits, judge, score_around
from lesion_free_places import HealthyPlace
from seen_exams import ExamSeen, PlaceSeen
from strata import LesionClass

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lists.truth import ExamTruth, LesionSection, LesionTruth, LesionView

SQUARE = ((100.0, 100.0), (200.0, 100.0), (200.0, 200.0), (100.0, 200.0))


def a_view(file="cc.dcm", outline=SQUARE, sections=()):
    return LesionView(file, "1.2", ViewPosition.CC, outline, (150.0, 150.0), 10.0, 1.0, sections)


def a_mark(column, row, score=1.0, frame=None):
    return PlaceSeen(column, row, score, "soft tissue", frame)


def a_lesion(kind, *views):
    return LesionTruth(
        kind, LesionType.SOFT_TISSUE, kind.suspicious, Conspicuity.MODERATE, 0.4, 10.0, Laterality.LEFT,
        (40.0, 0.0, 0.0), views,
    )  # fmt: skip


def a_truth(*lesions):
    return ExamTruth(
        3, "exam", "r", "1.2", date(2026, 11, 1), "p", 0, "A", Density.B, 55.0, "FFDM", True, {}, lesions
    )


def seen(**places):
    files = {f"{name}.dcm": tuple(own) for name, own in places.items()}
    return ExamSeen("exam", 1.0, 1.0, 1.0, files, {}, dict.fromkeys(files, 0.1))


MASS = FrozenExam(
    7, "C", Density.B, False, (FrozenLesion(LesionKind.SPICULATED_MASS, Laterality.LEFT, 0.85, 10.0, 0.4),)
)
NORMAL = FrozenExam(8, "C", Density.B, False, ())


@pytest.mark.parametrize(("column", "hit"), [(150, True), (219, True), (221, False)])
def test_a_mark_hits_when_its_middle_lies_in_the_outline_or_two_millimetres_from_it(column, hit):
    assert hits(a_mark(column, 150), a_view(), 0.1) is hit


@pytest.mark.parametrize(("frame", "hit"), [(9, True), (11, True), (14, True), (7, False), (15, False)])
def test_in_tomosynthesis_a_mark_must_stand_on_a_slice_that_shows_the_lesion(frame, hit):
    sections = (LesionSection(10, SQUARE), LesionSection(13, SQUARE))
    assert hits(a_mark(150, 150, frame=frame), a_view(sections=sections), 0.1) is hit


def test_the_score_at_a_place_is_the_best_within_half_the_size_and_two_millimetres():
    near, far = a_mark(215, 150, 0.4), a_mark(225, 150, 0.9)
    assert score_around((near, far), (150.0, 150.0), 10.0, 0.1) == 0.4
    assert score_around((far,), (150.0, 150.0), 10.0, 0.1) == NOTHING


def test_a_lesion_counts_once_with_its_best_mark_on_either_view():
    truth = a_truth(a_lesion(LesionKind.SPICULATED_MASS, a_view("cc.dcm"), a_view("mlo.dcm")))
    said = seen(cc=[a_mark(150, 150, 0.3), a_mark(500, 500, 0.9)], mlo=[a_mark(160, 140, 0.7)])
    found = judge(said, truth, MASS, {})
    assert found.scored() == ScoredExam(2, (0.9,), (0.7,))
    assert found.lesions[0].stratum == 0.85
    assert found.lesions[0].lesion_class is LesionClass.MASS
    assert found.lesions[0].at_place == (0.3, 0.7)


def test_a_lesion_that_nothing_hits_is_missed():
    truth = a_truth(a_lesion(LesionKind.SPICULATED_MASS, a_view()))
    assert judge(seen(cc=[a_mark(500, 500)]), truth, MASS, {}).scored().lesions == (-np.inf,)


def test_a_mark_on_a_benign_lesion_is_false():
    truth = a_truth(a_lesion(LesionKind.SMOOTH_MASS, a_view()))
    assert judge(seen(cc=[a_mark(150, 150, 0.8)]), truth, NORMAL, {}).false == (0.8,)


def test_a_healthy_place_beside_a_benign_lesion_is_left_out():
    truth = a_truth(a_lesion(LesionKind.SMOOTH_MASS, a_view()))
    files = {("L", "CC"): "cc.dcm"}
    places = [HealthyPlace("mass", "L", "CC", (x, 150.0), 8.0) for x in (150.0, 600.0)]
    found = judge(seen(cc=[a_mark(600, 150, 0.6)]), truth, NORMAL, files, places)
    assert found.healthy == ((LesionClass.MASS, 0.6),)
