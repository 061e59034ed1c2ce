"""Measure the sealed engine on one tomosynthesis exam of real size: seconds and anonymous memory; prints.

    python tests/benchmarks/scoring_volumes.py [--folder FOLDER] [--vendor A] [--slices 60]

The exam has four volumes with their synthetic 2D images. The ratio is to decoding the slices alone, in the
same run. Pages of mapped files are no memory of the engine's own: they are told apart.
"""

import argparse
import resource
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from klarsyn.base import log
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Exam, Patient
from klarsyn.engine.sealed import run_sealed
from klarsyn.intake.engine_input import engine_input
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest


@dataclass
class Peak:
    """Greatest MiB seen of the child processes, and of this one: anonymous, and pages of files."""

    child_anonymous: float = 0.0
    child_files: float = 0.0
    own_anonymous: float = 0.0


def _resident(pid: int) -> tuple[float, float]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0, 0.0
    found = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines if line.startswith("Rss")}
    return found.get("RssAnon", 0.0), found.get("RssFile", 0.0)


@contextmanager
def watched():
    """Look twenty times a second at what is resident."""
    peak, ended = Peak(), threading.Event()

    def look() -> None:
        own = psutil.Process()
        while not ended.wait(0.05):
            peak.own_anonymous = max(peak.own_anonymous, _resident(own.pid)[0])
            for child in own.children():
                anonymous, files = _resident(child.pid)
                peak.child_anonymous = max(peak.child_anonymous, anonymous)
                peak.child_files = max(peak.child_files, files)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where the exam is drawn, or lies already")
    parser.add_argument("--vendor", default="A")
    parser.add_argument("--slices", type=int, default=60)
    asked = parser.parse_args()
    log.configure(None)
    with tempfile.TemporaryDirectory() as name:
        request = ListRequest(1, cancers=1, dbt=1, seed=11, slices=asked.slices, vendors=(asked.vendor,))
        (drawn,) = make_list(asked.folder or Path(name, "exam"), request, workers=1)
        read = [(read_instance(path), path) for path in drawn.files]
        images = tuple(instance.image for instance, _ in read)
        first = read[0][0]
        exam = Exam("b", first.exam_key, Patient(), None, datetime.now(UTC), first.exam_type, images)
        files = {instance.image.sop_instance_uid: path for instance, path in read}

        sent = engine_input(exam, files, volumes=True)
        start = time.perf_counter()
        count = sum(1 for volume in sent.volumes.values() for _ in volume)
        decoded = time.perf_counter() - start

        sent = engine_input(exam, files, volumes=True)
        with watched() as peak:
            start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            raw, _ = run_sealed("demo_cad", sent.exam, work_root=Path(name), deadline_s=900, memory_mb=2048)
            sealed = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    shapes = ", ".join(" × ".join(map(str, v.shape)) for v in sent.volumes.values())
    print(f"Maker {asked.vendor}: {shapes}; {len(raw.regions)} places marked; evidence {raw.raw:.2f}\n")
    print("| what | s | ratio |\n|---|---:|---:|")
    print(f"| {count} slices decoded one after the other | {decoded:.1f} | 1.0 |")
    print(f"| the exam through the sealed engine, decoding and start-up included | {sealed:.1f} "
          f"| {sealed / decoded:.1f} |")  # fmt: skip
    print(f"| seconds of processor in the engine's process, for two threads | {spent:.1f} | |")
    print(
        f"\nPeak of the engine's process: {peak.child_anonymous:.0f} MiB anonymous (RssAnon), "
        f"{peak.child_files:.0f} MiB of mapped files; of the sender {peak.own_anonymous:.0f} MiB anonymous."
    )


if __name__ == "__main__":
    main()
