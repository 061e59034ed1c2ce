"""Pictures of the real windows, for machines without a display and for the README."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from klarsyn.base.clock import Clock, SystemClock
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.session import ReadingSession, Step
from klarsyn.ui.app import application
from klarsyn.ui.workplace import Workplace

SIZE = (2560, 1440)
PATIENCE_MS = 300_000


class SnapshotError(Exception):
    """The pictures could not be taken; the message says why."""


def write_snapshots(
    desk: ReadingDesk,
    loader: ImageLoader,
    folder: Path,
    size: tuple[int, int] = SIZE,
    *,
    exam_id: str | None = None,
    clock: Clock | None = None,
) -> tuple[Path, ...]:
    """Drive the real windows by keys and write the queue page and the reading page, before and after; where
    another maker looked at the exam as well, also with its result.

    The first impression of one exam is signed in the name of the desk's reader: give a desk whose reader is
    nobody real.

    Parameters
    ----------
    size
        Width and height of the window in pixels.
    exam_id
        The exam to read; without it the first of the queue that this reader has not signed.

    Raises
    ------
    SnapshotError
        If no such exam waits, or the images do not appear.
    """
    application()
    workplace = Workplace(desk, loader, clock=clock or SystemClock(), announce_ms=0)
    try:
        workplace.main.resize(*size)
        workplace.main.show()
        workplace.show_queue()
        _until(lambda: workplace.flow.background.idle, "the queue")
        paths = [_save(workplace.main, folder / "queue.png")]
        session = _open_unsigned(workplace, desk, exam_id)
        paths.append(_save(workplace.main, folder / "reading-before.png"))
        for _ in session.breasts:
            _press(workplace.reading, Qt.Key.Key_1)
        _press(workplace.reading, Qt.Key.Key_Enter)
        _until(lambda: session.step is Step.SIGNED and not workplace.flow.busy, "the signature")
        _press(workplace.reading, Qt.Key.Key_Plus)
        _until(lambda: session.step is Step.REVEALED and not workplace.flow.busy, "the reveal")
        paths.append(_save(workplace.main, folder / "reading-after.png"))
        if len(session.results) > 1:
            first = session.result
            _press(workplace.reading, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier)
            _until(lambda: session.result is not first and not workplace.flow.busy, "the other result")
            paths.append(_save(workplace.main, folder / "reading-other-result.png"))
        return tuple(paths)
    finally:
        workplace.close()
        _until(lambda: workplace.has_ended, "the workers")
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _open_unsigned(workplace: Workplace, desk: ReadingDesk, exam_id: str | None) -> ReadingSession:
    wanted = [exam_id] if exam_id else [row.exam_id for row in desk.queue()]
    for each in wanted:
        workplace.flow.open(each)
        _until(lambda: not workplace.flow.busy, "the exam")
        session = workplace.flow.session
        if session is not None and session.step is Step.READING:
            _until(lambda: workplace.reading.is_ready and _all_loaded(workplace), "the images")
            return session
    raise SnapshotError("No exam waits that this reader has not signed. Use another reader for the pictures.")


def _all_loaded(workplace: Workplace) -> bool:
    return workplace.reading.load_bar.done >= workplace.reading.load_bar.of


def _press(
    page: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.KeypadModifier
) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(page, QKeyEvent(kind, key, modifier))


def _save(window: QWidget, path: Path) -> Path:
    QApplication.processEvents()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not window.grab().save(str(path)):
        raise SnapshotError(f"{path} could not be written. Check the folder and the space left on the disk.")
    return path


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not condition():
        if deadline.hasExpired():
            raise SnapshotError(f"The window waited five minutes for {what} and gave up. See the log.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
