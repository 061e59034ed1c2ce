"""Tomosynthesis: first slice cold, scroll, slab and memory, beside decoding alone and pyqtgraph's ImageView.

    python tests/benchmarks/stack.py [--rows 2457 --columns 1996 --slices 60] [--only first,moving,memory]

Compare ratios of one run; the machine is noisy.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import shiboken6
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parent))
import display
import peer
from display import THREADS, Row, paint, screen_of, timed_once, turn_by_turn
from memory import _anonymous as anonymous_mb
from run import table
from stack_files import CODECS, volume_of, write_stack

from klarsyn.dicom.frame_reader import FrameReader
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.slab import SlabKind
from klarsyn.imaging.stack import SliceStack, SliceState
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.volumes import LoadedStack, VolumeLoader
from klarsyn.reading.volumes_ahead import fill_volume
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.prepared import prepared

GIB = 1 << 30
SLAB = 10


def frames(shape: tuple[int, int], slices: int) -> list[np.ndarray]:
    """Return slices that differ, and are no easier to compress than real ones."""
    one = display.breast(shape, 1)
    return [np.roll(one, 3 * n, axis=0) ^ np.uint16(n & 3) for n in range(slices)]


def wait_for(stack: SliceStack, indices: Sequence[int]) -> None:
    """Return when slices are whole."""
    while any(stack.state(n) is SliceState.WAITING for n in indices):
        time.sleep(0.001)


class Bench:
    """One folder of files, one loader, one viewport."""

    def __init__(self, folder: Path, options: argparse.Namespace, looks: DecoderProcesses) -> None:
        self.folder, self.viewport = folder, tuple(options.viewport)
        self.turns = options.repeats
        self.screen = screen_of(self.viewport)
        self.cache = DisplayCache(folder / "cache", 40 * GIB)
        self._looks = looks
        self.loader = VolumeLoader(self.cache, looks)
        self.widget = display.Viewport()
        self.widget.resize(*self.viewport)
        self._names = count()

    def paint(self, loaded: LoadedStack, pyramid: object) -> None:
        """Paint a slice or a slab in a viewport that has shown nothing of the volume yet."""
        alone = replace(loaded.loaded, pyramid=pyramid, stack=None, volume=None)
        ready = prepared(alone, self.viewport, None)
        self.widget.show_image(*ready, Corners("L CC", right=True, identity="Benchmark"))
        paint(self.widget, self.screen)

    def hang(self, loaded: LoadedStack) -> None:
        """Show a whole volume, as the reader has it before she scrolls."""
        ready = prepared(loaded.loaded, self.viewport, None)
        self.widget.show_image(*ready, Corners("L CC", right=True, identity="Benchmark"))
        paint(self.widget, self.screen)

    def scroll(
        self, loaded: LoadedStack, index: int, slab_mm: int = 0, kind: SlabKind = SlabKind.MEAN
    ) -> None:
        """Scroll it to a slice, or to the slab around it, and paint that."""
        if self.widget.stack is None:
            self.hang(loaded)
        stack = self.widget.stack
        stack.slab_mm, stack.kind = slab_mm, kind
        self.widget.show_slice(index)
        paint(self.widget, self.screen)

    def close(self) -> None:
        """Let go of everything, the widget here and now (`display.klarsyn_view` says why)."""
        self.loader.close()
        if self.widget is not None:
            shiboken6.delete(self.widget)
            self.widget = None

    def first(self, path: Path, *, whole: bool, ahead: bool = False) -> float:
        """Return ms from nothing to a painted slice, or preview unless it is to be the whole."""
        name = f"run-{next(self._names)}"
        volume, files = volume_of(path, name)
        if ahead:
            fill_volume(self.cache._files.folder, 40 * GIB, volume, files)
        start = time.perf_counter()
        loaded = self.loader.load(volume, files)
        if whole:
            wait_for(loaded.stack, [volume.middle])
        self.paint(loaded, loaded.stack.pyramid(volume.middle))
        took = (time.perf_counter() - start) * 1000
        loaded.stack.close()
        # Waits for what is under way, which would be counted to the next run.
        self.loader.close()
        self.loader = VolumeLoader(self.cache, self._looks)
        return took


def first_part(bench: Bench, shape: tuple[int, int], slices: int) -> list[Row]:
    """Return the rows of the first slice; ratios are to decoding that slice alone."""
    rows: list[Row] = []
    few = frames(shape, min(slices, 9))
    for codec in CODECS:
        path = write_stack(bench.folder / f"first-{codec}.dcm", few, codec)
        middle = (len(few) + 1) // 2
        times: dict[str, list[float]] = {"alone": [], "cold": [], "whole": [], "ahead": []}
        for _ in range(bench.turns + 1):
            with FrameReader(path) as reader:
                times["alone"].append(timed_once(partial(reader.read, middle)))
            times["cold"].append(bench.first(path, whole=False))
            times["whole"].append(bench.first(path, whole=True))
            times["ahead"].append(bench.first(path, whole=True, ahead=True))
        alone, cold, whole, ahead = (float(np.median(t[1:] or t)) for t in times.values())
        rows += [
            (f"first slice, {codec}, decoded alone", alone, 1.0, ""),
            (f"first slice, {codec}, cold, painted", cold, cold / alone, "300 ms"),
            (f"first whole slice, {codec}, cold, painted", whole, whole / alone, ""),
            (f"first slice, {codec}, decoded ahead, painted", ahead, ahead / alone, "150 ms for four"),
        ]
    return rows


def all_slices(bench: Bench, path: Path, slices: int) -> tuple[list[Row], LoadedStack]:
    """Return the rows of decoding a whole stack, and the stack."""
    with FrameReader(path) as reader, ThreadPoolExecutor(THREADS) as pool:
        alone = timed_once(lambda: list(pool.map(lambda n: reader.read(n).size, range(1, slices + 1))))
    start = time.perf_counter()
    volume, files = volume_of(path, "all")
    loaded = bench.loader.load(volume, files)
    wait_for(loaded.stack, range(slices))
    took = (time.perf_counter() - start) * 1000
    return [
        (f"{slices} slices, JPEG-LS, decoded alone in two threads", alone, 1.0, ""),
        (f"{slices} slices, JPEG-LS, decoded into the volume file", took, took / alone, ""),
    ], loaded


def moving_part(bench: Bench, shape: tuple[int, int], slices: int) -> list[Row]:
    """Return the rows of scrolling; ratios are to pyqtgraph's ImageView scrolling slices in memory."""
    pictures = frames(shape, slices)
    path = write_stack(bench.folder / "moving.dcm", pictures, "JPEG-LS")
    rows, loaded = all_slices(bench, path, slices)
    stack, step = loaded.stack, count()
    view = peer.show(np.stack(pictures[: min(slices, 20)]), bench.viewport)

    def index() -> int:
        # Back and forth.
        at = next(step) % (2 * slices - 2)
        return at if at < slices else 2 * slices - 2 - at

    def theirs() -> None:
        view.setCurrentIndex(next(step) % min(slices, 20))
        paint(view.ui.graphicsView, bench.screen)

    def scale() -> float:
        return min(bench.viewport[0] / shape[1], bench.viewport[1] / shape[0], 1.0)

    actions: list[tuple[str, Callable[[], object], str]] = [
        ("pyqtgraph ImageView, next slice painted", theirs, ""),
        ("next slice painted", lambda: bench.paint(loaded, stack.pyramid(index())), "16.7 ms"),
    ]
    for kind in SlabKind:
        actions += [
            (
                f"{kind} of {SLAB} slices, next, at the level in need",
                lambda kind=kind: stack.slab(index(), SLAB, kind).level_for(scale()),
                "33 ms",
            ),
            (
                f"{kind} of {SLAB} slices, next, painted",
                lambda kind=kind: bench.paint(loaded, stack.slab(index(), SLAB, kind)),
                "33 ms",
            ),
        ]
    actions.append(("next slice scrolled to in the view", lambda: bench.scroll(loaded, index()), "16.7 ms"))
    actions += [
        (
            f"{kind} of {SLAB} mm, next, scrolled to in the view",
            lambda kind=kind: bench.scroll(loaded, index(), SLAB, kind),
            "33 ms",
        )
        for kind in SlabKind
    ]
    times = [[timed_once(action) for _ in range(3 * bench.turns)] for _, action, _ in actions]
    medians = [float(np.median(t)) for t in times]
    rows += [(a[0], ms, ms / medians[0], a[2]) for a, ms in zip(actions, medians, strict=True)]
    plain = turn_by_turn([lambda: np.mean(pictures[:SLAB], axis=0)], 1)[0]
    rows.append((f"numpy.mean of {SLAB} slices", plain, plain / medians[0], ""))
    stack.close()
    shiboken6.delete(view)
    return rows


