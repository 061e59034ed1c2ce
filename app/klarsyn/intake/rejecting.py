"""Rejected images leave their exam; a note that names another woman's image takes none and is told."""

from datetime import datetime

from klarsyn.base.log import get_logger
from klarsyn.domain.task import TaskRule
from klarsyn.intake.file_reader import FileReading
from klarsyn.intake.import_summary import ImportSummary
from klarsyn.store.arrivals import ArrivalRepository, DuplicateRejection
from klarsyn.store.image_folder import CannotKeep
from klarsyn.store.rejections import KeptRejection
from klarsyn.store.store import Store

_log = get_logger(__name__)
_ANOTHER_PATIENT = (
    "It rejects an image of an exam that is here, and names another patient than that exam. The image stays."
)
_CHECK_IDENTITY = "Have the identity checked where it was made, and send it again under the right patient."


def settle_rejection(
    arrivals: ArrivalRepository, reading: FileReading, now: datetime, summary: ImportSummary
) -> None:
    """Keep a rejection, whether or not its images are here; raises CannotKeep as every settlement."""
    assert reading.rejection is not None  # noqa: S101  the caller has asked
    kept = KeptRejection(reading.rejection.rejection, reading.rejection.patient, reading.sha256, now)
    try:
        summary.count(arrivals.settle_rejection(reading.source, kept))
    except DuplicateRejection:
        reason = "Another rejection with the same SOPInstanceUID and other content is in the store."
        advice = "Ask the sender which of the two is right; the first one stays in use."
        arrivals.quarantine(reading.source, reason, advice, now)
        summary.quarantined += 1


def apply_rejections(store: Store, summary: ImportSummary, rule: TaskRule, now: datetime) -> None:
    """Bring what hangs on an exam's images in line with this import's rejections.

    The images themselves are gone from their exams with the rows; here priors are settled anew, and the exams
    are counted among those that the import has touched. Whatever fails, the import stands.
    """
    if not summary.rejections:
        return
    try:
        for exam_id, same_woman in sorted(store.rejections.touched(summary.rejections).items()):
            if same_woman:
                store.identities.settle_anew(exam_id, rule)
                summary.exams.add(exam_id)
                _log.info("images rejected", exam=exam_id)
        for uid in store.rejections.of_other_patients(summary.rejections):
            store.arrivals.hold(uid, _ANOTHER_PATIENT, _CHECK_IDENTITY, now)
            summary.held += 1
    except CannotKeep as error:
        _log.warning("rejections not settled", error=error.strerror or str(error))
