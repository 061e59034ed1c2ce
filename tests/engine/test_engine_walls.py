"""What a sealed engine can see and reach."""

import errno
import json
import logging
import os
import sys
from dataclasses import fields

import pytest

from klarsyn.base import log
from klarsyn.engine import sealed, worker
from klarsyn.engine.asking import probe
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.isolation import DUTIES, Isolation
from klarsyn.engine.registry import BUILT_IN, EngineSpec
from klarsyn.engine.sealed import run_sealed


@pytest.fixture(scope="module")
def isolation(tmp_path_factory) -> Isolation:
    return probe(tmp_path_factory.mktemp("probe"))


def needs_complete(isolation: Isolation) -> None:
    """Skip where a machine cannot seal completely; where CI must be able to, a skip would hide a hole."""
    if not isolation.missing:
        return
    sentence = f"this machine cannot seal completely: {'; '.join(isolation.missing)}"
    if os.environ.get("CI") and sys.platform == "linux":
        pytest.fail(sentence)
    pytest.skip(sentence)


def test_every_duty_of_sealing_is_either_applied_or_missing(isolation):
    told = [line.partition(" (")[0] for line in (*isolation.applied, *isolation.missing)]

    assert sorted(told) == sorted(DUTIES)


def test_memory_and_file_limits_hold_on_every_linux(isolation):
    assert any(line.startswith("memory and file limits") for line in isolation.applied)


@pytest.mark.invariant(9)
def test_nothing_private_escapes_a_sealed_engine(run, isolation, escaping):
    needs_complete(isolation)

    raw, _ = run("Escapes")

    got_through = [
        way for way, region in zip(escaping.Escapes.ways, raw.regions, strict=True) if region.raw_score
    ]
    assert not got_through


@pytest.mark.invariant(9)
def test_nothing_private_escapes_from_one_run_to_the_next_in_shared_memory(run, isolation):
    needs_complete(isolation)

    assert [run("KeepsPixels")[0].raw for _ in range(2)] == [0, 0]


def test_a_sealed_engine_still_chooses_its_own_processors(run, isolation):
    needs_complete(isolation)

    assert run("ChoosesItsProcessors")[0].raw == 1


@pytest.mark.invariant(9)
def test_nothing_private_escapes_since_a_sealed_engine_changes_no_file_that_it_only_reads(
    run, isolation, escaping
):
    needs_complete(isolation)

    raw, _ = run("ChangesOthersFiles")

    answers = zip(escaping.ChangesOthersFiles.ways, raw.regions, strict=True)
    assert {way: region.raw_score for way, region in answers if region.raw_score != errno.EACCES} == {}


@pytest.mark.parametrize(
    ("ci", "platform", "ending"),
    [
        ("true", "linux", pytest.fail.Exception),
        ("true", "win32", pytest.skip.Exception),
        ("", "linux", pytest.skip.Exception),
    ],
)
def test_walls_that_cannot_be_tried_are_an_error_in_ci(monkeypatch, ci, platform, ending):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(sys, "platform", platform)

    with pytest.raises(ending, match="no network"):
        needs_complete(Isolation((), ("no network (not here)",)))


@pytest.mark.invariant(9)
def test_engines_get_no_identity_in_environment_folder_or_home(run, monkeypatch):
    monkeypatch.setenv("KLARSYN_DATA_FOLDER", "/home/testsson")
    monkeypatch.setenv("PATIENT", "Testsson^Tolvan")

    raw, _ = run("TellsWhatItSees")

    assert raw.raw == 1.0


@pytest.mark.invariant(9)
def test_engines_get_no_identity_because_the_contract_has_no_field_for_it():
    assert {f.name for f in fields(EngineExam)} == {"exam_token", "views", "priors"}
    assert {f.name for f in fields(EngineView)} == {
        "view_id", "laterality", "view_position", "spacing", "pixels", "manufacturer",
        "slice_positions_mm", "thickness_mm", "patient_orientation", "slices",
    }  # fmt: skip


