"""A monitor that goes away takes no window and no work with it."""

from PySide6.QtCore import QRect, Qt
from window_helpers import press, settle

from klarsyn.ui.monitors.unplugging import place_for

LEFT, RIGHT = QRect(0, 0, 1920, 1080), QRect(1920, 0, 2048, 2560)


def test_a_window_on_a_monitor_that_is_left_stays_where_it_is() -> None:
    assert place_for(QRect(100, 100, 800, 600), [LEFT]) is None


def test_a_window_whose_monitor_is_gone_comes_to_the_largest_one() -> None:
    assert place_for(QRect(1930, 10, 2000, 2400), [LEFT]) == LEFT
    assert place_for(QRect(9000, 0, 800, 600), [LEFT, RIGHT]) == RIGHT


def test_with_no_monitor_at_all_nothing_moves() -> None:
    assert place_for(QRect(0, 0, 800, 600), []) is None


def test_an_exam_goes_on_where_it_was_when_the_image_monitor_is_unplugged(
    make_workplace, import_exams, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace(two_windows=True)
    press(workplace.queue, Qt.Key.Key_Return)
    settle(qtbot, workplace)
    page = workplace.reading
    press(page, Qt.Key.Key_3, keypad=True)
    page.grid.viewport.zoom(2.0)
    workplace.images.setGeometry(5000, 0, 900, 700)
    workplace._unplugging.bring_back([QRect(0, 0, 1366, 768)])
    assert QRect(0, 0, 1366, 768).contains(workplace.images.geometry())
    assert str(workplace.flow.session.draft.right.value) == "3"
    assert page.grid.viewport.view.display.zoom == 2.0
    assert all(v.picture is not None for v in page.grid.viewports)
