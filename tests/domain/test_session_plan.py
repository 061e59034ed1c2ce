""" "I have 40 minutes": what a session takes, and what its reader may know of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import ExamType
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue import Place, QueueEntry, order
from klarsyn.domain.session_plan import ReadingTimes, SessionPlan, expected_benefit, plan_session

TODAY = date(2026, 3, 2)
POLICY = ReadingPolicy("test", "Test", letter_days=0)
LETTERS = ReadingPolicy("letters", "Letters", letter_days=21, letter_margin_days=2)
TIMES = ReadingTimes()
TYPES = [each.value for each in ExamType]


def entry(
    exam_id: str,
    score: int | None = None,
    *,
    days: int = 0,
    exam_type: str = "FFDM",
    provisional: bool = False,
) -> QueueEntry:
    day = TODAY - timedelta(days=days)
    return QueueEntry(exam_id, day, day, exam_type, score, provisional)


def queue(*entries: QueueEntry, policy: ReadingPolicy = POLICY) -> list[Place]:
    return order(entries, policy, reader="one", today=TODAY)


def never(_exam_id: str) -> bool:
    return False


def plan(places: list[Place], minutes: int, **more: object) -> SessionPlan:
    return plan_session(places, minutes, TIMES, never, **more)


def ids(places: tuple[Place, ...]) -> list[str]:
    return [place.entry.exam_id for place in places]


entries_strategy = st.lists(
    st.builds(
        lambda n, score, days, kind, provisional: entry(
            f"exam-{n}", score, days=days, exam_type=kind, provisional=provisional
        ),
        st.integers(0, 10_000),
        st.none() | st.integers(1, 10),
        st.integers(0, 40),
        st.sampled_from(TYPES),
        st.booleans(),
    ),
    max_size=40,
    unique_by=lambda e: e.exam_id,
)
minutes_strategy = st.integers(1, 60)


def test_forty_minutes_take_sixty_mammograms_of_forty_seconds() -> None:
    made = plan(queue(*(entry(f"e{n}", 5) for n in range(100))), 40)
    assert (len(made.taken), len(made.left), made.seconds) == (60, 40, 2400)


def test_tomosynthesis_and_priors_take_the_sites_time() -> None:
    places = queue(
        entry("dbt", 9, exam_type="DBT"), entry("ffdm", 9), entry("both", 9, exam_type="FFDM + DBT")
    )
    made = plan_session(places, 40, TIMES, lambda exam_id: exam_id == "dbt")
    assert made.seconds == (80 + 10) + 40 + 90


def test_the_higher_band_is_taken_first() -> None:
    places = queue(*(entry(f"low{n}", 2) for n in range(30)), *(entry(f"ten{n}", 10) for n in range(30)))
    assert all(each.startswith("ten") for each in ids(plan(places, 20).taken))


def test_what_does_not_fit_any_more_is_passed_over_for_what_does() -> None:
    places = queue(entry("one", 10), entry("long", 6, exam_type="FFDM + DBT"), entry("short", 2))
    assert ids(plan(places, 2, aged_share=0.0).taken) == ["one", "short"]


def test_letters_that_are_due_go_first() -> None:
    due = entry("due", 1, days=20)
    places = queue(due, *(entry(f"ten{n}", 10) for n in range(9)), policy=LETTERS)
    assert ids(plan(places, 1).taken) == ["due"]


def test_a_quarter_of_the_time_is_for_those_who_have_waited_long() -> None:
    aged = [entry(f"aged{n:02}", 1, days=8) for n in range(40)]
    fresh = [entry(f"fresh{n:02}", 10) for n in range(80)]
    taken = ids(plan(queue(*aged, *fresh), 40).taken)
    assert sum(each.startswith("aged") for each in taken) == 15
    assert len(taken) == 60


@given(entries_strategy, minutes_strategy)
def test_the_aged_come_first_the_very_longest_waiting_is_always_taken_where_it_fits(
    entries: list[QueueEntry], minutes: int
) -> None:
    aged = [e for e in entries if e.days_waiting(TODAY) >= POLICY.aging_days]
    if not aged:
        return
    longest = max(e.days_waiting(TODAY) for e in aged)
    oldest = [e for e in aged if e.days_waiting(TODAY) == longest]
    places = queue(*entries)
    first = min(oldest, key=lambda e: next(p.position for p in places if p.entry is e))
    if TIMES.of(first.exam_type, with_priors=False) <= minutes * 60:
        assert first.exam_id in ids(plan(places, minutes).taken)


@given(entries_strategy, st.integers(2, 20))
def test_nothing_starves_session_by_session_the_whole_queue_is_read(
    entries: list[QueueEntry], minutes: int
) -> None:
    waiting = list(entries)
    for _ in range(len(entries)):
        done = set(ids(plan(queue(*waiting), minutes).taken))
        assert done or not waiting
        waiting = [e for e in waiting if e.exam_id not in done]
    assert waiting == []


@given(st.integers(1, 10), st.sampled_from(TYPES))
def test_nothing_starves_though_each_day_brings_more_high_scores_than_can_be_read(
    score: int, exam_type: str
) -> None:
    """A session of 10 minutes a day, and 40 new exams of score 10 each day."""
    poor = entry("poor", score, exam_type=exam_type)
    for day in range(POLICY.aging_days + 1):
        today = TODAY + timedelta(days=day)
        fresh = [QueueEntry(f"{day}-{n}", today, today, "FFDM", 10, False) for n in range(40)]
        places = order([poor, *fresh], POLICY, reader="one", today=today)
        if "poor" in ids(plan(places, 10).taken):
            return
    pytest.fail("It waited beyond the days after which it is among the aged.")


@given(entries_strategy, minutes_strategy)
def test_no_more_than_the_minutes_and_nothing_lost(entries: list[QueueEntry], minutes: int) -> None:
    places = queue(*entries)
    made = plan(places, minutes)
    assert made.seconds <= minutes * 60
    assert sorted(ids(made.taken) + ids(made.left)) == sorted(e.exam_id for e in entries)
    assert made.seconds == sum(TIMES.of(p.entry.exam_type, with_priors=False) for p in made.taken)
    positions = [p.position for p in made.taken]
    assert positions == sorted(positions)


@given(entries_strategy, minutes_strategy)
def test_what_is_left_would_not_have_fitted(entries: list[QueueEntry], minutes: int) -> None:
    made = plan(queue(*entries), minutes)
    room = minutes * 60 - made.seconds
    assert all(TIMES.of(p.entry.exam_type, with_priors=False) > room for p in made.left)


@given(entries_strategy, minutes_strategy)
def test_the_same_queue_gives_the_same_plan(entries: list[QueueEntry], minutes: int) -> None:
    assert plan(queue(*entries), minutes) == plan(queue(*reversed(entries)), minutes)


@pytest.mark.invariant(6)
@given(entries_strategy, minutes_strategy, st.data())
def test_first_the_eye_a_plan_rests_on_nothing_that_the_rows_do_not_show(
    entries: list[QueueEntry], minutes: int, data: st.DataObject
) -> None:
    """Whatever engines and other readers have said: in the same order of rows the same exams are taken."""
    places = queue(*entries, policy=LETTERS)

    def said_otherwise(place: Place) -> Place:
        score = data.draw(st.none() | st.integers(1, 10))
        band = data.draw(st.integers(0, 3))
        said = replace(place.entry, score=score, read_number=data.draw(st.integers(1, 2)))
        return replace(place, entry=said, band=band, risk_band=band)

    others = [said_otherwise(place) for place in places]
    assert ids(plan(others, minutes).taken) == ids(plan(places, minutes).taken)


def test_the_administrator_is_told_the_highest_score_left_and_the_share_of_the_benefit() -> None:
    places = queue(entry("ten", 10), entry("seven", 7), entry("two", 2), entry("none"))
    made = plan(places, 1)
    assert ids(made.taken) == ["ten"]
    assert (made.highest_left, made.not_scored_left) == (7, 1)
    assert made.benefit_share == pytest.approx(53 / (53 + 1 + 0.05 + 6.1))
    whole = plan(places, 10)
    assert (whole.highest_left, whole.not_scored_left, whole.benefit_share) == (None, 0, 1.0)
    assert plan([], 10).benefit_share == 1.0


def test_a_high_band_first_holds_nearly_all_of_the_benefit() -> None:
    """A session of a third of the day's minutes reaches what a tenth of the exams hold: the score 10."""
    places = queue(*(entry(f"e{n}", 1 + n % 10) for n in range(120)))
    assert plan(places, 27).benefit_share > 0.9


