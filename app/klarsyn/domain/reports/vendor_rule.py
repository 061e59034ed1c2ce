"""What the numbers of one maker's reports mean: declared in a file of resources/vendors, never guessed.

A report names its maker in words of its own (Manufacturer, ManufacturerModelName, 111001 Algorithm Name). The
rule that recognises it says which of its numbers is the exam's score and which a finding's, and on what scale
each stands. A maker that no rule knows has DEFAULT: its marks are shown with its numbers as they stand, and
no exam score is made of them, so that two read the exam (invariant 7).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from klarsyn.domain.finding import IntendedUse
from klarsyn.domain.reports.cad_report import CadReport, ReportFinding
from klarsyn.domain.reports.score_reading import STANDARD_READINGS, ScoreReading


class Scores(StrEnum):
    """What a maker says of its scores 1-10. TENTHS: each holds a tenth of screening exams."""

    TENTHS = "tenths"
    UNCALIBRATED = "uncalibrated"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as reports write it: exactly, or how it begins; capitals do not matter."""

    text: str
    prefix: bool = False

    def fits(self, stated: str) -> bool:
        """Return whether a stated name is this one."""
        found, mine = stated.strip().casefold(), self.text.casefold()
        return found.startswith(mine) if self.prefix else found == mine


@dataclass(frozen=True, slots=True)
class Recognition:
    """Names that must all fit; None: whatever it is. `algorithm` must be that of one of the algorithms."""

    manufacturer: Name | None = None
    model: Name | None = None
    algorithm: Name | None = None

    @property
    def conditions(self) -> int:
        """How many names must fit."""
        return sum(name is not None for name in (self.manufacturer, self.model, self.algorithm))

    def fits(self, report: CadReport) -> bool:
        """Return whether a report is of this maker; without any condition, never."""
        return self.conditions > 0 and all(
            name is None or any(name.fits(stated) for stated in said)
            for name, said in (
                (self.manufacturer, (report.manufacturer,)),
                (self.model, (report.model,)),
                (self.algorithm, tuple(algorithm_names(report))),
            )
        )


@dataclass(frozen=True, slots=True)
class VendorRule:
    """What one file of resources/vendors says.

    Parameters
    ----------
    name
        The file's name, by which a site chooses among results.
    exam_score
        None: its reports state no exam score that is known.
    scores
        What its maker says of the exam score.
    trusted
        The site itself vouches for these tenths (`trust = true` in its own folder), for reports of
        `versions` on images of `devices` (how their manufacturer and model begin).
    operating_point
        The one that is read; None: whichever a report states.
    draw_optional
        Whether findings below the operating point (111151) are drawn like the others.
    own
        Reports that Klarsyn itself has written.
    versions
        Software versions with which the rule was checked.
    edition
        Fingerprint of the file: results made under another are made again.
    """

    name: str
    title: str
    recognise: tuple[Recognition, ...] = ()
    shown_as: str = ""
    exam_score: ScoreReading | None = None
    scores: Scores = Scores.UNCALIBRATED
    finding_scores: tuple[ScoreReading, ...] = STANDARD_READINGS
    intended_use: IntendedUse = IntendedUse.RESEARCH
    operating_point: int | None = None
    draw_optional: bool = False
    own: bool = False
    versions: tuple[str, ...] = ()
    devices: tuple[Name, ...] = ()
    trusted: bool = False
    edition: str = ""

    def fits(self, report: CadReport) -> int:
        """Return how many names of a report this rule recognises; 0 when the report is another maker's."""
        return max((one.conditions for one in self.recognise if one.fits(report)), default=0)

    def engine_name(self, report: CadReport) -> str:
        """Return the name under which the result is shown."""
        stated = report.model or report.manufacturer
        first = next((name for name in algorithm_names(report) if name), "")
        return (self.shown_as or stated or first or "unnamed maker")[:64]

    def source_of(self, report: CadReport) -> str:
        """Return what a site chooses results by: the rule's name; where no rule knows the maker, also its."""
        if self.name != DEFAULT.name:
            return self.name
        return f"{self.name}:{self.engine_name(report).casefold()}"


DEFAULT = VendorRule("default", "Makers that no rule knows", edition="built in")
"""Nothing is guessed: no exam score; a finding's only where the standard itself says what the number is."""


def choose_rule(rules: Iterable[VendorRule], report: CadReport) -> VendorRule:
    """Return the rule of a report's maker: the one that recognises most of its names, DEFAULT for none."""
    known = [(rule.fits(report), rule.name, rule) for rule in rules]
    fitting = sorted(((-count, name, rule) for count, name, rule in known if count), key=lambda e: e[:2])
    return fitting[0][2] if fitting else DEFAULT


def algorithm_names(report: CadReport) -> Iterator[str]:
    """Give the name of each algorithm that a report speaks of."""
    for algorithm in report.algorithms:
        yield algorithm.name
    for attempt in report.attempts:
        if attempt.algorithm is not None:
            yield attempt.algorithm.name
    yield from _of_findings(report.findings)


def _of_findings(findings: tuple[ReportFinding, ...]) -> Iterator[str]:
    waiting, known = list(findings), set[int]()
    while waiting:
        finding = waiting.pop()
        if id(finding) in known:
            continue
        known.add(id(finding))
        waiting += finding.members
        if finding.algorithm is not None:
            yield finding.algorithm.name
