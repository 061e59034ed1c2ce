"""Which letters have left, in which file: each decision's once, unless somebody says why again.

A file is written in three steps, so that a crash at any of them neither loses nor doubles a letter: its
content under another name, these rows, its own name. `open_exports` are those whose last step is not known.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError

from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.decision_models import DecisionRow, LetterDeliveryRow, LetterExportRow, LetterRow


@dataclass(frozen=True, slots=True)
class LetterExport:
    """One file of letters; `decisions` are those in it, `again_reason` why they left once more, or ""."""

    export_id: str
    batch: date
    format: str
    folder: str
    file_name: str
    sha256: str
    by: str
    at: datetime
    decisions: tuple[str, ...]
    again_reason: str = ""


class ExportedAlready(Exception):
    """A letter of this export has left meanwhile, or its decision has been corrected."""


class LetterRepository:
    """Letters as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(self, export: LetterExport) -> None:
        """Note that the letters of a file leave, all or none.

        Raises
        ------
        ExportedAlready
            If one of them has left, or its decision is not the newest; nothing is noted.
        """
        first = not export.again_reason
        later = DecisionRow.__table__.alias("later")
        try:
            with self._database.writing() as session:
                for portion in portions(export.decisions):
                    corrected = select(later.c.decision_id).where(later.c.supersedes.in_(portion)).limit(1)
                    if first and session.scalar(corrected) is not None:
                        raise ExportedAlready("A decision was corrected meanwhile. Give the command again.")
                session.add(
                    LetterExportRow(
                        export_id=export.export_id,
                        batch=export.batch,
                        format=export.format,
                        folder=export.folder,
                        file_name=export.file_name,
                        sha256=export.sha256,
                        by=export.by,
                        at=export.at,
                        again_reason=export.again_reason,
                    )
                )
                session.flush()
                session.add_all(
                    LetterRow(export_id=export.export_id, decision_id=decision_id, is_first=first)
                    for decision_id in export.decisions
                )
        except IntegrityError as error:
            raise ExportedAlready("These letters have left meanwhile. Give the command again.") from error

    def delivered(self, export_id: str, at: datetime, note: str = "") -> None:
        """Note that an export's file lies under its own name; noted once, whoever says it again."""
        with self._database.writing() as session:
            if session.get(LetterDeliveryRow, export_id) is None:
                session.add(LetterDeliveryRow(export_id=export_id, at=at, note=note))

    def of_batch(self, batch: date) -> list[LetterExport]:
        """Return the exports of a batch, oldest first."""
        return self._exports(LetterExportRow.batch == batch)

    def open_exports(self) -> list[LetterExport]:
        """Return those of which nobody has noted that their file lies there, oldest first."""
        return self._exports(~exists().where(LetterDeliveryRow.export_id == LetterExportRow.export_id))

    def sent(self, decision_ids: Iterable[str]) -> set[str]:
        """Return which of these decisions have a letter that has left."""
        query = select(LetterRow.decision_id)
        with self._database.reading() as session:
            return {
                found
                for portion in portions(decision_ids)
                for found in session.scalars(query.where(LetterRow.decision_id.in_(portion)))
            }

    def _exports(self, condition: ColumnElement[bool]) -> list[LetterExport]:
        by_time = (LetterExportRow.at, LetterExportRow.export_id)
        query = select(LetterExportRow).where(condition).order_by(*by_time)
        with self._database.reading() as session:
            return [
                LetterExport(
                    row.export_id,
                    row.batch,
                    row.format,
                    row.folder,
                    row.file_name,
                    row.sha256,
                    row.by,
                    row.at,
                    tuple(
                        session.scalars(
                            select(LetterRow.decision_id)
                            .where(LetterRow.export_id == row.export_id)
                            .order_by(LetterRow.decision_id)
                        )
                    ),
                    row.again_reason,
                )
                for row in session.scalars(query).all()
            ]
