"""Make the pictures of docs/display-checklist.md from the real window, with simulated women.

    python tests/support/checklist_pictures.py [WORK]

WORK keeps the exams for another run; without it a temporary folder is used. Greys are rounded, so that the
files stay small: no picture here is evidence of a grey value, the tests are.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import cv2
import numpy as np
from checklist_exams import make_exams
from PySide6.QtCore import QDeadlineTimer, QEvent, QEventLoop, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from klarsyn.base.clock import ManualClock
from klarsyn.base.settings import load_settings
from klarsyn.cli.context import Context
from klarsyn.cli.seat import display_desk, seat, site_window_desk
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer
from klarsyn.reading.session import Step
from klarsyn.store.store import Store
from klarsyn.ui.actions.command import Command
from klarsyn.ui.app import application
from klarsyn.ui.reading_page import ReadingPage
from klarsyn.ui.viewport import Viewport
from klarsyn.ui.workplace import Workplace

PICTURES = Path(__file__).parents[2] / "docs" / "images" / "checklist"
SIZE = (1280, 800)
TELLING = ("linked",)
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


def photograph(shot: Photographer, names: dict[str, str]) -> None:
    """Take all pictures, in the order in which a reader comes to what they show."""
    page = shot.page
    grid = page.grid
    shot.save("queue")
    shot.open(names["sound"])
    shot.save("four-up")
    page.commands.do(Command.CHOOSE_PROTOCOL)
    shot.save("protocols")
    page.protocols.hide()
    shot.do(Command.INVERT)
    shot.do(Command.HISTOGRAM)
    shot.save("inverted")
    shot.do(Command.INVERT)
    shot.do(Command.HISTOGRAM)
    first = grid.viewports[0]
    first.raise_glass(QPointF(first.width() * 0.86, first.height() * 0.56))
    shot.save("magnifier")
    first.set_glass(False)
    shot.do(Command.LINK_PAN)
    grid.pick(1)
    shot.do(Command.ZOOM_IN, 4)
    shot.drag(grid.viewports[1], (0.5, 0.5), (0.55, 0.6))
    shot.save("linked")
    shot.do(Command.FIT)
    shot.do(Command.LINK_PAN)
    shot.step("CC over prior")
    shot.save("prior")
    shot.step("CC pair")
    grid.pick(1)
    page.commands.do(Command.MEASURE_LENGTH)
    shot.drag(grid.viewports[1], (0.15, 0.45), (0.4, 0.55))
    page.commands.do(Command.MEASURE_AREA_ELLIPSE)
    shot.drag(grid.viewports[1], (0.15, 0.62), (0.35, 0.75))
    shot.save("measured")
    while page.flow.session.drawings.history.present:
        page.commands.do(Command.UNDO_ANNOTATION)
    shot.step("every pixel")
    shot.do(Command.WALK_FORWARD, 2)
    shot.save("walk")
    shot.sign_and_reveal()
    grid.looks.step(-len(grid.hung.sequence.steps))
    page.findings.mark(page.findings.rows[0].finding.finding_id)
    shot.save("marks")
    shot.leave()
    shot.open(names["faulty"])
    shot.save("flags")
    shot.sign_and_reveal()
    shot.save("not-processed", page.findings)
    shot.leave()
    shot.open(names["spot"])
    shot.step("pot")
    shot.save("spot")
    shot.leave()
    shot.place.show_screens()
    shot.wait()
    shot.save("screen")


def photograph_slices(shot: Photographer, name: str) -> None:
    """Take the pictures of tomosynthesis: a slab with the bar in hand, then a mark on a slice."""
    page = shot.page
    grid = page.grid
    shot.open(name)
    shot.step("CC pair, DBT")
    shot.decode()
    shot.do(Command.SLAB)
    shot.do(Command.SLICES_ON)
    grid.viewports[0].bar.hover(True)
    shot.save("slab")
    grid.viewports[0].bar.hover(False)
    shot.do(Command.SLAB)
    shot.sign_and_reveal()
    page.commands.do(Command.NEXT_FINDING)
    shot.decode()
    shot.do(Command.FIT)
    shot.save("slices")
    shot.leave()


def main(work: Path) -> None:
    folders = make_exams(work)
    shutil.rmtree(work / "data", ignore_errors=True)
    settings = load_settings(data_folder=work / "data", policy="practice", reader="checklist", workers=2)
    settings.folders.create()
    store, clock = Store.file(settings.folders.database), ManualClock()
    context = Context(settings, store, clock)
    for name in ("prior", "sound", "tomosynthesis"):
        Importer(store, settings.folders, clock, workers=1).run([folders[name]], read=name != "prior")
    Scorer(store, settings, clock).run()
    for name in ("faulty", "spot"):
        Importer(store, settings.folders, clock, workers=1).run([folders[name]], read=True)
    for exam in store.exams.many():
        print(exam.study_date, exam.patient.name, exam.reading_task, len(exam.images))
    PICTURES.mkdir(parents=True, exist_ok=True)
    shot = Photographer(context)
    try:
        names = {n: family_name(folders[n]) for n in ("sound", "faulty", "spot", "tomosynthesis")}
        photograph_slices(shot, names["tomosynthesis"])
        photograph(shot, names)
    finally:
        shot.close()
        store.close()


def family_name(folder: Path) -> str:
    """Return the family name of the woman whose files lie in a folder."""
    from pydicom import dcmread

    first = next(folder.glob("*.dcm"))
    return str(dcmread(first, stop_before_pixels=True).PatientName.family_name)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
