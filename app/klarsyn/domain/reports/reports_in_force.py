"""Which of one maker's reports of an exam count: a later one takes the place of what it says as much as.

A maker may send several: one of each form, one of each part of the exam, one that says it could not look.
What such a report lacks, an earlier one has said; it stays.
"""

from collections.abc import Sequence

from klarsyn.domain.finding import AiResult, ResultOrigin, ResultStatus

_HOW_MUCH = {ResultStatus.SCORED: 2, ResultStatus.NO_FINDINGS: 2, ResultStatus.PARTIAL: 1}


def in_force(results: Sequence[AiResult]) -> tuple[AiResult, ...]:
    """Return what counts of `results`, which stand newest first and are of one exam.

    Results of engines stay as they are.
    """
    kept: list[AiResult] = []
    for result in results:
        if not any(_replaces(newer, result) for newer in kept):
            kept.append(result)
    return tuple(kept)


def _replaces(newer: AiResult, older: AiResult) -> bool:
    new, old = newer.provenance, older.provenance
    if old.origin is not ResultOrigin.REPORT or old.origin is not new.origin:
        return False
    if (new.source, new.engine, new.report_form) != (old.source, old.engine, old.report_form):
        return False
    said, before = _HOW_MUCH.get(newer.status, 0), _HOW_MUCH.get(older.status, 0)
    if not before:
        return True
    whole = set(old.input_instances) <= set(new.input_instances)
    return said >= before and whole and (newer.score is not None or older.score is None)
