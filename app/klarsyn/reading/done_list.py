"""What a reader has signed today, as it stands below the queue."""

from dataclasses import dataclass
from datetime import datetime

from klarsyn.domain.exam import Exam
from klarsyn.domain.policy import ReadingPolicy, RevealPolicy
from klarsyn.domain.read import Read, ReadKind
from klarsyn.domain.result_choice import Choice
from klarsyn.domain.result_words import age, result_label
from klarsyn.reading.choosing import choices
from klarsyn.store.reads import in_force
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class DoneRow:
    """An exam whose first impression this reader has signed.

    `score_text` stays empty until the log of reveals holds that this reader was shown this very result; of
    several, it is the first in the site's order that the reader has seen.
    """

    exam_id: str
    label: str
    impression: str
    signed_at: datetime
    score_text: str
    status: str


def signed_today(store: Store, reader: str, now: datetime) -> dict[str, Read]:
    """Return this reader's latest read in force of each exam that he or she has signed today [store]."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {read.exam_id: read for read in in_force(store.reads.all_own(reader, since=midnight))}


def done_rows(store: Store, policy: ReadingPolicy, reader: str, now: datetime) -> tuple[DoneRow, ...]:
    """Return today's exams whose first impression this reader has signed, newest first [store]."""
    newest = signed_today(store, reader, now)
    exams = {e.exam_id: e for e in store.exams.many(newest)}
    chosen = choices(store, exams.values(), policy)
    rows = [
        DoneRow(
            exam_id=exam_id,
            label=f"{exam.study_date or 'date unknown'} · {exam.exam_type.value}",
            impression=str(read.impression),
            signed_at=read.signed_at,
            score_text=_score_text(store, policy, reader, now, exam, chosen[exam_id]),
            status="final" if read.kind is ReadKind.FINAL else "first impression signed, not final",
        )
        for exam_id, read in newest.items()
        # One whose images were all rejected since is no exam any more; its read stays a row of the store.
        if (exam := exams.get(exam_id)) is not None
    ]
    return tuple(sorted(rows, key=lambda r: r.signed_at, reverse=True))


def _score_text(
    store: Store, policy: ReadingPolicy, reader: str, now: datetime, exam: Exam, choice: Choice
) -> str:
    if policy.reveal is RevealPolicy.NEVER:
        return ""
    shown = {r.result_id for r in store.reads.reveals(exam.exam_id, reader) if r.shown}
    if not choice.ordered:
        return "not scored: no engine has processed it" if None in shown else ""
    result = next((r for r in choice.ordered if r.result_id in shown), None)
    if result is None:
        return ""
    score = result.score_for(exam)
    if score is None:
        return f"not scored: {result.why_not_scored(exam)}"
    provisional = ", provisional" if score.provisional else ""
    return f"score {score.value}{provisional}, {result_label(result)}, {age(result, now)} ago"
