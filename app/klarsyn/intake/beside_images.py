"""Settling what came beside the images: reports and documents of other makers' software."""

from datetime import datetime

from klarsyn.domain.reports.own_result import own_result_id
from klarsyn.intake.file_reader import FileReading
from klarsyn.intake.import_summary import ImportSummary
from klarsyn.store.arrivals import ArrivalRepository, DuplicateReceived, Settlement
from klarsyn.store.documents import KeptDocument
from klarsyn.store.received import Received
from klarsyn.store.reports import KeptReport

_ASK_SENDER = "Ask the sender which of the two is right; the first one stays in use."


def settle_beside(
    arrivals: ArrivalRepository, reading: FileReading, now: datetime, summary: ImportSummary
) -> None:
    """Keep a report or a document, whether or not its exam is here; what cannot be kept is quarantined.

    Raises
    ------
    CannotKeep
        If the database cannot be written.
    """
    what = "report" if reading.report is not None else "document"
    try:
        summary.count(_kept(arrivals, reading, now))
    except DuplicateReceived:
        reason = f"Another {what} with the same SOPInstanceUID and other content is in the store."
        arrivals.quarantine(reading.source, reason, _ASK_SENDER, now)
        summary.quarantined += 1
    except (ValueError, RecursionError):
        reason = (
            f"The {what} says something that cannot be kept: numbers that are none, or too deep a nesting."
        )
        arrivals.quarantine(reading.source, reason, "Ask its maker to make it again.", now)
        summary.quarantined += 1


def _kept(arrivals: ArrivalRepository, reading: FileReading, now: datetime) -> Settlement:
    came = reading.report or reading.document
    assert came is not None  # noqa: S101  the caller has asked
    received = Received(
        came.exam_key, came.patient, came.study_date, came.accession_number, reading.sha256, now
    )
    if reading.report is not None:
        mine = own_result_id(reading.report.report)
        if mine and (known := arrivals.settle_own(reading.source, mine)) is not None:
            return known
        return arrivals.settle_report(reading.source, KeptReport(reading.report.report, received))
    assert reading.document is not None  # noqa: S101
    return arrivals.settle_document(reading.source, KeptDocument(reading.document.document, received))
