"""From start to exit code."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder
from klarsyn.ui.app import run


def test_closing_the_window_ends_the_program_and_remembers_its_place(qapp, installation, tmp_path) -> None:
    folders = installation.settings.folders
    images = ImageFolder(folders.images)
    desk = ReadingDesk(installation.store, images, load_policy("demo"), "reader-one", installation.clock)
    loader = ImageLoader(DisplayCache(folders.cache, 1 << 30))

    def close() -> None:
        for window in QApplication.topLevelWidgets():
            if window.windowTitle() == "Klarsyn":
                window.close()

    QTimer.singleShot(0, close)
    assert run(desk, loader, clock=installation.clock, places_file=tmp_path / "windows.ini") == 0
    assert (tmp_path / "windows.ini").is_file()
