"""Measure the display beside pyqtgraph's ImageView, print tables, write them into docs/measurements.md.

    python tests/benchmarks/run.py [--write docs/measurements.md] [--only opening,moving,memory]

Machines are noisy: compare the ratios of one run, not milliseconds of two.
"""

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import imagecodecs
import pyqtgraph
import PySide6
from PySide6.QtWidgets import QApplication

sys.path.insert(0, str(Path(__file__).parent))
import display
import memory
import moving
import opening
import real_window
from display import Row

PARTS = ("opening", "moving", "memory")


def opening_part(folder: Path, options: argparse.Namespace) -> str:
    """Return the table of opening an exam."""
    shape, viewport, turns = (options.rows, options.columns), tuple(options.viewport), options.repeats
    written = display.write_views(folder, shape, codecs=tuple(display.ENCODERS))
    rows = opening.uncompressed(folder, written["uncompressed"], shape, viewport, turns)
    for codec in opening.OWN:
        # Decoding JPEG 2000 takes a second an exam, and varies little.
        fewer = max(1, turns // 3) if codec == "JPEG 2000" else turns
        rows += opening.compressed(folder, codec, written[codec], shape, viewport, fewer)
    rows += opening.first_looks(folder, written["JPEG 2000"], shape, viewport, turns, rows[-2][1])
    rows += real_window.rows(folder, shape, viewport, turns)
    return table(rows)


def moving_part(folder: Path, options: argparse.Namespace) -> str:
    """Return the table of frames."""
    shape, viewport, turns = (options.rows, options.columns), tuple(options.viewport), options.repeats
    paths = display.write_views(folder, shape)["uncompressed"]
    rows = moving.one_view(folder, paths[0], viewport, turns)
    return table(rows + moving.four_linked(folder, paths, viewport, turns))


def memory_part(folder: Path, options: argparse.Namespace) -> str:
    """Return the curve of memory."""
    shape, viewport = (options.rows, options.columns), tuple(options.viewport)
    # Of two kinds, so that both ways of opening are taken: mapped from the file, and decoded.
    written = display.write_views(folder, shape, 2, ("uncompressed", "JPEG lossless"))
    paths = [path for each in written.values() for path in each]
    return memory.table(memory.step_through(folder, paths, shape, viewport, options.exams))


def table(rows: list[Row]) -> str:
    """Return rows as Markdown."""
    lines = [
        "| what | ms | ratio | target |",
        "|---|---:|---:|---|",
        *(f"| {what} | {ms:.1f} | {ratio:.2f} | {target} |" for what, ms, ratio, target in rows),
    ]
    return "\n".join(lines)


def heading(options: argparse.Namespace) -> str:
    """Return what was measured on."""
    megabytes = options.rows * options.columns * 2 / 1e6
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"Views of {options.columns} × {options.rows} × 16 bit ({megabytes:.0f} MB, 12 bits used, warm file "
        f"cache) in viewports of {options.viewport[0]} × {options.viewport[1]}; medians of {options.repeats} "
        f"turns, {display.THREADS} decoding threads on {os.cpu_count()} cores, offscreen; load average "
        f"before the run {load:.1f}. Python {platform.python_version()}, PySide6 {PySide6.__version__}, "
        f"pyqtgraph {pyqtgraph.__version__}, OpenCV {cv2.__version__}, imagecodecs {imagecodecs.__version__}."
    )


def write_between_markers(path: Path, part: str, text: str) -> str:
    """Put `text` between the markers of a part of a Markdown page, and return what was done in a sentence."""
    begin, end = f"<!-- bench:{part}:begin -->", f"<!-- bench:{part}:end -->"
    if not path.is_file():
        return f"{path} does not exist: nothing was written."
    page = path.read_text(encoding="utf-8")
    if begin not in page or end not in page.split(begin, 1)[1]:
        return f"{path} has no lines {begin} and {end}: nothing was written."
    before, rest = page.split(begin, 1)
    after = rest.split(end, 1)[1]
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
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
    parser.add_argument("--exams", type=int, default=130, help="exams of the day that is stepped through")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between")
    parser.add_argument("--write", type=Path, help="Markdown page with markers for each part")
    options = parser.parse_args(arguments)
    measure: dict[str, Callable[[Path, argparse.Namespace], str]] = {
        "opening": opening_part,
        "moving": moving_part,
        "memory": memory_part,
    }
    app = QApplication.instance() or QApplication([])
    for part in options.only.split(","):
        said = heading(options)
        with tempfile.TemporaryDirectory(prefix="klarsyn-bench-") as folder:
            text = f"{said}\n\n{measure[part](Path(folder), options)}"
        app.processEvents()
        print(f"## {part}\n{text}\n")
        if options.write:
            print(write_between_markers(options.write, part, text))


if __name__ == "__main__":
    main()
