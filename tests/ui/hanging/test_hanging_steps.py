"""Steps of the hanging protocol in the real window: priors, walk, sizes, linked views, changed files."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from small_mammograms import mammogram
from studies import ANNA
from window_helpers import grey_of, press, settle, shut

from klarsyn.domain.finding import ResultStatus
from klarsyn.intake.importer import Importer
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.session import Step
from klarsyn.ui.actions.command import Command
from klarsyn.ui.theme import theme

K = Qt.Key

ONE_STEP = """format = 1
title = {{ sv = "{title}", en = "{title}" }}
[[steps]]
layout = [1, 2]
cells = [
  {{ row = 0, column = 0, laterality = "R", view = "{view}" }},
  {{ row = 0, column = 1, laterality = "L", view = "{view}" }},
]
"""


@pytest.fixture
def opened(take_in, make_workplace, open_exam):
    """A workplace with an exam of Anna's and a prior of two years before."""
    take_in(1, "20231120")
    exam_id = take_in(2, "20260102")
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    return workplace


def _do(workplace, command: Command) -> None:
    workplace.reading.commands.do(command)
    QApplication.processEvents()


def _go(workplace, qtbot, title: str) -> None:
    hung = workplace.reading.grid.hung
    for _ in hung.sequence.steps:
        if hung.step.step.title.en == title:
            break
        _do(workplace, Command.STEP_FORWARD)
    assert hung.step.step.title.en == title
    settle(qtbot, workplace)


def _small(workplace) -> None:
    """So small that the test images, 190 by 240 pixels, are shrunk when they are shown whole."""
    workplace.main.resize(420, 330)
    QApplication.processEvents()
    views = workplace.reading.grid.views.values()
    for view in views:
        view.coverage = type(view.coverage)(190, 240, view.loaded.breast)
    grey_of(workplace.main)
    assert not any(view.coverage.share for view in views)


def _walk_here(workplace) -> None:
    """Walk over the current view until all of it has been seen."""
    viewport = workplace.reading.grid.viewport
    for _ in range(30):
        if viewport.view.coverage.all_seen:
            return
        _do(workplace, Command.WALK_FORWARD)
        grey_of(viewport)
    raise AssertionError("The walk does not come to its end.")


def test_one_key_steps_forward_and_one_back(opened, qtbot) -> None:
    page = opened.reading
    press(page, K.Key_PageDown)
    settle(qtbot, opened)
    assert page.top.hanging.hung.where == "2 of 9  CC over prior"
    assert all(v.picture is not None for v in page.grid.viewports)
    press(page, K.Key_PageUp)
    assert page.top.hanging.hung.where == "1 of 9  Four views"


def test_at_the_last_step_the_reader_is_told_and_nothing_changes(opened, qtbot) -> None:
    _go(opened, qtbot, "Left MLO, every pixel")
    shown = opened.reading.grid.shown(0)
    _do(opened, Command.STEP_FORWARD)
    assert opened.reading.grid.shown(0) is shown
    assert "last step" in opened.reading.bar.told.text()


def test_a_prior_says_its_date_and_gap_and_has_a_frame_that_the_exam_has_not(opened, qtbot) -> None:
    _go(opened, qtbot, "CC over prior")
    views = opened.reading.grid.viewports
    assert [v.corners.prior for v in views] == ["", "", *["PRIOR 2023-11-20, 2 years 1 month earlier"] * 2]
    whole = grey_of(opened.reading.grid)[:, :, 0].astype(int)
    row, column = views[3].geometry().bottom() + 2, views[3].geometry().left() + 40
    assert whole[row, column : column + 100].max() > whole[views[1].geometry().bottom(), column].max() + 40


def test_the_frame_of_a_prior_lies_beside_its_image_and_chest_walls_stay_together(opened, qtbot) -> None:
    _go(opened, qtbot, "CC over prior")
    right, left = opened.reading.grid.viewports[2:]
    assert left.geometry().left() - right.geometry().right() - 1 == theme().gap
    x, _, width, _ = right.transform().shown_rect
    assert x + width == pytest.approx(right.device_size[0])
    assert left.transform().shown_rect[0] == pytest.approx(0.0)


