"""What the panel says, as plain text and numbers: every sentence of it is made here. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from klarsyn.domain.exam import Exam
from klarsyn.domain.explanation import Contribution, Explanation
from klarsyn.domain.finding import AiResult, Finding, LesionType, ResultOrigin, ResultStatus
from klarsyn.domain.misleading import misleading
from klarsyn.ui.findings.result_words import findings_line, use_line
from klarsyn.ui.words import STALE, engine_text

LEAST = 0.005
"""What adds less than this to an engine's value is said to add 0: engines round, too."""

NOT_ASKED = "No engine can be asked here, so that nothing is said of parts."

_HUNG = {"R CC": 0, "L CC": 1, "R ML": 2, "L ML": 3}
"""Views in the order in which they hang."""

_KIND = {LesionType.SOFT_TISSUE: "soft", LesionType.CALCIFICATIONS: "calc"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One part: `share` is its value by the largest of all, -1 to 1; None where the engine gave none."""

    label: str
    share: float | None
    value: str
    score: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """All texts of the panel, from above."""

    warnings: tuple[str, ...]
    lines: tuple[str, ...]
    bars: tuple[tuple[str, tuple[Bar, ...]], ...] = ()
    sums: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    made: tuple[str, ...] = ()


def why_nothing(result: AiResult | None, exam: Exam) -> str:
    """Return why there is no score to explain, in a sentence; empty where there is one."""
    if result is None:
        return "No engine has looked at this exam: there is no score to explain."
    if result.provenance.origin is ResultOrigin.REPORT:
        return f"This came as a report of {engine_text(result)}. No engine here can be asked why."
    if result.is_stale_for(exam):
        return "Images came after this result: it is not this exam's score, and is not explained."
    if result.raw_value is None:
        return f"{findings_line(result, exam)} There is no score to explain."
    return ""


def sheet_of(result: AiResult | None, exam: Exam, found: Explanation | None) -> Sheet:
    """Return the sheet of a result; `found` is what the engine said when asked again, None till then."""
    nothing = why_nothing(result, exam)
    if result is None:
        return Sheet((), (nothing,))
    stale = result.is_stale_for(exam)
    warnings = [use_line(result), STALE if stale else ""]
    if result.status is ResultStatus.PARTIAL and not stale:
        warnings.append(f"{findings_line(result, exam)} This is not the exam's score.")
    flags = found.flags if found is not None else misleading(exam, result.provenance.input_instances)
    return Sheet(
        tuple(filter(None, warnings)),
        (nothing,) if nothing else tuple(filter(None, _lines(result, exam, found))),
        _bars(result, found) if found is not None else (),
        (*_sums(result, found), *_left_out(result, found)) if found is not None else (),
        tuple(flag.text for flag in flags),
        _made(result),
    )


def _lines(result: AiResult, exam: Exam, found: Explanation | None) -> Iterable[str]:
    score, raw = result.score_for(exam), result.raw_value
    of = ", of the images that were seen" if result.status is ResultStatus.PARTIAL else ""
    if score is not None:
        yield f"Exam score {score.value} of 10{', provisional' if score.provisional else ''}"
    if of:
        pass  # A part of an exam has no place among whole ones.
    elif found is not None and found.place is not None:
        yield found.place.words()
    elif score is not None:
        yield f"Higher than {score.percentile:.0f} % of the exams of the calibration."
    else:
        yield "No calibration makes a score of the engine's value: neither score nor percentile."
    if raw is not None:
        yield f"Engine's own value {raw:.3g}{of}"


def _made(result: AiResult) -> tuple[str, ...]:
    made = result.provenance
    model = f"model {made.model_sha256[:8]}" if made.model_sha256 else "no model file"
    return (
        f"{engine_text(result)} · {model} · made for {made.intended_use.value}",
        f"Calibration {made.calibration or 'none'}, state then: {made.calibration_state.value}",
    )


def _bars(result: AiResult, found: Explanation) -> tuple[tuple[str, tuple[Bar, ...]], ...]:
    parts = (*found.views, *found.breasts, *found.findings)
    largest = max((abs(part.value) for part in parts if part.value is not None), default=0.0)
    names = {finding.finding_id: name_of(finding) for finding in result.findings}
    views = tuple(sorted(found.views, key=lambda part: _HUNG.get(part.label[:4], len(_HUNG))))
    groups = (("By view", views), ("By breast", found.breasts), ("By finding", found.findings))
    made = [(title, tuple(_bar(p, largest, names) for p in some)) for title, some in groups if some]
    if result.status is not ResultStatus.PARTIAL:
        return tuple(made)
    # Without a score of the whole exam there is none without a part either.
    return tuple((title, tuple(replace(bar, score="") for bar in bars)) for title, bars in made)


def _sums(result: AiResult, found: Explanation) -> Iterable[str]:
    """Say of each sum whether its parts add up, and once for all what it means where they do not."""
    names = _names(result, found)
    for each in found.sums:
        labels = [names.get(label, label) for label in each.labels]
        parts = f"These {len(labels)} findings" if len(labels) > 2 else " and ".join(labels)
        does = "add up" if each.holds else "do not add up"
        yield f"{parts} {does}: each alone {_number(each.apart)}, all at once {_number(each.together)}."
    if any(not each.holds for each in found.sums):
        yield (
            "The engine weighs such parts against each other: a bar says what the value would lose without "
            "the part, not the part's share of it."
        )


def _names(result: AiResult, found: Explanation) -> dict[str, str]:
    """Return how the bars name what the engine side calls "finding 1"."""
    by_id = {finding.finding_id: name_of(finding) for finding in result.findings}
    return {part.label: by_id.get(part.finding_id or "", part.label) for part in found.findings}


def _left_out(result: AiResult, found: Explanation) -> Iterable[str]:
    names = _names(result, found)
    for words in found.left_out:
        part, colon, reason = words.partition(": ")
        yield f"{names.get(part, part)}{colon}{reason}"


def _number(value: float) -> str:
    return f"{value:+.2f}" if abs(value) >= LEAST else "0"


def _bar(part: Contribution, largest: float, names: dict[str, str]) -> Bar:
    label = names.get(part.finding_id or "", part.label)
    if part.value is None:
        return Bar(label, None, "not known", "")
    share = part.value / largest if largest else 0.0
    score = f"{part.score_without}" if part.score_without is not None else ""
    return Bar(label, share, _number(part.value), score)


def name_of(finding: Finding) -> str:
    """Return a finding's name in a few words, score, kind and side: "71 soft L"."""
    side = finding.laterality.value if finding.laterality is not None else ""
    return " ".join(filter(None, (str(finding.score or "–"), _KIND[finding.lesion_type], side)))
