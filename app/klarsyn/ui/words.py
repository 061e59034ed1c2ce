"""Short words on the screen for what has a sentence elsewhere: notices, results, dates."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from klarsyn.domain.exam import Exam, Image, Notice, Patient
from klarsyn.domain.finding import AiResult, IntendedUse, ResultStatus

BEFORE_SIGNING = "AI hidden until signed"
"""The same for scored, unscored and failed exams (invariant 6)."""

STALE = "stale: images came after it; not scored"
"""Said of a result that speaks of other images than the exam has now; its exam score is not shown."""

_NOT_SHOWN = ("slice-unreadable", "slices-missing", "parts-missing", "frames-missing")

_SHORT = {
    "header-repair": "header repaired",
    "for-processing": "FOR PROCESSING",
    "lossy": "lossy compression",
    "laterality-missing": "side not coded",
    "laterality-contradiction": "SIDE: contradiction",
    "view-contradiction": "VIEW: contradiction",
    "view-missing": "view missing",
    "view-repeated": "repeated view",
    "tomosynthesis": "tomosynthesis behind the 2D image",
    "projections": "projections, not shown",
    "synthetic": "synthetic 2D",
    "spacing-missing": "real size unknown",
    "spacing-unusable": "real size unknown",
    "spacing-unchecked": "real size not confirmed",
    "orientation-missing": "hung by side and pixels",
    "orientation-illegal": "hung by side and pixels",
    "orientation-from-pixels": "hung by side and pixels",
    "orientation-unknown": "ORIENTATION unknown",
    "orientation-contradiction": "ORIENTATION: contradiction",
    "magnification-missing": "sizes at the detector",
    "sizes-differ": "sizes differ by 2 to 10 %",
    "no-window": "no window in the file",
    "window-invalid": "windows left out",
    "voi-function-unknown": "window function unknown",
    "lut-invalid": "lookup table left out",
    "rescale-invalid": "RESCALE not valid",
    "grey-contradiction": "BLACK AND WHITE: contradiction",
    "lut-shape-unknown": "black and white unsure",
    "padding-invalid": "border may be grey",
    "lossy-unclear": "lossy compression possible",
    "partial-view-unclear": "partial view possible",
    "slice-unreadable": "SLICES UNREADABLE",
    "slices-missing": "SLICES MISSING",
    "parts-missing": "SLICES MISSING",
    "frames-missing": "SLICES MISSING",
}

_QUIET = ("magnification-missing", "not-all-pixels-seen", "synthetic")

_STATUS = {
    ResultStatus.NO_FINDINGS: "no findings",
    ResultStatus.PARTIAL: "partially processed",
    ResultStatus.FAILED: "the engine failed",
    ResultStatus.NOT_PROCESSED: "not processed",
    ResultStatus.NOT_FOR_THIS_EXAM: "not made for this exam",
}


def short(notice: Notice) -> str:
    """Return a notice in two or three words; the sentence is shown on request."""
    return _SHORT.get(notice.code, notice.code.replace("-", " "))


def is_quiet(notice: Notice) -> bool:
    """True for what is much the same on every view of a unit or a reader: said, but not in colour.

    Amber that stands on all views all day is amber that nobody sees.
    """
    return notice.code in _QUIET


def full(notice: Notice) -> str:
    """Return a notice's sentence with its short words before it, unless it begins with them."""
    words = short(notice)
    return notice.text if notice.text.casefold().startswith(words.casefold()) else f"{words}: {notice.text}"


def image_notices(image: Image, more: Iterable[Notice] = ()) -> tuple[Notice, ...]:
    """Return everything a reader must be told of an image, each once; flags without a notice get one."""
    notices = [n for n in dict.fromkeys((*image.notices, *more)) if n.code != "credit"]
    codes = {n.code for n in notices}
    flags = (
        (image.for_processing, "processing", "for-processing", "Not processed for presentation."),
        (image.lossy, "lossy", "lossy", "Compressed with loss; fine detail may be altered."),
        (image.partial_view, "partial", "partial-view", "Shows a part of the breast only."),
        (image.synthetic, "synthetic", "synthetic", "Computed from tomosynthesis, not exposed."),
        (image.spacing is None, "spacing", "no-spacing", "No pixel spacing: real size is unknown."),
    )
    for flag, stem, code, text in flags:
        if flag and not any(stem in c for c in codes):
            notices.append(Notice(code, text))
    return tuple(sorted(notices, key=_urgency))


def _urgency(notice: Notice) -> int:
    """What cannot be shown comes first, then contradictions, then images that are not as sent or meant."""
    if notice.code in _NOT_SHOWN:
        return 0
    if "contradiction" in notice.code:
        return 1
    return (
        2 if notice.code in ("header-repair", "for-processing", "lossy", "partial-view", "synthetic") else 3
    )


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


def result_line(result: AiResult | None, exam: Exam) -> str:
    """Return what the strip says of the AI after the reveal."""
    return " · ".join(text for text, _ in result_parts(result, exam))


def result_parts(result: AiResult | None, exam: Exam) -> tuple[tuple[str, int], ...]:
    """Return the parts of `result_line`, each with its rank: what has the highest is left out first.

    What a result is not made for is never left out, nor is how many read the exam (invariant 7).
    """
    if result is None:
        return ("not scored: no engine has processed this exam", 1), ("read by two", 0)
    if result.is_stale_for(exam):
        return (STALE, 1), ("read by two", 0)
    if result.is_scored and result.score is not None:
        clinical = result.provenance.intended_use is IntendedUse.CLINICAL
        parts = (
            (f"exam score {result.score.value}", 0),
            (engine_text(result), 2),
            ("provisional" if result.score.provisional else "", 1),
            ("" if clinical else "not for clinical use", 0),
        )
        return tuple(part for part in parts if part[0])
    return (f"not scored: {_reason(result)}", 1), ("read by two", 0)


def findings_line(result: AiResult | None, exam: Exam) -> str:
    """Return what stands in the list of findings when it has no finding, or only a part of them."""
    if result is None:
        return "Not processed. No engine has looked at this exam."
    if result.status is ResultStatus.FAILED:
        return f"The engine failed: {_reason(result)}. It says nothing about this exam."
    if result.status in (ResultStatus.NOT_PROCESSED, ResultStatus.NOT_FOR_THIS_EXAM):
        return f"Not processed: {_reason(result)}."
    if result.status is ResultStatus.PARTIAL:
        return f"Partially processed: {_reason(result)}. Some images were not looked at."
    if not result.findings and not result.unplaced:
        if result.is_stale_for(exam):
            return "No findings on the images that the engine looked at."
        return "No findings. The engine looked at all images and marked none."
    return ""


def use_line(result: AiResult | None) -> str:
    """Return the warning that belongs to an engine that is not for clinical use."""
    if result is None or result.provenance.intended_use is IntendedUse.CLINICAL:
        return ""
    if result.provenance.intended_use is IntendedUse.DEMONSTRATION:
        return "Demonstration engine. Not for clinical use."
    return "Research engine. Not for clinical use."


def _reason(result: AiResult) -> str:
    return (result.reason or _STATUS.get(result.status, result.status.value)).rstrip(". ")
