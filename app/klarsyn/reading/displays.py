"""The site's screens: how each is to be driven, what is known of it, and what is due.

Every method touches the database or a file; windows call it off their own thread.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.domain.screen_check import (
    CheckIntervals,
    CheckKind,
    ScreenCheck,
    checks_due,
    last_check,
    screen_statement,
)
from klarsyn.domain.screen_size import ScreenRuler
from klarsyn.imaging.conformance import MAMMOGRAPHY, PRIMARY, SECONDARY, ConformanceLimits, conformance
from klarsyn.imaging.curve_file import CurveFileError, read_display_curve
from klarsyn.imaging.screen import screen_lut, screen_lut_for
from klarsyn.reading.monitor_state import MonitorState, Trial
from klarsyn.reading.session import ReadingError
from klarsyn.store.store import Store

LIMITS = {"mammography": MAMMOGRAPHY, "primary": PRIMARY, "secondary": SECONDARY}


class DisplayDesk:
    """Where screens are checked."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        who: str,
        *,
        intervals: CheckIntervals | None = None,
        limits: ConformanceLimits = MAMMOGRAPHY,
        curve_folder: Path | None = None,
    ) -> None:
        """Note checks in `store` in the name of `who`."""
        self._store, self._clock, self.who = store, clock, who
        self.intervals, self.limits, self.curve_folder = intervals or CheckIntervals(), limits, curve_folder

    def states(self, monitors: Iterable[str]) -> dict[str, MonitorState]:
        """Return what is known of each of these monitors."""
        wanted = tuple(dict.fromkeys(monitors))
        checks = self._store.screen_checks.all(wanted)
        rulers = self._store.screen_checks.rulers(wanted)
        return {monitor: self._state(monitor, checks, rulers) for monitor in wanted}

    def looked(self, monitor: str, passed: bool, remark: str = "") -> None:
        """Note that somebody has looked at the test pattern on this monitor."""
        remarks = (remark,) if remark.strip() else ()
        self._add(ScreenCheck(monitor, CheckKind.VISUAL, self.today, self.who, passed, remarks))

    def trial(self, monitor: str, path: Path) -> Trial:
        """Read a file of measured luminances for this monitor, and judge it; nothing is kept yet.

        Raises
        ------
        ReadingError
            If the file is no curve, was measured on another monitor, or is dated after today.
        """
        try:
            curve = read_display_curve(path)
        except CurveFileError as error:
            raise ReadingError(str(error)) from error
        if not same_monitor(curve.monitor, monitor):
            raise ReadingError(
                f"{path.name} was measured on {curve.monitor!r}; this monitor is {monitor!r}. Choose that "
                "monitor's file, or correct the row 'monitor' if the file is this one's."
            )
        if curve.measured_on is not None and curve.measured_on > self.today:
            raise ReadingError(
                f"{path.name} is dated {curve.measured_on}, after today. Correct the date, or the clock."
            )
        curve = replace(curve, monitor=monitor)
        return Trial(
            curve,
            conformance(curve, None, self.limits),
            conformance(curve, screen_lut(curve), self.limits),
        )

    def measured(self, trial: Trial, own_gsdf: bool) -> ScreenCheck:
        """Keep a measurement: from now on the monitor is driven by it, with or without a table."""
        judged, curve = trial.judged(own_gsdf), trial.curve
        check = ScreenCheck(
            curve.monitor,
            CheckKind.MEASUREMENT,
            curve.measured_on or self.today,
            curve.measured_by,
            judged.passed,
            tuple(v.sentence for v in judged.verdicts if not v.passed),
            curve,
            own_gsdf,
        )
        self._add(check)
        return check

    def ruled(self, ruler: ScreenRuler) -> None:
        """Keep what a ruler on the screen has said."""
        self._store.screen_checks.add_ruler(ruler, self._clock.now(), self.who)

    def waiting_files(self, monitor: str) -> tuple[Path, ...]:
        """Return the curve folder's files of this monitor that are newer than its last measurement."""
        last = last_check(
            self._store.screen_checks.all([monitor]), monitor, CheckKind.MEASUREMENT, self.today
        )
        folder = self.curve_folder
        found = []
        for path in sorted(folder.glob("*.csv")) if folder is not None and folder.is_dir() else ():
            try:
                curve = read_display_curve(path)
            except CurveFileError:
                continue
            newer = last is None or (curve.measured_on is not None and curve.measured_on > last.done_on)
            if newer and same_monitor(curve.monitor, monitor):
                found.append(path)
        return tuple(found)

    @property
    def today(self) -> date:
        """The day where the screens stand."""
        return self._clock.now().astimezone().date()

    def _add(self, check: ScreenCheck) -> None:
        self._store.screen_checks.add(check, self._clock.now(), self.who)

    def _state(
        self, monitor: str, checks: tuple[ScreenCheck, ...], rulers: tuple[ScreenRuler, ...]
    ) -> MonitorState:
        today, intervals = self.today, self.intervals
        measurement = last_check(checks, monitor, CheckKind.MEASUREMENT, today)
        visual = last_check(checks, monitor, CheckKind.VISUAL, today)
        reminders = checks_due(checks, monitor, today, intervals)
        overdue = any(r.kind is CheckKind.MEASUREMENT for r in reminders)
        seen_wrong = visual is not None and not visual.passed
        statement = screen_statement(checks, monitor, today, intervals)
        if visual is not None and seen_wrong:
            statement += f", test pattern of {visual.done_on} not passed"
        return MonitorState(
            monitor,
            screen_lut_for(measurement),
            statement,
            measurement is not None and measurement.passed and not overdue and not seen_wrong,
            reminders,
            visual,
            measurement,
            {(r.columns, r.rows): r.mm_per_pixel for r in rulers if r.monitor == monitor},
        )


def same_monitor(one: str, other: str) -> bool:
    """True when two names mean one monitor, whatever their spaces and letter case."""
    return one.casefold().split() == other.casefold().split()
