"""Measure the display beside pyqtgraph's ImageView, print a table, write it into docs/measurements.md.

    python tests/benchmarks/run.py [--write docs/measurements.md]

Machines are noisy: compare the ratios of one run, not milliseconds of two.
"""

import argparse
import itertools
import os
import platform
import sys
import tempfile
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
import pyqtgraph
import PySide6
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

sys.path.insert(0, str(Path(__file__).parent))
import display

from klarsyn.domain.display import VoiFunction, Window
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.frames import load_index_frame, shrink_to
from klarsyn.reading.images import ImageLoader, StoredImage

BEGIN, END = "<!-- bench:display:begin -->", "<!-- bench:display:end -->"

Row = tuple[str, float, float, str]


def four_views(folder: Path, paths: list[Path], shape, viewport, repeats: int) -> list[Row]:
    """Time from files to four painted views; the ratio is to reading and shrinking alone."""
    # Room for two exams, so that a run evicts the one before it as on a full disk.
    cache = DisplayCache(folder / "cache", 24 * shape[0] * shape[1])
    samples = []
    # Turn by turn, so that a machine that is busy for a while is busy for all; the first turn warms up.
    for turn in range(repeats + 1):
        floor = display.timed_once(partial(display.read_and_shrink, paths, shape, viewport))
        cold = display.timed_once(partial(display.open_views, paths, cache, viewport, f"{turn}"))
        # Written behind, which must not slow the next one down.
        cache.close()
        ahead = display.timed_once(partial(display.open_views, paths, cache, viewport, f"{turn}"))
        peer = display.timed_once(partial(display.open_with_pyqtgraph, paths, viewport))
        samples.append((floor, cold, ahead, peer))
    floor, ours, prefetched, peer = (float(m) for m in np.median(samples[1:], axis=0))
    return [
        ("four views, reading and shrinking alone", floor, 1.0, ""),
        ("four views decoded and painted, Klarsyn", ours, ours / floor, "at most 1.5"),
        ("four views painted, decoded ahead, Klarsyn", prefetched, prefetched / floor, ""),
        ("four views decoded and painted, pyqtgraph ImageView", peer, peer / floor, ""),
    ]


def window_change(folder: Path, path: Path, viewport, repeats: int) -> list[Row]:
    """Time one window change of one view, painted; the ratio is to ours."""
    cache = DisplayCache(folder / "cache", 24 * path.stat().st_size)
    loaded = ImageLoader(cache).load(StoredImage(display.image_of(path), path, "window"))
    pixels = load_index_frame(path)
    shrunk = shrink_to(pixels, display.fitted(pixels.shape, viewport))
    steps = itertools.cycle(range(0, 400, 7))
    ours = display.klarsyn_view(display.prepared(loaded, viewport, None), viewport)

    # A window on a screen paints into the same buffer again and again, so both do.
    screen = QImage(*viewport, QImage.Format.Format_RGB32)

    def change_ours() -> None:
        ours.view.display.window = Window(2048 + next(steps), 2000, VoiFunction.SIGMOID)
        QWidget.render(ours, screen)

    def change_peer(view: pyqtgraph.ImageView) -> None:
        low = 1048 + next(steps)
        view.setLevels(low, low + 2000)
        QWidget.render(view.ui.graphicsView, screen)

    def peer_of(image: np.ndarray) -> float:
        view = display.pyqtgraph_view(viewport)
        view.setImage(image, autoLevels=False, levels=(1048, 3048), autoHistogramRange=False)
        return display.timed(lambda: change_peer(view), repeats)

    mine = display.timed(change_ours, repeats * 4)
    full, small = peer_of(pixels), peer_of(shrunk)
    cache.close()
    return [
        ("one window change, Klarsyn", mine, 1.0, ""),
        ("one window change, pyqtgraph ImageView", full, full / mine, "at least 5"),
        ("one window change, pyqtgraph ImageView given our pre-shrunk image", small, small / mine, ""),
    ]


def table(rows: list[Row], shape, viewport, repeats: int) -> str:
    """Return the results as Markdown."""
    megabytes = shape[0] * shape[1] * 2 / 1e6
    lines = [
        f"Views of {shape[1]} × {shape[0]} × 16 bit ({megabytes:.0f} MB, uncompressed, warm file cache) in "
        f"viewports of {viewport[0]} × {viewport[1]}; medians of {repeats} runs, {display.THREADS} decoding "
        f"threads on {os.cpu_count()} cores, offscreen. Python {platform.python_version()}, "
        f"PySide6 {PySide6.__version__}, pyqtgraph {pyqtgraph.__version__}, OpenCV {cv2.__version__}.",
        "",
        "| what | ms | ratio | target ratio |",
        "|---|---:|---:|---|",
        *(f"| {what} | {ms:.1f} | {ratio:.2f} | {target} |" for what, ms, ratio, target in rows),
    ]
    return "\n".join(lines)


def write_between_markers(path: Path, text: str) -> str:
    """Put `text` between the markers of a Markdown page, and return what was done in a sentence."""
    if not path.is_file():
        return f"{path} does not exist: nothing was written."
    page = path.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page.split(BEGIN, 1)[1]:
        return f"{path} has no lines {BEGIN} and {END}: nothing was written."
    before, rest = page.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")
    return f"Written into {path}."


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=4096)
    parser.add_argument("--columns", type=int, default=3328)
    parser.add_argument("--viewport", type=int, nargs=2, default=(1200, 1600), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--write", type=Path, help="Markdown page with the two markers")
    options = parser.parse_args(arguments)
    shape, viewport = (options.rows, options.columns), tuple(options.viewport)
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory(prefix="klarsyn-bench-") as folder:
        paths = display.write_views(Path(folder), shape)
        rows = four_views(Path(folder), paths, shape, viewport, options.repeats)
        rows += window_change(Path(folder), paths[0], viewport, options.repeats)
    app.processEvents()
    text = table(rows, shape, viewport, options.repeats)
    print(text)
    if options.write:
        print(write_between_markers(options.write, text))


if __name__ == "__main__":
    main()
