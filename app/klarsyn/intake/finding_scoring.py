"""Which map makes finding scores: probabilities from outcomes, else the maker's, else ranks in the sample."""

import math
from dataclasses import dataclass

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.calibration_findings import FindingMap
from klarsyn.domain.calibration_history import CalibrationRecord, EventKind
from klarsyn.intake.calibration_samples import ranked_findings
from klarsyn.store.calibrations import Taken


@dataclass(frozen=True, slots=True, eq=False)
class FindingScoring:
    """A map, and from where on regions are shown: a score and a raw value, both of which must be reached."""

    findings: FindingMap
    operating_point: int = 1
    shown_from: float = -math.inf

    @property
    def words(self) -> str:
        """Where the scores come from; with the hash of the outcomes, so that a result tells which."""
        sha256 = self.findings.sha256
        return f"{self.findings.source} {sha256[:12]}" if sha256 else self.findings.source


def finding_scoring(
    record: CalibrationRecord, factory: Calibration | None, taken: Taken | None = None
) -> FindingScoring | None:
    """Return what scores a calibration's findings; None where nothing can.

    Parameters
    ----------
    taken
        The exams of its sample, for ranks; None while it is not whole.
    """
    newest = record.newest(EventKind.FINDINGS)
    fitted = newest.findings if newest is not None else None
    if factory is None:
        if fitted is not None:
            return FindingScoring(fitted)
        ranks = None if taken is None else ranked_findings(taken)
        if ranks is None:
            return None
        return FindingScoring(FindingMap(*ranks, "rank among the sample's regions"))
    makers = FindingMap(factory.finding_raw, factory.finding_score, "the maker's map")
    if fitted is None:
        return FindingScoring(makers, factory.operating_point)
    # The same regions stay shown: the operating point is a raw value, whatever scale it is written on. By the
    # score alone more would be: many raw values share one probability, and below the lowest known region,
    # of which outcomes say nothing, all do.
    everything = makers.score_of(-math.inf) >= factory.operating_point
    shown_from = -math.inf if everything else makers.raw_at(factory.operating_point)
    return FindingScoring(fitted, fitted.score_of(shown_from), shown_from)
