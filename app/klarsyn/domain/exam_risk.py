"""The risk that an exam's own findings speak of, where their scores are probabilities of cancer."""

from klarsyn.domain.finding import AiResult, ResultOrigin

PROBABILITIES = "isotonic probability from outcomes"
"""How a result's calibration says that finding scores are probabilities (domain/calibration_findings.py)."""

_ROUNDING = 0.5


def risk_at_most(result: AiResult) -> float | None:
    """Return the highest risk in percent that a result's findings leave room for; None where none is known.

    A score of k is a probability of k percent, rounded: k + 0.5 at most. Of several findings the exam's risk
    is at most the sum (Boole's inequality). Only where every finding is kept: regions below an operating
    point are left out of the result, and their risk with them. Of what the engine has not marked at all,
    nothing is said.
    """
    made = result.provenance
    if made.origin is not ResultOrigin.ENGINE or PROBABILITIES not in made.calibration:
        return None
    if made.operating_point > 1:
        return None
    findings = (*result.findings, *(finding for finding, _ in result.unplaced))
    return min(100.0, sum(finding.score + _ROUNDING for finding in findings))
