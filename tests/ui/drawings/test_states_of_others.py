"""States and overlays of others on the reading page, with their keys."""

from datetime import timedelta
from unittest.mock import Mock

import pytest
from others_files import add_overlay, state_file
from pydicom import dcmread
from PySide6.QtCore import Qt
from small_mammograms import write_exam
from window_helpers import grey_of, press, settle

from klarsyn.domain.display import Window
from klarsyn.domain.graphic import Graphic, GraphicAnnotation, GraphicLayer, GraphicType
from klarsyn.domain.presentation_state import DisplayedArea, SizeMode, SoftcopyVoi
from klarsyn.domain.shutter import RectangularShutter, Shutters
from klarsyn.intake.importer import Importer
from klarsyn.reading.session import Step
from klarsyn.reading.state_shelf import WAITING
from klarsyn.store.image_folder import ImageFolder

K = Qt.Key


def assess_and_sign(qtbot, workplace):
    for key in (K.Key_1, K.Key_1, K.Key_Return):
        press(workplace.reading, key)
    settle(qtbot, workplace)


@pytest.fixture
def with_state(installation, tmp_path, make_workplace, open_exam):
    """An exam whose R CC a state of somebody else is about, and whose images carry an overlay each."""

    def _open(overlays=4, **changes):
        folder = tmp_path / "incoming"
        paths = write_exam(folder, 0)
        for path in paths[:overlays]:
            ds = dcmread(path)
            add_overlay(ds)
            ds.save_as(path)
        state_file(folder / "state.dcm", paths[0], **{"shutters": None, "inverse": False, **changes})
        Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
            [folder], read=True
        )
        workplace = make_workplace()
        open_exam(workplace)
        return workplace

    return _open


@pytest.fixture
def finish(qtbot, open_exam, installation):
    """Confirm the first impression, wait until the final read is in force, and open the exam again."""

    def _finish(workplace):
        exam_id = workplace.flow.session.exam.exam_id
        workplace.reading.commands.settling.stop()
        press(workplace.reading, K.Key_Return)
        settle(qtbot, workplace)
        installation.clock.advance(timedelta(seconds=11))
        open_exam(workplace, exam_id)
        assert workplace.flow.session.step is Step.FINAL

    return _finish


@pytest.fixture
def read_to_the_end(qtbot, finish):
    """Sign both steps of the open exam, and open it again."""

    def _read(workplace):
        assess_and_sign(qtbot, workplace)
        finish(workplace)

    return _read


def apply(qtbot, workplace, key=K.Key_2):
    press(workplace.reading, K.Key_S)
    settle(qtbot, workplace)
    rows = workplace.reading.others.list.rows
    number = next(n for n, row in enumerate(rows, 1) if not row.own) if key is K.Key_2 else 0
    qtbot.keyClick(workplace.reading.others.list, K(K.Key_0 + number))
    settle(qtbot, workplace)


def right_cc(workplace):
    return next(
        v for v in workplace.reading.grid.viewports if v.view and v.view.loaded.image.view_label == "R CC"
    )


@pytest.mark.invariant(6)
def test_first_the_eye_no_key_shows_states_or_overlays_before_the_first_impression(with_state, qtbot):
    workplace = with_state()
    page = workplace.reading
    before = grey_of(page.grid)
    press(page, K.Key_S)
    settle(qtbot, workplace)
    assert not page.others.list.isVisible()
    for shutters in (False, True):
        press(page, K.Key_O)
        settle(qtbot, workplace)
        assert page.others.coverings.planes == {}
        assert page.others.coverings.shutters_on is shutters
        assert (grey_of(page.grid) == before).all()


def test_overlays_of_the_files_come_and_go_with_one_key_after_signing(with_state, qtbot):
    workplace = with_state()
    page = workplace.reading
    assess_and_sign(qtbot, workplace)
    before = grey_of(page.grid)
    press(page, K.Key_O)
    settle(qtbot, workplace)
    assert len(page.others.coverings.planes) == 4
    assert (grey_of(page.grid) != before).any()
    press(page, K.Key_O)
    settle(qtbot, workplace)
    assert page.others.coverings.planes == {}


def test_one_overlay_is_told_as_one(with_state, qtbot):
    workplace = with_state(overlays=1)
    assess_and_sign(qtbot, workplace)
    press(workplace.reading, K.Key_O)
    settle(qtbot, workplace)
    assert workplace.reading.bar.told.text().startswith("The overlay of 1 image is shown.")


