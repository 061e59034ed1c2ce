"""Reading with keys: what acts when, and what the reader is told."""

import threading
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from small_mammograms import mammogram
from window_helpers import grey_of, press, settle

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.policy import RevealPolicy
from klarsyn.domain.read import Assessment, ReadKind
from klarsyn.intake.importer import Importer
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.session import Step
from klarsyn.ui.monitors.screens import PlaceMemory

K = Qt.Key


def _assess(page, right=K.Key_1, left=K.Key_1) -> None:
    press(page, right, keypad=True)
    press(page, left, keypad=True)


def _sign(workplace, qtbot, **digits) -> None:
    _assess(workplace.reading, **digits)
    press(workplace.reading, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)


def _reveal(workplace, qtbot) -> None:
    press(workplace.reading, K.Key_Plus, keypad=True)
    settle(qtbot, workplace)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_every_pixel_is_the_same_before_signing_for_any_result(
    make_workplace, import_exams, add_result, open_exam, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    _assess(workplace.reading, left=K.Key_3)
    press(workplace.reading, K.Key_Escape)
    settle(qtbot, workplace)
    pictures = []
    for status in (None, ResultStatus.FAILED, ResultStatus.SCORED):
        if status is not None:
            add_result(exam_id, status)
        # The draft is kept: each opening shows the same two digits, not signed.
        open_exam(workplace, exam_id)
        assert str(workplace.flow.session.draft) == "R1 L3"
        pictures.append(grey_of(workplace.main))
        assert workplace.flow.session.result is None
        press(workplace.reading, K.Key_Escape)
        settle(qtbot, workplace)
    assert np.array_equal(pictures[0], pictures[1])
    assert np.array_equal(pictures[0], pictures[2])


@pytest.mark.invariant(6)
@pytest.mark.parametrize("key", [(K.Key_A, False), (K.Key_Plus, True)])
def test_first_the_eye_then_the_ai_the_ai_key_does_nothing_before_signing(
    make_workplace, import_exams, add_result, open_exam, qtbot, key
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    workplace = make_workplace()
    open_exam(workplace)
    press(workplace.reading, key[0], keypad=key[1])
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.READING
    assert workplace.flow.session.result is None
    assert not workplace.reading.findings.isVisible()
    assert "Sign" in workplace.reading.bar.told.text()


def test_keys_are_swallowed_until_the_images_are_painted_and_announced(
    make_workplace, import_exams, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    with qtbot.waitSignal(workplace.flow.exam_opened):
        workplace.flow.open_next()
    _assess(workplace.reading)
    assert workplace.flow.session.draft.right is None
    settle(qtbot, workplace)
    _assess(workplace.reading)
    assert str(workplace.flow.session.draft) == "R1 L1"


def test_a_digit_that_comes_too_soon_is_refused_in_words_and_so_are_those_that_follow_it(
    make_workplace, import_exams, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    page = workplace.reading
    page.refusing.following.setInterval(60_000)
    with qtbot.waitSignal(workplace.flow.exam_opened):
        workplace.flow.open_next()
    press(page, K.Key_3)
    assert page.bar.told.text() == "3 was not taken: wait for the images"
    settle(qtbot, workplace)
    assert page.is_ready
    press(page, K.Key_1)
    assert str(workplace.flow.session.draft) == "R- L-", "the 1 was meant for the left breast"
    page.bar.told._while.timeout.emit()
    assert page.bar.told.text() == "3 was not taken: wait for the images", "it stands until a key is taken"
    page.refusing.following.stop()
    press(page, K.Key_3)
    assert "not taken" not in page.bar.told.text()
    assert str(workplace.flow.session.draft) == "R3 L-"


def test_a_digit_refused_while_the_next_exam_is_being_opened_is_still_told_of_there(
    make_workplace, import_exams, open_exam, qtbot
) -> None:
    import_exams(2)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    page.refusing.following.setInterval(60_000)
    workplace.flow.busy = True
    press(page, K.Key_4)
    workplace.flow.busy = False
    assert page.bar.told.text() == "4 was not taken: wait a moment"
    with qtbot.waitSignal(workplace.flow.exam_opened):
        workplace.flow.open_next()
    assert page.bar.told.text() == "4 was not taken: wait a moment"
    settle(qtbot, workplace)
    press(page, K.Key_1)
    assert str(workplace.flow.session.draft) == "R- L-"


def test_a_key_that_is_no_digit_is_refused_in_words_too(make_workplace, import_exams, qtbot) -> None:
    import_exams(1)
    workplace = make_workplace()
    with qtbot.waitSignal(workplace.flow.exam_opened):
        workplace.flow.open_next()
    press(workplace.reading, K.Key_Space)
    assert workplace.reading.bar.told.text() == "Space was not taken: wait for the images"


def test_the_bar_names_the_key_of_the_other_breast_where_there_is_room(
    make_workplace, import_exams, open_exam
) -> None:
    import_exams(1)
    workplace = make_workplace(size=(1920, 1080))
    open_exam(workplace)
    assert workplace.reading.bar.place.text().endswith("keys: hold F1 · 0: other breast")


def test_the_exam_is_announced_by_name_when_it_changes(make_workplace, import_exams, qtbot) -> None:
    import_exams(1)
    workplace = make_workplace()
    workplace.reading._announce.setInterval(60_000)
    with qtbot.waitSignal(workplace.flow.exam_opened):
        workplace.flow.open_next()
    assert workplace.reading.announcement.isVisible()
    assert not workplace.reading.is_ready
    assert "Testsson" in workplace.reading.top.who.text()


def test_the_right_breast_comes_first_and_zero_goes_back(make_workplace, import_exams, open_exam) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    assert page.bar.focus is Laterality.RIGHT
    press(page, K.Key_2, keypad=True)
    assert page.bar.focus is Laterality.LEFT
    press(page, K.Key_0, keypad=True)
    press(page, K.Key_4, keypad=True)
    assert workplace.flow.session.draft.right is Assessment.SUSPICIOUS
    assert workplace.flow.session.draft.left is None


def test_signing_asks_for_the_breast_that_is_missing(make_workplace, import_exams, open_exam, qtbot) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    press(workplace.reading, K.Key_1, keypad=True)
    press(workplace.reading, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.READING
    assert "left" in workplace.reading.bar.told.text()


def test_the_keypad_alone_reads_a_list_of_two_exams(
    make_workplace, import_exams, installation, open_exam, qtbot
) -> None:
    exam_ids = import_exams(2)
    workplace = make_workplace()
    press(workplace.queue, K.Key_Enter, keypad=True)
    for _ in exam_ids:
        settle(qtbot, workplace)
        _sign(workplace, qtbot)
        _reveal(workplace, qtbot)
        press(workplace.reading, K.Key_Enter, keypad=True)
        settle(qtbot, workplace)
    for exam_id in exam_ids:
        kinds = {r.kind for r in installation.store.reads.own(exam_id, "reader-one")}
        assert kinds == {ReadKind.FIRST_IMPRESSION, ReadKind.FINAL}
    assert workplace.queue.isVisible()


def test_a_change_after_the_reveal_asks_for_its_reason(
    make_workplace, import_exams, add_result, installation, open_exam, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    workplace = make_workplace()
    open_exam(workplace)
    _sign(workplace, qtbot)
    _reveal(workplace, qtbot)
    press(workplace.reading, K.Key_3, keypad=True)
    press(workplace.reading, K.Key_Enter, keypad=True)
    assert workplace.reading.bottom.currentWidget() is workplace.reading.reasons
    press(workplace.reading, K.Key_1, keypad=True)
    settle(qtbot, workplace)
    final = next(r for r in installation.store.reads.own(exam_id, "reader-one") if r.kind is ReadKind.FINAL)
    assert str(final.impression) == "R1 L3"
    assert final.reason == "AI mark convinced me"


def test_a_reason_can_be_given_in_own_words(
    make_workplace, import_exams, installation, open_exam, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    _sign(workplace, qtbot)
    press(workplace.reading, K.Key_2)
    press(workplace.reading, K.Key_Return)
    press(workplace.reading, K.Key_4)
    words = workplace.reading.reasons.words
    qtbot.keyClicks(words, "scar of 2019")
    press(words, K.Key_Return)
    settle(qtbot, workplace)
    reasons = [r.reason for r in installation.store.reads.own(exam_id, "reader-one")]
    assert "scar of 2019" in reasons


def test_a_confirmation_can_be_taken_back_within_ten_seconds_only(
    make_workplace, import_exams, installation, open_exam, qtbot
) -> None:
    import_exams(2)
    workplace = make_workplace()
    open_exam(workplace)
    first = workplace.flow.session.exam.exam_id
    _sign(workplace, qtbot)
    press(workplace.reading, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    assert "takes the last exam (R1 L1) back, 10 s" in workplace.reading.bar.told.text()
    installation.clock.advance(timedelta(seconds=9))
    press(workplace.reading, K.Key_Z, control=True)
    settle(qtbot, workplace)
    assert workplace.flow.session.exam.exam_id == first
    assert workplace.flow.session.step is Step.SIGNED
    press(workplace.reading, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    installation.clock.advance(timedelta(seconds=11))
    press(workplace.reading, K.Key_Delete, keypad=True)
    settle(qtbot, workplace)
    assert workplace.flow.session.exam.exam_id != first


def test_a_second_enter_that_comes_at_once_confirms_nothing(
    make_workplace, import_exams, open_exam, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    # A bounce of the key: ten seconds here, so that no slow machine outlives it.
    page.commands.settling.setInterval(10_000)
    _assess(page)
    press(page, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    press(page, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.SIGNED
    page.commands.settling.stop()
    press(page, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    assert workplace.flow.session is None


def test_the_ai_is_offered_as_a_reason_only_to_who_has_been_shown_it(
    make_workplace, import_exams, open_exam, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    _sign(workplace, qtbot)
    page = workplace.reading
    page.commands.assess(Laterality.LEFT, Assessment.SUSPICIOUS)
    press(page, K.Key_Enter, keypad=True)
    assert page.reasons.caps[0].isHidden()
    press(page, K.Key_1)
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.SIGNED


def test_a_click_on_a_mark_shows_its_row_and_moves_no_image(
    make_workplace, import_exams, open_exam, add_result, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    workplace = make_workplace()
    open_exam(workplace)
    _sign(workplace, qtbot)
    _reveal(workplace, qtbot)
    page = workplace.reading
    viewport = next(v for v in page.grid.viewports if v.placed_marks())
    before = viewport.transform()
    mark = viewport.placed_marks()[-1]
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=mark.box.center().toPoint())
    assert page.findings.rows[page.findings.chosen].finding is mark.finding
    assert viewport.highlighted == mark.finding.finding_id
    assert viewport.transform() == before


@pytest.mark.invariant(2)
def test_left_is_left_right_breasts_hang_on_the_left_with_chest_walls_together(
    make_workplace, import_exams, open_exam
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    grid = workplace.reading.grid
    assert [grid.shown(n).view_label for n in range(4)] == ["R CC", "L CC", "R MLO", "L MLO"]
    for n, viewport in enumerate(grid.viewports):
        x, _, width, _ = viewport.transform().shown_rect
        wall = x + width if n % 2 == 0 else x
        assert wall == pytest.approx(viewport.device_size[0] if n % 2 == 0 else 0)
        # The test breast is bright at its chest wall: that is where it stands on the screen.
        grey = grey_of(viewport)[viewport.height() // 2, :, 0]
        assert grey[-5 if n % 2 == 0 else 5] > 60


def test_all_views_have_one_real_size(make_workplace, import_exams, open_exam) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    assert len({round(v.transform().scale, 9) for v in workplace.reading.grid.viewports}) == 1


def test_a_missing_view_leaves_a_labelled_empty_place(make_workplace, import_exams, open_exam) -> None:
    import_exams(1, views=(("R", "CC"), ("L", "CC"), ("R", "MLO")))
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    assert page.grid.viewports[3].message == "L MLO is missing from this exam"
    assert "view missing" in page.bar.notices.text()


def test_a_file_that_has_gone_is_told_in_its_place_and_the_others_are_shown(
    make_workplace, import_exams, installation, open_exam
) -> None:
    (exam_id,) = import_exams(1)
    files = installation.store.exams.files(exam_id)
    gone = next(i for i in installation.store.exams.get(exam_id).images if i.view_label == "R CC")
    sha = files[gone.sop_instance_uid]
    (installation.settings.folders.images / sha[:2] / f"{sha}.dcm").unlink()
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    grid = workplace.reading.grid
    assert "no longer in Klarsyn" in grid.viewports[0].message
    assert all(v.picture is not None for v in grid.viewports[1:])


def test_linked_windows_change_together_and_unlinked_ones_alone(
    make_workplace, import_exams, open_exam
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    page.grid.viewport.window_dragged.emit(40.0, 10.0)
    assert len({v.view.window() for v in page.grid.viewports}) == 1
    press(page, K.Key_L)
    page.grid.viewport.window_dragged.emit(40.0, 10.0)
    assert len({v.view.window() for v in page.grid.viewports}) == 2


def test_the_keys_are_shown_while_their_key_is_held(make_workplace, import_exams, open_exam, qtbot) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    qtbot.keyPress(workplace.reading, K.Key_F1)
    assert workplace.reading.cheat_sheet.isVisible()
    qtbot.keyRelease(workplace.reading, K.Key_F1)
    assert not workplace.reading.cheat_sheet.isVisible()


def test_the_histogram_follows_the_window(make_workplace, import_exams, open_exam) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    press(page, K.Key_G)
    before = page.histogram.curve.getData()[1].copy()
    page.grid.viewport.window_dragged.emit(80.0, 0.0)
    assert page.histogram.isVisible()
    assert not np.array_equal(page.histogram.curve.getData()[1], before)


def test_the_next_exam_is_decoded_once_this_one_is_painted(
    make_workplace, import_exams, open_exam, monkeypatch
) -> None:
    import_exams(2)
    workplace = make_workplace()
    ahead = []
    monkeypatch.setattr(ImageLoader, "prefetch", lambda self, images: ahead.extend(images))
    open_exam(workplace)
    now = workplace.flow.session.exam
    assert len(ahead) == 4
    assert all(now.image(stored.image.sop_instance_uid) is None for stored in ahead)


@pytest.mark.invariant(10)
def test_the_window_never_freezes_no_file_database_or_socket_on_its_thread(
    make_workplace, import_exams, add_result, open_exam, ui_thread_watch, qtbot, tmp_path, monkeypatch
) -> None:
    for exam_id in import_exams(2):
        add_result(exam_id)
    # QSettings opens its file in C++, where the watch sees nothing.
    writers, write = [], PlaceMemory.write
    monkeypatch.setattr(
        PlaceMemory, "write", lambda *given: (writers.append(threading.current_thread()), write(*given))
    )
    workplace = make_workplace(memory=PlaceMemory(tmp_path / "windows.ini"))
    page = workplace.reading
    ui_thread_watch.on = True
    press(workplace.queue, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    for key in (K.Key_P, K.Key_I, K.Key_G, K.Key_8, K.Key_F, K.Key_Tab, K.Key_Plus, K.Key_M, K.Key_N):
        press(page, key)
        QApplication.processEvents()
    _sign(workplace, qtbot)
    _reveal(workplace, qtbot)
    press(page, K.Key_7, keypad=True)
    press(page, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    press(page, K.Key_Z, control=True)
    settle(qtbot, workplace)
    press(page, K.Key_0)
    press(page, K.Key_3)
    workplace.main.close()
    qtbot.waitUntil(lambda: workplace.has_ended)
    ui_thread_watch.on = False
    assert ui_thread_watch.seen == []
    assert len(writers) == 1
    assert writers[0] is not threading.main_thread()
    assert (tmp_path / "windows.ini").is_file()


def test_no_text_however_long_moves_an_image(make_workplace, import_exams, open_exam) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    places = [v.geometry() for v in page.grid.viewports] + [page.bar.middle.geometry()]
    page.bar.tell("A long sentence for the reader. " * 12)
    page.bar.notices.setText("view missing · " * 40)
    page.top.who.setText("Testsson-Provsson, Anna Karin Maria " * 12)
    QApplication.processEvents()
    assert [v.geometry() for v in page.grid.viewports] + [page.bar.middle.geometry()] == places


def test_with_two_windows_the_queue_stays_beside_the_images(make_workplace, import_exams, qtbot) -> None:
    import_exams(1)
    workplace = make_workplace(two_windows=True)
    press(workplace.queue, K.Key_Return)
    settle(qtbot, workplace)
    assert workplace.queue.isVisible()
    assert workplace.reading.isVisible()
    assert workplace.reading.window() is not workplace.queue.window()
    _sign(workplace, qtbot)
    assert workplace.flow.session.step is Step.SIGNED


def test_where_the_policy_never_reveals_the_ai_key_says_so(
    make_workplace, import_exams, add_result, open_exam, qtbot
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    workplace = make_workplace(reveal=RevealPolicy.NEVER)
    open_exam(workplace)
    _sign(workplace, qtbot)
    _reveal(workplace, qtbot)
    assert workplace.flow.session.step is Step.SIGNED
    assert not workplace.reading.findings.isVisible()
    assert "policy" in workplace.reading.top.ai.text()


def test_a_repeated_view_is_reached_with_the_wheel_key(
    make_workplace, import_exams, open_exam, tmp_path, installation
) -> None:
    (exam_id,) = import_exams(1)
    again = mammogram("R", "CC", 0, SOPInstanceUID="2.25.7799", AcquisitionDateTime="20260102090000")
    (tmp_path / "more").mkdir()
    again.save_as(tmp_path / "more" / "again.dcm", enforce_file_format=True)
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [tmp_path / "more"], read=True
    )
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    page = workplace.reading
    first = page.grid.shown(0)
    assert page.grid.viewports[0].corners.place.startswith("1 of 2")
    press(page, K.Key_Space)
    assert page.grid.viewports[0].corners.place.startswith("2 of 2")
    assert page.grid.shown(0) is not first
    assert "repeated view" in page.bar.notices.text()


@pytest.mark.parametrize(("shows", "keypad"), [(K.Key_A, False), (K.Key_Plus, True)])
def test_one_key_shows_the_ai_and_hides_it_again(
    make_workplace, import_exams, add_result, open_exam, qtbot, shows, keypad
) -> None:
    (exam_id,) = import_exams(1)
    add_result(exam_id)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    _assess(page)
    press(page, K.Key_Return)
    settle(qtbot, workplace)
    seen = []
    for _ in range(3):
        press(page, shows, keypad=keypad)
        settle(qtbot, workplace)
        marks = sum(len(v.placed_marks()) for v in page.grid.viewports)
        seen.append((page.findings.isVisible(), marks))
    assert seen == [(True, 3), (False, 0), (True, 3)]


def test_the_device_is_named_while_its_key_is_held_and_no_longer(
    make_workplace, import_exams, open_exam
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    page = workplace.reading
    before = grey_of(page.grid)
    event = QKeyEvent(QEvent.Type.KeyPress, K.Key_D, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page, event)
    assert all(v.device_asked for v in page.grid.viewports)
    assert page.grid.viewport.corners.device == "Testmaker"
    assert not np.array_equal(grey_of(page.grid), before)
    event = QKeyEvent(QEvent.Type.KeyRelease, K.Key_D, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page, event)
    assert np.array_equal(grey_of(page.grid), before)
