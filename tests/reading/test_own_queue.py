"""One reader's queue through a day: sessions, searches, and rows that stay where they were seen."""

from datetime import timedelta

import pytest
from claimed_exams import add_exams

from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue_filter import parse_filter
from klarsyn.domain.session_plan import ReadingTimes
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.own_queue import OwnQueue, _merged
from klarsyn.store.image_folder import ImageFolder

POLICY = ReadingPolicy("double", "Double", letter_days=0, provisional_orders_down=True)


@pytest.fixture
def queue(installation) -> OwnQueue:
    add_exams(installation.store, ["a", "b", "c", "d"])
    return OwnQueue(installation.store, POLICY, "one", installation.clock)


def score(installation, exam_id: str, value: int, name: str = "r") -> None:
    uids = tuple(i.sop_instance_uid for i in installation.store.exams.get(exam_id).images)
    made = Provenance(
        "Engine", "Vendor", "1.0", "00", IntendedUse.RESEARCH, "", 1, uids, installation.clock.now()
    )
    said = ExamScore(value, 0.5, 50.0, provisional=True)
    installation.store.results.add(AiResult(f"{name}-{exam_id}", exam_id, ResultStatus.SCORED, made, said))


@pytest.mark.invariant(6)
def test_first_the_eye_a_row_that_was_shown_keeps_its_place_whatever_is_said_of_it_since(
    installation, queue: OwnQueue
) -> None:
    before = queue.rows()
    score(installation, before[3].exam_id, 10)
    score(installation, before[0].exam_id, 1)
    assert queue.rows() == before
    afresh = OwnQueue(installation.store, POLICY, "one", installation.clock).rows()
    assert afresh[0].exam_id == before[3].exam_id
    assert afresh[3].exam_id == before[0].exam_id


def test_the_next_day_the_order_is_the_fresh_one(installation, queue: OwnQueue) -> None:
    before = queue.rows()
    score(installation, before[3].exam_id, 10)
    installation.clock.advance(timedelta(days=1))
    assert queue.rows()[0].exam_id == before[3].exam_id


def test_a_new_exam_comes_between_the_others(installation, queue: OwnQueue) -> None:
    before = [row.exam_id for row in queue.rows()]
    add_exams(installation.store, ["e", "f", "g"])
    after = [row.exam_id for row in queue.rows()]
    assert len(after) == 7
    assert [each for each in after if each in before] == before


def test_a_row_that_is_away_for_a_while_comes_back_behind_the_same_one() -> None:
    assert _merged(("a", "b", "c", "d"), ("a", "new", "d")) == ("a", "b", "c", "new", "d")
    assert _merged(("a", "b"), ("b",)) == ("a", "b")


def test_a_session_takes_what_the_minutes_hold_and_says_what_stays(queue: OwnQueue) -> None:
    plan = queue.plan(2)
    assert [row.position for row in plan.rows] == [1, 2, 3]
    assert plan.seconds == 120
    assert plan.text == "3 exams, about 2 minutes. 1 stays, the longest waiting 0 days."
    assert queue.plan(40).text.endswith("Nothing is left then.")


def test_a_site_has_its_own_times(installation, queue: OwnQueue) -> None:
    slow = OwnQueue(
        installation.store, POLICY, "one", installation.clock, times=ReadingTimes.of_site({"ffdm": 119})
    )
    assert len(slow.plan(2).rows) == 1
    assert len(slow.plan(1).rows) == 0
    assert slow.plan(1).text == "The time is too short for any exam that waits."


@pytest.mark.invariant(6)
def test_first_the_eye_a_plan_is_the_same_whatever_the_engine_says(installation, queue: OwnQueue) -> None:
    before = queue.plan(2)
    for row, value in zip(queue.rows(), (2, 9, 10, 7), strict=True):
        score(installation, row.exam_id, value)
    assert queue.plan(2) == before
    for said in ("score", "band", "risk", "engine", "read 2", "second read"):
        assert said not in repr(before).casefold()


def test_the_administrator_has_the_highest_score_left(installation, queue: OwnQueue) -> None:
    for row, value in zip(queue.rows(), (10, 9, 8, 7), strict=True):
        score(installation, row.exam_id, value)
    session, rows = OwnQueue(installation.store, POLICY, "one", installation.clock).full_plan(2)
    assert len(rows) == 4
    assert session.taken[0].entry.score == 10
    assert session.highest_left == 7


def test_a_search_finds_rows_and_leaves_their_numbers(installation, queue: OwnQueue) -> None:
    rows = queue.rows()
    assert queue.rows(parse_filter(f"acc:acc-{rows[2].exam_id} 2026-01-05")) == (rows[2],)
    assert queue.rows(parse_filter("dbt")) == ()
    assert queue.counts().total == 4
    assert queue.counts().by_type == (("FFDM", 4),)


def test_the_desk_asks_its_own_queue(installation, queue: OwnQueue) -> None:
    images = ImageFolder(installation.settings.folders.images)
    desk = ReadingDesk(installation.store, images, POLICY, "one", installation.clock)
    assert desk.queue() == queue.rows()
    assert desk.queue(parse_filter("film")) == ()
    assert desk.changed()
    desk.state()
    assert not desk.changed()
