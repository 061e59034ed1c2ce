"""Drives the real window offscreen with keys and mouse, and saves what it shows as small pictures."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import cv2
import numpy as np
from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from klarsyn.cli.context import Context
from klarsyn.cli.seat import display_desk, seat, site_window_desk
from klarsyn.reading.session import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.app import application
from klarsyn.ui.reading_page import ReadingPage
from klarsyn.ui.view.viewport import Viewport
from klarsyn.ui.workplace import Workplace

PICTURES = Path(__file__).parents[2] / "docs" / "images" / "checklist"
SIZE = (1280, 800)
TELLING = ("linked", "windows", "coverings", "true-size", "state")
"""Pictures in which the bar may say what has just been done."""
LARGEST = 150 * 1024
COARSER = (4, 6, 8, 12, 16)
PATIENCE_MS = 120_000
LEFT = Qt.MouseButton.LeftButton
K = Qt.Key


class Photographer:
    """Drives one workplace by keys and mouse, and saves what its windows show."""

    def __init__(self, context: Context) -> None:
        application()
        self.context = context
        desk, self.loader = seat(context)
        self.place = Workplace(
            desk,
            self.loader,
            clock=context.clock,
            announce_ms=0,
            displays=display_desk(context),
            site_windows=site_window_desk(context),
        )
        self.place.main.resize(*SIZE)
        self.place.main.show()
        self.place.show_queue()
        self.wait()

    @property
    def page(self) -> ReadingPage:
        return self.place.reading

    def wait(self) -> None:
        """Until nothing is under way and every image of the open exam is painted."""

        def settled() -> bool:
            page, flow = self.place.reading, self.place.flow
            loaded = flow.session is None or (page.is_ready and page.load_bar.done >= page.load_bar.of)
            return loaded and not flow.busy and flow.background.idle

        until(settled)

    def open(self, name: str) -> None:
        """Open the exam of a woman."""
        exams = self.context.store.exams.many()
        exam = next(e for e in exams if e.reading_task and e.patient.name.startswith(name))
        self.place.flow.open(exam.exam_id)
        self.wait()

    def leave(self) -> None:
        """Back to the queue."""
        self.place.flow.leave()
        self.wait()

    def do(self, command: Command, times: int = 1) -> None:
        for _ in range(times):
            self.page.commands.do(command)
            self.wait()

    def step(self, title: str) -> None:
        """Go on to the step of the protocol with this title."""
        hung = self.page.grid.hung
        for _ in hung.sequence.steps:
            if title in hung.where:
                return
            self.do(Command.STEP_FORWARD)
        raise SystemExit(f"No step {title!r}: {[s.step.title.en for s in hung.sequence.steps]}")

    def sign_and_reveal(self) -> None:
        for key in (K.Key_1, K.Key_1, K.Key_Enter):
            press(self.page, key)
        until(lambda: self.place.flow.session.step is Step.SIGNED and not self.place.flow.busy)
        press(self.page, K.Key_Plus)
        until(lambda: self.place.flow.session.step is Step.REVEALED and not self.place.flow.busy)
        self.wait()

    def finish(self) -> None:
        """Confirm the final read, let it come into force, and open the exam again."""
        exam_id = self.place.flow.session.exam.exam_id
        self.page.commands.settling.stop()
        press(self.page, K.Key_Enter)
        self.wait()
        self.context.clock.advance(timedelta(seconds=11))
        if self.place.flow.session is not None:
            self.leave()
        self.place.flow.open(exam_id)
        self.wait()

    def decode(self) -> None:
        """Until every slice of the exam is there, and frames stand still."""
        self.wait()
        stacks = [view.stack for view in self.page.grid.views.values() if view.stack is not None]
        until(lambda: all(s.stack.state(n) != "waiting" for s in stacks for n in range(s.count)))
        until(lambda: not any(view.gliding for view in self.page.grid.viewports))

    def drag(self, view: Viewport, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one place of a view to another, in parts of its width and height."""
        points = [QPointF(x * view.width(), y * view.height()) for x, y in (start, end)]
        for kind, at, buttons in (
            (QEvent.Type.MouseButtonPress, points[0], LEFT),
            (QEvent.Type.MouseMove, points[1], LEFT),
            (QEvent.Type.MouseButtonRelease, points[1], Qt.MouseButton.NoButton),
        ):
            button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else LEFT
            event = QMouseEvent(kind, at, view.mapToGlobal(at), button, buttons, Qt.KeyboardModifier(0))
            QApplication.sendEvent(view, event)
        QApplication.processEvents()

    def save(self, name: str, widget: QWidget | None = None) -> None:
        """Grab a window, round its greys and write it."""
        if widget is None and name not in TELLING:
            self.page.bar.tell("")
        for _ in range(3):
            QApplication.processEvents()
        grabbed = (widget or self.place.main).grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(grabbed.constBits(), np.uint8).reshape(grabbed.height(), -1)
        picture = rows[:, : grabbed.width() * 3].reshape(grabbed.height(), grabbed.width(), 3)[:, :, ::-1]
        path = PICTURES / f"{name}.png"
        for step in COARSER:
            rounded = np.minimum((picture.astype(np.uint16) + step // 2) // step * step, 255)
            cv2.imwrite(str(path), rounded.astype(np.uint8), [cv2.IMWRITE_PNG_COMPRESSION, 9])
            if path.stat().st_size <= LARGEST:
                break
        print(f"{path.name:<24} {path.stat().st_size / 1024:6.0f} kB")

    def close(self) -> None:
        self.place.close()
        until(lambda: self.place.has_ended)


def press(widget: QWidget, key: Qt.Key) -> None:
    """Press and release a key of the keypad."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.KeypadModifier))


def until(condition: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not condition():
        if deadline.hasExpired():
            raise SystemExit("The window did not come to rest.")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)
    QApplication.processEvents()
