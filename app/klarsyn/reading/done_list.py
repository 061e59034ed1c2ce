"""What a reader has signed today, as it stands below the queue."""

from dataclasses import dataclass
from datetime import datetime

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.policy import ReadingPolicy, RevealPolicy
from klarsyn.domain.read import Read, ReadKind
from klarsyn.domain.release import as_it_stands
from klarsyn.store.reads import in_force
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class DoneRow:
    """An exam whose first impression this reader has signed.

    `score_text` stays empty until the log of reveals holds that this reader was shown this very result.
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
    valid = store.calibrations.in_force()
    results = {exam_id: as_it_stands(r, valid) for exam_id, r in store.results.latest(newest).items()}
    exams = {e.exam_id: e for e in store.exams.many(newest)}
    rows = [
        DoneRow(
            exam_id=exam_id,
            label=f"{exams[exam_id].study_date or 'date unknown'} · {exams[exam_id].exam_type.value}",
            impression=str(read.impression),
            signed_at=read.signed_at,
            score_text=_score_text(store, policy, reader, now, exams[exam_id], results.get(exam_id)),
            status="final" if read.kind is ReadKind.FINAL else "first impression signed, not final",
        )
        for exam_id, read in newest.items()
    ]
    return tuple(sorted(rows, key=lambda r: r.signed_at, reverse=True))


def _score_text(
    store: Store, policy: ReadingPolicy, reader: str, now: datetime, exam: Exam, result: AiResult | None
) -> str:
    reveals = store.reads.reveals(exam.exam_id, reader)
    shown = {r.result_id for r in reveals if r.shown}
    if policy.reveal is RevealPolicy.NEVER or (result.result_id if result else None) not in shown:
        return ""
    if result is None:
        return "not scored: no engine has processed it"
    score = result.score_for(exam)
    if score is None:
        return f"not scored: {result.why_not_scored(exam)}"
    minutes = int((now - result.provenance.made_at).total_seconds() // 60)
    age = f"{minutes} min ago" if minutes < 120 else f"{minutes // 60} h ago"
    provisional = ", provisional" if score.provisional else ""
    made_by = f"{result.provenance.engine} {result.provenance.version}"
    return f"score {score.value}{provisional}, {made_by}, {age}"
