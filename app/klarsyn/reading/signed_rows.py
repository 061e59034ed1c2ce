"""Signing writes one row, and beside it what was drawn and how the images stood; never more, never less."""

import uuid
from dataclasses import replace
from datetime import datetime

from klarsyn import __version__
from klarsyn.base.log import get_logger
from klarsyn.domain.exam import Exam
from klarsyn.domain.read import Impression, Read, ReadKind
from klarsyn.reading.drawings import Drawings
from klarsyn.reading.read_details import DetailsDraft
from klarsyn.reading.refusal import ReadingError
from klarsyn.store.reads import AlreadySigned
from klarsyn.store.store import Store

_log = get_logger(__name__)


class SignedRows:
    """The rows of one reader's read of one exam."""

    def __init__(
        self, store: Store, exam: Exam, reader: str, drawings: Drawings, details: DetailsDraft
    ) -> None:
        """Write what `drawings` and `details` hold beside each row."""
        self._store, self._exam, self._reader, self._drawings = store, exam, reader, drawings
        self._details = details

    def append(
        self,
        kind: ReadKind,
        impression: Impression,
        now: datetime,
        effective: datetime,
        seen_in_part: tuple[str, ...] | None = None,
        reason: str = "",
    ) -> Read:
        """Sign one row and return it [store]; `seen_in_part` are the images not seen whole by then.

        Raises
        ------
        ReadingError
            If the reader has such a row in force already; nothing is written.
        """
        row = self._row(kind, now, effective, reason)
        return self._written(replace(row, impression=impression, seen_in_part=seen_in_part))

    def take_back(self, read: Read, now: datetime, reason: str) -> Read:
        """Sign the withdrawal of a row and return it [store].

        Raises
        ------
        ReadingError
            If it has been withdrawn already.
        """
        return self._written(
            replace(self._row(ReadKind.WITHDRAWAL, now, now, reason), supersedes=read.read_id)
        )

    def _row(self, kind: ReadKind, now: datetime, effective: datetime, reason: str) -> Read:
        return Read(
            read_id=str(uuid.uuid4()),
            exam_id=self._exam.exam_id,
            reader=self._reader,
            kind=kind,
            impression=None,
            signed_at=now,
            effective_at=effective,
            reason=reason,
            software=f"klarsyn {__version__}",
            covers=tuple(image.sop_instance_uid for image in self._exam.images),
        )

    def _written(self, read: Read) -> Read:
        try:
            details = self._details.present if read.impression is not None else None
            self._store.reads.add(read, self._drawings.states_of(read), details)
        except AlreadySigned as error:
            raise ReadingError(str(error)) from error
        _log.info("read signed", kind=read.kind.value, exam_id=read.exam_id)
        return read
