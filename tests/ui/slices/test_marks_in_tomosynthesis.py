"""Marks on the slices of tomosynthesis in the window: nothing before the reveal, then on their own slices."""

import numpy as np
import pytest
from marked_volumes import COUNT, decoded, hang, marked, open_marked, reveal, show, sign
from PySide6.QtCore import QRectF, Qt
from window_helpers import grey_of, press, settle

from klarsyn.domain.finding import ResultStatus
from klarsyn.ui.workplace import Workplace

__all__ = ["open_marked"]
K = Qt.Key


def drawn(workplace: Workplace, place: int) -> list[tuple[str, bool]]:
    return [
        (mark.finding.finding_id, mark.ghost)
        for mark in workplace.reading.grid.viewports[place].placed_marks()
    ]


def looked_through(workplace: Workplace, qtbot, *, views_only: bool = False) -> list[np.ndarray]:
    """The whole page at several slices, in a slab, and with the mouse at the bar; or its first two views."""
    pictures = []
    grid = workplace.reading.grid
    widgets = grid.viewports[:2] if views_only else (workplace.reading,)
    for number in (1, 2, 7, 8, COUNT):
        for place in (0, 1):
            show(workplace, place, number, qtbot)
        pictures += map(grey_of, widgets)
    grid.scrolling.toggle_slab()
    grid.viewports[0].bar.hover(True)
    pictures += map(grey_of, widgets)
    grid.viewports[0].bar.hover(False)
    grid.scrolling.toggle_slab()
    return pictures


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_bar_and_slices_are_the_same_to_the_pixel_for_any_result(
    open_marked, installation, open_exam, qtbot
) -> None:
    workplace = open_marked(result=False)
    (exam,) = installation.store.exams.many()
    pictures = []
    for status in (None, ResultStatus.FAILED, ResultStatus.SCORED):
        if status is not None:
            installation.store.results.add(marked(exam, installation.clock.now(), status))
            press(workplace.reading, K.Key_Escape)
            settle(qtbot, workplace)
            open_exam(workplace, exam.exam_id)
            hang(workplace, "dbt-pairs", qtbot)
        # All slices are seen before the first picture: what has been seen is on the bar.
        looked_through(workplace, qtbot)
        pictures.append(looked_through(workplace, qtbot))
        assert workplace.flow.session.result is None
    for other in pictures[1:]:
        assert all(map(np.array_equal, pictures[0], other))


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_signing_alone_hints_at_no_slice_and_hiding_takes_all_hints_away(
    open_marked, qtbot
) -> None:
    workplace = open_marked()
    looked_through(workplace, qtbot)
    sign(workplace, qtbot)
    before = looked_through(workplace, qtbot, views_only=True)
    press(workplace.reading, K.Key_A)
    settle(qtbot, workplace)
    shown = looked_through(workplace, qtbot, views_only=True)
    assert not any(map(np.array_equal, before, shown))
    press(workplace.reading, K.Key_Minus, keypad=True)
    settle(qtbot, workplace)
    hidden = looked_through(workplace, qtbot, views_only=True)
    assert all(map(np.array_equal, before, hidden))


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_slices_with_a_ghost_beside_and_nothing_elsewhere(
    open_marked, qtbot
) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    found = {}
    for number in range(1, COUNT + 1):
        show(workplace, 0, number, qtbot)
        found[number] = drawn(workplace, 0)
    full, ghost = [("soft", False)], [("soft", True)]
    assert {n: f for n, f in found.items() if f} == {6: ghost, 7: full, 8: full, 9: full, 10: ghost}


def test_a_slab_shows_the_marks_of_every_slice_in_it(open_marked, qtbot) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    grid = workplace.reading.grid
    show(workplace, 0, 4, qtbot)
    assert drawn(workplace, 0) == []
    grid.scrolling.toggle_slab()
    assert grid.viewports[0].view.stack.shown.last >= 6
    assert drawn(workplace, 0) == [("soft", False)]


def test_a_ghost_is_dashed_fainter_than_its_mark_and_has_no_number(open_marked, qtbot) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    workplace.reading.findings.hide()
    viewport = workplace.reading.grid.viewports[0]
    lit = {}
    for number in (8, 10):
        show(workplace, 0, number, qtbot)
        viewport.marks, marks = (), viewport.marks
        without = grey_of(viewport).astype(int)
        viewport.marks = marks
        (placed,) = viewport.placed_marks()
        box = placed.box.adjusted(-4, -4, 4, 4).toRect()
        change = np.abs(grey_of(viewport).astype(int) - without).max(axis=2)
        around = change[box.top() : box.bottom(), box.left() : box.right()]
        lit[number] = (around > 60).sum()
        outside = change[:, 20:].copy()
        outside[box.top() : box.bottom(), box.left() - 20 : box.right() - 20] = 0
        assert bool((outside > 60).any()) is (number == 8), "the number of a mark, and none of a ghost"
    assert 0 < lit[10] < 0.7 * lit[8]


