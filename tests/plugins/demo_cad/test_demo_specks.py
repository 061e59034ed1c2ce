"""Specks are judged by their shape, not by how bright they are."""

import phantoms
import pytest

from klarsyn.domain.finding import LesionType
from klarsyn.engine.contract import EngineExam
from klarsyn_demo_cad.engine import DemoCad


@pytest.fixture(scope="module")
def engine() -> DemoCad:
    return DemoCad()


def evidence(engine: DemoCad, image) -> float:
    result = engine.analyse(EngineExam("token", (phantoms.view(image),)), lambda _: None)
    specks = (r.raw_score for r in result.regions if r.lesion_type is LesionType.CALCIFICATIONS)
    return max(specks, default=0.0)


@pytest.mark.parametrize("brightness", [0.5, 1.0, 2.0, 3.0])
def test_a_plainer_cluster_is_not_taken_for_harmless(engine, brightness):
    # A network of ours once took brightness itself for benign.
    assert evidence(engine, phantoms.with_cluster(phantoms.half_disc(), brightness)) > 1


def test_round_and_equal_specks_are_less_evidence_than_fainter_ones_that_differ(engine):
    plain = phantoms.half_disc()

    assert evidence(engine, phantoms.with_round_cluster(plain)) < evidence(
        engine, phantoms.with_cluster(plain)
    )