@pytest.mark.invariant(5)
def test_reads_are_blind_the_list_holds_no_state_of_others_about_the_exam_until_the_final_read(
    with_state, qtbot, finish
):
    workplace = with_state()
    page = workplace.reading
    assess_and_sign(qtbot, workplace)
    press(page, K.Key_S)
    settle(qtbot, workplace)
    assert [row.own for row in page.others.list.rows] == [True]
    assert page.others.list.waiting == WAITING
    press(page.others.list, K.Key_Escape)
    finish(workplace)
    press(page, K.Key_S)
    settle(qtbot, workplace)
    assert sorted(row.own for row in page.others.list.rows) == [False, True, True]
    assert page.others.list.waiting == ""


def test_without_a_state_to_show_the_reader_is_told_what_is_still_to_come(
    make_workplace, open_exam, import_exams, qtbot, monkeypatch
):
    monkeypatch.setattr(ImageFolder, "put_made", Mock(side_effect=OSError(28, "No space left on device")))
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    assess_and_sign(qtbot, workplace)
    press(workplace.reading, K.Key_S)
    settle(qtbot, workplace)
    assert workplace.reading.bar.told.text().endswith(WAITING)


def test_a_state_brings_its_window_area_shutter_and_drawing_to_its_image_alone(
    with_state, qtbot, read_to_the_end
):
    line = Graphic(GraphicType.POLYLINE, ((60.0, 100.0), (120.0, 100.0)))
    workplace = with_state(
        areas=(DisplayedArea((51, 61), (150, 160), SizeMode.FIT, (0.1, 0.1)),),
        vois=(SoftcopyVoi((Window(1000, 500, explanation="THEIRS"),)),),
        shutters=Shutters(RectangularShutter(60, 140, 70, 150)),
        layers=(GraphicLayer("L"),),
        annotations=(GraphicAnnotation("L", (line,)),),
        rotation=0,
        horizontal_flip=False,
    )
    read_to_the_end(workplace)
    view = right_cc(workplace)
    before, others = (
        view.transform(),
        [v.transform() for v in workplace.reading.grid.viewports if v is not view],
    )
    apply(qtbot, workplace)
    view = right_cc(workplace)
    assert (view.view.window().center, view.view.window().width) == (1000, 500)
    corners = view.transform().points_to_viewport([(50, 60), (150, 160)])
    assert max(corners.max(axis=0) - corners.min(axis=0)) == pytest.approx(min(view.device_size), abs=1)
    assert "presentation-state" in {n.code for n in view.corners.notices}
    x, y = (round(v) for v in view.transform().to_viewport(90.0, 100.0))
    assert grey_of(view)[y - 2 : y + 3, x, 0].max() > 150
    assert view.view.loaded.shutters == Shutters(RectangularShutter(60, 140, 70, 150))
    assert [v.transform() for v in workplace.reading.grid.viewports if v is not view] == others
    apply(qtbot, workplace, K.Key_0)
    assert right_cc(workplace).transform() == before
    assert right_cc(workplace).view.window().center == 1600


def test_a_quarter_turn_is_not_done_and_the_image_says_so(with_state, qtbot, read_to_the_end):
    workplace = with_state(rotation=90, horizontal_flip=True)
    read_to_the_end(workplace)
    flip = right_cc(workplace).view.loaded.flip
    apply(qtbot, workplace)
    view = right_cc(workplace)
    assert view.view.loaded.flip == flip
    assert "state-not-rotated" in {n.code for n in view.corners.notices}


def test_a_mirror_is_done_and_the_image_says_so(with_state, qtbot, read_to_the_end):
    workplace = with_state(rotation=180, horizontal_flip=False)
    read_to_the_end(workplace)
    apply(qtbot, workplace)
    view = right_cc(workplace)
    assert (view.view.loaded.flip.horizontal, view.view.loaded.flip.vertical) == (True, True)
    assert "state-turned" in {n.code for n in view.corners.notices}


def test_the_next_exam_begins_without_states_and_overlays(with_state, qtbot, open_exam, read_to_the_end):
    workplace = with_state()
    read_to_the_end(workplace)
    apply(qtbot, workplace)
    press(workplace.reading, K.Key_O)
    settle(qtbot, workplace)
    exam_id = workplace.flow.session.exam.exam_id
    workplace.flow.leave()
    qtbot.waitUntil(lambda: workplace.flow.session is None and workplace.flow.background.idle)
    open_exam(workplace, exam_id)
    others = workplace.reading.others
    assert (others.in_force, others.coverings.planes, others.coverings.shutters_on) == ("", {}, True)
