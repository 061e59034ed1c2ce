"""A simulated second maker reports what it saw of a known truth, on a scale of its own, reproducibly."""

from dataclasses import replace

import pytest
from second_maker import COLUMNS, POSITIONS, ROWS, SEES, image, truth_of

from klarsyn.cli.practice_list import SECOND_MAKER_SEED, practice_request
from klarsyn.domain.exam import Image, Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import CadReport, GraphicKind, ReportStatus, ScoreConcept
from klarsyn.simulation import second_vendor
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.lists.plan import plan_list
from klarsyn.simulation.second_vendor import Behaviour, behaviour_of, report_of


@pytest.fixture
def behaves(monkeypatch):
    """Let it behave so, whatever the exam."""

    def _behaves(behaviour: Behaviour) -> None:
        monkeypatch.setattr(second_vendor, "behaviour_of", lambda _name, _seed: behaviour)

    return _behaves


def report(images: tuple[Image, ...], seed: int = 1, **kind: LesionKind) -> CadReport:
    found = report_of(truth_of(images, **kind), images, seed)
    assert found is not None
    return found


VIEWS = tuple(image(position) for position in POSITIONS)


def test_the_same_exam_and_seed_give_the_same_report(behaves):
    behaves(SEES)
    assert report(VIEWS) == report(VIEWS)
    assert report(VIEWS) != report(VIEWS, seed=2)


def test_a_lesion_on_two_views_is_one_composite_finding_near_the_truth(behaves):
    behaves(SEES)
    both = [r for r in (report(VIEWS, seed) for seed in range(30)) if r.findings and r.findings[0].members]
    assert both
    for finding in (r.findings[0] for r in both):
        assert finding.kind.value == "129788004"
        assert finding.regions == ()
        assert [m.regions[0].sop_instance_uid for m in finding.members] == [v.sop_instance_uid for v in VIEWS]
        for member in finding.members:
            centre, outline = member.regions
            assert (centre.kind, outline.kind) == (GraphicKind.POINT, GraphicKind.POLYLINE)
            assert abs(centre.points[0][0] - 400) < 60
            assert abs(centre.points[0][1] - 500) < 60
            assert outline.points[0] == outline.points[-1]


def test_every_point_lies_in_its_image_and_is_exact_in_32_bits(behaves):
    behaves(Behaviour(answers=True, blind=False, hallucinates=True))
    for seed in range(30):
        for finding in report(VIEWS, seed).findings:
            for region in (r for each in (finding.members or (finding,)) for r in each.regions):
                for column, row in region.points:
                    assert 0 <= column <= COLUMNS
                    assert 0 <= row <= ROWS
                    assert (2 * column, 2 * row) == (int(2 * column), int(2 * row))


def test_scores_are_certainties_in_percent_and_the_exam_has_the_highest(behaves):
    behaves(SEES)
    for seed in range(20):
        made = report(VIEWS, seed)
        (exam,) = made.scores
        sure = [f.scores[0].value for f in made.findings]
        assert (exam.concept, exam.unit) == (ScoreConcept.CERTAINTY_OF_IMPRESSION, "%")
        assert exam.value == max([*sure, exam.value])
        assert 0 <= exam.value <= 100
        assert {f.scores[0].unit for f in made.findings} <= {"%"}


def test_calcifications_are_clusters(behaves):
    behaves(SEES)
    made = [report(VIEWS, seed, kind=LesionKind.PLEOMORPHIC_CLUSTER) for seed in range(20)]
    kinds = {f.kind.value for r in made for f in r.findings if f.lesion_type is LesionType.CALCIFICATIONS}
    assert kinds == {"129769006"}


def test_on_a_tomosynthesis_a_mark_names_the_middle_slice_of_the_lesion(behaves):
    behaves(SEES)
    volume = (image(ViewPosition.CC, frames=9),)
    frames = {
        region.frame
        for seed in range(20)
        for finding in report(volume, seed).findings
        if (finding.scores[0].value or 0) > 35
        for region in finding.regions
    }
    assert frames == {5}


def test_where_it_is_blind_it_misses_the_lesion_and_says_little(behaves):
    behaves(Behaviour(answers=True, blind=True, hallucinates=False))
    for seed in range(20):
        made = report(VIEWS, seed)
        assert all((f.scores[0].value or 0) <= 30 for f in made.findings)
        assert made.scores[0].value <= 30
        assert made.status is (ReportStatus.FINDINGS if made.findings else ReportStatus.NO_FINDINGS)


@pytest.mark.parametrize("side", list(Laterality))
def test_a_false_mark_stands_near_the_chest_wall_of_its_side(behaves, side):
    behaves(Behaviour(answers=True, blind=True, hallucinates=True))
    views = (image(ViewPosition.CC, side),)
    for seed in range(10):
        column = report(views, seed).findings[-1].regions[0].points[0][0]
        assert column < COLUMNS / 2 if side is Laterality.LEFT else column > COLUMNS / 2


def test_an_exam_without_a_report_has_none(behaves):
    behaves(Behaviour(answers=False, blind=False, hallucinates=False))
    assert report_of(truth_of(VIEWS), VIEWS, 1) is None


def test_images_that_are_not_for_reading_are_not_looked_at(behaves):
    behaves(SEES)
    raw = replace(VIEWS[0], sop_instance_uid="1.9", for_processing=True)
    assert {i.sop_instance_uid for i in report((*VIEWS, raw)).images} == {v.sop_instance_uid for v in VIEWS}


def test_in_the_demonstration_it_misses_a_cancer_and_is_sure_of_one_that_is_none():
    plans = plan_list(practice_request(12))
    request = practice_request(12)
    done = {
        plan.number: behaviour_of(f"exam-{request.seed}-{plan.number + 1:03d}", SECOND_MAKER_SEED)
        for plan in plans
    }
    assert any(done[p.number].answers and done[p.number].blind for p in plans if p.cancer)
    assert any(done[p.number].answers and done[p.number].hallucinates for p in plans if not p.lesions)
    assert any(not each.answers for each in done.values())
