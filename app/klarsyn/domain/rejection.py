"""Rejection notes of IHE's Imaging Object Change Management (RAD-66): images that no longer count."""

from dataclasses import dataclass
from enum import StrEnum


class RejectionReason(StrEnum):
    """Why images were rejected: document titles of Key Object Selection (PS3.16 CID 7010)."""

    QUALITY = "113001"
    PATIENT_SAFETY = "113037"
    WRONG_WORKLIST_ENTRY = "113038"
    RETENTION_EXPIRED = "113039"

    @property
    def words(self) -> str:
        """What is said of such an image."""
        return _WORDS[self]


_WORDS = {
    RejectionReason.QUALITY: "rejected for its quality",
    RejectionReason.PATIENT_SAFETY: "rejected for the patient's safety",
    RejectionReason.WRONG_WORKLIST_ENTRY: "made under a wrong worklist entry",
    RejectionReason.RETENTION_EXPIRED: "past the time for which it is kept",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """One note; `images` are (StudyInstanceUID, SOPInstanceUID) of what it rejects."""

    document_uid: str
    reason: RejectionReason
    images: tuple[tuple[str, str], ...]
