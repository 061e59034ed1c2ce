"""Versions of a policy: each exam keeps the one of its arrival, and a broken one never counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.policy_history import PolicyHistory, PolicyText, PolicyVersion

START = datetime(2026, 1, 5, tzinfo=UTC)
GOOD = 'format = 1\ntitle = "T"\nai_role = "triage"\nbands = [[1, 10]]\n'
DAY = timedelta(days=1)


def version(number: int, days: float, text: str = GOOD) -> PolicyVersion:
    content = PolicyText("ours.toml", f"# {number}\n{text}")
    return PolicyVersion(number, content, content.sha256, "admin", START + days * DAY, "because")


def number_at(history: PolicyHistory, days: float) -> int:
    good = history.at(START + days * DAY)
    assert good is not None
    return good.version.number


def test_a_change_applies_to_exams_that_arrive_from_then_on() -> None:
    history = PolicyHistory([version(1, 0), version(2, 10)])
    assert [number_at(history, d) for d in (-5, 0, 9.9, 10, 11)] == [1, 1, 1, 2, 2]
    assert history.newest is not None
    assert history.newest.version.number == 2


def test_without_a_version_nothing_is_in_force() -> None:
    assert PolicyHistory([]).newest is None
    assert PolicyHistory([]).at(START) is None
    assert PolicyHistory([]).possible(START) == ()


@pytest.mark.parametrize(
    "broken",
    [
        version(3, 10, "title ="),
        version(3, 10, GOOD + "unheard_of = 1"),
        replace(version(3, 10), sha256="00" * 32),
    ],
    ids=["no TOML", "unknown key", "altered text"],
)
def test_a_broken_version_leaves_the_last_good_one_in_force_and_is_told(broken: PolicyVersion) -> None:
    history = PolicyHistory([version(1, 0), version(2, 5), broken])
    assert [number_at(history, d) for d in (6, 11)] == [2, 2]
    assert history.newest is not None
    assert history.newest.version.number == 2
    assert len(history.trouble) == 1
    assert "Version 3" in history.trouble[0]
    assert "klarsyn policy use" in history.trouble[0]
    mended = PolicyHistory([version(1, 0), version(2, 5), broken, version(4, 20)])
    assert mended.trouble == ()
    assert [number_at(mended, d) for d in (11, 21)] == [2, 4]


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=8), st.integers(-10, 60))
def test_what_counts_is_the_newest_good_version_before_an_arrival(
    rows: list[tuple[int, bool]], day: int
) -> None:
    days = sorted(at for at, _ in rows)
    versions = [
        version(n, at, GOOD if good else "x")
        for n, (at, (_, good)) in enumerate(zip(days, rows, strict=True), 1)
    ]
    history = PolicyHistory(reversed(versions))
    good = [v for v, (_, fine) in zip(versions, rows, strict=True) if fine]
    before = [v for v in good if v.at <= START + day * DAY]
    wanted = before[-1] if before else (good[0] if good else None)
    found = history.at(START + day * DAY)
    assert (found.version if found else None) == wanted
    assert bool(history.trouble) is bool(versions and not rows[-1][1])


def possible(history: PolicyHistory, days: float, now: float | None = None) -> list[int]:
    at = None if now is None else START + now * DAY
    return [good.version.number for good in history.possible(START + days * DAY, at)]


def test_a_version_dated_ahead_is_in_question_from_the_one_before_and_a_later_one_ends_it() -> None:
    history = PolicyHistory([version(1, 0), version(2, 375), version(3, 10), version(4, 400)])
    assert number_at(history, 11) == 3
    assert [possible(history, d) for d in (-1, 5, 11, 399, 400)] == [[1], [1, 2], [1, 2, 3], [2, 3], [4]]


def test_a_newest_version_dated_ahead_of_now_is_in_question_already() -> None:
    history = PolicyHistory([version(1, 0), version(2, 375)])
    assert possible(history, 11) == [1]
    assert possible(history, 11, now=12) == [1, 2]
    assert [good.version.number for good in history.ahead_of(START + 12 * DAY)] == [2]


def test_a_slow_clock_takes_no_policy_from_exams_that_came_before() -> None:
    history = PolicyHistory([version(1, 0), version(2, 10), version(3, 9)])
    assert 2 in possible(history, 10.5)
    assert 1 in possible(history, 9.5)


def test_seconds_between_two_computers_put_nothing_in_question() -> None:
    history = PolicyHistory([version(1, 0), version(2, 10), version(3, 10 - 2e-5)])
    assert [possible(history, d, now=11) for d in (5, 10.5)] == [[1], [3]]


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(-10, 60), st.none() | st.integers(0, 60)
)
def test_the_version_of_an_arrival_is_always_in_question_and_in_order_it_is_the_only_one(
    days: list[int], day: int, now: int | None
) -> None:
    history = PolicyHistory([version(n, at) for n, at in enumerate(days, 1)])
    assert number_at(history, day) in possible(history, day, now)
    in_order = PolicyHistory([version(n, at) for n, at in enumerate(sorted(days), 1)])
    assert possible(in_order, day) == [number_at(in_order, day)]
