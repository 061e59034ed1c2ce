"""From the numbers that a report states to a score 1-10 of the exam and scores 1-100 of its findings.

A number that is not on the declared scale, not in the declared unit, or stated twice with different values is
no score; it stays as it stands in the report, and why there is none is said.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from klarsyn.domain.reports.cad_report import CadReport, ReportFinding, ScoreConcept, StatedScore
from klarsyn.domain.reports.score_reading import Rounding, Scale, ScoreReading
from klarsyn.domain.reports.vendor_rule import VendorRule

LONGEST_TEXT = 200
MOST_TEXTS = 20
"""How many texts, and letters of each, patterns are looked for in: a hostile text costs no time."""
_LONGEST_STATED = 200


@dataclass(frozen=True, slots=True)
class ExamNumber:
    """The exam's score 1-10, the number behind it, and where that stands on its scale in percent."""

    value: int
    raw: float
    percent: float


def exam_number(report: CadReport, rule: VendorRule) -> tuple[ExamNumber | None, str]:
    """Return the exam's score by its maker's rule, or None and a sentence that says why there is none."""
    reading = rule.exam_score
    if reading is None:
        return None, "the maker's report states no exam score that its rule knows"
    if reading.concept is None and reading.code is None:
        found = [
            number for text in report.texts[:MOST_TEXTS] if (number := _in_text(text, reading)) is not None
        ]
    else:
        found = [n for stated in report.scores if (n := _number(stated, reading)) is not None]
    numbers = set(found)
    if not numbers:
        return None, "the maker's report does not state the exam score that its rule looks for"
    if len(numbers) > 1:
        listed = ", ".join(f"{n:g}" for n in sorted(numbers)[:4])
        return None, f"the maker's report states several exam scores ({listed})"
    raw = numbers.pop()
    if not reading.scale.holds(raw):
        low, high = reading.scale.bounds
        return None, f"the exam score {raw:g} is not on its maker's scale of {low:g} to {high:g}"
    value, percent = _tenth(raw, reading)
    if value is None:
        return None, f"the exam score {raw:g} lies between two scores, and its rule does not say which it is"
    return ExamNumber(value, raw, percent), ""


def _tenth(raw: float, reading: ScoreReading) -> tuple[int | None, float]:
    """Return the score 1-10. Of percentages the first ten are 1, as tenths of exams are counted."""
    if reading.scale is not Scale.TENTHS:
        percent = raw if reading.scale is Scale.PERCENT else round(100 * raw, 9)  # 0.07 is 7 %
        return min(max(math.ceil(percent / 10), 1), 10), percent
    round_ = {
        Rounding.UP: math.ceil(raw),
        Rounding.DOWN: math.floor(raw),
        Rounding.NEAREST: math.floor(raw + 0.5),
        Rounding.NONE: int(raw) if raw == int(raw) else None,
    }[reading.rounding]
    # A tenth is known, not where in it the exam stands: its middle.
    return round_, 10 * raw - 5


def finding_number(scores: Iterable[StatedScore], rule: VendorRule) -> tuple[int, float | None]:
    """Return a finding's score 1-100 and the number behind it; 0 and None where none is stated.

    The readings are tried in the rule's order; of several numbers of one reading the highest counts.
    """
    scores = tuple(scores)
    for reading in rule.finding_scores:
        found = [n for stated in scores if (n := _number(stated, reading)) is not None]
        on_scale = [n for n in found if reading.scale.holds(n)]
        if on_scale:
            raw = max(on_scale)
            factor = {Scale.PERCENT: 1, Scale.FRACTION: 100, Scale.TENTHS: 10}[reading.scale]
            return min(max(math.floor(raw * factor + 0.5), 1), 100), raw
    return 0, None


def stated_words(finding: ReportFinding) -> str:
    """Return a finding's scores as they stand in the report: "Certainty of Finding 87 %"."""
    said = [_words(stated) for stated in finding.scores]
    return "; ".join(filter(None, said))[:_LONGEST_STATED]


def _words(stated: StatedScore) -> str:
    name = stated.name.meaning or stated.concept.value
    if stated.value is None:
        return f"{name} {stated.text}".strip()
    unit = "" if stated.unit in ("", "1", "{score}") else f" {stated.unit}"
    return f"{name} {stated.value:g}{unit}"


def _number(stated: StatedScore, reading: ScoreReading) -> float | None:
    """Return the number that is meant, in or off its scale; None where this is another one."""
    if reading.code is not None:
        if (stated.name.value, stated.name.scheme) != reading.code:
            return None
    elif (
        reading.concept is None or reading.concept is ScoreConcept.OTHER or stated.concept != reading.concept
    ):
        return None
    if reading.pattern is not None or reading.words:
        return _in_text(stated.text, reading)
    if stated.value is None or (reading.unit and stated.unit != reading.unit):
        return None
    return stated.value if math.isfinite(stated.value) else None


def _in_text(text: str, reading: ScoreReading) -> float | None:
    looked_at = text[:LONGEST_TEXT]
    found = looked_at
    if reading.pattern is not None:
        match = reading.pattern.search(looked_at)
        if match is None or match.group(1) is None or _cuts_a_number(text, *match.span(1)):
            return None
        found = match.group(1)
    if reading.words:
        return dict(reading.words).get(found.strip().casefold())
    try:
        number = float(found.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _cuts_a_number(text: str, start: int, end: int) -> bool:
    """True where digits go on before or behind, or a sign stands before: the 1 of 10 is no score."""
    before, behind = text[max(start - 2, 0) : start], text[end : end + 2]
    return bool(_ENDS_IN_NUMBER.search(before) or _GOES_ON.match(behind))


_ENDS_IN_NUMBER = re.compile(r"(?:\d[.,]?|[-\u2212+])$")
_GOES_ON = re.compile(r"[.,]?\d")
