"""However an engine ends: the caller learns why in a sentence, in time, and nothing of the run remains."""

import errno
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest

from klarsyn.engine import folder, sealed
from klarsyn.engine.failure import EngineFailure, FailureKind

ENDINGS = [
    ("Raises", FailureKind.RAISED),
    ("LeavesQuietly", FailureKind.RAISED),
    ("LeavesAFolderAsItsAnswer", FailureKind.RAISED),
    ("LiesAboutItself", FailureKind.INVALID_RESULT),
    ("SaysNaN", FailureKind.INVALID_RESULT),
    ("SaysInfinity", FailureKind.INVALID_RESULT),
    ("MarksOutside", FailureKind.INVALID_RESULT),
    ("AnswersForAnother", FailureKind.WRONG_EXAM),
    ("KillsItself", FailureKind.KILLED_BY_SIGNAL),
    ("EatsMemory", FailureKind.MEMORY),
    ("WritesOneHugeFile", FailureKind.DISK_FULL),
    ("WritesManyFiles", FailureKind.DISK_FULL),
    ("ChangedModel", FailureKind.NOT_FOUND),
    ("NoManifest", FailureKind.NOT_FOUND),
    ("NotInstalled", FailureKind.NOT_FOUND),
]


def nothing_remains(work_root) -> bool:
    workers = [c for c in psutil.Process().children(recursive=True) if "klarsyn.engine.worker" in c.cmdline()]
    return not workers and (not work_root.exists() or not list(work_root.iterdir()))


@pytest.mark.invariant(1)
@pytest.mark.invariant(9)
@pytest.mark.parametrize(("engine", "kind"), ENDINGS)
def test_no_exam_is_lost_to_the_ai_and_the_folder_is_deleted_when_an_engine_fails(
    run, work_root, engine, kind
):
    with pytest.raises(EngineFailure) as caught:
        run(engine)

    assert caught.value.kind is kind
    assert nothing_remains(work_root)


@pytest.mark.invariant(1)
@pytest.mark.invariant(9)
def test_nothing_waits_for_an_engine_longer_than_its_deadline(run, work_root):
    with pytest.raises(EngineFailure) as caught:
        run("SleepsForEver", deadline_s=0.8)

    assert caught.value.kind is FailureKind.DEADLINE
    assert nothing_remains(work_root)


@pytest.mark.invariant(9)
def test_the_folder_is_deleted_when_the_analysis_is_cancelled(run, work_root):
    started = []
    with pytest.raises(EngineFailure) as caught:
        run("SleepsForEver", progress=started.append, cancelled=lambda: bool(started))

    assert caught.value.kind is FailureKind.CANCELLED
    assert nothing_remains(work_root)


@pytest.mark.invariant(9)
def test_the_folder_is_deleted_when_klarsyn_itself_is_interrupted(run, work_root):
    def interrupt(_fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run("SleepsForEver", progress=interrupt)

    assert nothing_remains(work_root)


@pytest.mark.invariant(9)
def test_the_folder_is_deleted_after_success(run, work_root):
    run("Polite")

    assert nothing_remains(work_root)


@pytest.mark.invariant(9)
def test_the_folder_is_deleted_although_an_engine_closed_its_own_folders(run, work_root):
    run("LocksItsFolder")

    assert nothing_remains(work_root)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_the_disk_is_full(run, work_root, monkeypatch):
    def full(*_args, **_options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)

    with pytest.raises(EngineFailure) as caught:
        run("Polite")

    assert caught.value.kind is FailureKind.DISK_FULL
    assert nothing_remains(work_root)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_the_work_folder_cannot_be_made(run, work_root):
    work_root.write_text("a file stands where the folder should be")

    with pytest.raises(EngineFailure) as caught:
        run("Polite")

    assert caught.value.kind is FailureKind.DISK_FULL


def test_an_engine_that_writes_too_much_in_all_is_stopped(run, work_root, monkeypatch):
    monkeypatch.setattr(sealed, "FOLDER_LIMIT_MB", -1)

    with pytest.raises(EngineFailure) as caught:
        run("SleepsForEver")

    assert caught.value.kind is FailureKind.DISK_FULL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which deleted files are open")
def test_an_engine_that_hides_what_it_writes_in_deleted_files_is_stopped(run, work_root, monkeypatch):
    monkeypatch.setattr(sealed, "FOLDER_LIMIT_MB", 3)

    with pytest.raises(EngineFailure) as caught:
        run("DeletesWhatItWrites")

    assert caught.value.kind is FailureKind.DISK_FULL
    assert nothing_remains(work_root)


@pytest.mark.parametrize(
    ("engine", "kind"), [("Raises", FailureKind.RAISED), ("PrintsIdentity", FailureKind.RAISED)]
)
def test_a_failure_never_quotes_the_engine(run, engine, kind):
    with pytest.raises(EngineFailure) as caught:
        run(engine)

    assert caught.value.kind is kind
    assert "19121212" not in caught.value.sentence
    assert "Testsson" not in caught.value.sentence


def test_a_failure_says_what_it_means_for_the_exam(run):
    with pytest.raises(EngineFailure) as caught:
        run("Raises")

    assert "ValueError" in caught.value.sentence
    assert "gets two readers" in caught.value.sentence


def test_a_result_comes_back_as_the_engine_gave_it(run, exam):
    raw, manifest = run("Polite")

    assert (raw.exam_token, raw.raw, manifest.name) == ("token", 0.5, "polite")
    assert [r.view_id for r in raw.regions] == [v.view_id for v in exam.views]
    # The mean proves that the very pixels arrived.
    assert [r.raw_score for r in raw.regions] == [pytest.approx(v.pixels.mean()) for v in exam.views]


def test_a_relative_work_folder_works_as_well(registered, exam, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    raw, _ = sealed.run_sealed(
        "Polite", exam, work_root=Path("work"), deadline_s=30, memory_mb=1024, allow_unsealed=True
    )

    assert raw.raw == 0.5
    assert not list((tmp_path / "work").iterdir())


def test_an_explanation_map_comes_back_as_the_engine_gave_it(run):
    raw, _ = run("Explains")

    heat = raw.regions[0].explanation
    assert heat.shape == (3, 4)
    assert np.array_equal(heat.ravel(), np.linspace(0, 1, 12, dtype=np.float32))


def test_progress_only_rises(run):
    seen: list[float] = []
    run("Slowly", progress=seen.append)

    assert seen
    assert seen == sorted(set(seen))
    assert all(0 < fraction <= 1 for fraction in seen)


def test_a_link_in_place_of_a_result_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("{}")
    (tmp_path / "result.json").symlink_to(tmp_path / "secret")

    assert folder.read_bounded(tmp_path / "result.json", 100) is None
