"""What our report says in words, for viewers that show no more of it (Impression Description, 111033)."""

from klarsyn.domain.finding import AiResult, IntendedUse, ResultStatus

_USE = {
    IntendedUse.DEMONSTRATION: "Demonstration only, not for diagnosis.",
    IntendedUse.RESEARCH: "Research only, not for diagnosis.",
    IntendedUse.CLINICAL: "",
}
_ENDED = {
    ResultStatus.SCORED: "",
    ResultStatus.NO_FINDINGS: "Processed, no findings.",
    ResultStatus.PARTIAL: "Only a part of the exam was processed.",
    ResultStatus.FAILED: "Processing failed: this says nothing of the exam.",
    ResultStatus.NOT_PROCESSED: "Not processed: this says nothing of the exam.",
    ResultStatus.NOT_FOR_THIS_EXAM: "The engine is not meant for this exam: this says nothing of it.",
}


def score_words(result: AiResult) -> str:
    """Return "Exam score 7 of 10, provisional."; "No exam score." where there is none."""
    if result.score is None:
        return "No exam score."
    return f"Exam score {result.score.value} of 10{', provisional' if result.score.provisional else ''}."


def impression(result: AiResult) -> str:
    """Return all that must not be overlooked, in one line: score, how it ended and why, what it is good for,
    what cannot be drawn, and what else its reader must know."""
    reason = one_line(result.reason)
    reasons = sorted({why for _, why in result.unplaced})
    undrawn = f"{len(result.unplaced)} not drawn: {'; '.join(reasons)}." if reasons else ""
    parts = (
        score_words(result),
        _ENDED[result.status],
        f"Reason: {reason}{'' if reason.endswith('.') else '.'}" if reason else "",
        undrawn,
        *result.notices,
        _USE[result.provenance.intended_use],
    )
    line = " ".join(part for part in parts if part)
    return one_line(line)


def one_line(text: str) -> str:
    """Return a text in one line, without control characters and needless blanks."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
