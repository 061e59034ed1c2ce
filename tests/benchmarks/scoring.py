"""Measure the sealed engine: seconds an exam beside decoding alone, and peak memory; prints a table.

    python tests/benchmarks/scoring.py [--exams 3]

The ratio is to decoding and preparing the same exam, in the same run.
"""

import argparse
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from klarsyn.base import log
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Exam, Laterality, Patient, ViewPosition
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.engine.sealed import run_sealed
from klarsyn.intake.engine_input import engine_input
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest


def exam_of(paths: tuple[Path, ...]) -> tuple[Exam, dict[str, Path]]:
    """Return an exam of these files, and where each lies."""
    read = [(read_instance(path), path) for path in paths]
    first = read[0][0]
    images = tuple(instance.image for instance, _ in read)
    exam = Exam("bench", first.exam_key, Patient(), None, datetime.now(UTC), first.exam_type, images)
    return exam, {instance.image.sop_instance_uid: path for instance, path in read}


def largest() -> EngineExam:
    """Four views of 3328 x 4096 with a bright half disc and noise."""
    rng = np.random.default_rng(1)
    rows, columns = np.ogrid[:4096, :3328]
    inside = ((rows - 2048) / 1700) ** 2 + (columns / 2600) ** 2 < 1
    pixels = np.where(inside, 1500 + rng.integers(0, 300, (4096, 3328)), 0).astype(np.uint16)
    sides = [(Laterality.LEFT, pixels), (Laterality.RIGHT, np.ascontiguousarray(pixels[:, ::-1]))]
    views = [
        EngineView(f"v{n}", side, position, None, each)
        for n, (position, (side, each)) in enumerate(
            (p, s) for p in (ViewPosition.CC, ViewPosition.MLO) for s in sides
        )
    ]
    return EngineExam("bench", tuple(views))


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exams", type=int, default=3)
    count = parser.parse_args().exams
    log.configure(None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepared, scored = [], []
        for practice in make_list(folder / "practice", ListRequest(count, cancers=min(1, count), seed=5)):
            start = time.perf_counter()
            sent = engine_input(*exam_of(practice.files))
            prepared.append(time.perf_counter() - start)
            start = time.perf_counter()
            run_sealed("demo_cad", sent.exam, work_root=folder, deadline_s=120, memory_mb=4096)
            scored.append(time.perf_counter() - start)
        exam = largest()
        start = time.perf_counter()
        run_sealed("demo_cad", exam, work_root=folder, deadline_s=120, memory_mb=4096)
        large = time.perf_counter() - start
    base, sealed = statistics.median(prepared), statistics.median(scored)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    print("| what | s | ratio |\n|---|---:|---:|")
    print(f"| practice exam decoded and prepared (median of {count}) | {base:.2f} | 1.0 |")
    print(f"| the same through the sealed engine, start-up included | {sealed:.2f} | {sealed / base:.1f} |")
    print(f"| four views of 3328 × 4096 through the sealed engine | {large:.2f} | {large / base:.1f} |")
    print(f"\nPeak memory of a child process: {peak:.2f} GiB (the simulator's workers count too).")


if __name__ == "__main__":
    main()
