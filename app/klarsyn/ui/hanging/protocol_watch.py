"""The hanging protocols of the site, read again while the window is open: save a file, and it follows."""

from PySide6.QtCore import QObject, QTimer, Signal

from klarsyn.domain.hanging_protocol import Protocol
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.protocol_folder import LAST_RESORT, Protocols
from klarsyn.ui.background import Background

POLL_MS = 2_000


class ProtocolWatch(QObject):
    """Asks a worker whether a file has changed; holds what the files said last."""

    changed = Signal()
    told = Signal(str)

    def __init__(self, background: Background, desk: ReadingDesk, parent: QObject | None = None) -> None:
        """Watch nothing before `start`."""
        super().__init__(parent)
        self._background, self._desk = background, desk
        self.protocols = Protocols({LAST_RESORT.name: LAST_RESORT})
        self._told: tuple[str, ...] = ()
        self._asking = False
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(self.ask)

    @property
    def default(self) -> Protocol:
        """The protocol that an exam is hung by at first."""
        return self.protocols.choose(self._desk.protocol)[0]

    @property
    def problems(self) -> tuple[str, ...]:
        """A sentence about each file that cannot be used, and about a default that is not there."""
        why = self.protocols.choose(self._desk.protocol)[1]
        return (*((why,) if why else ()), *self.protocols.problems)

    def take(self, protocols: Protocols) -> None:
        """Take what the files say, and tell what is wrong with them, once."""
        if protocols is self.protocols:
            return
        self.protocols = protocols
        self.changed.emit()
        new = [sentence for sentence in self.problems if sentence not in self._told]
        self._told = self.problems
        if new:
            more = f" And {len(new) - 1} more: hold N." if len(new) > 1 else ""
            self.told.emit(new[0] + more)

    def start(self) -> None:
        """Look for changes from now on."""
        self._poll.start()

    def stop(self) -> None:
        """Look no more: nobody reads, or the window closes."""
        self._poll.stop()

    def ask(self) -> None:
        """Let a worker compare the files; one question at a time."""
        if not self._asking:
            self._asking = True
            self._background.desk(self._desk.protocols_anew, self._answer, self._failed, what="protocols")

    def _answer(self, protocols: Protocols) -> None:
        self._asking = False
        self.take(protocols)

    def _failed(self, _error: BaseException) -> None:
        # Logged by the worker; what was read before stays in force, and the next question may be answered.
        self._asking = False
