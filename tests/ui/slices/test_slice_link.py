"""Slices of one kind of view scroll together; others stay, and the line says why."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from small_volumes import write_volumes
from window_helpers import settle

from klarsyn.intake.importer import Importer
from klarsyn.ui.workplace import Workplace


@pytest.fixture
def opened(installation, tmp_path: Path, qtbot, make_workplace, open_exam):
    """Open an exam of tomosynthesis, with its prior if there is one, hung by a protocol."""

    def _opened(protocol: str, slices=24, prior=None) -> Workplace:
        write_volumes(tmp_path / "now", 1, slices)
        folders = [tmp_path / "now"]
        if prior is not None:
            woman = {"PatientID": "19580001-TEST", "PatientName": "Testsson^Anna1"}
            write_volumes(tmp_path / "then", 2, prior, StudyDate="20240102", **woman)
            folders.append(tmp_path / "then")
        store = installation.store
        Importer(store, installation.settings.folders, installation.clock, workers=1).run(folders)
        workplace = make_workplace()
        open_exam(workplace, next(e.exam_id for e in store.exams.many() if e.reading_task))
        page = workplace.reading
        page.grid.looks.choose(page.flow.protocols.protocols.by_name[protocol])
        settle(qtbot, workplace)
        return workplace

    return _opened


def _link(page) -> None:
    """Shift+K."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(page, QKeyEvent(kind, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier))


def _slices(workplace: Workplace) -> list[int | None]:
    views = [viewport.view for viewport in workplace.reading.grid.viewports]
    return [v.stack.index if v is not None and v.stack is not None else None for v in views]


def test_left_follows_right_in_mm_and_right_follows_left(opened) -> None:
    workplace = opened("dbt-pairs", {"R CC": 24, "L CC": 20})
    grid = workplace.reading.grid
    _link(workplace.reading)
    grid.scrolling.go_to(0, 17)
    assert _slices(workplace) == [17, 17]
    grid.scrolling.go_to(0, 23)
    assert _slices(workplace) == [23, 19]
    grid.scrolling.go_to(1, 4)
    assert _slices(workplace) == [4, 4]


def test_linking_begins_with_the_slice_of_the_current_view_and_ends_with_the_same_key(opened) -> None:
    workplace = opened("dbt-pairs")
    grid = workplace.reading.grid
    grid.scrolling.go_to(0, 3)
    assert _slices(workplace) == [3, 11]
    _link(workplace.reading)
    assert _slices(workplace) == [3, 3]
    _link(workplace.reading)
    grid.scrolling.go_to(0, 9)
    assert _slices(workplace) == [9, 3]


def test_the_prior_follows_by_its_share_of_the_thickness(opened) -> None:
    workplace = opened("dbt-prior", 24, prior=12)
    grid = workplace.reading.grid
    assert grid.hung.is_prior(grid.shown(1))
    _link(workplace.reading)
    grid.scrolling.go_to(0, 23)
    assert _slices(workplace) == [23, 11]
    grid.scrolling.go_to(0, 0)
    assert _slices(workplace) == [0, 0]
    grid.scrolling.go_to(1, 6)
    assert _slices(workplace) == [12, 6]


def test_now_and_then_are_as_large_as_each_other(opened) -> None:
    workplace = opened("dbt-prior", 24, prior=12)
    mm = []
    for viewport in workplace.reading.grid.viewports:
        mm.append(viewport.view.loaded.image.spacing.column_mm / viewport.transform().column_scale)
    assert mm[0] == pytest.approx(mm[1])


def test_cc_and_mlo_do_not_scroll_together_and_the_line_says_why(qtbot, opened) -> None:
    workplace = opened("four-up")
    grid = workplace.reading.grid
    for place in range(4):
        grid.in_place.toggle(place)
    settle(qtbot, workplace)
    with qtbot.waitSignal(grid.told) as told:
        _link(workplace.reading)
    assert told.args == [
        "R CC scrolls with L CC. R MLO and L MLO do not: CC and MLO are cut in different directions."
    ]
    grid.scrolling.go_to(0, 2)
    assert _slices(workplace) == [2, 2, 11, 11]


def test_a_view_with_no_companion_says_so(qtbot, opened) -> None:
    workplace = opened("dbt-single")
    with qtbot.waitSignal(workplace.reading.grid.told) as told:
        _link(workplace.reading)
    assert told.args == ["No other view here scrolls with R CC."]


def test_the_next_exam_begins_with_each_view_scrolling_alone(opened) -> None:
    workplace = opened("dbt-pairs")
    grid = workplace.reading.grid
    _link(workplace.reading)
    assert grid.slice_link.on
    grid.clear()
    assert not grid.slice_link.on
