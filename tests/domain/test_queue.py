"""The order of the queue."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue import PROMISED, QueueEntry, order, risk_band

TODAY = date(2026, 3, 2)
POLICY = ReadingPolicy("test", "Test", letter_days=0)
DEMO = ReadingPolicy("demo", "Demo", letter_days=0, provisional_orders_down=True)


def entry(exam_id: str, score: int | None = None, *, days: int = 0, provisional: bool = False) -> QueueEntry:
    arrived = TODAY - timedelta(days=days)
    return QueueEntry(exam_id, arrived, arrived, "FFDM", score, provisional)


def ids(entries: list[QueueEntry], policy: ReadingPolicy = POLICY, **kwargs: object) -> list[str]:
    arguments = {"reader": "one", "today": TODAY, **kwargs}
    return [p.entry.exam_id for p in order(entries, policy, **arguments)]


entries_strategy = st.lists(
    st.builds(
        lambda n, score, days, provisional: entry(f"exam-{n}", score, days=days, provisional=provisional),
        st.integers(0, 10_000),
        st.none() | st.integers(1, 10),
        st.integers(0, 60),
        st.booleans(),
    ),
    max_size=40,
    unique_by=lambda e: e.exam_id,
)


def test_higher_risk_bands_are_read_first() -> None:
    assert ids([entry("low", 2), entry("ten", 10), entry("mid", 6), entry("high", 9)]) == [
        "ten",
        "high",
        "mid",
        "low",
    ]


@pytest.mark.invariant(1)
@given(entries_strategy)
def test_no_exam_is_lost_from_the_queue(entries: list[QueueEntry]) -> None:
    assert sorted(ids(entries)) == sorted(e.exam_id for e in entries)


@given(entries_strategy, st.randoms())
def test_the_order_does_not_depend_on_the_order_of_arrival_in_the_list(entries, random) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert ids(entries) == ids(shuffled)


@pytest.mark.invariant(1)
def test_an_exam_that_is_not_scored_is_read_with_the_second_highest_band() -> None:
    assert risk_band(entry("unscored"), POLICY) == risk_band(entry("nine", 9), POLICY)
    assert ids([entry("seven", 7), entry("unscored"), entry("ten", 10)]) == ["ten", "unscored", "seven"]


@pytest.mark.invariant(7)
@given(st.integers(1, 10))
def test_a_provisional_score_never_puts_an_exam_below_the_not_scored(score: int) -> None:
    assert risk_band(entry("p", score, provisional=True), POLICY) <= risk_band(entry("none"), POLICY)


@pytest.mark.invariant(7)
def test_a_provisional_score_may_lift_an_exam() -> None:
    assert ids([entry("none"), entry("p", 10, provisional=True)]) == ["p", "none"]


@pytest.mark.invariant(7)
def test_only_the_demo_policy_lets_a_provisional_score_order_downwards() -> None:
    assert risk_band(entry("p", 2, provisional=True), DEMO) > risk_band(entry("none"), DEMO)


def test_exams_of_one_band_are_shuffled_differently_for_each_reader_and_day() -> None:
    entries = [entry(f"e{n}", 8) for n in range(12)]
    first = ids(entries)
    assert ids(entries) == first
    assert ids(entries, reader="two") != first
    assert ids(entries, today=TODAY + timedelta(days=1)) != first
    assert ids(entries, seed="another site") != first


def test_waiting_lifts_an_exam_one_band_for_each_seven_days() -> None:
    assert ids([entry("fresh", 6), entry("old", 3, days=14)]) == ["old", "fresh"]


@given(st.integers(1, 10), st.booleans())
def test_nothing_starves(score: int, provisional: bool) -> None:
    waited = entry("waited", score, days=POLICY.aging_days * len(POLICY.bands), provisional=provisional)
    place = order([waited, entry("new", 10)], POLICY, reader="one", today=TODAY)
    assert {p.band for p in place} == {0}


def test_a_promised_letter_comes_before_every_band() -> None:
    policy = ReadingPolicy("letters", "Letters", letter_days=21, letter_margin_days=2)
    places = order([entry("ten", 10), entry("promised", 1, days=19)], policy, reader="one", today=TODAY)
    assert [p.entry.exam_id for p in places] == ["promised", "ten"]
    assert places[0].band == PROMISED


def test_overdue_letters_are_read_in_the_order_of_their_dates() -> None:
    policy = ReadingPolicy("letters", "Letters", letter_days=21)
    assert ids([entry("b", 1, days=30), entry("a", 1, days=40), entry("c", 9, days=20)], policy) == [
        "a",
        "b",
        "c",
    ]


@pytest.mark.invariant(6)
@given(
    st.integers(0, 60),
    st.tuples(st.none() | st.integers(1, 10), st.booleans(), st.integers(1, 2)),
    st.tuples(st.none() | st.integers(1, 10), st.booleans(), st.integers(1, 2)),
)
def test_the_readers_reason_depends_on_nothing_but_dates(days: int, one: tuple, other: tuple) -> None:
    policy = ReadingPolicy("letters", "Letters")
    reasons = set()
    for score, provisional, read_number in (one, other):
        arrived = TODAY - timedelta(days=days)
        e = QueueEntry("x", arrived, arrived, "FFDM", score, provisional, "engine failed", read_number)
        reasons.add(order([e], policy, reader="one", today=TODAY)[0].reader_reason)
    assert len(reasons) == 1


def test_the_reasons_say_what_decided_the_place() -> None:
    policy = ReadingPolicy("letters", "Letters")
    place = order([entry("x", 4, days=15, provisional=True)], policy, reader="one", today=TODAY)[0]
    assert place.reader_reason == "15 days waiting; letter due on Sunday"
    assert place.full_reason == (
        "provisional score 4, band 8–9, not put below the not-scored; "
        "lifted 1 band by waiting; 15 d; first read"
    )
    fresh = order([entry("y")], policy, reader="one", today=TODAY)[0]
    assert fresh.reader_reason == "arrived today"
    assert "not scored" in fresh.full_reason


def test_waiting_counts_from_arrival_when_images_come_late() -> None:
    late = QueueEntry("late", TODAY - timedelta(days=30), TODAY - timedelta(days=3), "FFDM")
    assert late.days_waiting(TODAY) == 3


@pytest.mark.parametrize("policy", [POLICY, DEMO], ids=["usual", "demo"])
def test_a_score_of_a_part_lifts_an_exam_and_never_lowers_it(policy: ReadingPolicy) -> None:
    def band(part: int | None) -> int:
        return risk_band(QueueEntry("x", TODAY, TODAY, "DBT", None, False, "lost", part_score=part), policy)

    assert band(None) == policy.not_scored_band
    assert band(10) == 0
    assert {band(part) for part in range(1, 10)} == {policy.not_scored_band}
    parts = {"calm": 1, "sure": 10, "unseen": None}
    waiting = [QueueEntry(n, TODAY, TODAY, "DBT", part_score=p) for n, p in parts.items()]
    assert ids(waiting, policy)[0] == "sure"
