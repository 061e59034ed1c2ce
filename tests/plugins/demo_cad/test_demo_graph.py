"""The committed model is the one that the training folder builds."""

import hashlib
import importlib.util
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from klarsyn.base.paths import resources
from klarsyn.domain.finding import IntendedUse
from klarsyn.engine import registry
from klarsyn.intake.calibrations import factory_calibration
from klarsyn_demo_cad.engine import DemoCad

PLUGIN = Path(__file__).resolve().parents[3] / "plugins" / "demo_cad"
MODEL = PLUGIN / "src" / "klarsyn_demo_cad" / "demo_cad.onnx"


@pytest.fixture(scope="module")
def build_graph():
    folder = str(PLUGIN / "training")
    sys.path.append(folder)
    try:
        spec = importlib.util.spec_from_file_location("build_graph", PLUGIN / "training" / "build_graph.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)


def test_the_training_folder_rebuilds_the_committed_graph(build_graph):
    built, committed = onnx.load_from_string(build_graph.build()), onnx.load(MODEL)

    assert [(n.op_type, n.input, n.output, n.attribute) for n in built.graph.node] == [
        (n.op_type, n.input, n.output, n.attribute) for n in committed.graph.node
    ]
    # Another processor may round the last bit of a filter differently.
    for one, other in zip(built.graph.initializer, committed.graph.initializer, strict=True):
        assert np.allclose(
            onnx.numpy_helper.to_array(one), onnx.numpy_helper.to_array(other), rtol=1e-6, atol=1e-8
        )


def test_the_graph_is_small_and_of_a_recent_opset():
    assert MODEL.stat().st_size < 1_000_000
    assert onnx.load(MODEL).opset_import[0].version >= 18


@pytest.mark.invariant(7)
def test_a_result_says_who_made_it_by_the_hash_of_the_committed_model():
    for file in DemoCad.manifest.model_files:
        assert file.sha256 == hashlib.sha256((MODEL.parent / file.name).read_bytes()).hexdigest()
    registry.verify(DemoCad.manifest, MODEL.parent)


@pytest.mark.invariant(8)
def test_the_embedded_engine_never_routes_to_single_reading_as_it_declares_itself_a_demonstration():
    assert DemoCad.manifest.intended_use is IntendedUse.DEMONSTRATION


@pytest.mark.invariant(7)
def test_the_factory_calibration_belongs_to_the_committed_model_and_is_provisional():
    calibration = factory_calibration("demo_cad", DemoCad.manifest.model_sha256)

    assert calibration.provisional
    assert not calibration.has_heavy_tie
    assert calibration.finding_score[0] < 30
    assert calibration.finding_score[-1] > 70


def test_the_factory_calibration_says_how_few_exams_stand_behind_it():
    text = (resources() / "engines" / "demo_cad" / "factory_calibration.toml").read_text(encoding="utf-8")

    assert "Provisional by design: fewer than 2 000 exams" in text


def test_the_readme_says_what_the_engine_is_not():
    assert "Demonstration engine. Not for clinical use." in (PLUGIN / "README.md").read_text(encoding="utf-8")
