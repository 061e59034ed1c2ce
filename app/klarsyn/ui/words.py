"""Short words on the screen for what has a sentence elsewhere: results, patients, dates."""

from collections.abc import Sequence
from datetime import date, datetime

from klarsyn.domain.exam import Exam, Patient
from klarsyn.domain.finding import AiResult, IntendedUse, ResultOrigin, ResultStatus

BEFORE_SIGNING = "AI hidden until signed"
"""The same for scored, unscored and failed exams (invariant 6)."""

STALE = "stale: images came after it; not scored"
"""Said of a result that speaks of other images than the exam has now; its exam score is not shown."""

_STATUS = {
    ResultStatus.NO_FINDINGS: "no findings",
    ResultStatus.PARTIAL: "partially processed",
    ResultStatus.FAILED: "the engine failed",
    ResultStatus.NOT_PROCESSED: "not processed",
    ResultStatus.NOT_FOR_THIS_EXAM: "not made for this exam",
}


def identity(patient: Patient) -> str:
    """Return name and number in one line; a number that stands for the name is said once."""
    return " · ".join(dict.fromkeys(p for p in (patient.name or "no name", patient.patient_id) if p))


def age_on(birth: date | None, day: date | None) -> str:
    """Return the age in years, e.g. "66 y"; empty when it cannot be known."""
    if birth is None or day is None:
        return ""
    return f"{day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))} y"


def priors_words(dates: Sequence[date | None]) -> tuple[str, ...]:
    """Name the newest of the priors, and say how many more there are; nothing when there is none."""
    if not dates:
        return ()
    newest = dates[0].isoformat() if dates[0] else "of unknown date"
    more = f" and {len(dates) - 1} more" if len(dates) > 1 else ""
    return (f"prior {newest}{more}",)


def clock_text(moment: datetime) -> str:
    """Return the local time of day, e.g. "10:42:10"."""
    return moment.astimezone().strftime("%H:%M:%S")


def engine_text(result: AiResult) -> str:
    """Return who made a result, e.g. "Demonstration engine 0.1.0" (invariant 7)."""
    return f"{result.provenance.engine} {result.provenance.version}".strip()


def result_line(result: AiResult | None, exam: Exam, *, readers: int, beside: bool = False) -> str:
    """Return what the strip says of the AI after the reveal."""
    return " · ".join(text for text, _ in result_parts(result, exam, readers=readers, beside=beside))


def result_parts(
    result: AiResult | None, exam: Exam, *, readers: int, beside: bool = False
) -> tuple[tuple[str, int], ...]:
    """Return the parts of `result_line`, each with its rank: what has the highest is left out first.

    What a result is not made for is never left out, nor, without a score, how many read (invariant 7).

    Parameters
    ----------
    readers
        How many the exam gets by the result that orders the queue, whichever is shown.
    beside
        Whether the one that is shown does not order the queue.
    """
    two = "read by two" if readers > 1 else ""
    return tuple(part for part in _parts(result, exam, two, "beside: " if beside else "") if part[0])


def _parts(result: AiResult | None, exam: Exam, two: str, beside: str) -> tuple[tuple[str, int], ...]:
    if result is None:
        return ("not scored: no engine has processed this exam", 1), (two, 0)
    if result.is_stale_for(exam):
        return (f"{beside}{STALE}", 1), (two, 0)
    if result.is_scored and result.score is not None:
        clinical = result.provenance.intended_use is IntendedUse.CLINICAL
        return (
            (f"{beside or 'exam '}score {result.score.value}", 0),
            (engine_text(result), 2),
            ("provisional" if result.score.provisional else "", 1),
            ("" if clinical else "not for clinical use", 0),
            (two, 1),
        )
    # Of an engine there is one; whose report it is, is said always.
    name = engine_text(result) if result.provenance.origin is ResultOrigin.REPORT else ""
    return (f"{beside}not scored: {reason_of(result)}", 1), (name, 2), (two, 0)


def reason_of(result: AiResult) -> str:
    """Return why a result has no score, without its full stop."""
    return (result.reason or _STATUS.get(result.status, result.status.value)).rstrip(". ")
