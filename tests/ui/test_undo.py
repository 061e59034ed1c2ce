"""Taking the last confirmation back: a key pressed at once counts, and an offer stands until it is done."""

import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from window_helpers import press, settle

K = Qt.Key


def _sign(workplace, qtbot) -> None:
    for key in (K.Key_1, K.Key_1, K.Key_Enter):
        press(workplace.reading, key, keypad=True)
    settle(qtbot, workplace)
    qtbot.waitUntil(lambda: not workplace.reading.commands.settling.isActive())


@pytest.fixture
def gate(make_workplace, import_exams, monkeypatch):
    """A workplace of two exams; from `gate.close()` on the desk opens none until `gate.open()`."""
    import_exams(2)
    workplace = make_workplace()
    event, opening = threading.Event(), workplace.flow._desk.open_next
    event.set()

    def held():
        assert event.wait(20)
        return opening()

    monkeypatch.setattr(workplace.flow._desk, "open_next", held)
    yield SimpleNamespace(workplace=workplace, close=event.clear, open=event.set)
    event.set()


def test_undo_while_the_next_exam_is_being_opened_is_done_once_it_is(gate, open_exam, qtbot) -> None:
    workplace = gate.workplace
    open_exam(workplace)
    first = workplace.flow.session.exam.exam_id
    _sign(workplace, qtbot)
    gate.close()
    with qtbot.waitSignal(workplace.flow.confirmed):
        press(workplace.reading, K.Key_Enter, keypad=True)
    assert workplace.flow.busy
    press(workplace.reading, K.Key_Z, control=True)
    press(workplace.reading, K.Key_Z, control=True)
    gate.open()
    qtbot.waitUntil(lambda: not workplace.flow.busy)
    settle(qtbot, workplace)
    assert workplace.flow.session.exam.exam_id == first
    assert workplace.flow.session.final is None
    assert "take" not in workplace.reading.bar.told.text()


def test_undo_while_the_confirmation_is_being_written_takes_it_back(gate, open_exam, qtbot) -> None:
    workplace = gate.workplace
    open_exam(workplace)
    first = workplace.flow.session.exam.exam_id
    _sign(workplace, qtbot)
    press(workplace.reading, K.Key_Enter, keypad=True)
    assert workplace.flow.busy
    press(workplace.reading, K.Key_Z, control=True)
    qtbot.waitUntil(lambda: not workplace.flow.busy)
    settle(qtbot, workplace)
    assert workplace.flow.session.exam.exam_id == first
    assert workplace.flow.session.final is None


def test_an_undo_that_fails_is_told_and_can_be_asked_for_again(gate, open_exam, qtbot, monkeypatch) -> None:
    workplace = gate.workplace
    open_exam(workplace)
    before = workplace.flow.session
    _sign(workplace, qtbot)
    press(workplace.reading, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    with monkeypatch.context() as broken:
        broken.setattr(before, "withdraw", lambda: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        told = []
        workplace.flow.warned.connect(told.append)
        press(workplace.reading, K.Key_Z, control=True)
        settle(qtbot, workplace)
    assert len(told) == 1
    assert workplace.flow.undo_possible is before
    assert workplace.flow.session is not before
    press(workplace.reading, K.Key_Z, control=True)
    settle(qtbot, workplace)
    assert workplace.flow.session is before