def test_the_prior_hangs_below_its_own_side(opened, qtbot) -> None:
    _go(opened, qtbot, "MLO over prior")
    grid = opened.reading.grid
    assert [grid.shown(n).view_label for n in range(4)] == ["R MLO", "L MLO"] * 2
    session = opened.flow.session
    assert [grid.shown(n) in session.priors[0].images for n in range(4)] == [False, False, True, True]


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_what_an_engine_said_of_a_prior_is_never_on_the_screen(
    take_in, make_workplace, open_exam, add_result, qtbot
) -> None:
    prior_id, exam_id = take_in(1, "20231120"), take_in(2, "20260102")
    workplace = make_workplace()
    page, pictures = workplace.reading, []
    for said in (False, True):
        if said:
            add_result(prior_id, ResultStatus.SCORED)
        open_exam(workplace, exam_id)
        _go(workplace, qtbot, "CC over prior")
        pictures.append(grey_of(workplace.main))
        if not said:
            press(page, K.Key_Escape)
            settle(qtbot, workplace)
    assert np.array_equal(*pictures)
    for key in (K.Key_1, K.Key_1, K.Key_Enter, K.Key_Plus):
        press(page, key, keypad=True)
        settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.REVEALED
    assert workplace.flow.session.result is None
    assert not any(v.placed_marks() for v in page.grid.viewports)


def test_windows_follow_between_the_exam_and_its_prior_but_no_text_of_the_prior_is_taken_for_todays(
    opened, qtbot
) -> None:
    _go(opened, qtbot, "CC over prior")
    views = opened.reading.grid.viewports
    views[0].window_dragged.emit(60.0, 0.0)
    assert len({v.view.window() for v in views}) == 1


def test_current_and_prior_are_drawn_at_one_real_size(take_in, make_workplace, open_exam, qtbot) -> None:
    take_in(1, "20231120", ImagerPixelSpacing=[0.05, 0.05])
    exam_id = take_in(2, "20260102")
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    _go(workplace, qtbot, "CC over prior")
    mm = {
        round(v.view.loaded.image.spacing.column_mm / v.transform().column_scale, 6)
        for v in workplace.reading.grid.viewports
    }
    assert len(mm) == 1


def test_grey_stays_from_step_to_step_and_zoom_begins_anew(opened, qtbot) -> None:
    grid = opened.reading.grid
    grid.viewport.window_dragged.emit(60.0, 0.0)
    window = grid.viewport.view.window()
    grid.viewport.zoom(3.0)
    _go(opened, qtbot, "CC pair")
    assert grid.viewport.view.window() == window
    assert grid.viewport.view.display.zoom == 1.0


def test_the_next_exams_prior_is_decoded_ahead_after_its_own_images(
    take_in, make_workplace, open_exam, monkeypatch
) -> None:
    first = take_in(1, "20260102", PatientID="OTHER-TEST")
    take_in(2, "20231120")
    second = take_in(3, "20260103")
    ahead = []
    monkeypatch.setattr(ImageLoader, "prefetch", lambda self, images: ahead.extend(images))
    workplace = make_workplace()
    open_exam(workplace, first)
    desk = workplace.flow._desk
    own = [s.image.sop_instance_uid for s in desk.images_of(second)]
    wanted = [s.image.sop_instance_uid for s in desk.images_ahead([second])]
    assert len(wanted) == 8
    assert wanted[:4] == own
    assert {s.image.sop_instance_uid for s in ahead} == set(wanted)


def test_skipped_steps_and_their_reasons_are_on_the_sheet_of_notices(opened) -> None:
    text = opened.reading.notices._text.text()
    assert "CC, implant displaced (no R CC ID; no L CC ID)." in text


def test_the_walk_passes_every_view_until_all_pixels_are_seen(opened, qtbot) -> None:
    _small(opened)
    _go(opened, qtbot, "Right CC, every pixel")
    grid = opened.reading.grid
    views = opened.flow.session.exam.images
    for _ in range(80):
        grey_of(grid.viewport)
        _do(opened, Command.WALK_FORWARD)
    assert all(grid.views[i.sop_instance_uid].coverage.all_seen for i in views)
    assert "last stop" in opened.reading.bar.told.text()


