"""What the page of screen checks says, in sentences; no Qt, tested without a window."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from klarsyn.domain.screen_check import CheckKind
from klarsyn.imaging.conformance import Conformance, ConformanceLimits
from klarsyn.reading.monitor_state import MonitorState, Trial

NOT_KNOWN = (
    "Klarsyn cannot see whether HDR, night light, dynamic contrast or a colour profile (ICC) changes what "
    "this screen gets. Switch them off in the settings of the system and of the monitor."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page; `good` is None where nothing is judged."""

    text: str
    good: bool | None = None


def state_lines(state: MonitorState, limits: ConformanceLimits) -> tuple[Line, ...]:
    """Return what is known of a monitor: how it is driven, its last checks, its figures, what is due."""
    lines = [Line(_driven(state)), _visual(state)]
    if state.measurement is not None:
        check = state.measurement
        lines.append(
            Line(
                f"Measured on {check.done_on} by {check.done_by}"
                + ("." if check.passed else ": not passed."),
                check.passed,
            )
        )
        judged = state.conformance(limits)
        if judged is not None:
            lines += figures(judged)
    lines.append(Line(_sentence(str(state.steps()), assumed=state.curve.assumed)))
    # What was never done or not passed stands above already.
    passed = {c.kind for c in (state.visual, state.measurement) if c is not None and c.passed}
    lines += [Line(r.sentence, False) for r in state.reminders if r.kind in passed]
    return tuple(lines)


def figures(judged: Conformance) -> list[Line]:
    """Return one line a limit, and how many of the 18 luminances were only interpolated."""
    lines = [Line(verdict.sentence, verdict.passed) for verdict in judged.verdicts]
    between = sum(not known for known in judged.measured)
    if between:
        lines.append(Line(f"{between} of the 18 luminances judged lie between measured levels."))
    return lines


def trial_lines(trial: Trial, own_gsdf: bool) -> tuple[Line, ...]:
    """Return what a curve that has been read would mean, driven one way or the other."""
    curve = trial.curve
    judged = trial.judged(own_gsdf)
    way = (
        "P-values as they are: the monitor follows the display function by itself."
        if own_gsdf
        else "P-values through a table of this curve."
    )
    return (
        Line(
            f"{curve.levels.size} levels, measured on {curve.measured_on} by {curve.measured_by} with "
            f"{curve.instrument}."
        ),
        Line(way),
        *figures(judged),
    )


def size_line(mm: float, measured: bool) -> Line:
    """Return what is known of the real size of a device pixel."""
    if measured:
        return Line(f"A pixel is {mm:.4f} mm by the ruler: true size is true.", True)
    return Line(
        f"A pixel is {mm:.4f} mm as the monitor says of itself, which is often wrong: lay a ruler on.", False
    )


def due_line(states: Mapping[str, MonitorState], *, key: str = "") -> str:
    """Return the queue page's reminder, e.g. "2 screens to look at · F9"; empty when nothing is due."""
    kinds = [(m, r.kind) for m, state in states.items() for r in state.reminders]
    parts = []
    for kind, what in ((CheckKind.VISUAL, "look at"), (CheckKind.MEASUREMENT, "measure")):
        count = len({m for m, each in kinds if each is kind})
        if count:
            parts.append(f"{count} screen{'s' if count > 1 else ''} to {what}")
    return " · ".join([*parts, *([key] if key and parts else [])])


def short_due(state: MonitorState) -> str:
    """Return what is due for one monitor in a few words."""
    words = {CheckKind.VISUAL: "test pattern", CheckKind.MEASUREMENT: "measurement"}
    return ", ".join(_each(words[r.kind] for r in state.reminders)) or "nothing"


def _each(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _driven(state: MonitorState) -> str:
    if state.curve.assumed:
        return "Never measured: a gamma of 2.2 is assumed, and each image says so."
    if state.lut is None:
        return "Gets P-values as they are: it follows the display function by itself."
    return "Gets P-values through the table of its measured curve."


def _visual(state: MonitorState) -> Line:
    check = state.visual
    if check is None:
        return Line("Nobody has looked at the test pattern on it yet.", False)
    told = f"Test pattern looked at on {check.done_on} by {check.done_by}"
    return Line(f"{told}." if check.passed else f"{told}: {'; '.join(check.remarks)}.", check.passed)


def _sentence(text: str, *, assumed: bool) -> str:
    return f"As assumed: {text[0].lower()}{text[1:]}" if assumed else text
