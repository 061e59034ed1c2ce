"""Lesions of a given size and contrast, for studies that need them so."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lists.affected import affect
from klarsyn.simulation.lists.job import Job
from klarsyn.simulation.lists.plan import ExamPlan, PlannedLesion
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.xray.vendors import VENDOR_A

DRAWN = PlannedLesion(LesionKind.ILL_DEFINED_MASS, Conspicuity.MODERATE, Laterality.LEFT)
WISHED = replace(DRAWN, size_mm=8.5, contrast=0.21)


def plan(lesion: PlannedLesion) -> ExamPlan:
    return ExamPlan(4, "A", Density.B, False, None, (lesion,))


def lesion_plan(wish: PlannedLesion):
    breast = make_woman((1, 1, 4), Density.B).breast(Laterality.LEFT)
    return affect(breast, plan(wish), 0, VENDOR_A, 1).lesions[0].plan


def test_a_lesion_has_the_size_and_contrast_that_were_wished_for():
    wished, drawn = lesion_plan(WISHED), lesion_plan(DRAWN)
    assert (wished.size_mm, wished.contrast) == (8.5, 0.21)
    assert (drawn.size_mm, drawn.contrast) != (8.5, 0.21)
    assert wished.seed == drawn.seed


@pytest.mark.parametrize("field", ["size_mm", "contrast"])
def test_an_exam_with_a_wish_is_another_than_one_without(field):
    def answers(lesion):
        return Job(Path("x"), plan(lesion), 0, ListRequest(), date(2026, 1, 1)).answers

    assert answers(replace(DRAWN, **{field: 0.5})) != answers(DRAWN)
    # None is no wish: the name of lists that were drawn before there were any.
    assert answers(DRAWN) == "e11dbc3ef5d43d87"
