"""How far a read has come, derived from the rows of the store: a restart comes back to the same step."""

from dataclasses import dataclass

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.placing import place
from klarsyn.domain.read import Impression, Read, ReadKind
from klarsyn.domain.reading_facts import DECLINED
from klarsyn.reading.step import Step
from klarsyn.store.reads import in_force
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """One reader's read of one exam; `shown` is the result that the reader was shown, if any."""

    step: Step
    draft: Impression
    first: Read | None
    final: Read | None
    shown: AiResult | None


def standing(store: Store, exam: Exam, reader: str) -> Standing:
    """Return how far a reader has come: signed rows decide, then the unsigned draft [store].

    What an engine said is loaded only where the log holds that this reader was shown it since the first
    impression (invariant 6), and then as it was shown, not what an engine has said since.
    """
    uids = tuple(image.sop_instance_uid for image in exam.images)
    signed = in_force(store.reads.own(exam.exam_id, reader))
    # A read that was signed before the last image came is no read of this exam.
    own = {read.kind: read for read in signed if read.covers_all(uids)}
    first, final = own.get(ReadKind.FIRST_IMPRESSION), own.get(ReadKind.FINAL)
    draft = _draft(first, final, store.reads.draft_of(exam.exam_id, reader))
    if final is not None:
        return Standing(Step.FINAL, draft, first, final, None)
    if first is None:
        return Standing(Step.READING, draft, first, final, None)
    reveals = store.reads.reveals(exam.exam_id, reader)
    seen = [reveal for reveal in reveals if reveal.shown and reveal.at >= first.signed_at]
    if not seen:
        return Standing(Step.SIGNED, draft, first, final, None)
    result = store.results.get(seen[-1].result_id) if seen[-1].result_id is not None else None
    if result is not None and is_declined(store, exam, result):
        result = None
    return Standing(Step.REVEALED, draft, first, final, place(result, exam) if result is not None else None)


def is_declined(store: Store, exam: Exam, result: AiResult) -> bool:
    """True where she has declined AI since, so that `result` is shown to nobody any more [store]."""
    return result.reason != DECLINED and bool(store.exam_notes.declined([exam.exam_id]))


def _draft(first: Read | None, final: Read | None, kept: Impression | None) -> Impression:
    if final is not None and final.impression is not None:
        return final.impression
    if kept is not None:
        return kept
    if first is not None and first.impression is not None:
        return first.impression
    return Impression(None, None)
