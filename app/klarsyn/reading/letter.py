"""One letter: what its form may say of a decision.

How a decision was reached, by whom and at what time is no part of it: nobody is to see from a letter whether
there was an arbitration.
"""

from dataclasses import dataclass
from datetime import date

from klarsyn.domain.decision import Decision
from klarsyn.domain.exam import Exam


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter of one decision; `corrects` where another on the same exam has left before."""

    decision: Decision
    exam: Exam
    corrects: bool

    def field(self, name: str) -> str:
        """Return what one of FIELDS holds; the outcome as the domain calls it.

        Raises
        ------
        KeyError
            If there is no such field.
        """
        patient = self.exam.patient
        family, _, given = patient.name.partition(", ")
        values = {
            "letter_id": self.decision.decision_id,
            "status": "corrected" if self.corrects else "final",
            "outcome": self.decision.outcome.value,
            "batch": self.decision.batch.isoformat(),
            "patient_id": patient.patient_id,
            "issuer": patient.issuer,
            "name": patient.name,
            "family_name": family,
            "given_name": given,
            "birth_date": _day(patient.birth_date),
            "accession_number": self.exam.accession_number,
            "study_date": _day(self.exam.study_date),
            "study_instance_uid": self.exam.images[0].study_instance_uid if self.exam.images else "",
            "exam_type": self.exam.exam_type.value,
            "exam_id": self.exam.exam_id,
        }
        return values[name]

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in its file: by exam, not by the order of the decisions."""
        return _day(self.exam.study_date), self.exam.exam_id


FIELDS = (
    "letter_id", "status", "outcome", "batch", "patient_id", "issuer", "name", "family_name", "given_name",
    "birth_date", "accession_number", "study_date", "study_instance_uid", "exam_type", "exam_id",
)  # fmt: skip


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
