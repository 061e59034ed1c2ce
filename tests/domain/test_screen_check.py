"""When a screen is to be checked again, and what the image says of it until then."""

from datetime import date, timedelta

import pytest
from panels import MONITOR, gsdf_panel, measured

from klarsyn.domain.screen_check import (
    CheckIntervals,
    CheckKind,
    ScreenCheck,
    checks_due,
    last_check,
    screen_statement,
)

DAY = date(2026, 11, 20)
CURVE = measured(gsdf_panel())
YEARLY_ONLY = CheckIntervals(visual_days=0)


def visual(day=DAY, passed=True, monitor=MONITOR):
    return ScreenCheck(monitor, CheckKind.VISUAL, day, "A", passed, () if passed else ("Letters unread.",))


def measurement(day=DAY, passed=True):
    remarks = () if passed else ("Contrast off by 14 %.",)
    return ScreenCheck(MONITOR, CheckKind.MEASUREMENT, day, "A", passed, remarks, CURVE)


def due(checks, today, intervals=CheckIntervals()):  # noqa: B008  frozen
    return [reminder.kind for reminder in checks_due(checks, MONITOR, today, intervals)]


def test_a_screen_that_was_never_checked_asks_for_both_checks():
    reminders = checks_due((), MONITOR, DAY, CheckIntervals())
    assert [(r.kind, r.due_on) for r in reminders] == [
        (CheckKind.VISUAL, None),
        (CheckKind.MEASUREMENT, None),
    ]
    assert reminders[0].sentence == "The look at the test pattern was never done on this screen."


def test_nothing_is_due_on_the_day_of_both_checks():
    assert due([visual(), measurement()], DAY) == []


def test_the_visual_check_is_due_again_on_the_next_day():
    assert due([visual(), measurement()], DAY + timedelta(days=1)) == [CheckKind.VISUAL]


@pytest.mark.parametrize(("days", "expected"), [(364, []), (365, [CheckKind.MEASUREMENT])])
def test_the_measurement_is_due_after_a_year(days, expected):
    assert due([measurement()], DAY + timedelta(days=days), YEARLY_ONLY) == expected


def test_a_site_sets_its_own_intervals_and_0_asks_for_no_reminder():
    weekly = CheckIntervals(visual_days=7, measurement_days=0)
    assert due([visual()], DAY + timedelta(days=6), weekly) == []
    assert due([visual()], DAY + timedelta(days=7), weekly) == [CheckKind.VISUAL]
    with pytest.raises(ValueError, match=r"0 \(no reminder\) or more"):
        CheckIntervals(visual_days=-1)


def test_a_reminder_says_since_when_and_what_the_last_check_was():
    (reminder,) = checks_due([visual(), measurement()], MONITOR, DAY + timedelta(days=3), CheckIntervals())
    assert reminder.due_on == DAY + timedelta(days=1)
    assert reminder.sentence == (
        "The look at the test pattern is due since 2026-11-21; the last was on 2026-11-20."
    )


def test_a_check_that_was_not_passed_is_due_at_once():
    (reminder,) = checks_due([measurement(passed=False)], MONITOR, DAY, YEARLY_ONLY)
    assert reminder.sentence == "The luminance measurement of 2026-11-20 was not passed: do it again."


def test_of_two_checks_on_one_day_the_later_counts():
    assert due([visual(passed=False), visual()], DAY, CheckIntervals(measurement_days=0)) == []
    assert last_check([visual(), visual(passed=False)], MONITOR, CheckKind.VISUAL, DAY).passed is False


def test_the_order_in_which_checks_are_kept_does_not_matter():
    checks = [measurement(DAY), measurement(DAY - timedelta(days=400))]
    assert due(checks, DAY, YEARLY_ONLY) == []


def test_a_check_of_the_future_silences_nothing():
    assert due([visual(DAY + timedelta(days=100))], DAY, CheckIntervals(measurement_days=0)) == [
        CheckKind.VISUAL
    ]


def test_another_monitors_check_says_nothing_about_this_one():
    assert CheckKind.VISUAL in due([visual(monitor="ANOTHER")], DAY)


def test_without_a_measured_curve_the_image_says_uncalibrated_screen():
    assert screen_statement([visual()], MONITOR, DAY, CheckIntervals()) == "uncalibrated screen"


def test_a_measured_screen_says_gsdf_and_the_date_of_its_check():
    said = screen_statement([measurement()], MONITOR, DAY + timedelta(days=30), CheckIntervals())
    assert said == "GSDF, checked 2026-11-20"


def test_an_old_check_and_one_not_passed_are_said_on_the_image():
    later = DAY + timedelta(days=400)
    assert screen_statement([measurement()], MONITOR, later, CheckIntervals()) == (
        "GSDF, checked 2026-11-20, check overdue"
    )
    assert screen_statement([measurement(passed=False)], MONITOR, DAY, CheckIntervals()) == (
        "GSDF, check of 2026-11-20 not passed"
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"monitor": " "}, "identity"),
        ({"done_by": ""}, "who did it"),
        ({"curve": None}, "comes with its curve"),
        ({"kind": CheckKind.VISUAL}, "comes with its curve"),
        ({"monitor": "ANOTHER"}, "on the monitor that is checked"),
        ({"passed": False}, "needs a remark"),
    ],
)
def test_a_check_that_contradicts_itself_is_refused(change, sentence):
    good = {
        "monitor": MONITOR,
        "kind": CheckKind.MEASUREMENT,
        "done_on": DAY,
        "done_by": "A. Physicist",
        "passed": True,
        "curve": CURVE,
    }
    ScreenCheck(**good)
    with pytest.raises(ValueError, match=sentence):
        ScreenCheck(**(good | change))
