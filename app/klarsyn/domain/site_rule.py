"""Rules of a site by which some exams always get two readers, by accession number or type."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from klarsyn.domain.exam import Exam, ExamType


@dataclass(frozen=True, slots=True)
class SiteRule:
    """Exams that fit all that is given get two readers, with `reason` in words.

    `accession` is a pattern (`*` any letters, `?` one, `[ab]` one of these), `exam_types` the types that fit.
    An exam without an accession number fits every pattern: nobody can say that it does not (any doubt asks
    for two readers).
    """

    reason: str
    accession: str = ""
    exam_types: tuple[ExamType, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a rule that fits everything, and one that nobody could explain."""
        if not self.accession and not self.exam_types:
            raise ValueError("A rule of `always_two` needs `accession` or `type`, or both.")
        if not self.reason.strip():
            raise ValueError("A rule of `always_two` needs its `reason` in words.")

    def fits(self, exam: Exam) -> bool:
        """True when the rule speaks of this exam."""
        if self.exam_types and exam.exam_type not in self.exam_types:
            return False
        number = exam.accession_number.strip().casefold()
        return not self.accession or not number or fnmatchcase(number, self.accession.casefold())
