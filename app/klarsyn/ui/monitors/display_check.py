"""Between the page of screen checks and the desk that keeps them: all work goes to a worker."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from klarsyn.domain.screen_size import ScreenRuler
from klarsyn.reading.displays import DisplayDesk
from klarsyn.reading.monitor_state import MonitorState, Trial
from klarsyn.ui.background import Background
from klarsyn.ui.hanging.image_flow import sentence_of
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.monitors.screens import Monitor, identity_of


class DisplayCheck(QObject):
    """The checks of the screens that are attached now.

    Monitors are named, not pointed at: a screen may be unplugged while somebody writes what is wrong with it.
    """

    changed = Signal()
    told = Signal(str)
    tried = Signal(object)

    def __init__(self, desk: DisplayDesk, background: Background, parent: QObject | None = None) -> None:
        """Keep checks with `desk`, on the workers of `background`."""
        super().__init__(parent)
        self._desk, self._background = desk, background
        self.limits = desk.limits
        self.states: dict[str, MonitorState] = {}
        self.waiting: dict[str, tuple[Path, ...]] = {}
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenAdded.connect(self.refresh)
            application.screenRemoved.connect(self.refresh)

    @property
    def screens(self) -> tuple[QScreen, ...]:
        """The screens that are attached now."""
        return tuple(QGuiApplication.screens())

    @property
    def curve_folder(self) -> Path | None:
        """Where files of curves are looked for first."""
        return self._desk.curve_folder

    def refresh(self, *_: object) -> None:
        """Read what is known of the attached screens, for the images and for the page."""
        monitors = tuple(identity_of(s) for s in self.screens)

        def read() -> tuple[dict[str, MonitorState], dict[str, tuple[Path, ...]]]:
            return self._desk.states(monitors), {m: self._desk.waiting_files(m) for m in monitors}

        self._ask(read, self._take, "screens")

    def looked(self, monitor: Monitor, passed: bool, remark: str = "") -> None:
        """Note a look at the test pattern."""
        self._keep(lambda: self._desk.looked(monitor.identity, passed, remark), "look at a screen")

    def try_curve(self, monitor: Monitor, path: Path) -> None:
        """Read a curve's file; `tried` carries what it would mean."""
        self._ask(lambda: self._desk.trial(monitor.identity, path), self.tried.emit, "curve of a screen")

    def measured(self, trial: Trial, own_gsdf: bool) -> None:
        """Keep a measurement; the images follow it from now on."""
        self._keep(lambda: self._desk.measured(trial, own_gsdf), "measurement of a screen")

    def ruled(self, monitor: Monitor, mm_a_pixel: float) -> None:
        """Keep what a ruler has said."""
        try:
            ruler = ScreenRuler(monitor.identity, monitor.width, monitor.height, mm_a_pixel)
        except ValueError as error:
            self.told.emit(str(error))
            return
        self._keep(lambda: self._desk.ruled(ruler), "ruler on a screen")

    def _keep(self, work: Callable[[], object], what: str) -> None:
        self._background.desk(work, self.refresh, self._tell, what=what, must_be_kept=True)

    def _ask(self, work: Callable[[], object], done: Callable[[object], None], what: str) -> None:
        self._background.desk(work, done, self._tell, what=what)

    def _take(self, found: object) -> None:
        self.states, self.waiting = found  # type: ignore[misc]
        screen_book().take(self.states)
        self.changed.emit()

    def _tell(self, error: BaseException) -> None:
        self.told.emit(sentence_of(error))
