"""Work off the UI thread, results on it."""

import threading
from types import SimpleNamespace

import pytest

from klarsyn.ui.background import IMAGE_WORKERS, Background, Scope


@pytest.fixture
def background(qtbot):
    made = Background()
    yield made
    made.close()
    qtbot.waitUntil(lambda: made.has_ended)


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


def test_what_was_asked_for_is_done_after_closing_and_nothing_is_delivered(background, qtbot) -> None:
    seen = []
    background.desk(lambda: seen.append("ran"), seen.append, seen.append, what="t")
    background.close()
    background.desk(lambda: seen.append("late"), seen.append, seen.append, what="t")
    qtbot.waitUntil(lambda: background.has_ended)
    assert seen == ["ran"]


@pytest.mark.invariant(10)
def test_the_window_never_freezes_closing_waits_for_no_worker(background, qtbot) -> None:
    go, let_go = threading.Event(), []
    # Only this thread lets the workers go: a close that waited would come back when they have given up.
    background.desk(lambda: let_go.append(go.wait(10)), lambda _: None, _fail, what="t")
    background.image(lambda: let_go.append(go.wait(10)), lambda _: None, _fail, what="t")
    background.close()
    with qtbot.waitSignal(background.ended):
        go.set()
    assert let_go == [True, True]


def test_images_that_no_worker_has_begun_are_dropped_by_closing(background, qtbot) -> None:
    go, seen = threading.Event(), []
    for _ in range(IMAGE_WORKERS):
        background.image(lambda: go.wait(30), seen.append, seen.append, what="t")
    background.image(lambda: seen.append("ran"), seen.append, seen.append, what="t")
    background.close()
    go.set()
    qtbot.waitUntil(lambda: background.has_ended)
    assert seen == []


def _log_lines(monkeypatch) -> list[tuple[str, dict]]:
    lines: list[tuple[str, dict]] = []
    log = SimpleNamespace(
        warning=lambda event, **facts: lines.append((event, facts)),
        error=lambda event, **facts: lines.append((event, facts)),
    )
    monkeypatch.setattr("klarsyn.ui.background.get_logger", lambda name: log)
    return lines


def test_what_must_be_kept_is_tried_again_while_closing_before_what_was_asked_for_later(
    monkeypatch, qtbot
) -> None:
    lines, go, done = _log_lines(monkeypatch), threading.Event(), []
    errors = [OSError("locked"), OSError("locked")]

    def write() -> None:
        go.wait(30)
        if errors:
            raise errors.pop()
        done.append("written")

    background = Background()
    background.desk(write, done.append, done.append, what="draft", must_be_kept=True)
    background.desk(lambda: done.append("later"), done.append, done.append, what="t")
    background.close()
    go.set()
    qtbot.waitUntil(lambda: background.has_ended)
    assert done == ["written", "later"]
    assert lines == [("tried again while closing", {"what": "draft", "kind": "OSError"})] * 2


def test_what_must_be_kept_and_cannot_be_is_never_dropped_without_a_line_in_the_log(
    monkeypatch, qtbot
) -> None:
    lines, go = _log_lines(monkeypatch), threading.Event()

    def write() -> None:
        go.wait(30)
        raise OSError("locked")

    background = Background()
    background.desk(write, _fail, _fail, what="draft", must_be_kept=True)
    background.close()
    go.set()
    qtbot.waitUntil(lambda: background.has_ended)
    assert lines[-1] == ("lost while closing", {"what": "draft", "kind": "OSError"})


def test_a_refusal_is_not_tried_again_while_closing(monkeypatch, qtbot) -> None:
    lines, go, tried = _log_lines(monkeypatch), threading.Event(), []

    def refused() -> None:
        go.wait(30)
        tried.append(1)
        raise LookupError("signed already")

    background = Background(refusals=(LookupError,))
    background.desk(refused, _fail, _fail, what="sign", must_be_kept=True)
    background.close()
    go.set()
    qtbot.waitUntil(lambda: background.has_ended)
    assert (tried, lines) == ([1], [])


def test_while_somebody_can_be_told_a_failure_is_told_at_once(background, qtbot) -> None:
    tried, told = [], []

    def write() -> None:
        tried.append(1)
        raise OSError("locked")

    background.desk(write, _fail, told.append, what="draft", must_be_kept=True)
    qtbot.waitUntil(lambda: background.idle)
    assert (len(tried), len(told)) == (1, 1)


def test_what_belongs_to_an_exam_that_was_left_is_dropped(background, qtbot) -> None:
    scope, go, seen = Scope(), threading.Event(), []
    background.desk(go.wait, seen.append, seen.append, what="t", scope=scope)
    background.desk(lambda: seen.append("ran"), seen.append, seen.append, what="t", scope=scope)
    scope.end()
    go.set()
    qtbot.waitUntil(lambda: background.idle)
    assert seen == []
