"""Imports killed again and again at moments of no one's choosing, until one gets through."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from small_mammograms import write_exam
from soak_share import share_of

from klarsyn.store.store import Store

EXAMS = 5


@pytest.mark.soak
def test_an_import_that_is_killed_many_times_ends_with_every_image_once(tmp_path: Path) -> None:
    rng = random.Random(20261124)
    for number in range(EXAMS):
        write_exam(tmp_path / "incoming" / str(number), number)
    for round_number in range(share_of(50)):
        data = tmp_path / f"data-{round_number}"
        environment = {**os.environ, "KLARSYN_DATA_FOLDER": str(data), "KLARSYN_WORKERS": "2"}
        command = [sys.executable, "-m", "klarsyn.cli.main", "import", "--read", str(tmp_path / "incoming")]
        for _ in range(4):
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            # The moment is drawn, not waited for: start-up, reading and settling all get their share.
            time.sleep(rng.uniform(0.2, 4.0))
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == 0
        store = Store.file(data / "klarsyn.sqlite")
        exams = store.exams.many()
        store.close()
        assert sorted(len(e.images) for e in exams) == [4] * EXAMS
        assert len(list((data / "images").glob("??/*"))) == EXAMS * 4