def test_the_bar_hints_at_the_slices_of_each_finding_by_the_shape_of_its_type(open_marked, qtbot) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    workplace.reading.findings.hide()
    for place, number, corner_lit in ((0, 8, False), (1, 2, True)):
        viewport = workplace.reading.grid.viewports[place]
        show(workplace, place, 12, qtbot)
        bar = viewport.bar.place
        with_hints = grey_of(viewport).astype(int)
        viewport.marks, marks = (), viewport.marks
        without = grey_of(viewport).astype(int)
        viewport.marks = marks
        change = np.abs(with_hints - without).max(axis=2) > 40
        rows = np.flatnonzero(change[:, round(bar.left) : round(bar.left) + 12].any(axis=1))
        assert abs((rows.min() + rows.max()) / 2 - bar.middle_of(number - 1)) < max(bar.step, 6)
        middle = round(bar.middle_of(number - 1))
        x = round(bar.left + (2 if bar.right else 10))
        # Half a sign is 3.5 pixels: where the square has its corner, the circle has nothing.
        assert bool(with_hints[middle - 4, x - 4 if bar.right else x + 3, :3].max() > 90) is corner_lit


def test_the_next_finding_is_shown_on_its_best_slice_whatever_volume_it_is_in(open_marked, qtbot) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    page = workplace.reading
    grid = page.grid
    press(page, K.Key_J)
    decoded(workplace, qtbot)
    views = {v.loaded.image.view_label: v.stack.index + 1 for v in grid.views.values() if v.stack is not None}
    # That of the MLO, too, which another step of the protocol shows.
    assert (views["R CC"], views["R MLO"]) == (8, 4)
    assert drawn(workplace, 0) == [("soft", False)]
    (mark,) = grid.viewports[0].placed_marks()
    # In the middle, as far as the chest wall stays at the edge of its place.
    assert QRectF(grid.viewports[0].rect()).contains(mark.box)
    assert mark.box.center().y() == pytest.approx(grid.viewports[0].height() / 2, abs=1)

    press(page, K.Key_J)
    decoded(workplace, qtbot)
    assert [(label, s) for label, s in _in_sight(grid) if label == "L CC"] == [("L CC", 2)]
    assert [v.highlighted for v in grid.viewports][1] == "calc"


def _in_sight(grid) -> list[tuple[str, int]]:
    views = [viewport.view for viewport in grid.viewports if viewport.view is not None]
    return [(v.loaded.image.view_label, v.stack.index + 1) for v in views if v.stack is not None]


def test_asked_again_a_finding_is_shown_in_its_other_volume(open_marked, qtbot) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    page = workplace.reading
    page.findings.choose(0)
    decoded(workplace, qtbot)
    assert ("R CC", 8) in _in_sight(page.grid)
    page.findings.choose(0)
    decoded(workplace, qtbot)
    assert ("R MLO", 4) in _in_sight(page.grid)
    page.findings.choose(0)
    decoded(workplace, qtbot)
    assert ("R CC", 8) in _in_sight(page.grid)


def test_from_2d_images_a_finding_is_shown_there_and_asked_again_on_its_slices(open_marked, qtbot) -> None:
    workplace = open_marked("four-up")
    reveal(workplace, qtbot)
    page = workplace.reading
    where = page.grid.hung.where
    assert _in_sight(page.grid) == []
    page.findings.choose(0)
    decoded(workplace, qtbot)
    assert page.grid.hung.where == where
    assert drawn(workplace, 0) == [("soft", False)]
    page.findings.choose(0)
    decoded(workplace, qtbot)
    assert ("R CC", 8) in _in_sight(page.grid)


def test_a_jump_stops_the_cine_and_the_mark_is_not_under_the_list(open_marked, qtbot) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    page = workplace.reading
    page.grid.pick(0)
    press(page, K.Key_V)
    assert page.grid.scrolling.cine.is_running
    for _ in range(2):
        press(page, K.Key_J)
        assert not page.grid.scrolling.cine.is_running
        decoded(workplace, qtbot)
        panel = page.findings.geometry()

        def is_clear(panel=panel) -> bool:
            marks = [(v, m) for v in page.grid.viewports for m in v.placed_marks()]
            return all(
                not page.findings.geometry().intersects(m.box.toRect().translated(v.pos()))
                for v, m in marks
                if v.highlighted == m.finding.finding_id
            )

        qtbot.waitUntil(is_clear)


def test_the_list_tells_slice_and_millimetres_of_each_volume_and_the_2d_views_in_one_line(
    open_marked, qtbot
) -> None:
    workplace = open_marked()
    reveal(workplace, qtbot)
    rows = workplace.reading.findings.rows
    assert rows[0].lines == ("R CC 71 · slice 8, 7 mm", "R MLO 71 · slice 4, 3 mm", "2D R CC 66")
    assert rows[1].lines == ("L CC 38 · slice 2, 1 mm",)