def test_a_view_seen_whole_has_a_closed_frame_corner_and_says_so(opened, qtbot) -> None:
    _small(opened)
    grid = opened.reading.grid
    grey_of(grid.viewport)
    assert "seen" not in grid.viewport.corners.size
    at_first = grey_of(grid.viewport)
    _walk_here(opened)
    grid.fit_all()
    assert "all pixels seen" in grid.viewport.corners.size
    corner = grey_of(grid.viewport)[8:16, 8:16, 0].astype(int) - at_first[8:16, 8:16, 0]
    assert corner.max() > 60


def test_signing_tells_once_which_views_were_not_seen_whole_and_never_blocks(opened, qtbot) -> None:
    _small(opened)
    page = opened.reading
    page.grid.pick(0)
    _walk_here(opened)
    for key in (K.Key_1, K.Key_1, K.Key_Enter):
        press(page, key, keypad=True)
    settle(qtbot, opened)
    session = opened.flow.session
    assert session.step is Step.SIGNED
    assert "not every pixel seen" in page.bar.told.text()
    assert len(session.seen_in_part) == 3
    codes = [{n.code for n in v.corners.notices} for v in page.grid.viewports]
    assert ["not-all-pixels-seen" in each for each in codes] == [False, True, True, True]


def test_linked_views_zoom_and_move_as_mirror_images(opened, qtbot) -> None:
    _go(opened, qtbot, "CC pair")
    right, left = opened.reading.grid.viewports
    right.zoom(2.0, QPointF(100, 100))
    assert left.view.display.zoom == 1.0
    _do(opened, Command.LINK_PAN)
    right.pan(-30.0, 12.0)
    assert left.transform().scale == pytest.approx(right.transform().scale)
    width = right.device_size[0]
    x, y, wide, _ = right.transform().shown_rect
    x_left, y_left, _, _ = left.transform().shown_rect
    assert x_left == pytest.approx(left.device_size[0] - (x + wide) + (width - left.device_size[0]), abs=1.0)
    assert y_left == pytest.approx(y, abs=1.0)


def test_true_size_says_when_the_screen_was_not_measured(opened, qtbot) -> None:
    viewport = opened.reading.grid.viewport
    _do(opened, Command.TRUE_SIZE)
    grey_of(viewport)
    spacing = viewport.view.loaded.image.spacing.column_mm
    assert viewport.transform().column_scale * viewport.pixel_mm[0] == pytest.approx(spacing)
    assert "true size, screen not measured" in viewport.corners.size


def test_without_a_real_size_there_is_no_true_size(take_in, make_workplace, open_exam, qtbot) -> None:
    exam_id = take_in(2, "20260102", ImagerPixelSpacing=None)
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    before = workplace.reading.grid.viewport.transform()
    _do(workplace, Command.TRUE_SIZE)
    assert workplace.reading.grid.viewport.transform() == before
    assert "no known real size" in workplace.reading.bar.told.text()


def test_another_protocol_is_chosen_by_its_number(opened, qtbot) -> None:
    page = opened.reading
    _do(opened, Command.CHOOSE_PROTOCOL)
    assert page.protocols.isVisible()
    number = [p.name for p in page.protocols.rows].index("cc-pair")
    code = K(K.Key_1.value + number)
    QApplication.sendEvent(
        page.protocols, QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.KeypadModifier)
    )
    assert not page.protocols.isVisible()
    assert page.grid.hung.protocol.name == "cc-pair"
    assert len(page.grid.viewports) == 2
    assert opened.flow.session.draft.right is None