def close_all(stacks: Sequence[LoadedStack]) -> None:
    """Close stacks."""
    for loaded in stacks:
        loaded.stack.close()


def memory_part(bench: Bench, shape: tuple[int, int], slices: int) -> str:
    """Return what is held after every slice of four stacks was painted."""
    pictures = frames(shape, slices)
    path = write_stack(bench.folder / "memory.dcm", pictures, "uncompressed")
    del pictures
    gc.collect()
    lines = ["| after | MB not file-backed | MB of files mapped |", "|---|---:|---:|"]

    def held(what: str) -> None:
        gc.collect()
        lines.append(f"| {what} | {anonymous_mb():.0f} | {_file_backed():.0f} |")

    held("nothing")
    stacks = [bench.loader.load(*volume_of(path, f"memory-{n}")) for n in range(4)]
    held("four first slices")
    highest = 0.0
    for n, loaded in enumerate(stacks, 1):
        for index in range(slices):
            loaded.stack.aim(index)
            wait_for(loaded.stack, [index])
            bench.paint(loaded, loaded.stack.pyramid(index))
            highest = max(highest, anonymous_mb())
        held(f"{n} of four stacks of {slices} slices scrolled")
    for loaded in stacks:
        for index in range(0, slices, 5):
            bench.paint(loaded, loaded.stack.slab(index, SLAB, SlabKind.MEAN))
    held("slabs in all four")
    lines.append(f"| at any moment of scrolling, at most | {highest:.0f} | |")
    took = timed_once(partial(close_all, stacks))
    lines.append(f"| closing took {took:.1f} ms | | |")
    # The widget holds the last slab, and the crew lets go in its own time.
    bench.close()
    del loaded, stacks
    held("closed")
    return "\n".join(lines)


def _file_backed() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssFile:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=2457)
    parser.add_argument("--columns", type=int, default=1996)
    parser.add_argument("--slices", type=int, default=60)
    parser.add_argument("--viewport", type=int, nargs=2, default=(1200, 1600), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", default="first,moving,memory")
    options = parser.parse_args(arguments)
    shape = (options.rows, options.columns)
    QApplication.instance() or QApplication([])
    looks = DecoderProcesses(1)
    looks.submit(os.getpid).result()
    try:
        for part in options.only.split(","):
            with tempfile.TemporaryDirectory(prefix="klarsyn-bench-") as folder:
                bench = Bench(Path(folder), options, looks)
                measure = {"first": first_part, "moving": moving_part, "memory": memory_part}[part]
                found = measure(bench, shape, options.slices)
                bench.close()
                load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
                print(f"## {part} (load average {load:.1f})", flush=True)
                print(found if isinstance(found, str) else table(found), "\n", flush=True)
    finally:
        looks.close()


if __name__ == "__main__":
    main()
