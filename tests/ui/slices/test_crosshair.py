"""The place of the mouse in the other images of the same view: where, never how deep."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF
from small_volumes import write_volumes
from window_helpers import grey_of, settle

from klarsyn.intake.importer import Importer


@pytest.fixture
def hung(installation, tmp_path: Path, qtbot, make_workplace, open_exam):
    """Open an exam of tomosynthesis, hung by a protocol; returns the grid."""

    def _hung(protocol: str = "dbt-synthetic", flat: str = "synthetic"):
        write_volumes(tmp_path / "volumes", 1, flat=flat)
        store = installation.store
        importer = Importer(store, installation.settings.folders, installation.clock, workers=1)
        importer.run([tmp_path / "volumes"], read=True)
        workplace = make_workplace()
        open_exam(workplace)
        page = workplace.reading
        page.grid.looks.choose(page.flow.protocols.protocols.by_name[protocol])
        settle(qtbot, workplace)
        return page.grid

    return _hung


def _mm(viewport, at: QPointF) -> tuple[float, float]:
    """The image point at a place of a view, in mm."""
    column, row = viewport.transform().to_image(at.x() * viewport.ratio, at.y() * viewport.ratio)
    spacing = viewport.view.loaded.image.spacing
    return column * spacing.column_mm, row * spacing.row_mm


def _on_breast(viewport) -> QPointF:
    return QPointF(viewport.width() - 80, viewport.height() / 2 + 30)


@pytest.mark.parametrize(("protocol", "flat"), [("dbt-synthetic", "synthetic"), ("combo", "FFDM")])
def test_a_point_of_the_2d_image_is_crossed_in_its_slices_at_the_same_mm_and_back(
    hung, protocol, flat
) -> None:
    grid = hung(protocol, flat)
    two_d, slices = grid.viewports
    slices.zoom(1.7, QPointF(200, 300))
    at = _on_breast(two_d)
    grid.crosshair.point_at(two_d, at)
    there = grid.crosshair.place_in(slices)
    assert _mm(slices, there) == pytest.approx(_mm(two_d, at))
    grid.crosshair.point_at(slices, there)
    back = grid.crosshair.place_in(two_d)
    assert (back.x(), back.y()) == pytest.approx((at.x(), at.y()))


def test_the_slice_stays_where_it_is(hung) -> None:
    grid = hung()
    two_d, slices = grid.viewports
    before = slices.view.stack.index
    grid.crosshair.point_at(two_d, _on_breast(two_d))
    assert slices.view.stack.index == before


def test_no_cross_stands_in_the_other_breast_or_in_another_view(hung) -> None:
    grid = hung("four-up")
    grid.crosshair.point_at(grid.viewports[0], _on_breast(grid.viewports[0]))
    assert [grid.crosshair.place_in(v) for v in grid.viewports] == [None] * 4


def test_beside_the_image_there_is_no_such_place(hung) -> None:
    grid = hung()
    grid.crosshair.point_at(grid.viewports[0], QPointF(1, 1))
    assert grid.crosshair.place_in(grid.viewports[1]) is None


def test_the_cross_is_drawn_while_the_key_is_held_and_leaves_nothing_behind(hung, qtbot) -> None:
    grid = hung()
    two_d, slices = grid.viewports
    stack = slices.view.stack.stack
    # The bar of slices fills while they are decoded.
    qtbot.waitUntil(lambda: all(stack.state(n) == "ready" for n in range(stack.count)))
    qtbot.waitUntil(lambda: not slices.gliding)
    before = grey_of(slices)
    grid.crosshair.point_at(two_d, _on_breast(two_d))
    there = grid.crosshair.place_in(slices)
    crossed = grey_of(slices)
    assert (crossed[int(there.y()), int(there.x()) + 12] != before[int(there.y()), int(there.x()) + 12]).any()
    assert (crossed[int(there.y()), int(there.x())] == before[int(there.y()), int(there.x())]).all()
    grid.crosshair.hold(False)
    assert (grey_of(slices) == before).all()
