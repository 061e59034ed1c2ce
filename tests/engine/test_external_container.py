"""An engine in a container. No daemon runs where tests do: a stand-in for docker keeps the arguments that it
gets, and truly runs the sample, without any wall. That docker keeps its own promises is not tested here."""

import json
import os
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from external_engines import DIGEST, IMAGE, write_container, write_docker

from klarsyn.engine import container_marker, folder, registry
from klarsyn.engine import external_container as container
from klarsyn.engine.asking import manifest_of
from klarsyn.engine.conformance import Limits, conformance
from klarsyn.engine.external import read_program
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.installed import announce
from klarsyn.engine.installing import install
from klarsyn.engine.processes import start_of
from klarsyn.engine.registry import EngineSpec
from klarsyn.engine.sealed import run_sealed
from klarsyn.engine.sweep import sweep

NAME = "contained"
SMALL = (((240, 190), 0.8), ((200, 160), 1.0))


@pytest.fixture
def docker(tmp_path, detect, monkeypatch) -> Path:
    """The folder of the stand-in, which is all that is in PATH."""
    folder = write_docker(tmp_path / "runtime", detect)
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def run(tmp_path, exam, work_root):
    def _run(mode: str = "polite", path: str = "", leaves: int = 0, **options):
        folder = write_container(tmp_path / "engine", mode, path)
        registry.register(NAME, registry.EXTERNAL, (str(folder),))
        try:
            options = {"deadline_s": 30, "memory_mb": 512, **options}
            return run_sealed(NAME, exam, work_root=work_root, **options)
        finally:
            registry.unregister(NAME)
            assert len(list(work_root.iterdir()) if work_root.exists() else []) == leaves

    return _run


def calls(docker: Path) -> list[list[str]]:
    return [json.loads(line) for line in (docker / "calls").read_text().splitlines()]


def test_a_container_runs_like_any_other_engine_and_is_removed(docker, run, exam):
    raw, manifest = run()

    assert [region.view_id for region in raw.regions] == [view.view_id for view in exam.views]
    assert ("container image", DIGEST) in {(file.name, file.sha256) for file in manifest.model_files}
    started, removed = calls(docker)
    name = started[started.index("--name") + 1]
    assert removed == ["rm", "--force", "--volumes", name]


def test_a_container_has_no_network_no_rights_and_limits(docker, run):
    run(memory_mb=700)

    words = calls(docker)[0]
    pairs = list(pairwise(words))
    image = words.index(IMAGE)
    for flag, value in [
        ("--network", "none"), ("--cap-drop", "ALL"), ("--security-opt", "no-new-privileges"),
        ("--pull", "never"), ("--pids-limit", "256"), ("--memory", "700m"), ("--memory-swap", "700m"),
    ]:  # fmt: skip
        assert (flag, value) in pairs[:image]
    assert "--read-only" in words[:image]
    given, answer = (value for flag, value in pairs if flag == "--mount")
    assert given.endswith(",dst=/in,readonly")
    assert answer.endswith(",dst=/out")
    assert words[image + 1 :] == ["detect", "polite", "/in", "/out"]
    assert "--privileged" not in words
    account = words[words.index("--user") + 1].split(":")[0]
    assert account not in ("0", "root")


def test_an_image_may_be_named_by_its_own_id(tmp_path):
    folder = write_container(tmp_path / "engine", image=f"sha256:{DIGEST}")

    assert read_program(EngineSpec("x", registry.EXTERNAL, (str(folder),))).container == f"sha256:{DIGEST}"


def test_a_path_with_commas_adds_no_word_to_a_mount(tmp_path):
    assert container._mount(Path("/a,readonly=false"), "/in", "readonly") == (
        'type=bind,"src=/a,readonly=false",dst=/in,readonly'
    )


@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        ("fail", FailureKind.RAISED, "status 3"),
        ("silent", FailureKind.RAISED, "without a result"),
        ("other-exam", FailureKind.WRONG_EXAM, "another exam"),
    ],
)
@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_container_every_ending_is_a_sentence_and_removes_it(
    docker, run, mode, kind, words
):
    with pytest.raises(EngineFailure, match=words) as caught:
        run(mode)

    assert caught.value.kind is kind
    assert calls(docker)[-1][0] == "rm"


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_container_that_runs_on_it_is_killed_by_name(docker, run):
    with pytest.raises(EngineFailure) as caught:
        run("forever", deadline_s=2)

    assert caught.value.kind is FailureKind.DEADLINE
    (removed,) = docker.glob("removed-klarsyn-*")
    assert start_of(int(removed.read_text())) == ""


@pytest.mark.parametrize(("oom", "kind"), [(True, FailureKind.MEMORY), (False, FailureKind.KILLED_BY_SIGNAL)])
def test_a_container_that_was_killed_is_asked_whether_memory_was_why(docker, run, detect, oom, kind):
    (docker / "detect").write_text("#!/bin/sh\nkill -9 $$\n")
    if oom:
        (docker / "oom").touch()

    with pytest.raises(EngineFailure) as caught:
        run()
    assert caught.value.kind is kind
    assert [call[0] for call in calls(docker)] == ["run", "inspect", "rm"]


