"""What is known of one monitor, and what a curve that was read for it would mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from klarsyn.domain.screen_check import CheckIntervals, Reminder, ScreenCheck, screen_statement
from klarsyn.domain.screen_curve import DisplayCurve, assumed_curve
from klarsyn.imaging.conformance import Conformance, ConformanceLimits, JndSteps, conformance, jnd_steps
from klarsyn.imaging.screen import ScreenLut, screen_lut_for


@dataclass(frozen=True, slots=True, eq=False)
class MonitorState:
    """Everything that is known of one monitor.

    Parameters
    ----------
    lut
        The table that its P-values go through; None: as they are.
    statement
        What the corner of each image says, e.g. "uncalibrated screen"; `sound` is False where the reader
        should not rely on the screen.
    rulers
        mm a device pixel for each resolution (columns, rows) at which a ruler was laid on.
    """

    monitor: str
    lut: ScreenLut | None
    statement: str
    sound: bool = False
    reminders: tuple[Reminder, ...] = ()
    visual: ScreenCheck | None = None
    measurement: ScreenCheck | None = None
    rulers: Mapping[tuple[int, int], float] = field(default_factory=dict)

    @property
    def curve(self) -> DisplayCurve:
        """The curve in force: measured, or assumed."""
        measured = self.measurement.curve if self.measurement is not None else None
        return measured if measured is not None else assumed_curve(self.monitor)

    def steps(self) -> JndSteps:
        """Return what eight bits cost on this screen."""
        return jnd_steps(self.curve, self.lut)

    def conformance(self, limits: ConformanceLimits) -> Conformance | None:
        """Return how well it follows the display function as it is driven; None when never measured."""
        return None if self.curve.assumed else conformance(self.curve, self.lut, limits)


def unknown_monitor(monitor: str = "") -> MonitorState:
    """Return the state of a monitor that was never checked: an assumed curve, and a warning."""
    today = date.min
    return MonitorState(
        monitor, screen_lut_for(None), screen_statement((), monitor, today, CheckIntervals(0, 0))
    )


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A curve that was read but not kept yet, judged both ways in which the monitor could be driven."""

    curve: DisplayCurve
    as_it_is: Conformance
    with_table: Conformance

    @property
    def follows_by_itself(self) -> bool:
        """True when its contrast keeps the limit without a table: then it should not get one on top."""
        return self.as_it_is.verdicts[0].passed

    def judged(self, own_gsdf: bool) -> Conformance:
        """Return the figures of one of the two ways."""
        return self.as_it_is if own_gsdf else self.with_table
