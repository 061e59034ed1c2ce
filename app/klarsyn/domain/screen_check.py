"""Checks of a monitor: what was done, when the next is due, and what the image's corner says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from klarsyn.domain.screen_curve import DisplayCurve

UNCALIBRATED = "uncalibrated screen"


class CheckKind(StrEnum):
    """How a monitor was checked."""

    VISUAL = "visual"
    """Somebody has looked at the test pattern."""
    MEASUREMENT = "measurement"
    """Luminance was measured at 18 levels or more."""


@dataclass(frozen=True, slots=True, eq=False)
class ScreenCheck:
    """One check of one monitor; like a read, it is added and never changed.

    Parameters
    ----------
    own_gsdf
        True when the monitor follows the Grayscale Standard Display Function by itself: it gets P-values
        as they are, and `curve` shows how well it does. False: P-values go through a table made of
        `curve`.
    remarks
        Sentences; a check that is not passed has at least one.
    curve
        What was measured; a measurement has one, and a look at the pattern has none.

    Raises
    ------
    ValueError
        If the parts contradict each other.
    """

    monitor: str
    kind: CheckKind
    done_on: date
    done_by: str
    passed: bool
    remarks: tuple[str, ...] = ()
    curve: DisplayCurve | None = None
    own_gsdf: bool = False

    def __post_init__(self) -> None:
        """Refuse a check that does not say what was seen, or on which monitor."""
        if not self.monitor.strip() or not self.done_by.strip():
            raise ValueError("A check of a screen needs the monitor's identity and the name of who did it.")
        if (self.kind is CheckKind.MEASUREMENT) != (self.curve is not None):
            raise ValueError("A measurement comes with its curve, and a look at the test pattern without.")
        if self.curve is not None and (self.curve.assumed or self.curve.monitor != self.monitor):
            raise ValueError("The curve of a check must be measured, and on the monitor that is checked.")
        if not self.passed and not any(remark.strip() for remark in self.remarks):
            raise ValueError("A check that is not passed needs a remark: what was wrong?")


@dataclass(frozen=True, slots=True)
class CheckIntervals:
    """Days after which a check is due again; 0: no reminder."""

    visual_days: int = 1
    measurement_days: int = 365

    def __post_init__(self) -> None:
        """Refuse a negative number of days."""
        if min(self.visual_days, self.measurement_days) < 0:
            raise ValueError("Days between checks of a screen must be 0 (no reminder) or more.")

    def days(self, kind: CheckKind) -> int:
        """Return the days between two checks of this kind."""
        return self.visual_days if kind is CheckKind.VISUAL else self.measurement_days


@dataclass(frozen=True, slots=True)
class Reminder:
    """A check that is due, since when (None: it was never done), and the sentence to show."""

    kind: CheckKind
    due_on: date | None
    sentence: str


def last_check(
    checks: Sequence[ScreenCheck], monitor: str, kind: CheckKind, today: date
) -> ScreenCheck | None:
    """Return the newest check of one kind; of two on one day the one that stands later in `checks`.

    A check dated after `today` counts for nothing: a wrong clock must not silence the reminder.
    """
    done = [c for c in checks if c.monitor == monitor and c.kind is kind and c.done_on <= today]
    return max(enumerate(done), key=lambda item: (item[1].done_on, item[0]))[1] if done else None


def checks_due(
    checks: Sequence[ScreenCheck], monitor: str, today: date, intervals: CheckIntervals
) -> tuple[Reminder, ...]:
    """Return what is due for this monitor today: visual check first, then measurement."""
    reminders = []
    for kind, what in (
        (CheckKind.VISUAL, "look at the test pattern"),
        (CheckKind.MEASUREMENT, "luminance measurement"),
    ):
        days = intervals.days(kind)
        if days == 0:
            continue
        last = last_check(checks, monitor, kind, today)
        if last is None:
            reminders.append(Reminder(kind, None, f"The {what} was never done on this screen."))
        elif not last.passed:
            reminders.append(
                Reminder(kind, last.done_on, f"The {what} of {last.done_on} was not passed: do it again.")
            )
        elif today >= (due := last.done_on + timedelta(days=days)):
            since = "today" if due == today else f"since {due}"
            reminders.append(
                Reminder(kind, due, f"The {what} is due {since}; the last was on {last.done_on}.")
            )
    return tuple(reminders)


def screen_statement(
    checks: Sequence[ScreenCheck], monitor: str, today: date, intervals: CheckIntervals
) -> str:
    """Return what the image's corner says: "uncalibrated screen", or "GSDF, checked 2026-11-20".

    Only a measurement can say GSDF; one that failed or is too old says so.
    """
    last = last_check(checks, monitor, CheckKind.MEASUREMENT, today)
    if last is None:
        return UNCALIBRATED
    if not last.passed:
        return f"GSDF, check of {last.done_on} not passed"
    due = any(r.kind is CheckKind.MEASUREMENT for r in checks_due(checks, monitor, today, intervals))
    return f"GSDF, checked {last.done_on}" + (", check overdue" if due else "")
