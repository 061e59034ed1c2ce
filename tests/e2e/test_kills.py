"""kill -9 in the middle: start again, and nothing is lost or doubled."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.store.store import Store

EXAMS = 6


def command(*arguments: str, data: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "KLARSYN_DATA_FOLDER": str(data), "KLARSYN_WORKERS": "2"}
    return subprocess.Popen(
        [sys.executable, "-m", "klarsyn.cli.main", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_when(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> bool:
    """Kill -9 as soon as `ready`; False when the process ended before."""
    while process.poll() is None:
        if ready():
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
        time.sleep(0.002)
    return False


def state_of(data: Path) -> tuple[int, int]:
    """(exams, images) in the store."""
    store = Store.file(data / "klarsyn.sqlite")
    exams = store.exams.many()
    store.close()
    return len(exams), sum(len(e.images) for e in exams)


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    for number in range(EXAMS):
        write_exam(tmp_path / "incoming" / str(number), number)
    return tmp_path / "incoming"


@pytest.mark.slow
@pytest.mark.parametrize("files_kept", [1, 9])
def test_an_import_killed_in_the_middle_loses_and_doubles_nothing(
    incoming: Path, tmp_path: Path, files_kept: int
) -> None:
    data = tmp_path / "data"
    images = data / "images"
    arguments = ("import", "--read", str(incoming))
    killed = kill_when(
        command(*arguments, data=data), lambda: len(list(images.glob("??/*.dcm"))) >= files_kept
    )
    assert killed
    _, count = state_of(data)
    assert count < EXAMS * 4
    assert command(*arguments, data=data).wait() == 0
    assert state_of(data) == (EXAMS, EXAMS * 4)
    assert len(list(images.glob("??/*"))) == EXAMS * 4


@pytest.mark.slow
@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_scoring_is_killed_in_the_middle(
    incoming: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert command("import", "--read", str(incoming), data=data).wait() == 0
    work = data / "engine-work"
    store = Store.file(data / "klarsyn.sqlite")
    process = command("score", data=data)
    # The second exam is under way: one result is stored, and an engine's folder lies open.
    killed = kill_when(process, lambda: len(store.results.latest()) >= 1 and any(work.iterdir()))
    assert killed
    assert 1 <= len(store.results.latest()) < EXAMS
    assert command("score", data=data).wait() == 0
    counts = [store.results.count(e.exam_id) for e in store.exams.many()]
    store.close()
    assert counts == [1] * EXAMS
    assert [p for p in work.iterdir() if p.is_dir()] == []
