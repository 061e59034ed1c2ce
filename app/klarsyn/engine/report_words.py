"""Which numbers of a report are an engine's evidence: said in its `engine.toml`, never guessed.

A report may state a certainty of the finding, of the impression, a probability of cancer, numbers of a
maker's own; only their maker knows which of them it stands for with its scale.
"""

from dataclasses import dataclass
from typing import Any

from klarsyn.domain.reports.cad_report import StatedScore
from klarsyn.engine.wire import WireError, mapping, text


@dataclass(frozen=True, slots=True)
class NamedNumber:
    """A number by its concept name and its unit (UCUM: "%", "1")."""

    code: str
    scheme: str
    unit: str

    def values(self, scores: tuple[StatedScore, ...]) -> set[float]:
        """Return what is stated under that name, in that unit."""
        return {
            score.value
            for score in scores
            if score.value is not None
            and (score.name.value, score.name.scheme) == (self.code, self.scheme)
            and score.unit == self.unit
        }

    def __str__(self) -> str:
        """As sentences name it."""
        return f"{self.code} {self.scheme} in {self.unit}"


@dataclass(frozen=True, slots=True)
class ReportWords:
    """The evidence for the exam, and that of each mark."""

    exam: NamedNumber
    finding: NamedNumber


def report_words(said: object) -> ReportWords:
    """Read the table `report` of an `engine.toml`.

    Raises
    ------
    WireError
        If a word is missing, unknown or no text.
    """
    fields = mapping(said, "what its report states")
    _only(set(fields), {"exam", "finding"}, "what its report states")
    return ReportWords(
        _number(fields["exam"], "the exam's number in its report"),
        _number(fields["finding"], "a mark's number in its report"),
    )


def _number(said: Any, what: str) -> NamedNumber:
    fields = mapping(said, what)
    _only(set(fields), {"code", "scheme", "unit"}, what)
    code, scheme, unit = (text(fields[word], f"the {word} of {what}") for word in ("code", "scheme", "unit"))
    if not code or not scheme or not unit:
        raise WireError(f"{what} has no code, no scheme or no unit")
    return NamedNumber(code, scheme, unit)


def _only(have: set[str], wanted: set[str], what: str) -> None:
    if have != wanted:
        raise WireError(f"{what} must have the words {', '.join(sorted(wanted))} and no others")
