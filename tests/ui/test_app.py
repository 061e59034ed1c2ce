"""From start to exit code."""

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder
from klarsyn.ui.app import run
from klarsyn.ui.monitors.screens import PlaceMemory


@pytest.fixture
def run_until(qapp, installation, tmp_path):
    folders = installation.settings.folders
    images = ImageFolder(folders.images)
    desk = ReadingDesk(installation.store, images, load_policy("demo"), "reader-one", installation.clock)
    loader = ImageLoader(DisplayCache(folders.cache, 1 << 30))

    def _run(ending, loader=loader) -> int:
        QTimer.singleShot(0, ending)
        return run(desk, loader, clock=installation.clock, places_file=tmp_path / "windows.ini")

    return _run


def _close() -> None:
    for window in QApplication.topLevelWidgets():
        if window.windowTitle() == "Klarsyn":
            window.close()


@pytest.mark.parametrize("ending", [_close, QApplication.quit, lambda: QApplication.exit(0)])
def test_however_the_program_ends_the_last_work_is_done_first(
    run_until, tmp_path, monkeypatch, ending
) -> None:
    begun, go = threading.Event(), threading.Event()
    write = PlaceMemory.write

    def slow(*given) -> None:
        begun.set()
        go.wait(30)
        write(*given)

    def end() -> None:
        ending()
        watch.start()

    # The worker is let go only after the loop has turned once more with the windows gone.
    watch = QTimer(interval=1)
    watch.timeout.connect(lambda: begun.is_set() and not go.is_set() and go.set())
    monkeypatch.setattr(PlaceMemory, "write", slow)
    assert run_until(end) == 0
    watch.stop()
    assert (tmp_path / "windows.ini").is_file()


@pytest.mark.invariant(10)
def test_the_window_never_freezes_what_takes_long_to_start_is_started_beside_it(
    run_until, installation
) -> None:
    class Slow(ImageLoader):
        def warm_up(self) -> None:
            started.append(threading.current_thread())

    started: list[threading.Thread] = []
    loader = Slow(DisplayCache(installation.settings.folders.cache, 1 << 30))
    watch = QTimer(interval=1)
    watch.timeout.connect(lambda: started and _close())
    assert run_until(watch.start, loader) == 0
    watch.stop()
    assert threading.main_thread() not in started
    assert len(started) == 1
