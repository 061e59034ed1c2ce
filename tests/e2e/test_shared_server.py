"""Two workstations and two workers on one PostgreSQL; one worker is killed with -9 in mid-exam."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from postgresql import postgresql  # noqa: F401  a fixture
from small_mammograms import write_exam

from klarsyn.base.clock import SystemClock
from klarsyn.base.paths import Folders
from klarsyn.domain.read import ReadKind
from klarsyn.intake.importer import Importer
from klarsyn.store.database import Database
from klarsyn.store.scoring_jobs import QueueState
from klarsyn.store.store import Store

EXAMS = 3
ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
WORK = "from klarsyn.cli.main import main; main(['work'])"
READ = """
import time
from klarsyn.cli.context import opened
from klarsyn.cli.seat import seat
from klarsyn.domain.read import Assessment
with opened() as context:
    desk, _loader = seat(context)
    done = 0
    while done < EXAMS:
        session = desk.open_next()
        if session is None:
            time.sleep(0.2)
            continue
        for side in session.breasts:
            session.assess(side, Assessment.NORMAL)
        session.sign()
        session.finalise()
        done += 1
"""


@pytest.fixture
def start(postgresql: Callable[[], str], tmp_path: Path):  # noqa: F811
    """Start processes of machines that share a database and a folder of images, and end them afterwards."""
    url, running = postgresql(), []
    Database(url).close()

    def _start(machine: str, code: str, **settings: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "KLARSYN_DATA_FOLDER": str(tmp_path / machine),
            "KLARSYN_DATABASE_URL": url,
            "KLARSYN_IMAGE_FOLDER": str(tmp_path / "images"),
            "KLARSYN_READER": machine,
            "KLARSYN_SCORING_QUIET_S": "0",
            "KLARSYN_WORKER_SILENCE_S": "3",
            "OMP_NUM_THREADS": "1",
            **settings,
        }
        process = subprocess.Popen([sys.executable, "-c", code], env=environment)
        running.append(process)
        return process

    _start.url = url
    yield _start
    for process in running:
        process.kill()
        process.wait()


def until(condition: Callable[[], bool], *, still: subprocess.Popen[bytes]) -> None:
    while not condition():
        assert still.poll() is None, "the process that was waited for has ended"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.invariant(1)
@pytest.mark.timeout(300)
def test_no_exam_is_lost_and_none_is_scored_or_read_twice_when_a_worker_is_killed(
    start, tmp_path: Path
) -> None:
    store = Store.shared(start.url)
    for number in range(EXAMS):
        write_exam(tmp_path / "in" / str(number), number)
    folders = Folders(tmp_path / "intake", tmp_path / "images")
    Importer(store, folders, SystemClock(), workers=1).run([tmp_path / "in"], read=True)
    assert store.scoring_jobs.state() == QueueState(EXAMS, 0, 0), "a job came with each exam's rows"

    one = start("worker-one", WORK)
    until(lambda: store.scoring_jobs.state().under_way == 1, still=one)
    desks = [start(name, READ.replace("EXAMS", str(EXAMS))) for name in ("reader-one", "reader-two")]
    other = start("worker-two", WORK)
    one.send_signal(signal.SIGKILL)
    one.wait()
    before = store.ledger.count()
    assert before < EXAMS

    for desk in desks:
        assert desk.wait() == 0
    until(lambda: store.scoring_jobs.state() == QueueState(0, 0, 0), still=other)
    exams = [exam.exam_id for exam in store.exams.many()]
    entries = store.ledger.between(*ALWAYS)
    assert Counter(entry.exam_id for entry in entries) == dict.fromkeys(exams, 1)
    assert [store.results.count(exam_id) for exam_id in exams] == [1] * EXAMS
    assert store.ledger.faults() == []
    finals = store.reads.finals(exams)
    for exam_id in exams:
        of_exam = [read for read in finals[exam_id] if read.kind is ReadKind.FINAL]
        assert sorted(read.reader for read in of_exam) == ["reader-one", "reader-two"]

    other.send_signal(signal.SIGTERM)
    assert other.wait() == 0
    store.close()
