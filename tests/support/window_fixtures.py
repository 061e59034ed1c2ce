"""Fixtures that show the real windows on no display: real store, real desk, small images."""

import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from sqlalchemy import Engine
from window_helpers import make_result, settle, shut

from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.displays import DisplayDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.monitor_state import MonitorState
from klarsyn.reading.policies import load_policy
from klarsyn.reading.site_windows import SiteWindowDesk
from klarsyn.store.image_folder import ImageFolder
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.monitors.screens import PlaceMemory, identity_of
from klarsyn.ui.theme import dress
from klarsyn.ui.workplace import Workplace


@dataclass
class UiThreadWatch:
    """Counts forbidden calls on the UI thread while it is on (invariant 10)."""

    on: bool = False
    seen: list[str] = field(default_factory=list)

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        """Python's audit hook."""
        if not self.on or threading.current_thread() is not threading.main_thread():
            return
        if event in ("open", "sqlite3.connect") or event.startswith("socket."):
            self.seen.append(f"{event} {args[:1]}")


_WATCH = UiThreadWatch()
# Audit hooks cannot be removed: there is one for the whole run, switched on where a test asks for it.
sys.addaudithook(_WATCH.hook)


@pytest.fixture
def ui_thread_watch() -> Iterator[UiThreadWatch]:
    """The watch; the test switches it on when the window is in use.

    A pooled connection is opened once and serves every thread, so statements are watched as well.
    """

    def statement(*args: Any) -> None:
        _WATCH.hook("sqlite3.connect", (args[2],))

    _WATCH.seen.clear()
    sqlalchemy.event.listen(Engine, "before_cursor_execute", statement)
    yield _WATCH
    _WATCH.on = False
    sqlalchemy.event.remove(Engine, "before_cursor_execute", statement)


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """Dressed, on a screen that follows the display function by itself: P-values are what is grabbed."""
    dress(qapp)
    book = screen_book()
    book.forget()
    for screen in qapp.screens():
        name = identity_of(screen)
        book.take({name: MonitorState(name, None, "GSDF, checked 2026-01-05", sound=True)})


@pytest.fixture
def add_result(installation: Any) -> Callable[..., AiResult]:
    """Store a result for an exam."""

    def _add(exam_id: str, status: ResultStatus = ResultStatus.SCORED) -> AiResult:
        exam = installation.store.exams.get(exam_id)
        result = make_result(exam, status, installation.clock.now())
        installation.store.results.add(result)
        return result

    return _add


@pytest.fixture
def make_workplace(installation: Any, qtbot: Any) -> Iterator[Callable[..., Workplace]]:
    """Build and show a workplace on the installation; it is closed at the end."""
    made: list[Workplace] = []

    def _make(
        policy: str = "practice",
        size: tuple[int, int] = (1200, 800),
        *,
        two_windows: bool = False,
        memory: PlaceMemory | None = None,
        displays: DisplayDesk | None = None,
        site_windows: SiteWindowDesk | None = None,
        protocols: Path | None = None,
        **changes: Any,
    ) -> Workplace:
        folders = installation.settings.folders
        desk = ReadingDesk(
            installation.store,
            ImageFolder(folders.images),
            replace(load_policy(policy), **changes),
            "reader-one",
            installation.clock,
            protocols=protocols,
        )
        saved = site_windows.for_image if site_windows is not None else None
        loader = ImageLoader(DisplayCache(folders.cache, 1 << 30), saved)
        workplace = Workplace(
            desk,
            loader,
            clock=installation.clock,
            memory=memory,
            announce_ms=0,
            two_windows=two_windows,
            displays=displays,
            site_windows=site_windows,
        )
        made.append(workplace)
        workplace.main.resize(*size)
        workplace.main.show()
        if workplace.images is not None:
            workplace.images.resize(*size)
            workplace.images.show()
        workplace.show_queue()
        qtbot.waitUntil(lambda: workplace.flow.background.idle)
        return workplace

    yield _make
    for workplace in made:
        shut(qtbot, workplace)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def open_exam(qtbot: Any) -> Callable[..., None]:
    """Open the next exam, or a named one, and wait until keys act and every image is there."""

    def _open(workplace: Workplace, exam_id: str | None = None) -> None:
        if exam_id is None:
            workplace.flow.open_next()
        else:
            workplace.flow.open(exam_id)
        settle(qtbot, workplace)

    return _open
