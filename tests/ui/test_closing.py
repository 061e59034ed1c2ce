"""Closing the windows: at once, and nothing that was asked for is lost."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import Engine, event
from window_helpers import press, settle

from klarsyn.domain.read import ReadKind

K = Qt.Key


@contextmanager
def _held(database: Path) -> Iterator[None]:
    """Another program holds the database for writing."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def impatient(installation) -> None:
    """The store gives up at once where it would wait for seconds."""

    def shorten(connection, *_) -> None:
        connection.execute("PRAGMA busy_timeout=0")

    engine: Engine = installation.store.database.engine
    event.listen(engine, "checkout", shorten)


@pytest.fixture
def draft(installation) -> Callable[[], str]:
    """What the store holds of the open exam."""
    return lambda: str(installation.store.reads.open_of("reader-one").draft)


@pytest.mark.invariant(10)
def test_the_window_never_freezes_it_goes_at_once_while_another_program_holds_the_database(
    make_workplace, import_exams, open_exam, installation, draft, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    with _held(installation.settings.folders.database):
        press(workplace.reading, K.Key_4)
        workplace.main.close()
        # A window that waited would still be here when the store gives up, and the digit lost.
        assert not workplace.main.isVisible()
        assert not workplace.has_ended
        assert draft() == "R- L-"
    qtbot.waitUntil(lambda: workplace.has_ended, timeout=20_000)
    assert draft() == "R4 L-"


def test_both_windows_go_together(make_workplace, import_exams, qtbot) -> None:
    workplace = make_workplace(two_windows=True)
    workplace.images.close()
    assert not workplace.main.isVisible()
    assert not workplace.images.isVisible()
    qtbot.waitUntil(lambda: workplace.has_ended)


def test_a_draft_that_could_not_be_saved_is_tried_again_when_the_window_closes(
    make_workplace, import_exams, open_exam, installation, draft, impatient, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    with _held(installation.settings.folders.database):
        press(workplace.reading, K.Key_4)
        settle(qtbot, workplace)
        assert "could not" in workplace.reading.bar.told.text()
        assert draft() == "R- L-"
    workplace.main.close()
    qtbot.waitUntil(lambda: workplace.has_ended)
    assert draft() == "R4 L-"


def test_a_draft_that_could_not_be_saved_does_not_bring_back_an_exam_that_was_left(
    make_workplace, import_exams, open_exam, installation, impatient, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    with _held(installation.settings.folders.database):
        press(workplace.reading, K.Key_4)
        settle(qtbot, workplace)
    press(workplace.reading, K.Key_Escape)
    workplace.main.close()
    qtbot.waitUntil(lambda: workplace.has_ended)
    assert installation.store.reads.open_of("reader-one") is None


def test_a_draft_that_could_not_be_saved_does_not_push_out_the_exam_that_was_opened_after_it(
    make_workplace, import_exams, open_exam, installation, impatient, qtbot
) -> None:
    first, second = import_exams(2)
    workplace = make_workplace()
    open_exam(workplace, first)
    with _held(installation.settings.folders.database):
        press(workplace.reading, K.Key_4)
        settle(qtbot, workplace)
    workplace.flow.open(second)
    workplace.main.close()
    qtbot.waitUntil(lambda: workplace.has_ended)
    assert installation.store.reads.open_of("reader-one").exam_id == second


@pytest.mark.parametrize("kind", list(ReadKind)[:2])
def test_a_signature_that_was_asked_for_is_tried_until_it_is_written_after_the_window_has_gone(
    make_workplace, import_exams, open_exam, installation, impatient, monkeypatch, qtbot, kind
) -> None:
    (exam_id,) = import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    page, background = workplace.reading, workplace.flow.background
    for key in (K.Key_1, K.Key_1) if kind is ReadKind.FIRST_IMPRESSION else (K.Key_1, K.Key_1, K.Key_Return):
        press(page, key)
    settle(qtbot, workplace)
    monkeypatch.setattr("klarsyn.ui.background.CLOSING_TRIES", 1_000_000)
    tried = []
    monkeypatch.setattr(background, "_log", SimpleNamespace(warning=lambda _, **facts: tried.append(facts)))
    closed = threading.Event()
    background.desk(lambda: closed.wait(30), lambda _: None, lambda _: None, what="t")
    with _held(installation.settings.folders.database):
        press(page, K.Key_Return)
        workplace.main.close()
        closed.set()
        qtbot.waitUntil(lambda: bool(tried) or workplace.has_ended)
        assert not workplace.has_ended
    qtbot.waitUntil(lambda: workplace.has_ended)
    (read,) = (r for r in installation.store.reads.own(exam_id, "reader-one") if r.kind is kind)
    assert str(read.impression) == "R1 L1"


def test_digits_in_quick_succession_are_saved_as_they_stand_at_last(
    make_workplace, import_exams, open_exam, draft, qtbot
) -> None:
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    for key in (K.Key_1, K.Key_2, K.Key_0, K.Key_5):
        press(workplace.reading, key)
    settle(qtbot, workplace)
    assert draft() == str(workplace.flow.session.draft)