def test_a_saved_file_is_followed_while_the_window_is_open_and_the_reader_stays(
    take_in, make_workplace, open_exam, qtbot, tmp_path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "screening.toml").write_text(ONE_STEP.format(title="Our CC", view="CC"))
    exam_id = take_in(2, "20260102")
    workplace = make_workplace(protocols=site)
    open_exam(workplace, exam_id)
    page = workplace.reading
    assert page.grid.hung.step.step.title.en == "Our CC"
    (site / "screening.toml").write_text(ONE_STEP.format(title="Our MLO", view="MLO"))
    workplace.flow.protocols.ask()
    settle(qtbot, workplace)
    assert [page.grid.shown(n).view_label for n in range(2)] == ["R MLO", "L MLO"]
    assert "'screening' has changed" in page.bar.told.text()


def test_a_file_that_cannot_be_used_is_told_and_the_one_that_comes_with_klarsyn_hangs(
    take_in, make_workplace, open_exam, qtbot, tmp_path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    exam_id = take_in(2, "20260102")
    workplace = make_workplace(protocols=site)
    open_exam(workplace, exam_id)
    (site / "screening.toml").write_text(ONE_STEP.format(title="Our CC", view="MOL"))
    workplace.flow.protocols.ask()
    settle(qtbot, workplace)
    page = workplace.reading
    assert "screening.toml:" in page.bar.told.text()
    assert "'MOL'" in page.notices._text.text()
    assert len(page.grid.viewports) == 4
    assert page.grid.hung.step.step.title.en == "Four views"


def test_a_finding_is_shown_in_a_step_that_has_its_images(opened, add_result, qtbot) -> None:
    page = opened.reading
    add_result(opened.flow.session.exam.exam_id)
    for key in (K.Key_1, K.Key_1, K.Key_Enter, K.Key_Plus):
        press(page, key, keypad=True)
        settle(qtbot, opened)
    _go(opened, qtbot, "MLO pair")
    calc = next(f for f in opened.flow.session.result.findings if f.finding_id == "calc")
    page.grid.looks.jump_to(calc)
    shown = [page.grid.shown(n).view_label for n in range(len(page.grid.viewports))]
    assert "R CC" in shown
    marked = page.grid.viewports[shown.index("R CC")]
    assert [m.finding.finding_id for m in marked.placed_marks()] == ["calc"]


@pytest.mark.parametrize("size", [(1366, 768), (1080, 1920), (3840, 1080)])
def test_every_step_fits_every_monitor(opened, qtbot, size) -> None:
    opened.main.resize(*size)
    QApplication.processEvents()
    page = opened.reading
    assert (page.width(), page.height()) == size
    for _ in page.grid.hung.sequence.steps:
        for viewport in page.grid.viewports:
            assert page.grid.rect().contains(viewport.geometry())
            assert viewport.height() > 120
        _do(opened, Command.STEP_FORWARD)
        settle(qtbot, opened)


def test_views_that_no_step_shows_have_a_step_of_their_own(
    take_in, make_workplace, open_exam, installation, tmp_path, qtbot
) -> None:
    exam_id = take_in(2, "20260102")
    odd = mammogram("R", "CC", 2, SOPInstanceUID="2.25.7799", ImageLaterality=None, **ANNA)
    del odd.ViewCodeSequence
    odd.PatientOrientation = ""
    (tmp_path / "more").mkdir()
    odd.save_as(tmp_path / "more" / "odd.dcm", enforce_file_format=True)
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [tmp_path / "more"]
    )
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    hung = workplace.reading.grid.hung
    hung.choose(workplace.flow.protocols.protocols.by_name["right-breast"])
    assert "2.25.7799" in {i.sop_instance_uid for i in hung.images()}
    assert hung.sequence.steps[-1].step.title.en == "Other images" or hung.find("2.25.7799") is not None


def test_what_was_walked_over_is_still_seen_after_the_program_was_closed(
    take_in, make_workplace, open_exam, qtbot
) -> None:
    exam_id = take_in(1, "20260102")
    before = make_workplace(size=(420, 330))
    open_exam(before, exam_id)
    grey_of(before.main)
    _walk_here(before)
    uid = before.reading.grid.viewport.view.loaded.image.sop_instance_uid
    shut(qtbot, before)
    after = make_workplace(size=(420, 330))
    open_exam(after, exam_id)
    assert [u for u, view in after.reading.grid.views.items() if view.coverage.all_seen] == [uid]
