"""Rows of files that an import has seen: what each became, and under which header repairs it was read."""

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from klarsyn.domain.finding import ResultOrigin
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.models import QuarantineRow, ResultRow, SourceFileRow
from klarsyn.store.report_models import ReceivedDocumentRow, ReceivedReportRow
from klarsyn.store.settlement import Settlement, SourceFile

_OWN = "own report"
"""What became of a report that was written of a result which is here: it brings nothing new."""


def paths_of(uids: list[str]) -> Select[str]:
    """Select the paths of files that held these reports or documents."""
    return select(SourceFileRow.path).where(SourceFileRow.kept_uid.in_(uids))


def kept_settlement(session: Session, outcome: str, uid: str, images: ImageFolder) -> Settlement | None:
    """Return what a report's or document's file became; None when `images` has lost its copy."""
    if outcome == "rejection":
        # Its rows say all of it; no page asks for the file again.
        return Settlement(rejection=uid)
    if outcome == _OWN:
        return _of_own(session, uid)
    table = ReceivedReportRow if outcome == "report" else ReceivedDocumentRow
    sha256 = session.scalar(select(table.sha256).where(table.sop_instance_uid == uid))
    if not sha256 or not images.path(sha256).is_file():
        return None
    return Settlement(report=uid) if outcome == "report" else Settlement(document=uid)


def note_own(session: Session, source: SourceFile, result_id: str) -> Settlement | None:
    """Note a file with a report of our own result; None where an engine has made no such result here."""
    settled = _of_own(session, result_id)
    if settled is not None:
        remember(session, source, _OWN, kept_uid=result_id)
        session.execute(delete(QuarantineRow).where(QuarantineRow.path == stored(source.path)))
    return settled


def remember(
    session: Session,
    source: SourceFile,
    outcome: str,
    uid: str | None = None,
    state_uid: str | None = None,
    kept_uid: str | None = None,
) -> None:
    """Note what a file became."""
    path = stored(source.path)
    row, repairs = session.get(SourceFileRow, path), editions(source.repairs)
    if row is not None and row.outcome == outcome and same_file(row, source):
        # What an earlier import repaired stays repaired; of one repair, the newer edition counts.
        repairs = editions(row.repairs) | repairs
    session.merge(
        SourceFileRow(
            path=path,
            size=source.size,
            mtime_ns=source.mtime_ns,
            repairs=",".join(f"{name}:{fingerprint}" for name, fingerprint in sorted(repairs.items())),
            outcome=outcome,
            sop_instance_uid=uid,
            state_uid=state_uid,
            kept_uid=kept_uid,
        )
    )


def _of_own(session: Session, result_id: str) -> Settlement | None:
    here = ResultRow.origin == ResultOrigin.ENGINE.value
    exam_id = session.scalar(select(ResultRow.exam_id).where(ResultRow.result_id == result_id, here))
    return Settlement(exam_id) if exam_id is not None else None


def same_file(row: SourceFileRow, source: SourceFile) -> bool:
    """True while a file has the size and the time that it had."""
    return (row.size, row.mtime_ns) == (source.size, source.mtime_ns)


def editions(repairs: str) -> dict[str, str]:
    """Return repair name -> fingerprint."""
    return {
        name: mark for name, _, mark in (edition.partition(":") for edition in repairs.split(",")) if name
    }


def stored(path: str) -> str:
    """Return a path as it stands in its row."""
    # A name that is not UTF-8 (an old share) reaches Python as surrogates, which no database takes.
    return path.encode("utf-8", "backslashreplace").decode("utf-8")
