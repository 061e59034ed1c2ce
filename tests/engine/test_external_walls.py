"""What a program behind the walls can see and reach: its own folder, its input, and nothing else."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from external_engines import write_program

from klarsyn.base import log
from klarsyn.engine import registry, sealed
from klarsyn.engine.asking import probe
from klarsyn.engine.external_input import write_input
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.sealed import run_sealed

NAME = "attacker"


@pytest.fixture
def sealing(tmp_path):
    """Skip where a machine cannot seal completely; where CI must be able to, a skip would hide a hole."""
    missing = probe(tmp_path / "probe").missing
    if missing and os.environ.get("CI") and sys.platform == "linux":
        pytest.fail(f"this machine cannot seal completely: {'; '.join(missing)}")
    if missing:
        pytest.skip(f"this machine cannot seal completely: {'; '.join(missing)}")


@pytest.fixture
def attack(sealing, detect, exam, work_root, tmp_path):
    """Run the sample in one of its modes, sealed, and return its evidence: 1 where it got through."""

    def _attack(mode: str, path: Path | str = "", **options) -> float:
        folder = write_program(tmp_path / "program", detect, mode, str(path))
        registry.register(NAME, registry.EXTERNAL, (str(folder),))
        try:
            options = {"deadline_s": 30, "memory_mb": 512, **options}
            return run_sealed(NAME, exam, work_root=work_root, **options)[0].raw
        finally:
            registry.unregister(NAME)
            # Whatever it did, nothing of the run is left.
            assert not list(work_root.iterdir())

    return _attack


@pytest.fixture
def database(tmp_path) -> Path:
    path = tmp_path / "klarsyn.db"
    path.write_text("Testsson^Tolvan")
    return path


@pytest.mark.invariant(9)
def test_nothing_private_escapes_since_a_program_cannot_read_the_database(attack, database):
    assert attack("read", database) == 0


def test_a_program_reads_its_own_folder(attack, tmp_path):
    assert attack("read", tmp_path / "program" / "engine.toml") == 1


@pytest.mark.parametrize(
    "mode", ["read", "list", "write", "socket", "signal", "change-input", "fork-bomb", "thread"]
)
def test_each_attack_of_the_sample_gets_through_where_there_are_no_walls(detect, exam, tmp_path, mode):
    # Walls that nothing ever leans on would look as sound as these.
    write_input(tmp_path / "in", exam, lambda: None)
    (tmp_path / "out").mkdir()
    path = tmp_path if mode == "list" else tmp_path / "file"
    (tmp_path / "file").touch()
    words = [detect, mode, tmp_path / "in", tmp_path / "out", path]
    bare = subprocess.Popen(words, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        bare.wait(30)
        assert json.loads((tmp_path / "out" / "result.json").read_text())["raw"] == 1
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(bare.pid, signal.SIGKILL)


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/1/environ", "/bin/sh"])
def test_a_program_reads_no_other_file_of_the_system(attack, path):
    assert attack("read", path) == 0


@pytest.mark.parametrize("where", ["", "engine-work", "program/.."])
def test_a_program_lists_no_folder_above_its_own(attack, tmp_path, where):
    assert attack("list", tmp_path / where) == 0


@pytest.mark.invariant(9)
def test_nothing_private_escapes_since_a_program_has_no_socket(attack):
    assert attack("socket") == 0


@pytest.mark.parametrize("place", ["database", "new", "program/detect", "program/new"])
def test_a_program_writes_nowhere_but_in_its_output(attack, database, tmp_path, place):
    path = database if place == "database" else tmp_path / place
    before = path.stat().st_size if path.exists() else None

    assert attack("write", path) == 0
    if before is not None and place != "program/detect":
        assert path.stat().st_size == before


def test_a_program_does_not_change_its_input(attack):
    assert attack("change-input") == 0


def test_a_program_starts_nothing_outside_its_own_folder(attack):
    assert attack("start", "/bin/true") == 0


def test_a_program_makes_no_process_so_no_bomb_of_them(attack):
    assert attack("fork-bomb") == 0


def test_a_program_may_have_threads(attack):
    assert attack("thread") == 1


def test_a_program_sends_no_signal_to_its_parent(attack):
    assert attack("signal") == 0


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        ("forever", FailureKind.DEADLINE, "deadline"),
        ("fail", FailureKind.RAISED, "status 3"),
        ("abort", FailureKind.KILLED_BY_SIGNAL, "signal 6"),
        ("silent", FailureKind.RAISED, "without a result"),
        ("hoard", FailureKind.RAISED, "status 4"),
        ("fill", FailureKind.DISK_FULL, "wrote more than it may"),
        ("other-exam", FailureKind.WRONG_EXAM, "another exam"),
    ],
)
@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_program_every_ending_is_a_sentence(attack, mode, kind, words):
    with pytest.raises(EngineFailure, match=words) as caught:
        attack(mode, deadline_s=2 if mode == "forever" else 30)

    assert caught.value.kind is kind


def test_a_program_that_is_cancelled_is_gone(attack):
    with pytest.raises(EngineFailure) as caught:
        attack("forever", cancelled=lambda: True)
    assert caught.value.kind is FailureKind.CANCELLED


@pytest.mark.invariant(9)
def test_nothing_private_escapes_what_a_program_prints_goes_to_the_engines_log(attack, tmp_path):
    log.configure(tmp_path)
    try:
        attack("polite")
    finally:
        log.configure(None)

    assert "looking" not in (tmp_path / "klarsyn.log").read_text()
    assert "looking" in (tmp_path / "engine.log").read_text()


def test_a_disk_without_room_for_the_input_is_told(attack, monkeypatch):
    monkeypatch.setattr(sealed.working, "RESERVE", 1 << 60)
    with pytest.raises(EngineFailure) as caught:
        attack("polite")
    assert caught.value.kind is FailureKind.DISK_FULL
