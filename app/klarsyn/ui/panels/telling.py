"""Where the reader is told something: on the page that is in use, and nowhere else."""

from PySide6.QtCore import QObject, QTimer

from klarsyn.base.clock import Clock
from klarsyn.reading.session import ReadingSession
from klarsyn.ui.actions.command import Command
from klarsyn.ui.flow import ReadingFlow
from klarsyn.ui.panels.told_line import ToldLine
from klarsyn.ui.queue.queue_page import QueuePage
from klarsyn.ui.reading_page import ReadingPage


class Telling(QObject):
    """Passes on what the flow tells, and offers for some seconds to take a confirmation back."""

    def __init__(
        self, flow: ReadingFlow, reading: ReadingPage, queue: QueuePage, clock: Clock, parent: QObject
    ) -> None:
        """Tell on `reading` while an exam is open, else on `queue`."""
        super().__init__(parent)
        self._flow, self._reading, self._queue, self._clock = flow, reading, queue, clock
        self._offered = ""
        self._over = QTimer(self, singleShot=True)
        self._over.timeout.connect(lambda: self._offer(""))
        flow.told.connect(lambda sentence: self.line.tell(sentence))
        flow.warned.connect(lambda sentence: self.line.warn(sentence))
        flow.confirmed.connect(self._offer_undo)
        flow.queue_wanted.connect(self._go_along)
        flow.exam_opened.connect(self._go_along)

    @property
    def line(self) -> ToldLine:
        """The line of the page that is in use."""
        return self._reading.bar.told if self._flow.session is not None else self._queue.told

    def stop(self) -> None:
        """Offer nothing any longer: the window closes."""
        self._over.stop()

    def _offer_undo(self, session: ReadingSession) -> None:
        if session.undo_deadline is None:
            return
        # The key first: a narrow bar cuts the end. "The last exam", since the next woman's is open by then.
        key, seconds = self._queue.keys.hint(Command.UNDO), session.policy.undo_seconds
        self._offer(f"{key} takes the last exam ({session.draft}) back, {seconds} s")
        left = (session.undo_deadline - self._clock.now()).total_seconds()
        self._over.start(max(0, round(left * 1000)))

    def _go_along(self, *_: object) -> None:
        # What was told on the page that has been left is over; a warning stays, since it may not be read yet.
        for line in (self._reading.bar.told, self._queue.told):
            if line is not self.line:
                line.pass_on()
        self._offer(self._offered if self._flow.undo_possible is not None else "")

    def _offer(self, text: str) -> None:
        self._offered = text
        for line in (self._reading.bar.told, self._queue.told):
            line.stand(text if line is self.line else "")
