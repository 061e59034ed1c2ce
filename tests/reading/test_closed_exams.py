"""An exam that somebody has withdrawn or technically recalled is opened by no reader."""

import pytest
from claimed_exams import add_exams

from klarsyn.domain.exam import Laterality
from klarsyn.domain.exam_state import ExamState, Mover
from klarsyn.domain.read import Assessment
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.session import ReadingError
from klarsyn.store.exam_closings import Closing
from klarsyn.store.image_folder import ImageFolder

CLOSED = pytest.mark.parametrize("kind", [ExamState.WITHDRAWN, ExamState.TECHNICAL_RECALL])


@pytest.fixture
def desk(installation) -> ReadingDesk:
    add_exams(installation.store, ["a", "b"])
    images = ImageFolder(installation.settings.folders.images)
    return ReadingDesk(installation.store, images, load_policy("practice"), "anna", installation.clock)


def say(installation, kind: ExamState | None) -> None:
    closing = Closing("a", kind, "doris", Mover.ADMINISTRATOR, "moved", installation.clock.now())
    installation.store.exam_closings.say(closing)


@CLOSED
def test_an_exam_that_was_closed_meanwhile_does_not_come_back_after_a_restart(
    installation, desk, kind: ExamState
) -> None:
    desk.open("a")
    say(installation, kind)
    assert desk.resume() is None
    assert installation.store.reads.open_of("anna") is None


def test_what_was_entered_before_an_exam_was_closed_is_there_when_it_is_open_again(
    installation, desk
) -> None:
    session = desk.open("a")
    session.assess(Laterality.LEFT, Assessment.NORMAL)
    session.save_draft()
    say(installation, ExamState.WITHDRAWN)
    assert desk.resume() is None
    say(installation, None)
    assert desk.open("a").draft.left is Assessment.NORMAL


@CLOSED
def test_a_closed_exam_is_not_opened_and_the_reader_is_told_why(installation, desk, kind: ExamState) -> None:
    say(installation, kind)
    with pytest.raises(ReadingError, match="withdrawn or technically recalled"):
        desk.open("a")
    with pytest.raises(ReadingError, match="withdrawn or technically recalled"):
        desk.open_or_next("a")
    assert installation.store.reads.open_of("anna") is None


def test_the_next_exam_is_one_that_is_open_though_the_queue_is_older(
    installation, desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tuple(sorted(desk.queue(), key=lambda row: row.exam_id))
    say(installation, ExamState.WITHDRAWN)
    monkeypatch.setattr(desk, "queue", lambda: rows)
    assert desk.open_next().exam.exam_id == "b"
