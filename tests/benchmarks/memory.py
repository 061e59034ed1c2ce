"""A day's list stepped through: what the process holds after each exam, and whether it grows.

A few exams' files stand for all: each exam has them under keys of its own, so that every one is decoded,
cached and evicted as its own. The next exam is decoded ahead by the other process meanwhile.
"""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
from display import CORNERS, THREADS, empty_view, paint, screen_of, stored

from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.ahead import ReadAhead
from klarsyn.reading.images import ImageLoader, StoredImage
from klarsyn.ui.view.prepared import prepared

REPORTED = (1, 2, 5, 10, 20, 40, 70, 100, 130)


@dataclass(frozen=True)
class Held:
    """MB resident after an exam: all, without pages of files, and of the process that decodes ahead."""

    exam: int
    resident: float
    anonymous: float
    other: float


def step_through(
    folder: Path, paths: list[Path], shape: tuple[int, int], viewport: tuple[int, int], exams: int
) -> list[Held]:
    """Open exam after exam, four views each, and return what was held after each."""
    # Room for ten exams: from the eleventh on each evicts another.
    limit = 10 * 4 * 3 * shape[0] * shape[1]
    cache = DisplayCache(folder / "day", limit)
    loader, ahead = ImageLoader(cache), ReadAhead(cache, folder / "day", limit)
    screen, held = screen_of(viewport), []
    # Workers and views stay for the day, as in the window.
    with ThreadPoolExecutor(THREADS) as pool, ExitStack() as views:
        places = [views.enter_context(empty_view(viewport)) for _ in paths]
        try:
            for exam in range(1, exams + 1):
                with ahead.overtaken():
                    ready = list(
                        pool.map(lambda s: prepared(loader.load(s), viewport, None), _exam(paths, exam))
                    )
                for place, each in zip(places, ready, strict=True):
                    place.show_image(*each, CORNERS)
                    paint(place, screen)
                ahead.want(_exam(paths, exam + 1))
                ahead.wait(30)
                held.append(_held(exam))
                for place, (picture, _) in zip(places, ready, strict=True):
                    place.show_text(CORNERS, "")
                    picture.loaded.pyramid.close()
                del ready, each, picture
        finally:
            ahead.close()
            cache.close()
    return held


def table(held: list[Held]) -> str:
    """Return the curve as Markdown."""
    shown = [h for h in held if h.exam in REPORTED or h is held[-1]]
    lines = [
        "| after exam | MB resident | MB of it not file-backed | MB of the process that decodes ahead |",
        "|---:|---:|---:|---:|",
        *(f"| {h.exam} | {h.resident:.0f} | {h.anonymous:.0f} | {h.other:.0f} |" for h in shown),
    ]
    if len(held) > 10:
        lines += ["", f"From the tenth exam to the last: {growth(held):+.2f} MB an exam."]
    return "\n".join(lines)


def growth(held: list[Held]) -> float:
    """Return MB that the anonymous memory grows by from exam to exam, from the tenth on (least squares)."""
    late = [h for h in held if h.exam >= 10]
    mean_x = sum(h.exam for h in late) / len(late)
    mean_y = sum(h.anonymous for h in late) / len(late)
    above = sum((h.exam - mean_x) * (h.anonymous - mean_y) for h in late)
    return above / sum((h.exam - mean_x) ** 2 for h in late)


def _exam(paths: list[Path], exam: int) -> list[StoredImage]:
    return [stored(path, f"exam-{exam}-{path.name}") for path in paths]


def _held(exam: int) -> Held:
    gc.collect()
    process = psutil.Process()
    resident = process.memory_info().rss / 1e6
    others = sum(child.memory_info().rss for child in process.children(recursive=True)) / 1e6
    return Held(exam, resident, _anonymous() or resident, others)


def _anonymous() -> float:
    if sys.platform != "linux":
        return 0.0
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0
