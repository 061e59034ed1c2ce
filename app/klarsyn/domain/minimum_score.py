"""The lowest score of which marks are drawn: a reader's choice within the site's limits.

A finding is hidden whole or not at all: a lesion that is seen on two views keeps its weaker mark. What is
hidden is counted, so that it can always be said. Nothing of it is saved with a result or a read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from klarsyn.domain.finding import Finding

STEP = 5
"""How far one key changes it."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many findings and marks are not drawn, because their scores are below `below`."""

    below: int
    findings: int
    marks: int

    def words(self) -> str:
        """Say it in a few words; empty when nothing is hidden."""
        if not self.marks:
            return ""
        noun = "mark" if self.marks == 1 else "marks"
        return f"{self.marks} {noun} hidden below {self.below}"


def is_shown(finding: Finding, minimum: int) -> bool:
    """Return whether a finding is drawn at a minimum score; the score is the highest of its marks'.

    Score 0 means that its maker states none: it is below nothing.
    """
    return finding.score == 0 or finding.score >= minimum


def hidden(findings: Iterable[Finding], minimum: int) -> Hidden:
    """Return what a minimum score hides."""
    gone = [finding for finding in findings if not is_shown(finding, minimum)]
    return Hidden(minimum, len(gone), sum(len(finding.marks) for finding in gone))
