"""What a view of tomosynthesis says and shows of itself: what has been seen, what is wrong, its bar."""

import pytest
from marked_volumes import COUNT, open_marked, reveal
from PySide6.QtCore import QPointF, Qt
from stack_fixtures import open_stack
from window_helpers import grey_of, press

from klarsyn.ui.findings.finding_row import _cut
from klarsyn.ui.slices.slice_bar import SEEN, UNSEEN

__all__ = ["open_marked", "open_stack"]
K = Qt.Key
SIZES = ((1366, 768), (1600, 1000))


def _through(workplace) -> None:
    press(workplace.reading, K.Key_Home)
    workplace.reading.grab()
    for _ in range(workplace.reading.grid.viewport.stack.count - 1):
        press(workplace.reading, K.Key_Period)
        workplace.reading.grab()


def test_pixels_are_spoken_of_only_once_every_slice_has_been_seen(open_stack) -> None:
    workplace = open_stack(6, size=(1400, 1000))
    viewport = workplace.reading.grid.viewport
    assert viewport.view.coverage.all_seen, "of this one slice"
    assert "1 of 6 slices seen" in viewport.corners.size
    assert "pixel" not in viewport.corners.size
    _through(workplace)
    assert viewport.corners.size.endswith("all slices seen · all pixels seen")


def test_slices_seen_at_a_smaller_size_leave_the_pixels_open(open_stack) -> None:
    workplace = open_stack(6, size=(340, 300))
    viewport = workplace.reading.grid.viewport
    _through(workplace)
    assert viewport.corners.size.endswith("all slices seen")


def test_a_slice_that_cannot_be_shown_is_named_below_the_texts_and_its_cause_stands_under_n(
    open_stack,
) -> None:
    workplace = open_stack(9, codec="JPEG-LS", spoiled=[5], size=(1366, 768))
    grid = workplace.reading.grid
    grid.scrolling.go_to(grid.current, 4)
    viewport = grid.viewport
    before = grey_of(viewport)
    workplace.reading.grab().save("/tmp/d2_lost.png")
    assert viewport.corners.instead == "Slice 5 cannot be shown."
    assert viewport.corners.cause
    boxes = viewport.corners.written
    assert not any(a.intersects(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    # Nothing stands in the middle of the view.
    middle = QPointF(viewport.rect().center())
    assert not any(box.contains(middle) for box in boxes)
    viewport.notices_in_full = True
    assert (grey_of(viewport) != before).any()
    assert len(viewport.corners.written) > len(boxes)
    grid.scrolling.go_to(grid.current, 5)
    workplace.reading.grab()
    assert viewport.corners.instead == ""


def test_the_bar_says_nothing_that_the_corner_says(open_stack) -> None:
    viewport = open_stack(6, size=(400, 400)).reading.grid.viewport
    place = viewport.bar.place
    before = grey_of(viewport)
    viewport.bar.hover(True)
    changed = (grey_of(viewport) != before).any(axis=(0, 2)).nonzero()[0]
    assert place.left <= changed.min()
    assert changed.max() < viewport.width()


def test_the_bar_fades_with_what_has_been_seen(open_stack) -> None:
    assert SEEN.lightnessF() <= 0.15 < UNSEEN.lightnessF() < 0.25
    workplace = open_stack(9)
    viewport = workplace.reading.grid.viewport
    settle_stack_light = _light(viewport)
    _through(workplace)
    assert _light(viewport) < settle_stack_light / 2


def _light(viewport) -> float:
    """Brightness of the slices at both ends of the bar, where no thumb is."""
    viewport.stack.go_to(4)
    place = viewport.bar.place
    column = grey_of(viewport)[:, round(place.left + 6), :3].astype(float)
    ends = [round(place.middle_of(n)) for n in (1, 7)]
    return float(column[ends].mean())


@pytest.mark.parametrize("size", SIZES)
def test_after_a_jump_the_list_covers_no_bar_of_slices_and_no_text(open_marked, qtbot, size) -> None:
    workplace = open_marked("screening", size=size)
    page = workplace.reading
    reveal(workplace, qtbot)
    for _ in range(3):
        press(page, K.Key_J)
        page.grab()
        qtbot.waitUntil(lambda: page.findings.stands_for is not None)
        qtbot.wait(120)
        there = page.findings.geometry()
        page.grab().save(f"/tmp/d2_jump_{size[0]}_{_}.png")
        for view in page.grid.viewports:
            print(there, view.geometry(), view.bar.place, page.grid.hung.where)
            boxes = [*view.corners.written, *([view.bar.place.strip] if view.bar.place else [])]
            assert not any(box.translated(view.x(), view.y()).intersects(there) for box in boxes)


def test_a_row_gives_up_the_height_before_the_number_of_the_slice(qapp) -> None:
    line = "R MLO 71 · slice 31, 30 mm"
    cut = {_cut(line, width) for width in range(90, 400)}
    assert "R MLO sl. 31" in cut
    assert all(each in (line, "R MLO sl. 31, 30 mm", "R MLO sl. 31") for each in cut if "…" not in each)
    assert _cut(line, 110) == "R MLO sl. 31"


@pytest.mark.parametrize("size", SIZES)
def test_the_warning_of_unseen_slices_is_whole_until_it_is_acknowledged(open_marked, qtbot, size) -> None:
    workplace = open_marked("four-up", size=size)
    reveal(workplace, qtbot)
    told = workplace.reading.bar.told
    told._while.stop()
    told._is_over()
    assert told.warns
    assert told.text().startswith("Unseen: ")
    assert told.text().endswith(" slices in 4 volumes")
    workplace.reading.grab().save(f"/tmp/d2_warn_{size[0]}.png")
    told.warn(f"Unseen: L MLO {COUNT} of {COUNT} slices")
    for text in (told.text(), "Unseen: R MLO 52 of 52, L MLO 52 of 52 slices"):
        told.warn(text)
        qtbot.wait(20)
        assert told.width() >= told.fontMetrics().horizontalAdvance(text)


@pytest.mark.parametrize("size", SIZES)
def test_the_title_of_every_step_keeps_its_end(open_marked, qtbot, size) -> None:
    workplace = open_marked("screening", size=size)
    page = workplace.reading
    before = None
    for _ in page.grid.hung.sequence.steps:
        bar = page.top.hanging
        assert "…" not in bar.words
        assert bar.words.split()[-1] == bar.hung.where.split()[-1] or bar.words.endswith("looks on")
        assert before in (None, bar.geometry())
        before = bar.geometry()
        page.grab().save(f"/tmp/d2_step_{size[0]}_{bar.hung.sequence.position}.png")
        page.grid.looks.step(1)
