"""A display curve that has been read and is not kept yet: what it would mean, and what becomes of it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from klarsyn.reading.monitor_state import Trial
from klarsyn.ui.monitors.display_words import Line, trial_lines

KEEPS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
OTHER, DROPS = Qt.Key.Key_O, Qt.Key.Key_Escape


class CurveTrial:
    """At most one curve on trial, and whether the monitor follows the display function by itself."""

    def __init__(self, keep: Callable[[Trial, bool], object]) -> None:
        """Have none; `keep` is called with the one that is kept."""
        self._keep = keep
        self.trial: Trial | None = None
        self.own_gsdf = False

    def begin(self, trial: Trial) -> None:
        """Show a curve before it is kept."""
        self.trial, self.own_gsdf = trial, trial.follows_by_itself

    def drop(self) -> None:
        """Keep nothing."""
        self.trial = None

    def lines(self) -> tuple[Line, ...]:
        """Return what the curve would mean; nothing without one."""
        if self.trial is None:
            return ()
        other = "a table instead" if self.own_gsdf else "none instead: the monitor follows by itself"
        asked = Line(f"Enter keeps it · O: {other} · Esc drops it")
        return (*trial_lines(self.trial, self.own_gsdf), asked)

    def settle(self, key: Qt.Key) -> bool:
        """Do what a key means for the curve on trial; False when it means nothing, or there is none."""
        trial = self.trial
        if trial is None or key not in (*KEEPS, OTHER, DROPS):
            return False
        if key == OTHER:
            self.own_gsdf = not self.own_gsdf
            return True
        self.trial = None
        if key in KEEPS:
            self._keep(trial, self.own_gsdf)
        return True


def ask_for_curve(parent: QWidget, folder: Path | None, load: Callable[[Path], object]) -> None:
    """Let the reader choose the file of a curve."""
    dialog = QFileDialog(parent, "A measured display curve")
    dialog.setNameFilter("Display curves (*.csv *.txt)")
    dialog.setDirectory(str(folder or QDir.homePath()))
    dialog.fileSelected.connect(lambda name: load(Path(name)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
