"""The program's window, from start to exit code."""

import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from klarsyn.base.clock import Clock
from klarsyn.base.paths import default_root
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.displays import DisplayDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.site_windows import SiteWindowDesk
from klarsyn.ui.actions.interrupt import Interrupt
from klarsyn.ui.actions.key_file import NAME
from klarsyn.ui.actions.key_memory import KeyMemory
from klarsyn.ui.monitors.screens import PlaceMemory
from klarsyn.ui.theme import dress
from klarsyn.ui.workplace import Workplace


def application() -> QApplication:
    """Return this process's application, dressed; made when there is none yet."""
    existing = QApplication.instance()
    made = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("Klarsyn")
    made.setApplicationDisplayName("Klarsyn")
    dress(made)
    return made


def run(
    desk: ReadingDesk,
    loader: ImageLoader,
    *,
    clock: Clock,
    places_file: Path | None = None,
    keys_file: Path | None = None,
    displays: DisplayDesk | None = None,
    site_windows: SiteWindowDesk | None = None,
) -> int:
    """Open the reader's windows and return the exit code when they are closed and the last work is done.

    Parameters
    ----------
    desk, loader
        The reader's desk, and what makes images ready. Both are called off the UI thread only.
    places_file
        Where window places are remembered for each set of monitors; in the data folder by default.
    keys_file
        Where the reader's own keys are kept; keys.toml in the data folder by default.
    displays
        Where the screens are checked; without it every image says "uncalibrated screen".
    site_windows
        Where windows are saved for the site; without it none can be.
    """
    running = application()
    memory = PlaceMemory(places_file or default_root() / "windows.ini")
    workplace = Workplace(
        desk,
        loader,
        clock=clock,
        memory=memory,
        two_windows=len(QApplication.screens()) > 1,
        displays=displays,
        site_windows=site_windows,
        keys=KeyMemory(keys_file or default_root() / NAME),
    )
    # The windows go at once; the program stays until what was asked for before is written.
    running.setQuitOnLastWindowClosed(False)
    workplace.ended.connect(lambda: running.exit(0))
    # Before there is a process that would be left behind.
    interrupt = Interrupt(workplace.close)
    workplace.open()
    workplace.flow.images.warm_up()
    code = running.exec()
    interrupt.stop()
    if not workplace.has_ended:
        # Something else ended the loop: the desktop's own "quit", or the end of its session.
        rest = QEventLoop()
        workplace.ended.disconnect()
        workplace.ended.connect(rest.quit)
        workplace.close()
        if not workplace.has_ended:
            rest.exec()
    if interrupt.came:
        raise KeyboardInterrupt
    return code
