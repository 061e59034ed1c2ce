"""An image that decodes slowly: a labelled preview, nothing claimed on it, then the whole in its place."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from window_helpers import grey_of, press, settle

from klarsyn.imaging.preview import PreviewPyramid
from klarsyn.reading.first_look import preview_notice
from klarsyn.reading.images import ImageLoader
from klarsyn.reading.session import Step
from klarsyn.ui.hanging.first_looks import FirstLooks

K = Qt.Key


@pytest.fixture
def slow(monkeypatch):
    """Every image has a first look, and the whole of it comes when the test lets it."""
    from dataclasses import replace

    let, load = threading.Event(), ImageLoader.load

    def whole(self, stored):
        assert let.wait(20)
        return load(self, stored)

    def look(self, stored):
        loaded = load(self, stored)
        pyramid = PreviewPyramid(loaded.pyramid.levels[0][::4, ::4].copy(), loaded.pyramid.levels[0].shape)
        return replace(loaded, pyramid=pyramid, notices=(preview_notice(stored.image), *loaded.notices))

    monkeypatch.setattr(ImageLoader, "has_first_looks", True)
    monkeypatch.setattr(ImageLoader, "look", look)
    monkeypatch.setattr(ImageLoader, "load", whole)
    yield let
    let.set()


def _look(qtbot, workplace) -> None:
    workplace.flow.open_next()
    page = workplace.reading
    qtbot.waitUntil(lambda: page.is_ready and all(v.picture for v in page.grid.viewports), timeout=20_000)


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_preview_says_so_on_each_image(
    make_workplace, import_exams, slow, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    _look(qtbot, workplace)
    views = workplace.reading.grid.viewports
    assert all("preview" in {n.code for n in v.corners.notices} for v in views)
    slow.set()
    settle(qtbot, workplace)
    assert not any("preview" in {n.code for n in v.corners.notices} for v in views)


def test_a_preview_is_not_signed(make_workplace, import_exams, slow, qtbot) -> None:
    import_exams(1)
    workplace = make_workplace()
    _look(qtbot, workplace)
    page = workplace.reading
    for key in (K.Key_1, K.Key_1, K.Key_Enter):
        press(page, key, keypad=True)
    assert "only a preview" in page.bar.told.text()
    slow.set()
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.READING
    press(page, K.Key_Enter, keypad=True)
    settle(qtbot, workplace)
    assert workplace.flow.session.step is Step.SIGNED


def test_what_was_looked_at_in_a_preview_does_not_count_as_seen_and_zoom_and_window_stay(
    make_workplace, import_exams, slow, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace(size=(420, 330))
    _look(qtbot, workplace)
    viewport = workplace.reading.grid.viewport
    viewport.zoom(4.0)
    viewport.window_dragged.emit(50.0, 0.0)
    grey_of(viewport)
    assert viewport.view.coverage.share == 0.0
    window, display = viewport.view.window(), viewport.view.display
    slow.set()
    settle(qtbot, workplace)
    QApplication.processEvents()
    assert not viewport.picture.loaded.pyramid.is_preview
    assert viewport.view.window() == window
    assert (viewport.view.display.zoom, viewport.view.display.pan) == (display.zoom, display.pan)


def test_no_whole_image_is_decoded_before_the_last_first_look_has_been_taken(
    make_workplace, import_exams, slow, qtbot, monkeypatch
) -> None:
    slow.set()
    last, order, look, load = threading.Event(), [], ImageLoader.look, ImageLoader.load

    def slow_look(self, stored):
        if len(order) == 3:
            # The other worker is free meanwhile, and would begin with a whole image.
            last.wait(0.5)
        found = look(self, stored)
        order.append("look")
        return found

    def seen_load(self, stored):
        order.append("whole")
        return load(self, stored)

    monkeypatch.setattr(ImageLoader, "look", slow_look)
    monkeypatch.setattr(ImageLoader, "load", seen_load)
    import_exams(1)
    workplace = make_workplace()
    workplace.flow.open_next()
    settle(qtbot, workplace)
    assert order == ["look"] * 4 + ["whole"] * 4


def test_an_image_without_a_first_look_waits_for_nobodys(qtbot) -> None:
    looks, may_end = FirstLooks(), threading.Event()
    slow_one = threading.Thread(target=lambda: looks.take("slow", lambda: may_end.wait(20)))
    slow_one.start()
    looks.take("quick", lambda: None)
    looks.wait("quick", lambda: True)
    assert slow_one.is_alive()
    looks.wait("slow", lambda: False)
    assert slow_one.is_alive()
    may_end.set()
    looks.wait("slow", lambda: True)
    slow_one.join()
