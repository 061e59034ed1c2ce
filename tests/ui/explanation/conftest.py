"""An exam of four views with its result in the window, and someone who explains it when the test says so."""

from collections.abc import Callable
from typing import Any

import pytest
from explained_exams import Held, explanation_of
from PySide6.QtCore import Qt
from window_helpers import press

from klarsyn.domain.finding import ResultStatus
from klarsyn.ui.actions.command import Command
from klarsyn.ui.workplace import Workplace

K = Qt.Key


class Opened:
    """The open exam, the page, and what is asked."""

    K = Qt.Key

    def __init__(self, workplace: Workplace, held: Held, qtbot: Any) -> None:
        self.workplace, self.held, self._qtbot = workplace, held, qtbot
        self.page = workplace.reading
        self.explaining = workplace.reading.explaining

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            press(self.page, key)
            self.free()

    def free(self) -> None:
        """Until no act of the reader lasts; questions to the engine may."""
        self._qtbot.waitUntil(lambda: not self.workplace.flow.busy, timeout=20_000)

    def sign(self) -> None:
        self.press(K.Key_1, K.Key_1, K.Key_Return)

    def why(self, *, answered: bool = True) -> None:
        self.page.commands.do(Command.WHY)
        self.free()
        if answered:
            self.held.go.set()
            self.until(lambda: self.explaining.questions.asked is None)

    def heat(self, *, answered: bool = True) -> None:
        self.explaining.heat()
        self.free()
        if answered:
            self.held.go.set()
            self.until(lambda: self.explaining.questions.asked is None and self.held.asked)

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=20_000)

    @property
    def reveals(self) -> list[tuple[str, str | None, bool]]:
        session, store = self.workplace.flow.session, self.workplace.flow.desk._store
        rows = store.reads.reveals(session.exam.exam_id, session.reader)
        return [(row.reader, row.result_id, row.shown) for row in rows]


@pytest.fixture
def opened(make_workplace, import_exams, add_result, open_exam, installation, qtbot):
    """Open an exam; `status` None has no result."""
    made: list[Held] = []

    def _open(
        status: ResultStatus | None = ResultStatus.SCORED,
        *,
        size: tuple[int, int] = (1200, 800),
        explains: bool = True,
        **policy: Any,
    ) -> Opened:
        (exam_id, *_) = import_exams(1)
        held = Held()
        made.append(held)
        if status is not None:
            result = add_result(exam_id, status)
            held.explained = explanation_of(result, installation.store.exams.get(exam_id))
        workplace = make_workplace(size=size, **policy)
        workplace.flow.desk.explains = held if explains else None
        open_exam(workplace, exam_id)
        return Opened(workplace, held, qtbot)

    yield _open
    for held in made:
        held.go.set()
