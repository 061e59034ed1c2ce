"""How far the decoding of the open exam has come, once it takes longer than a moment."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from klarsyn.domain.exam import Exam
from klarsyn.domain.volumes import hanging_images
from klarsyn.ui.panels.floating import LoadBar

BAR_AFTER_MS = 200


class LoadCount(LoadBar):
    """Counts images that are there, or cannot be; shown only while the reader has to wait."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Wait for an exam."""
        super().__init__(parent)
        self._late = QTimer(self, singleShot=True, interval=BAR_AFTER_MS)
        self._late.timeout.connect(self._come)

    def begin_exam(self, exam: Exam) -> None:
        """Expect every image of an exam that hangs, a tomosynthesis as one."""
        self.begin(sum(image.hangs for image in hanging_images(exam)))

    def begin(self, images: int) -> None:
        """Expect so many images."""
        self.done, self.of = 0, images
        self._late.start()

    def count(self) -> None:
        """One more is there."""
        self.done += 1
        self.update()
        if self.done >= self.of:
            self.end()

    def end(self) -> None:
        """Nobody waits any longer."""
        self._late.stop()
        self.hide()

    def _come(self) -> None:
        self.show()
        self.raise_()
