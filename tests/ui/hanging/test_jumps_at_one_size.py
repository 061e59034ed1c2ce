"""After a jump to a finding: one real size side by side, the volume's keys, and the prior still beside."""

import pytest
from hanging_exams import FOUR, a_volume, an_exam, an_image
from marked_volumes import decoded, open_marked, reveal
from PySide6.QtCore import Qt
from window_helpers import grey_of, press

from klarsyn.domain.finding import Finding, Mark
from klarsyn.reading.protocol_folder import ProtocolFolder
from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.hanging.jumping import Target, _best_step
from klarsyn.ui.hanging.one_size import px_per_mm, sizes_compare
from klarsyn.ui.hanging.sizes import DIFFER

__all__ = ["open_marked"]
K = Qt.Key
BOX = ((40.0, 50.0), (60.0, 50.0), (60.0, 70.0), (40.0, 70.0))
PROTOCOLS = ProtocolFolder().protocols.by_name


@pytest.fixture
def beside(open_marked, qtbot):
    """Synthetic 2D beside tomosynthesis, its slices twice as coarse; revealed."""
    workplace = open_marked("dbt-synthetic")
    reveal(workplace, qtbot)
    return workplace


def _finding(page, name: str) -> Finding:
    return next(row.finding for row in page.findings.rows if row.finding.finding_id == name)


def test_a_jump_shows_2d_and_slices_at_one_real_size_every_pixel_of_the_finest(beside) -> None:
    grid = beside.reading.grid
    for viewport in grid.viewports:
        # These images are small: whole, they would be drawn larger than 1:1.
        viewport.resize(150, 110)
        viewport.mm_per_px = 0.5
    flat, slices = grid.viewports
    assert flat.transform().scale < 1.0
    grid.looks.jump_to(_finding(beside.reading, "soft"))
    assert px_per_mm(slices) == pytest.approx(px_per_mm(flat))
    assert flat.transform().scale == pytest.approx(1.0)
    assert slices.transform().scale == pytest.approx(2.0)
    for viewport in grid.viewports:
        assert [m.finding.finding_id for m in viewport.placed_marks()] == ["soft"]


def test_a_2d_image_without_a_mark_goes_along_to_the_place_of_the_mark_in_the_slices(beside, qtbot) -> None:
    grid = beside.reading.grid
    grid.looks.step(1)
    decoded(beside, qtbot)
    finding = _finding(beside.reading, "calc")
    assert grid.shown(0).view_label == "L CC"
    assert grid.shown(0).sop_instance_uid not in {m.sop_instance_uid for m in finding.marks}
    grid.looks.jump_to(finding)
    flat, slices = grid.viewports
    assert px_per_mm(flat) == pytest.approx(px_per_mm(slices))
    middle = [v.device_size[1] / 2 for v in (flat, slices)]
    rows = [v.transform().to_image(0, y)[1] for v, y in zip((flat, slices), middle, strict=True)]
    assert rows[0] == pytest.approx(2 * rows[1], abs=1)


def test_who_has_come_nearer_stays_as_near_in_all_that_have_the_mark(beside) -> None:
    grid = beside.reading.grid
    grid.viewports[1].zoom(30.0)
    near = px_per_mm(grid.viewports[1])
    grid.looks.jump_to(_finding(beside.reading, "soft"))
    assert [px_per_mm(v) for v in grid.viewports] == pytest.approx([near, near])


def test_a_jump_makes_the_volume_the_current_place_and_keys_act_on_it(beside, qtbot) -> None:
    page, grid = beside.reading, beside.reading.grid
    grid.pick(0)
    page.findings.choose(0)
    decoded(beside, qtbot)
    assert grid.current == 1
    assert [v.current for v in grid.viewports] == [False, True]
    best = grid.viewport.stack.index
    press(page, K.Key_Period)
    assert grid.viewport.stack.index == best + 1
    press(page, K.Key_K)
    decoded(beside, qtbot)
    assert grid.shown(1).synthetic
    assert grid.hung.instead(0) is None


def test_that_sizes_differ_is_said_only_of_views_at_one_scale(beside) -> None:
    grid = beside.reading.grid
    flat, slices = grid.viewports
    for viewport in grid.viewports:
        viewport.corners.notices = (DIFFER,)

    def told() -> list[bool]:
        for viewport in (*grid.viewports, *grid.viewports):
            grey_of(viewport)
        return [v.corners.sizes_compare for v in grid.viewports]

    def lines() -> int:
        grey_of(slices)
        return round(slices.corners.box_of_notices.height())

    assert told() == [True, True]
    with_notice = lines()
    flat.zoom(2.0)
    assert told() == [False, False]
    assert lines() < with_notice
    slices.zoom(2.0)
    assert told() == [True, True]
    assert sizes_compare(flat)
    assert lines() == with_notice


NOW = an_exam(
    *(an_image(f"s2d {view}", view, synthetic=True) for view in FOUR),
    *(a_volume(f"dbt {view}", view) for view in FOUR),
)
THEN = an_exam(*(a_volume(f"then {view}", view) for view in FOUR), name="then")


def _step_of(start: str, *uids: str) -> str:
    hung = HungExam(PROTOCOLS["screening"], NOW, (THEN,))
    hung.go_to(next(n for n, step in enumerate(hung.sequence.steps) if _kinds(step) == start))
    marks = [Target(uid, Mark(uid, BOX, 70), 3 if uid.startswith("dbt") else None) for uid in uids]
    best = _best_step(hung, marks)
    return _kinds(hung.sequence.steps[best])


def _kinds(step) -> str:
    return " | ".join(cell.image.sop_instance_uid if cell.image else "" for cell in step.cells)


@pytest.mark.parametrize("marked", [("dbt L CC",), ("dbt L CC", "s2d L CC")])
@pytest.mark.parametrize("beside_it", ["dbt {} | then {}", "s2d {} | dbt {}"])
def test_a_jump_goes_to_the_step_of_the_kind_that_the_reader_was_in(marked, beside_it) -> None:
    here, there = (beside_it.format(view, view) for view in ("R MLO", "L CC"))
    assert _step_of(here, *marked) == there


def test_a_finding_without_slices_goes_to_the_step_that_shows_most_of_its_marks() -> None:
    found = _step_of("dbt L CC | then L CC", "s2d R CC", "s2d R MLO")
    assert {"s2d R CC", "s2d R MLO"} <= set(found.split(" | "))
