"""Decisions leave once a day, all together."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.decision_batch import BatchRule

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
rules = st.builds(
    BatchRule,
    st.times().map(lambda t: t.replace(tzinfo=None)),
    st.sampled_from(["Europe/Stockholm", "UTC", "Pacific/Auckland", "America/St_Johns"]),
)


@given(rules, moments)
def test_a_decision_leaves_with_the_first_batch_after_it(rule: BatchRule, decided: datetime) -> None:
    batch = rule.batch_of(decided)
    assert rule.leaves(batch) > decided
    assert rule.leaves(batch - timedelta(days=1)) <= decided


@given(rules, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_what_is_decided_later_never_leaves_earlier(
    rule: BatchRule, decided: datetime, later: timedelta
) -> None:
    assert rule.batch_of(decided) <= rule.batch_of(decided + later)


def test_the_time_is_that_of_the_sites_clock_in_summer_and_winter() -> None:
    rule = BatchRule(time(16, 0), "Europe/Stockholm")
    assert rule.leaves(date(2026, 1, 5)) == datetime(2026, 1, 5, 15, 0, tzinfo=UTC)
    assert rule.leaves(date(2026, 7, 5)) == datetime(2026, 7, 5, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "", "../etc/passwd"])
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        BatchRule(time(16, 0), zone)


@given(rules, st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_what_is_decided_at_the_very_moment_leaves_with_the_next(rule: BatchRule, day: date) -> None:
    assert rule.batch_of(rule.leaves(day)) > day
