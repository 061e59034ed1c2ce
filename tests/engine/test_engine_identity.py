"""Which engine a calibration knows: two that declare the same and are not the same have two."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from handed_over import write_folder

from klarsyn.engine.asking import manifest_of
from klarsyn.engine.identity import code_sha256, identified
from klarsyn.engine.installed import CODE, RECORD, announce
from klarsyn.engine.installing import install
from klarsyn.engine.registry import BUILT_IN, EngineSpec
from klarsyn.engine.sealed import run_sealed

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEIGHTLESS = ("model_files=(ModelFile", "model_files=() and (ModelFile")


@pytest.fixture
def put(tmp_path, work_root):
    def _put(source, name):
        options = {"work_root": work_root, "memory_mb": 1024, "allow_unsealed": True}
        return install(source, tmp_path / "engines", by="admin", at=AT, name=name, **options)[1]

    yield _put
    announce(tmp_path / "nowhere")


def engine(folder, *changes: tuple[str, str]):
    write_folder(folder)
    module = folder / "wise_engine.py"
    text = module.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    module.write_text(text)
    return folder


@pytest.mark.invariant(7)
@pytest.mark.parametrize("given", [(), (WEIGHTLESS,)])
@pytest.mark.parametrize("change", [("exam_token, 0.5", "exam_token, 0.6"), ('"Maker"', '"Other"')])
def test_a_result_says_who_made_it_so_other_code_or_another_maker_is_another_model(
    put, tmp_path, given, change
):
    one = put(engine(tmp_path / "one", *given), "one")
    other = put(engine(tmp_path / "other", *given, change), "other")
    again = put(engine(tmp_path / "again", *given), "again")

    assert (one.name, one.version, one.model_files) == (other.name, other.version, other.model_files)
    assert one.model_sha256 != other.model_sha256
    assert one.model_sha256 == again.model_sha256


def test_the_model_is_the_same_when_it_is_installed_asked_and_run(put, exam, work_root, tmp_path):
    installed = put(engine(tmp_path / "wise"), "wise")
    options = {"work_root": work_root, "memory_mb": 1024, "allow_unsealed": True}
    ran = run_sealed("wise", exam, deadline_s=30, **options)[1]

    assert manifest_of("wise", **options) == ran == installed
    announce(tmp_path / "engines")
    assert manifest_of("wise", **options).model_sha256 == installed.model_sha256


def test_what_an_engine_writes_of_its_own_code_is_not_believed(put, tmp_path):
    claimed = put(engine(tmp_path / "one", ("contract=2,", 'contract=2, code="that of another",')), "one")

    assert claimed.code == code_sha256(files_of(tmp_path / "engines" / "one"), None)


def files_of(folder) -> dict:
    import json

    files = json.loads((folder / RECORD).read_text())["files"]
    assert set(files) == {path.name for path in (folder / CODE).iterdir()}
    return files


def test_the_makers_of_packages_are_told_apart_and_the_built_in_engine_keeps_its_hash(misbehaving):
    declared = misbehaving.manifest("x")
    package = EngineSpec("x", "x:X")

    assert identified(EngineSpec(*BUILT_IN), declared).model_sha256 == declared.model_sha256
    one, other = (identified(package, replace(declared, vendor=v)).model_sha256 for v in ("A", "B"))
    assert one != other
