"""Windows find their monitors."""

from PySide6.QtWidgets import QWidget

from klarsyn.ui.monitors.screens import Monitor, PlaceMemory, places, set_key

SMALL, LARGE = Monitor("left", 1920, 1080), Monitor("right", 2560, 2048)


def test_the_images_get_the_largest_monitor_and_the_queue_the_smallest() -> None:
    assert places([SMALL, LARGE]) == (0, 1)
    assert places([LARGE, SMALL]) == (1, 0)


def test_one_monitor_holds_both() -> None:
    assert places([SMALL]) == (0, 0)


def test_two_equal_monitors_are_both_used() -> None:
    assert sorted(places([SMALL, SMALL])) == [0, 1]


def test_a_set_of_monitors_has_one_name_in_any_order() -> None:
    assert set_key([SMALL, LARGE]) == set_key([LARGE, SMALL]) != set_key([SMALL])


def test_places_are_remembered_for_each_set_of_monitors(qtbot, tmp_path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setGeometry(30, 40, 500, 300)
    PlaceMemory(tmp_path / "windows.ini").write({"queue": window.saveGeometry()}, [SMALL, LARGE])
    window.setGeometry(0, 0, 200, 200)
    memory = PlaceMemory(tmp_path / "windows.ini")
    assert not memory.restore(window, "queue", [SMALL])
    assert memory.restore(window, "queue", [LARGE, SMALL])
    assert (window.width(), window.height()) == (500, 300)


def test_places_that_cannot_be_written_do_not_keep_the_program_from_ending(qtbot, tmp_path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    (tmp_path / "windows.ini").mkdir()
    PlaceMemory(tmp_path / "windows.ini").write({"queue": window.saveGeometry()}, [SMALL])
    assert not PlaceMemory(tmp_path / "windows.ini").restore(window, "queue", [SMALL])
