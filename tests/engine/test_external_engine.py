"""An engine that is a program comes in, runs and leaves like any other."""

import dataclasses
import shutil

import numpy as np
import pytest
from external_engines import REPORT, TOML, compiled, write_program

from klarsyn.engine import registry
from klarsyn.engine.asking import manifest_of
from klarsyn.engine.conformance import Limits, conformance
from klarsyn.engine.contract import EngineExam
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.installed import CODE, installed, remove
from klarsyn.engine.registry import EngineNotFound
from klarsyn.engine.sealed import run_sealed

SMALL = (((240, 190), 0.8), ((200, 160), 1.0))
NAME = "brightest_square"


def run(exam, work_root, name: str = NAME, **options):
    options = {"deadline_s": 30, "memory_mb": 1024, "allow_unsealed": True, **options}
    return run_sealed(name, exam, work_root=work_root, **options)


def test_a_program_comes_in_and_runs_like_any_other_engine(put, engines, exam, work_root, detect, tmp_path):
    record, manifest = put(write_program(tmp_path / "given", detect))
    raw, ran = run(exam, work_root)

    assert record.name == NAME
    assert set(record.files) == {"engine.toml", "detect"}
    assert {file.name for file in manifest.model_files} == {"engine.toml", "detect"}
    assert (manifest.vendor, str(manifest.price_per_exam), manifest.accepts.volumes) == ("Test", "1.50", True)
    asked = manifest_of(NAME, work_root=work_root, memory_mb=1024, allow_unsealed=True)
    assert ran == manifest == asked
    assert [region.view_id for region in raw.regions] == [view.view_id for view in exam.views]
    assert raw.raw == pytest.approx(max(region.raw_score for region in raw.regions))
    assert not list(work_root.iterdir())
    assert installed(engines) == {NAME: record}
    assert remove(engines, NAME)
    assert not list(engines.iterdir())


def test_its_marks_stand_on_the_images_and_slices_that_it_was_given(put, exam, work_root, detect, tmp_path):
    put(write_program(tmp_path / "given", detect))
    flat = np.zeros((64, 96), np.uint16)
    flat[32:64, 64:96] = 500
    stack = np.zeros((4, 64, 96), np.uint16)
    stack[2, :32, 32:64] = 900
    views = (
        dataclasses.replace(exam.views[0], pixels=flat),
        dataclasses.replace(exam.views[1], pixels=stack, slice_positions_mm=(0.0, 1.0, 2.0, 3.0)),
    )

    raw, _ = run(EngineExam("token", views), work_root)

    assert [(r.view_id, r.frame, r.outline[0]) for r in raw.regions] == [
        ("view-0", 1, (64.0, 32.0)),
        ("view-1", 3, (32.0, 0.0)),
    ]


def test_a_program_linked_with_the_systems_libraries_starts(put, exam, work_root, tmp_path):
    put(write_program(tmp_path / "given", compiled(tmp_path / "linked", static=False)))

    assert run(exam, work_root)[0].regions


def test_a_program_that_answers_with_a_cad_sr_says_the_same_as_with_a_result(
    put, exam, work_root, detect, tmp_path
):
    put(write_program(tmp_path / "given", detect))
    put(write_program(tmp_path / "other", detect, "report", toml=TOML + REPORT), name="reporting")
    stack = np.zeros((4, 64, 96), np.uint16)
    stack[2, :32, 32:64] = 900
    volume = dataclasses.replace(exam.views[1], pixels=stack, slice_positions_mm=(0.0, 1.0, 2.0, 3.0))
    given = EngineExam("token", (exam.views[0], volume, *exam.views[2:]))

    as_json, _ = run(given, work_root)
    as_report, _ = run(given, work_root, "reporting")

    def marks(result):
        # A line that ends where it began is closed, as every outline is.
        return [(r.view_id, r.frame or 1, r.outline[:4], r.lesion_type) for r in result.regions]

    assert marks(as_report) == marks(as_json)
    assert as_report.raw == pytest.approx(as_json.raw / 655.35)
    for reported, plain in zip(as_report.regions, as_json.regions, strict=True):
        assert reported.raw_score == pytest.approx(plain.raw_score / 655.35)


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "toml"), [("polite", TOML), ("report", TOML + REPORT)])
def test_the_sample_program_passes_the_conformance_kit(put, work_root, detect, tmp_path, mode, toml):
    put(write_program(tmp_path / "given", detect, mode, toml=toml))

    checks = list(conformance(NAME, Limits(work_root, 60, 1024, True), SMALL))

    assert [check for check in checks if not check.passed] == []
    assert len(checks) == 11


def test_a_change_of_any_file_is_another_model(put, work_root, detect, tmp_path):
    first = put(write_program(tmp_path / "one", detect))[1]
    other = write_program(tmp_path / "two", detect)
    (other / "weights.bin").write_bytes(b"w")
    second = put(other, name="second")[1]

    assert first.model_sha256 != second.model_sha256


@pytest.mark.invariant(7)
def test_a_result_says_who_made_it_so_a_program_that_was_changed_does_not_run(
    put, engines, exam, work_root, detect, tmp_path
):
    put(write_program(tmp_path / "given", detect))
    with (engines / NAME / CODE / "detect").open("ab") as stream:
        stream.write(b"\0")

    with pytest.raises(EngineFailure, match="not those that were installed"):
        run(exam, work_root)


def test_installing_starts_nothing(put, detect, tmp_path):
    put(write_program(tmp_path / "given", detect, "forever"))


def test_a_script_is_told_that_it_is_none(put, exam, work_root, detect, tmp_path):
    folder = write_program(tmp_path / "given", detect)
    (folder / "detect").write_text("#!/bin/sh\nexit 0\n")
    put(folder)

    with pytest.raises(EngineFailure, match="no script") as caught:
        run(exam, work_root)
    assert caught.value.kind is FailureKind.NOT_FOUND


def test_a_description_that_disappears_is_told(detect, exam, work_root, tmp_path):
    folder = write_program(tmp_path / "given", detect)
    registry.register("gone", registry.EXTERNAL, (str(folder),))
    try:
        shutil.rmtree(folder)
        with pytest.raises(EngineFailure, match="cannot be read") as caught:
            run(exam, work_root, "gone")
        with pytest.raises(EngineFailure, match="cannot be read"):
            manifest_of("gone", work_root=work_root, memory_mb=1024)
    finally:
        registry.unregister("gone")
    assert caught.value.kind is FailureKind.NOT_FOUND
    with pytest.raises(EngineNotFound):
        registry.resolve("gone")