def test_a_service_that_is_away_is_told(docker, run):
    (docker / "away").touch()

    with pytest.raises(EngineFailure, match="whether its service runs and its image is loaded") as caught:
        run(leaves=1)  # it said nothing of a container: the next start asks again
    assert caught.value.kind is FailureKind.NOT_FOUND


@pytest.mark.invariant(1)
def test_no_exam_is_lost_where_there_is_neither_docker_nor_podman(run, tmp_path, monkeypatch, work_root):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(EngineFailure, match="neither docker nor podman") as caught:
        run()
    assert caught.value.kind is FailureKind.NOT_FOUND
    registry.register(NAME, registry.EXTERNAL, (str(tmp_path / "engine"),))
    with pytest.raises(EngineFailure, match="neither docker nor podman"):
        manifest_of(NAME, work_root=work_root, memory_mb=512)
    registry.unregister(NAME)


def test_podman_is_taken_where_there_is_no_docker(docker, run, monkeypatch):
    (docker / "docker").rename(docker / "podman")
    monkeypatch.setattr(os, "getuid", lambda: 1000)

    assert container.find_runtime("x") == str(docker / "podman")
    assert container._account(str(docker / "podman"))[-2:] == ["--userns", "keep-id"]


@pytest.fixture
def cut_off(docker, work_root) -> Path:
    """The marker of a container whose Klarsyn was killed, in a process of the stand-in."""
    work_root.mkdir()
    (docker / "klarsyn-0123").write_text("4194305")
    runs_folder = work_root / "run-4194305-0x0-0123456789abcdef"
    return container_marker.keep(runs_folder, str(docker / "docker"), "klarsyn-0123")


def test_the_container_of_a_run_that_was_cut_off_is_removed_at_the_next_start(docker, cut_off, work_root):
    sweep(work_root)

    assert calls(docker) == [["rm", "--force", "--volumes", "klarsyn-0123"]]
    assert not list(work_root.iterdir())


@pytest.mark.invariant(9)
def test_nothing_private_escapes_in_a_container_that_could_not_be_removed_since_each_start_tries_again(
    docker, run, work_root
):
    # Given a runtime that does not remove what it runs
    (docker / "stuck").touch()
    with pytest.raises(EngineFailure, match="deadline"):
        run("forever", deadline_s=2, leaves=1)
    (name,) = (path.name for path in docker.glob("klarsyn-*"))

    # Then it is not forgotten, also by a sweep that fails, in the process that started it
    sweep(work_root)
    assert len(list(work_root.iterdir())) == 1

    # And it goes as soon as the runtime can
    (docker / "stuck").unlink()
    sweep(work_root)
    assert (docker / f"removed-{name}").exists()
    assert not list(work_root.iterdir())


def test_a_runtime_that_does_not_answer_is_asked_once_a_start(docker, cut_off, work_root):
    (docker / "stuck").touch()
    (docker / "klarsyn-4567").touch()
    container_marker.keep(work_root / f"run-0-0-{'f' * 16}", str(docker / "docker"), "klarsyn-4567")

    sweep(work_root)

    assert [call[0] for call in calls(docker)] == ["rm", "ps"]
    assert len(list(work_root.iterdir())) == 2


def test_a_container_that_never_was_is_forgotten(docker, cut_off, work_root):
    (docker / "klarsyn-0123").unlink()

    sweep(work_root)

    assert [call[0] for call in calls(docker)] == ["rm", "ps"]
    assert not list(work_root.iterdir())


def test_the_container_of_a_living_klarsyn_is_left_alone(docker, work_root):
    container_marker.keep(folder.make(work_root), str(docker / "docker"), "klarsyn-0123")

    sweep(work_root)

    assert not (docker / "calls").exists()
    assert len(list(work_root.iterdir())) == 2


@pytest.mark.parametrize("words", ["", "one line", "/bin/rm\nx\n", "/bin/docker\nx\nmore\n"])
def test_a_marker_that_is_none_starts_nothing(docker, cut_off, work_root, words):
    cut_off.write_text(words)

    sweep(work_root)

    assert not (docker / "calls").exists()
    assert not list(work_root.iterdir())


def test_an_engine_cannot_write_what_the_next_start_runs(docker, work_root):
    # Given what an engine left in its own folder, of a run that was cut off
    runs_folder = work_root / "run-4194305-0x0-0123456789abcdef"
    runs_folder.mkdir(parents=True)
    for name in ("container", "container-run-4194305-0x0-0123456789abcdef"):
        (runs_folder / name).write_text(f"{docker / 'docker'}\nklarsyn-0123\n")

    assert sweep(work_root) == 1
    assert not (docker / "calls").exists()


@pytest.mark.slow
def test_a_container_is_installed_and_passes_the_conformance_kit(docker, tmp_path, work_root):
    engines = tmp_path / "engines"
    at = datetime(2026, 3, 1, tzinfo=UTC)
    source = write_container(tmp_path / "given")
    record, _ = install(source, engines, work_root=work_root, memory_mb=1024, by="admin", at=at)

    checks = list(conformance(record.name, Limits(work_root, 60, 1024), SMALL))

    assert [check for check in checks if not check.passed] == []
    announce(tmp_path / "nowhere")
