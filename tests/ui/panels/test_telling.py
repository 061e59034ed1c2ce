"""One message stands in one place, and goes; what went wrong stays until it has been acknowledged."""

import pytest
from PySide6.QtCore import QDeadlineTimer, Qt
from window_helpers import press, settle

from klarsyn.ui.panels.told_line import LEAST_MS, ToldLine

K = Qt.Key
LONG = "Signed. Not every pixel seen (1:1): R CC 40 %, L CC 12 %, R MLO 0 %, L MLO 7 %."


@pytest.fixture
def line(qtbot) -> ToldLine:
    made = ToldLine()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def workplace(make_workplace, import_exams):
    import_exams(2)
    return make_workplace()


def _read(line: ToldLine) -> None:
    """Let the second pass in which a key cannot be an answer yet."""
    line._fresh_until = QDeadlineTimer(0)


def test_a_longer_message_stands_longer(line) -> None:
    line.tell("Short.")
    short = line._while.interval()
    line.tell(LONG * 2)
    assert LEAST_MS == short < line._while.interval()


def test_what_is_told_goes_after_its_while_and_with_the_next_step(line) -> None:
    line.tell("This is the last step.")
    line._while.timeout.emit()
    assert line.text() == ""
    line.tell("This is the last step.")
    line.pass_on()
    assert line.text() == ""


def test_a_warning_outlasts_what_is_told_and_is_ended_by_a_decision(line) -> None:
    line.warn("The draft could not be kept.")
    line._while.timeout.emit()
    line.tell("Windows of all views are linked.")
    assert line.text() == "Windows of all views are linked."
    line.pass_on()
    assert line.text() == "The draft could not be kept."
    line.pass_on(decides=True)
    assert line.text() == "The draft could not be kept.", "a key that came at once has not answered it"
    _read(line)
    line.pass_on(decides=True)
    assert line.text() == ""


def test_a_click_acknowledges_a_warning(line, qtbot) -> None:
    line.warn("The draft could not be kept.")
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert line.text() == ""


def test_an_offer_stands_below_what_is_told_and_a_warning(line) -> None:
    line.stand("Ctrl+Z takes the last exam (R1 L1) back, 10 s")
    line.tell("There is no prior.")
    assert line.text() == "There is no prior."
    line.pass_on()
    assert "takes the last exam" in line.text()


def test_what_the_flow_tells_stands_on_the_page_in_use_alone(workplace, open_exam) -> None:
    workplace.flow.warned.emit("The exam could not be opened.")
    assert workplace.queue.told.text() == "The exam could not be opened."
    assert workplace.reading.bar.told.text() == ""
    open_exam(workplace)
    workplace.flow.told.emit("Nothing can be taken back now.")
    assert workplace.reading.bar.told.text() == "Nothing can be taken back now."
    assert "Nothing" not in workplace.queue.told.text()


def test_a_command_ends_what_was_told_before(workplace, open_exam, qtbot) -> None:
    open_exam(workplace)
    page = workplace.reading
    page.bar.tell("There is no prior.")
    press(page, K.Key_I)
    assert page.bar.told.text() == ""


def test_the_offer_to_take_back_goes_along_to_the_page_in_use(workplace, open_exam, qtbot) -> None:
    open_exam(workplace)
    for key in (K.Key_1, K.Key_1, K.Key_Return, K.Key_Return):
        press(workplace.reading, key)
        settle(qtbot, workplace)
        qtbot.waitUntil(lambda: not workplace.reading.commands.settling.isActive())
    offer = workplace.reading.bar.told.text()
    assert offer.startswith("Ctrl+Z, keypad . takes the last exam (R1 L1) back"), "the key before all else"
    assert workplace.queue.told.text() == ""
    press(workplace.reading, K.Key_Escape)
    settle(qtbot, workplace)
    assert workplace.queue.told.text() == offer
    assert workplace.reading.bar.told.text() == ""


def test_a_sentence_that_is_shown_whole_above_the_bar_is_not_in_it_too(
    make_workplace, import_exams, open_exam, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace(size=(1366, 768))
    open_exam(workplace)
    page = workplace.reading
    page.bar.tell(LONG)
    qtbot.waitUntil(lambda: page.told_in_full.isVisible())
    assert page.bar.told.elsewhere
    page.bar.tell("Short.")
    qtbot.waitUntil(lambda: not page.told_in_full.isVisible())
    assert not page.bar.told.elsewhere


def test_the_offer_to_take_back_is_read_whole_in_a_narrow_window_and_is_not_among_the_keys_of_the_breasts(
    make_workplace, import_exams, open_exam, qtbot
) -> None:
    import_exams(2)
    workplace = make_workplace(size=(1366, 768))
    open_exam(workplace)
    for key in (K.Key_1, K.Key_1, K.Key_Return, K.Key_Return):
        press(workplace.reading, key)
        settle(qtbot, workplace)
        qtbot.waitUntil(lambda: not workplace.reading.commands.settling.isActive())
    bar = workplace.reading.bar
    bar.told.pass_on()
    assert bar.told.offers
    qtbot.waitUntil(lambda: bar.told.width() >= bar.told.fontMetrics().horizontalAdvance(bar.told.text()))
    assert bar.told.mapTo(bar, bar.told.rect().topLeft()).x() >= bar.middle.geometry().right()
    assert not bar.action.isVisible(), "nothing can be signed yet"
    for key in (K.Key_1, K.Key_1):
        press(workplace.reading, key)
        settle(qtbot, workplace)
    assert bar.action.isVisible(), "now it can"


def test_what_is_held_outlasts_its_reading_time_and_ends_with_the_next_step(line) -> None:
    line.tell("Short.")
    line.hold("3 was not taken: wait for the images")
    line._while.timeout.emit() if line._while.isActive() else None
    assert line.text() == "3 was not taken: wait for the images"
    line.pass_on()
    assert line.text() == ""
