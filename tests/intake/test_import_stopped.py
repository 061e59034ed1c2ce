"""Klarsyn's own trouble: a full disk, killed processes. Nothing is lost by it, nothing half-written."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from small_mammograms import mammogram, write_exam

from klarsyn.intake import reading_pool
from klarsyn.intake.discover import source_files
from klarsyn.intake.importer import Importer, ImportStopped
from klarsyn.intake.reading_pool import ReadingPool
from klarsyn.store.arrivals import SourceFile
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store


@pytest.fixture
def importer(installation) -> Importer:
    return Importer(installation.store, installation.settings.folders, installation.clock, workers=1)


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    write_exam(tmp_path / "in")
    return tmp_path / "in"


@pytest.mark.parametrize("failing_call", [1, 3])
def test_a_full_disk_stops_the_import_and_the_same_import_completes_it_later(
    importer: Importer, installation, incoming: Path, monkeypatch: pytest.MonkeyPatch, failing_call: int
) -> None:
    force, calls = os.fsync, iter(range(1, 100))

    def full(descriptor: int) -> None:
        if next(calls) >= failing_call:
            raise OSError(errno.ENOSPC, "No space left on device")
        force(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ImportStopped, match=r"No space left.*run the same import again"):
        importer.run([incoming])
    assert installation.store.arrivals.quarantined() == []
    images = installation.settings.folders.images
    assert len([p for p in images.rglob("*") if p.is_file()]) == failing_call - 1
    monkeypatch.undo()
    summary = importer.run([incoming])
    assert (summary.new, summary.known) == (5 - failing_call, failing_call - 1)
    assert len(installation.store.exams.many()[0].images) == 4


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from klarsyn.cli.main import main
sys.exit(main(["import", "--read", sys.argv[2]]))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the limit on a file's size is a POSIX one")
@pytest.mark.parametrize(
    ("small_files", "workers", "refused"),
    [(1, 2, "File too large"), (12, 1, "the database cannot be written")],
    ids=["an image does not fit", "the database does not fit"],
)
def test_the_operating_system_refuses_a_write_in_the_middle_and_nothing_is_lost_or_half_written(
    incoming: Path, tmp_path: Path, small_files: int, workers: int, refused: str
) -> None:
    for number in range(small_files):
        cut = mammogram("R", "CC", number + 10, Rows=40, PixelData=b"\0" * (40 * 190 * 2))
        cut.save_as(incoming / f"A{number:02d}.dcm", enforce_file_format=True)
    data = tmp_path / "data"
    Store.file(data / "klarsyn.sqlite").close()
    environment = {**os.environ, "KLARSYN_DATA_FOLDER": str(data), "KLARSYN_WORKERS": str(workers)}

    def run(limit: int) -> subprocess.CompletedProcess[str]:
        arguments = [sys.executable, "-c", LIMITED, str(limit), str(incoming)]
        return subprocess.run(arguments, env=environment, capture_output=True, text=True)

    stopped = run(80_000)
    assert stopped.returncode == 1
    assert f"The import stopped: {refused}" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert not list((data / "images").rglob("*.part"))
    store = Store.file(data / "klarsyn.sqlite")
    settled = sum(len(e.images) for e in store.exams.many())
    assert 0 < settled < 4 + small_files
    store.close()
    completed = run(1 << 30)
    assert completed.returncode == 0
    assert f"{4 + small_files - settled} new images, {settled} known" in completed.stdout
    assert len(list((data / "images").glob("??/*"))) == 4 + small_files


@pytest.mark.slow
def test_reading_processes_killed_between_two_files_cost_no_file(
    installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_exam(tmp_path / "in")
    monkeypatch.setattr(reading_pool, "_AHEAD", 1)
    made: list[ProcessPoolExecutor] = []
    make = ReadingPool._pool

    def watched(self: ReadingPool, workers: int) -> ProcessPoolExecutor:
        made.append(make(self, workers))
        return made[-1]

    def sources() -> Iterator[SourceFile]:
        for number, source in enumerate(source_files([tmp_path / "in"])):
            if number == 3:  # one is under way; this one is given to a pool of the dead
                manager = made[0]._executor_manager_thread
                for process in list(made[0]._processes.values()):
                    process.kill()
                manager.join()
            yield source

    monkeypatch.setattr(ReadingPool, "_pool", watched)
    images = installation.settings.folders.images
    readings = list(ReadingPool(images, (), 2).read(sources()))
    assert [r.source for r in readings] == list(source_files([tmp_path / "in"]))
    assert all(r.instance is not None for r in readings)
    assert all(ImageFolder(images).holds(r.sha256, r.source.size) for r in readings)
