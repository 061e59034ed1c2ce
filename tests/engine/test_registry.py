"""Finding an engine runs none of its code; loading one verifies what its maker delivered."""

import hashlib
import sys

import pytest

from klarsyn.engine import registry
from klarsyn.engine.contract import ModelFile
from klarsyn.engine.registry import EngineNotFound


def test_a_registered_engine_is_available(registered):
    assert "Polite" in registry.available()


def test_an_unknown_engine_is_told_in_a_sentence_that_says_what_to_do():
    with pytest.raises(EngineNotFound, match=r'"nobody" is not installed.*Install its package'):
        registry.resolve("nobody")


def test_finding_an_engine_imports_nothing_of_it(tmp_path):
    registry.register("lazy", "no_such_module_at_all:Engine", (str(tmp_path),))
    try:
        assert registry.resolve("lazy").target == "no_such_module_at_all:Engine"
        assert "no_such_module_at_all" not in sys.modules
    finally:
        registry.unregister("lazy")


def test_an_engine_that_cannot_be_imported_is_told_in_a_sentence(tmp_path):
    registry.register("broken", "no_such_module_at_all:Engine", (str(tmp_path),))
    try:
        with pytest.raises(EngineNotFound, match="cannot be loaded"):
            registry.load("broken")
    finally:
        registry.unregister("broken")


def _manifest(misbehaving, name: str, content: bytes):
    return misbehaving.manifest("x", (ModelFile(name, hashlib.sha256(content).hexdigest()),))


def test_a_model_file_that_is_the_declared_one_is_accepted(misbehaving, tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"weights")
    registry.verify(_manifest(misbehaving, "m.onnx", b"weights"), tmp_path)


@pytest.mark.invariant(7)
def test_a_result_says_who_made_it_so_a_changed_model_file_is_refused(misbehaving, tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"other weights")
    with pytest.raises(EngineNotFound, match="SHA-256 differs"):
        registry.verify(_manifest(misbehaving, "m.onnx", b"weights"), tmp_path)


def test_a_missing_model_file_is_refused(misbehaving, tmp_path):
    with pytest.raises(EngineNotFound, match="lacks its model file"):
        registry.verify(_manifest(misbehaving, "m.onnx", b"weights"), tmp_path)


def test_a_model_file_outside_the_engine_is_refused(misbehaving, tmp_path):
    (tmp_path / "m.onnx").write_bytes(b"weights")
    inside = tmp_path / "engine"
    inside.mkdir()
    with pytest.raises(EngineNotFound):
        registry.verify(_manifest(misbehaving, "../m.onnx", b"weights"), inside)


@pytest.mark.invariant(7)
def test_a_result_says_who_made_it_whatever_the_order_of_model_files(misbehaving):
    one, two = ModelFile("a", "1" * 64), ModelFile("b", "2" * 64)
    hashes = {misbehaving.manifest("x", files).model_sha256 for files in ((one, two), (two, one))}

    assert len(hashes) == 1
    assert misbehaving.manifest("x", (one,)).model_sha256 not in hashes
