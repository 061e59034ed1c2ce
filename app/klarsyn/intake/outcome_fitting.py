"""Finding scores that are probabilities: fitted anew to what is known, for each calibration by itself."""

from dataclasses import dataclass

import numpy as np

from klarsyn.base.clock import Clock
from klarsyn.domain.calibration_findings import (
    MINIMUM_CANCERS,
    MINIMUM_OUTCOMES,
    FindingMap,
    finding_map_from_outcomes,
)
from klarsyn.domain.calibration_history import CalibrationEvent, CalibrationRecord, EventKind
from klarsyn.domain.outcome_join import JudgedRegion, judged
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class KnownRegions:
    """What outcomes say of one calibration's results.

    `outcomes` counts the breasts and exams of which they say something, not the regions: ten regions of one
    healthy exam are one outcome. `cancers` are those of them with a region that was cancer.
    """

    outcomes: int
    cancers: int
    regions: tuple[JudgedRegion, ...]

    def fitted(self) -> FindingMap:
        """Return the map of probabilities; raises ValueError with the reason where there can be none."""
        if self.outcomes < MINIMUM_OUTCOMES:
            raise ValueError(f"{self.outcomes} of the {MINIMUM_OUTCOMES} outcomes that it needs are known")
        if 0 < self.cancers < MINIMUM_CANCERS:
            raise ValueError(f"{self.cancers} of the {MINIMUM_CANCERS} cancers that it needs are known")
        raw = np.array([r.raw for r in self.regions], np.float64)
        return finding_map_from_outcomes(raw, np.array([r.malignant for r in self.regions], np.bool_))

    def __str__(self) -> str:
        """E.g. "230 outcomes, 412 regions, 37 of them cancer"."""
        regions = sum(r.malignant for r in self.regions)
        return f"{self.outcomes} outcomes, {len(self.regions)} regions, {regions} of them cancer"


def known_regions(store: Store, calibration_id: str) -> KnownRegions:
    """Return the regions of a calibration's results of which outcomes say what they were."""
    parts = [
        part
        for exam, result, outcomes in store.outcomes.answered(calibration_id)
        for part in judged(exam, result, outcomes)
    ]
    cancers = sum(any(region.malignant for region in part) for part in parts)
    return KnownRegions(len(parts), cancers, tuple(region for part in parts for region in part))


def refit(store: Store, clock: Clock, by: str) -> list[tuple[CalibrationRecord, CalibrationEvent]]:
    """Fit each calibration anew where what is known of it has changed; return what was done.

    Where outcomes were corrected until too few are left, the maker's map takes its place again.
    """
    done = []
    for record in store.calibrations.all():
        before = record.newest(EventKind.FINDINGS)
        in_force = before.findings if before is not None else None
        known = known_regions(store, record.calibration_id)
        findings: FindingMap | None
        try:
            findings, reason = known.fitted(), str(known)
        except ValueError as error:
            findings, reason = None, f"no probabilities from outcomes: {error}"
        if (findings.sha256 if findings else "") == (in_force.sha256 if in_force else ""):
            continue
        event = CalibrationEvent(EventKind.FINDINGS, clock.now(), by, reason, findings=findings)
        done.append((record, store.calibrations.add_event(record.calibration_id, event)))
    return done