@pytest.mark.invariant(9)
def test_the_input_files_of_an_engine_are_named_by_number_only(run, work_root):
    seen: list[str] = []

    def look(_fraction: float) -> None:
        (folder,) = work_root.iterdir()
        seen.extend(path.name for path in folder.iterdir() if path.suffix == ".npy")
        assert folder.stat().st_mode & 0o077 == 0

    run("Slowly", progress=look)

    assert set(seen) == {f"views-{number}.npy" for number in range(4)}


@pytest.mark.invariant(9)
def test_nothing_private_escapes_what_an_engine_prints_stays_out_of_klarsyns_log(run, tmp_path):
    log.configure(tmp_path)
    try:
        run("Chatters")
    finally:
        log.configure(None)
    lines = [json.loads(line) for line in (tmp_path / "klarsyn.log").read_text().splitlines()]
    (amount,) = [line for line in lines if line["event"] == "An engine printed something."]
    (printed,) = [json.loads(line) for line in (tmp_path / "engine.log").read_text().splitlines()]

    assert (amount["engine"], amount["lines"], amount["bytes"]) == ("Chatters", 2, 35)
    for word in ("Anna", "Testsson", "12345", "[number]"):
        assert word not in json.dumps(lines)
    assert printed["text"] == "Anna Testsson, 12345\n[number]"


@pytest.mark.invariant(9)
def test_nothing_private_escapes_what_an_engine_prints_reaches_no_terminal(capfd):
    log.configure(None)
    log.get_logger(log.ENGINE_OUTPUT).error("Anna Testsson")

    assert "Testsson" not in "".join(capfd.readouterr())
    assert not logging.getLogger(log.ENGINE_OUTPUT).propagate


def _ordered(monkeypatch, tmp_path, missing: tuple[str, ...], **order) -> dict[str, object]:
    """Run a worker's main in this process, without sealing it, and return its answer."""
    monkeypatch.setattr(worker, "seal", lambda *args, **kinds: Isolation((), missing))
    monkeypatch.setattr(worker, "_answer", lambda folder, order: {"status": "started"})
    monkeypatch.setattr(os, "nice", lambda step: step)
    monkeypatch.setattr(os, "_exit", lambda code: None)
    defaults = {"target": "x:X", "allow_unsealed": False, "memory_mb": 512, "parent": os.getpid()}
    (tmp_path / worker.ORDER).write_text(json.dumps(defaults | order))
    worker.main(tmp_path)
    return json.loads((tmp_path / "result.json").read_text())


def test_a_third_party_engine_is_refused_where_a_piece_is_missing(monkeypatch, tmp_path):
    answer = _ordered(monkeypatch, tmp_path, ("no network (not here)",))

    assert answer == {"status": "failed", "kind": "unsealed"}
    with pytest.raises(EngineFailure, match="no network") as caught:
        sealed.read_answer(tmp_path)
    assert caught.value.kind is FailureKind.UNSEALED


def test_a_setting_can_allow_a_third_party_engine_where_a_piece_is_missing(monkeypatch, tmp_path):
    assert _ordered(monkeypatch, tmp_path, ("no network (not here)",), allow_unsealed=True) == {
        "status": "started"
    }


def test_a_third_party_engine_runs_where_nothing_is_missing(monkeypatch, tmp_path):
    assert _ordered(monkeypatch, tmp_path, ()) == {"status": "started"}


@pytest.mark.parametrize(
    ("spec", "allowed"),
    [
        (EngineSpec(*BUILT_IN), True),
        (EngineSpec("other", "other:Engine"), False),
        (EngineSpec("demo_cad", "impostor:DemoCad"), False),
    ],
)
def test_only_the_built_in_engine_may_run_unsealed(monkeypatch, exam, work_root, spec, allowed):
    orders: list[dict[str, object]] = []
    monkeypatch.setattr(sealed, "resolve", lambda name: spec)
    monkeypatch.setattr(
        sealed,
        "_run",
        lambda s, folder, watch: orders.append(json.loads((folder / worker.ORDER).read_text())),
    )

    with pytest.raises(EngineFailure):
        run_sealed(spec.name, exam, work_root=work_root, deadline_s=5, memory_mb=512)

    assert orders[0]["allow_unsealed"] is allowed
