"""Work off the UI thread, results on it."""

import threading

import pytest

from klarsyn.ui.background import Background, Scope


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()


def _fail(error: BaseException) -> None:
    raise AssertionError(error)


def test_work_runs_elsewhere_and_its_result_comes_back_to_the_ui_thread(background, qtbot) -> None:
    seen = []
    background.desk(
        threading.current_thread,
        lambda worker: seen.append((worker, threading.current_thread())),
        _fail,
        what="t",
    )
    qtbot.waitUntil(lambda: background.idle)
    worker, back = seen[0]
    assert worker is not threading.main_thread()
    assert back is threading.main_thread()


def test_desk_calls_keep_their_order(background, qtbot) -> None:
    order: list[int] = []
    for n in range(20):
        background.desk(lambda n=n: order.append(n), lambda _: None, _fail, what="t")
    qtbot.waitUntil(lambda: background.idle)
    assert order == list(range(20))


def test_an_error_reaches_the_window_as_an_error(background, qtbot) -> None:
    errors = []

    def broken() -> None:
        raise LookupError("gone")

    background.image(broken, lambda _: None, errors.append, what="t")
    qtbot.waitUntil(lambda: background.idle)
    assert isinstance(errors[0], LookupError)


def test_nothing_is_asked_for_or_delivered_after_closing(background, qtbot, qapp) -> None:
    seen = []
    background.desk(lambda: seen.append("ran"), seen.append, seen.append, what="t")
    background.close()
    background.desk(lambda: seen.append("late"), seen.append, seen.append, what="t")
    qapp.processEvents()
    assert seen == ["ran"]


def test_what_belongs_to_an_exam_that_was_left_is_dropped(background, qtbot) -> None:
    scope, go, seen = Scope(), threading.Event(), []
    background.desk(go.wait, seen.append, seen.append, what="t", scope=scope)
    background.desk(lambda: seen.append("ran"), seen.append, seen.append, what="t", scope=scope)
    scope.end()
    go.set()
    qtbot.waitUntil(lambda: background.idle)
    assert seen == []
