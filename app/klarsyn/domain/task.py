"""Which exams are reading tasks, and which are priors: kept to be compared with, not to be read again.

The rule files an exam away only where nothing speaks for reading it; whatever is in doubt is read
(invariant 1). It looks at dates, never at the order in which exams came, so that a prior that is sent
after the current exam ends as it would have ended before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from klarsyn.domain.exam import Patient


@dataclass(frozen=True, slots=True)
class Study:
    """What the rule needs to know of one exam.

    `asked_for` is true when an administrator wants it read, `begun` when somebody has signed or drafted its
    reading, `doubtful` when its images contradict each other about the patient. `screens` says that it
    has a whole view, processed to be read: only such an exam can take an older one's place.
    """

    patient: Patient
    study_date: date | None
    arrived: date
    asked_for: bool = False
    begun: bool = False
    doubtful: bool = False
    screens: bool = True


@dataclass(frozen=True, slots=True)
class TaskRule:
    """A site's limits in days; docs/decisions/0008-priors.md says why these.

    `window_days`: a study no older than this on arrival is a task for good. `max_age_days`: one older than
    this on arrival is a prior. `gap_days`: one between them is a prior when a newer study of the same woman
    was made at least so many days after it.
    """

    window_days: int = 60
    max_age_days: int = 365
    gap_days: int = 274

    def why_prior(self, study: Study, others: Iterable[Study]) -> str:
        """Return in words why a study is kept as a prior; empty for a reading task.

        `others` are studies in the same store; those of other women decide nothing.
        """
        if study.asked_for or study.begun or study.doubtful or study.study_date is None:
            return ""
        made = study.study_date
        age = (study.arrived - made).days
        if age <= self.window_days:
            # It came to be read, and waits until it has been: no later study pushes it out of the queue.
            # So does one whose date had not come when it arrived: such a date says nothing.
            return ""
        if age > self.max_age_days:
            return f"{age} days old when it arrived, more than {self.max_age_days}"
        newer = [
            other.study_date
            for other in others
            if other.screens
            and not other.doubtful
            and other.study_date is not None
            and possible(other.study_date, other.arrived)
            and (other.study_date - made).days >= self.gap_days
            and certainly_same(study.patient, other.patient)
        ]
        if not newer:
            return ""
        newest = max(newer)
        return f"made {(newest - made).days} days before the study of {newest}, {self.gap_days} or more"


def possible(study_date: date, arrived: date) -> bool:
    """False for a study that came before it was made: its clock was wrong, and it takes nobody's place.

    One day is granted, since arrivals are dated in UTC and studies where they are made.
    """
    return study_date <= arrived + timedelta(days=1)


def certainly_same(one: Patient, other: Patient) -> bool:
    """True when number, its issuer and birth date agree, and none of number and birth date is missing."""
    return (
        bool(one.patient_id)
        and one.birth_date is not None
        and (one.patient_id, one.issuer, one.birth_date) == (other.patient_id, other.issuer, other.birth_date)
    )
