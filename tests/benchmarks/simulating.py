"""Measure the simulator: lists of exams, as whole commands in two processes; prints a table.

    python tests/benchmarks/simulating.py [--exams 20] [--vendor C]

The ratio is to a floor in the same run: drawing the detector's noise for as many pixels, and coding them
without loss, in as many processes. Nothing that calls itself an image can be made in less.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import imagecodecs
import numpy as np

from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.xray.vendors import VENDORS

TODAY = date(2026, 11, 24)


def noise_view(job: tuple[str, int]) -> int:
    """Draw and code one view of pure noise; returns its length."""
    vendor, seed = job
    detector = VENDORS[vendor].detector
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((detector.rows, detector.columns), dtype=np.float32)
    noise *= 30
    noise += 2000
    return len(imagecodecs.jpegls_encode(noise.astype(np.uint16)))


def floor(vendor: str, views: int, workers: int) -> float:
    """Return seconds for `views` views of noise."""
    start = time.perf_counter()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(noise_view, [(vendor, n) for n in range(views)]))
    return time.perf_counter() - start


def seconds(request: ListRequest, workers: int) -> tuple[float, float]:
    """Return seconds for a list, and its size in GB."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        exams = make_list(Path(folder), request, workers=workers, today=TODAY)
        taken = time.perf_counter() - start
        return taken, sum(size for exam in exams for size in exam.truth.files.values()) / 1e9


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exams", type=int, default=20)
    parser.add_argument("--vendor", default="C", choices=list(VENDORS))
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    n, workers = options.exams, options.workers
    common = {"seed": 7, "vendors": (options.vendor,)}
    plain = ListRequest(n, cancers=n // 5, **common)
    with_raw = ListRequest(n, cancers=n // 5, for_processing=True, **common)
    dbt = ListRequest(1, cancers=1, dbt=1, slices=60, **common)
    least = floor(options.vendor, 4 * n, workers)
    detector = VENDORS[options.vendor].detector
    print(f"Vendor {options.vendor}, {detector.rows} x {detector.columns}, {workers} processes.\n")
    print("| what | s | GB | ratio |\n|---|---:|---:|---:|")
    print(f"| floor: noise drawn and coded, {4 * n} views | {least:.1f} | | 1.0 |")
    for words, request in ((f"{n} FFDM exams", plain), (f"{n} FFDM exams with For Processing", with_raw)):
        taken, size = seconds(request, workers)
        print(f"| {words} | {taken:.1f} | {size:.2f} | {taken / least:.1f} |")
    taken, size = seconds(dbt, 1)
    print(f"| one DBT exam, four views of 60 slices and more, one process | {taken:.1f} | {size:.2f} | |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\nPeak memory: {peak:.2f} GiB of an FFDM process, {own:.2f} GiB of the one that drew DBT.")


if __name__ == "__main__":
    main()
