"""Synthetic 2D or FFDM in place of tomosynthesis: the same place at the same size in mm, and named."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from small_volumes import write_volumes
from window_helpers import grey_of, press, settle

from klarsyn.intake.importer import Importer

R_CC, L_CC = 0, 1


@pytest.fixture
def take_volumes(installation, tmp_path: Path):
    """Import one exam of tomosynthesis and return its exam id."""

    def _take(**changes: object) -> str:
        write_volumes(tmp_path / "volumes", **changes)
        store = installation.store
        importer = Importer(store, installation.settings.folders, installation.clock, workers=1)
        importer.run([tmp_path / "volumes"], read=True)
        return store.exams.many()[-1].exam_id

    return _take


@pytest.fixture
def opened(take_volumes, make_workplace, open_exam):
    """Open such an exam in a window, hung by four-up: 2D in front."""

    def _opened(**changes: object):
        exam_id = take_volumes(**changes)
        workplace = make_workplace()
        open_exam(workplace, exam_id)
        return workplace

    return _opened


def _looked_at(viewport) -> tuple[float, float, float]:
    """The image point in the middle of the place, in mm, and device pixels per mm."""
    transform, spacing = viewport.transform(), viewport.view.loaded.image.spacing
    width, height = viewport.device_size
    column, row = transform.to_image(width / 2, height / 2)
    return column * spacing.column_mm, row * spacing.row_mm, transform.scale / spacing.column_mm


def test_the_same_place_is_looked_at_at_the_same_size_there_and_back(qtbot, opened) -> None:
    workplace = opened()
    page, grid = workplace.reading, workplace.reading.grid
    grid.pick(R_CC)
    viewport = grid.viewport
    assert viewport.view.loaded.image.synthetic
    viewport.zoom(3.0, QPointF(viewport.width() - 30, 100))
    viewport.pan(-11, 7)
    before = _looked_at(viewport)
    press(page, Qt.Key.Key_K)
    settle(qtbot, workplace)
    assert viewport.view.loaded.image.is_tomosynthesis
    assert _looked_at(viewport) == pytest.approx(before)
    press(page, Qt.Key.Key_K)
    assert viewport.view.loaded.image.synthetic
    assert _looked_at(viewport) == pytest.approx(before)


def test_the_breast_is_drawn_where_it_was(qtbot, opened) -> None:
    workplace = opened()
    page, grid = workplace.reading, workplace.reading.grid
    grid.pick(L_CC)

    flat = _outline(grid.viewport)
    press(page, Qt.Key.Key_K)
    settle(qtbot, workplace)
    assert grid.viewport.view.loaded.image.is_tomosynthesis
    # A pixel of a slice is two of the 2D image, and more than one of the screen.
    assert _outline(grid.viewport) == pytest.approx(flat, abs=4)


def _outline(viewport) -> list[int]:
    """How far the breast reaches from the chest wall at the left, at five heights where no words stand."""
    bright = grey_of(viewport)[:, :, 0] > 20
    rows = np.linspace(0.35, 0.65, 5) * viewport.height()
    reach = [int(np.argmin(bright[int(row)])) for row in rows]
    assert min(reach) > 50
    return reach


def test_the_label_says_which_one_is_shown(qtbot, opened) -> None:
    workplace = opened()
    page, grid = workplace.reading, workplace.reading.grid
    grid.pick(R_CC)
    assert grid.viewport.corners.label == "R CC synthetic 2D"
    press(page, Qt.Key.Key_K)
    settle(qtbot, workplace)
    assert grid.viewport.corners.label == "R CC tomosynthesis 1 mm"


def test_ffdm_beside_tomosynthesis_is_called_so(opened) -> None:
    workplace = opened(flat="FFDM")
    assert workplace.reading.grid.viewports[R_CC].corners.label == "R CC FFDM"


def test_what_stands_in_place_of_the_page_says_of_what(qtbot, opened) -> None:
    workplace = opened()
    page, grid = workplace.reading, workplace.reading.grid
    grid.looks.choose(page.flow.protocols.protocols.by_name["dbt-synthetic"])
    settle(qtbot, workplace)
    grid.pick(1)
    press(page, Qt.Key.Key_K)
    settle(qtbot, workplace)
    assert grid.viewport.view.loaded.image.synthetic
    assert grid.viewport.corners.place == "in place of tomosynthesis 1 mm  ·  K"


def test_a_view_without_another_kind_stays_and_the_reader_is_told(qtbot, opened) -> None:
    workplace = opened(flat="none")
    grid = workplace.reading.grid
    with qtbot.waitSignal(grid.told) as told:
        press(workplace.reading, Qt.Key.Key_K)
    assert told.args == ["R CC: this exam shows the view in no other way."]
    assert grid.viewport.view.loaded.image.is_tomosynthesis


def test_an_image_that_is_still_being_decoded_is_looked_at_as_the_one_before_it_was(qtbot, opened) -> None:
    workplace = opened()
    grid = workplace.reading.grid
    grid.pick(R_CC)
    viewport = grid.viewport
    viewport.zoom(2.5, QPointF(40, 60))
    before = _looked_at(viewport)
    pages = grid.hung.cells[R_CC].pages
    held = {uid: grid.shelf.pictures.pop(uid) for uid in [pages[1].sop_instance_uid]}
    grid.in_place.toggle(R_CC)
    assert viewport.view is None
    grid.shelf.pictures.update(held)
    grid.refresh(R_CC)
    assert _looked_at(viewport) == pytest.approx(before)


def test_only_a_protocol_that_has_tomosynthesis_behind_2d_images_says_so(qtbot, opened) -> None:
    page = opened().reading
    by_name = page.flow.protocols.protocols.by_name
    told = {}
    for name in ("four-up", "dbt", "four-up", "screening"):
        page.grid.looks.choose(by_name[name])
        told.setdefault(name, []).append("tomosynthesis behind the 2D image" in page.bar.notices.text())
    assert told == {"four-up": [True, True], "dbt": [False], "screening": [False]}
