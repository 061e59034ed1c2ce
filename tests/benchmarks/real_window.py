"""From the Enter key to four painted views, in the reader's real window: store, workers, paint events."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from display import Row, breast, view_of
from pydicom.dataset import Dataset
from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from klarsyn.base.clock import SystemClock
from klarsyn.base.settings import load_settings
from klarsyn.intake.importer import Importer
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.image_supply import ImageSupply
from klarsyn.reading.policies import load_policy
from klarsyn.reading.site_windows import SiteWindowDesk
from klarsyn.reading.volumes_ahead import A_FEW
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store
from klarsyn.ui.theme import dress
from klarsyn.ui.workplace import Workplace

VIEWS = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
CODES = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}
HEADS = {"CC": {"R": ["P", "L"], "L": ["A", "R"]}, "MLO": {"R": ["P", "F"], "L": ["A", "F"]}}
AHEAD_MS, COLD_MS = 100, 300
"""The targets."""
_STRIPS = 80
"""Rows of the window above and below its images."""
_TOO_LONG_MS = 120_000


def write_exam(folder: Path, exam: int, shape: tuple[int, int], codec: str) -> None:
    """Write the four standard views of one exam."""
    folder.mkdir(parents=True)
    for number, (side, view) in enumerate(VIEWS):
        pixels = breast(shape, exam * len(VIEWS) + number)
        dataset = view_of(np.ascontiguousarray(pixels[:, ::-1]) if side == "R" else pixels, codec)
        item = Dataset()
        (item.CodeValue, item.CodeMeaning), item.CodingSchemeDesignator = CODES[view], "SCT"
        item.ViewModifierCodeSequence = []
        dataset.ViewCodeSequence = [item]
        dataset.ImageLaterality, dataset.PatientOrientation = side, HEADS[view][side]
        dataset.PatientID, dataset.PatientName = f"bench-{exam}", f"Benchmark^{exam}"
        dataset.StudyInstanceUID, dataset.StudyDate = f"2.25.880{exam}", "20260102"
        dataset.save_as(folder / f"{number}.dcm", enforce_file_format=True)


class RealWindow:
    """The reader's window with one exam in its queue."""

    def __init__(self, folder: Path, room: int, viewport: tuple[int, int]) -> None:
        """Take in what lies in folder / "incoming"; its cache has `room` bytes."""
        settings, clock = load_settings(data_folder=folder / "data", reader="bench", workers=1), SystemClock()
        settings.folders.create()
        self._store, self._cache = Store.file(settings.folders.database), settings.folders.cache
        Importer(self._store, settings.folders, clock, workers=1).run([folder / "incoming"], read=True)
        images = ImageFolder(settings.folders.images)
        self._desk = ReadingDesk(self._store, images, load_policy("practice"), "bench", clock)
        windows = SiteWindowDesk(self._store, clock, "bench")
        self._supply = ImageSupply(self._cache, room, windows.for_image)
        self._supply.warm_up()
        self.workplace = Workplace(self._desk, self._supply, clock=clock, announce_ms=0, site_windows=windows)
        self.workplace.main.resize(2 * viewport[0], 2 * viewport[1] + _STRIPS)
        self.workplace.main.show()
        self.workplace.show_queue()

    def ahead(self) -> float:
        """Return ms from Enter to four painted views of an exam that lies in the cache."""
        self._back_to_the_queue()
        slices = [len(each.volume.volume.slices) for each in self._images if each.volume is not None]
        # Of a tomosynthesis a few slices each time.
        for _ in range(1 + max(slices, default=0) // A_FEW):
            self._supply.prefetch(self._images)
        return self._enter()

    def cold(self) -> float:
        """Return ms from Enter to four painted views, first looks where there are some, of a fresh exam."""
        self._back_to_the_queue()
        for path in (*self._cache.glob("*.pyramid*"), *self._cache.glob("*.volume*")):
            path.unlink()
        return self._enter()

    @property
    def _images(self):
        return self._desk.images_of(self._desk.upcoming(1)[0])

    def _enter(self) -> float:
        painted: list[float] = []
        grid = self.workplace.reading.grid
        heard = grid.all_painted.connect(lambda: painted.append(time.perf_counter()))
        start = time.perf_counter()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(self.workplace.queue, key)
        _wait_for(lambda: bool(painted))
        grid.all_painted.disconnect(heard)
        return (painted[0] - start) * 1000

    def _back_to_the_queue(self) -> None:
        flow = self.workplace.flow
        _wait_for(self._is_settled)
        if flow.session is not None:
            flow.leave()
        _wait_for(lambda: flow.session is None and self._is_settled())
        self._supply.close()

    def _is_settled(self) -> bool:
        flow, bar = self.workplace.flow, self.workplace.reading.load_bar
        return flow.background.idle and not flow.busy and (flow.session is None or bar.done >= bar.of)

    def close(self) -> None:
        """Close the window and what is behind it."""
        self.workplace.close()
        _wait_for(lambda: self.workplace.has_ended)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._supply.close()
        self._store.close()


@contextmanager
def real_window(
    folder: Path, codec: str, shape: tuple[int, int], viewport: tuple[int, int]
) -> Iterator[RealWindow]:
    """Give a reader's window of four views, each of about `viewport` (width, height) device pixels."""
    write_exam(folder / "incoming", 0, shape, codec)
    with opened(folder, 24 * shape[0] * shape[1], viewport) as window:
        yield window


@contextmanager
def opened(folder: Path, room: int, viewport: tuple[int, int]) -> Iterator[RealWindow]:
    """Give a reader's window with what lies in folder / "incoming"."""
    dress(QApplication.instance())
    window = RealWindow(folder, room, viewport)
    try:
        yield window
    finally:
        window.close()


def rows(folder: Path, shape: tuple[int, int], viewport: tuple[int, int], turns: int) -> list[Row]:
    """Time opening in the window; ratios are to the target, since nothing else does all of this."""
    with real_window(folder / "window-ahead", "uncompressed", shape, viewport) as window:
        ahead = median(window.ahead, turns)
    # The whole views are decoded after each look, which takes seconds.
    with real_window(folder / "window-cold", "JPEG 2000", shape, viewport) as window:
        cold = median(window.cold, max(1, turns // 3))
    return [
        ("Enter to four painted views in the window, decoded ahead", ahead, ahead / AHEAD_MS, "100 ms"),
        ("Enter to four first looks in the window, JPEG 2000", cold, cold / COLD_MS, "300 ms"),
    ]


def median(action: Callable[[], float], turns: int) -> float:
    """Return the median of what is said, one warming-up turn left out."""
    action()
    return statistics.median(action() for _ in range(turns))


def _wait_for(condition: Callable[[], bool]) -> None:
    """Let the window live until something has happened."""
    late = QTimer(singleShot=True, interval=_TOO_LONG_MS)
    late.start()
    while not condition():
        if not late.isActive():
            raise RuntimeError("The window did not come to rest: the benchmark would measure nothing.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
