"""The committed networks: small, whole, and used on every candidate."""

import numpy as np
import onnx
import phantoms
import pytest

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.candidate import Candidate
from klarsyn_demo_cad.engine import DemoCad
from klarsyn_demo_cad.model_hash import MODEL_FILES
from klarsyn_demo_cad.network import MODELS, Network
from klarsyn_demo_cad.sessions import _FOLDER, opened
from klarsyn_demo_cad.working_image import WorkingImage, flat_region


@pytest.fixture(scope="module")
def image() -> WorkingImage:
    view = phantoms.view(phantoms.with_mass(phantoms.with_cluster(phantoms.half_disc())))
    return flat_region(view).image(view.pixels)


def test_all_models_together_are_below_a_megabyte_and_of_a_recent_opset() -> None:
    assert sum((_FOLDER / name).stat().st_size for name in MODEL_FILES) < 1_000_000
    for name in MODEL_FILES:
        assert onnx.load(_FOLDER / name).opset_import[0].version >= 18


@pytest.mark.invariant(7)
def test_the_hash_of_a_result_covers_every_model_file() -> None:
    assert {file.name for file in DemoCad.manifest.model_files} == {
        path.name for path in _FOLDER.glob("*.onnx")
    }


def test_every_candidate_is_judged_and_keeps_its_place(image: WorkingImage) -> None:
    engine = DemoCad()
    before, after = engine.proposals(image), engine.candidates(image)

    assert {(c.lesion_type, c.centre_mm) for c in before} == {(c.lesion_type, c.centre_mm) for c in after}
    assert len(before) == len(after) > 10
    assert all(c.evidence >= 0 for c in after)
    assert {c.evidence for c in before}.isdisjoint({c.evidence for c in after})


def test_no_candidates_are_no_places(image: WorkingImage) -> None:
    assert Network().judged([], image) == []


def test_how_many_are_judged_together_does_not_matter(image: WorkingImage) -> None:
    engine = DemoCad()
    found = engine.proposals(image)
    network = Network()
    together = {(c.lesion_type, c.centre_mm): c.evidence for c in network.judged(found, image)}
    alone = {(c.lesion_type, c.centre_mm): c.evidence for one in found for c in network.judged([one], image)}

    assert together.keys() == alone.keys()
    for place, evidence in together.items():
        assert alone[place] == pytest.approx(evidence, abs=1e-4)


@pytest.mark.parametrize("kind", list(MODELS))
def test_what_the_filters_found_stronger_is_never_less_evidence(kind: LesionType) -> None:
    patches = np.repeat(np.random.default_rng(0).random((1, 1, 96, 96), np.float32), 8, axis=0)
    evidence = opened(MODELS[kind]).run(
        ["evidence"], {"patches": patches, "by_filters": np.linspace(0, 4, 8, dtype=np.float32)}
    )[0]

    assert (np.diff(evidence) >= 0).all()


def test_a_patch_without_any_contrast_gives_a_number() -> None:
    flat = WorkingImage(np.zeros((300, 300), np.float32), *(np.ones((60, 60), np.float32),) * 2, film=False)
    places = [Candidate(kind, 0.0, (15.0, 15.0), 3.0, np.zeros((3, 2))) for kind in MODELS]

    assert all(np.isfinite(one.evidence) for one in Network().judged(places, flat))