@given(st.integers(1, 10))
def test_a_provisional_score_is_never_expected_to_hold_less_than_none(score: int) -> None:
    nothing_known = expected_benefit(entry("e"), POLICY)
    assert expected_benefit(entry("e", score, provisional=True), POLICY) >= nothing_known
    higher = expected_benefit(entry("e", min(10, score + 1)), POLICY)
    assert expected_benefit(entry("e", score), POLICY) <= higher


def test_priors_are_asked_for_no_more_exams_than_the_time_can_hold() -> None:
    asked: list[str] = []

    def has_priors(exam_id: str) -> bool:
        asked.append(exam_id)
        return False

    plan_session(queue(*(entry(f"e{n}", 5) for n in range(1000))), 10, TIMES, has_priors)
    assert len(asked) == 15


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_session_without_time_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="1 minute or more"):
        plan([], minutes)


def test_reading_times_without_a_type_or_without_length_are_refused() -> None:
    with pytest.raises(ValueError, match="say how many seconds DBT"):
        ReadingTimes({e: 40 for e in ExamType if e is not ExamType.DBT})
    with pytest.raises(ValueError, match="DBT must take"):
        ReadingTimes({e: 0 if e is ExamType.DBT else 40 for e in ExamType})
    with pytest.raises(ValueError, match="priors must take"):
        ReadingTimes(priors=-1)
