"""What persons do with a calibration: compare, sign, release, freeze, fit finding scores; an event each."""

import numpy as np
import numpy.typing as npt

from klarsyn.base.clock import Clock
from klarsyn.domain.calibration_findings import finding_map_from_outcomes
from klarsyn.domain.calibration_history import CalibrationEvent, CalibrationRecord, EventKind
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.drift import compare
from klarsyn.domain.release import ReleaseRefused, check_signature, released_sample
from klarsyn.intake.calibration_samples import load_sample, own_sample
from klarsyn.store.store import Store


class CalibrationDesk:
    """Acts on the calibrations of one site, each act in the name of `by`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Use the site's store."""
        self._calibrations, self._clock = store.calibrations, clock

    def compare(self, record: CalibrationRecord, by: str) -> CalibrationEvent:
        """Compare the exams since the new version, the freeze or the sample with the sample in force.

        Raises
        ------
        ReleaseRefused
            If there is nothing to compare.
        DamagedSample
            If the sample is not what it was.
        """
        if record.sample is None:
            raise ReleaseRefused(
                f"There is no whole sample to compare with yet: {record.taken} exams are in this one."
            )
        recent = self._calibrations.taken(record.calibration_id, after=record.recent_after)
        if not recent.raw.size:
            raise ReleaseRefused("No exam has come since, so there is nothing to compare.")
        reference = load_sample(self._calibrations, record.sample)
        event = CalibrationEvent(
            EventKind.COMPARED,
            self._clock.now(),
            by,
            sample=record.sample,
            candidate=own_sample(self._calibrations, record, after=record.recent_after),
            comparison=compare(reference.raw, recent.raw),
        )
        return self._calibrations.add_event(record.calibration_id, event)

    def sign(self, record: CalibrationRecord, by: str, reason: str) -> CalibrationEvent:
        """Sign the newest comparison; raises ReleaseRefused as `check_signature` does."""
        about = check_signature(record, by, reason)
        event = CalibrationEvent(
            EventKind.SIGNED, self._clock.now(), by.strip(), reason.strip(), about.sample, of=about.number
        )
        return self._calibrations.add_event(record.calibration_id, event)

    def release(self, record: CalibrationRecord, by: str) -> CalibrationEvent:
        """Put in force what two have signed; raises ReleaseRefused as `released_sample` does."""
        sample, basis, about = released_sample(record)
        load_sample(self._calibrations, sample)
        event = CalibrationEvent(
            EventKind.RELEASED, self._clock.now(), by, sample=sample, of=about.number, basis=basis
        )
        return self._calibrations.add_event(record.calibration_id, event)

    def freeze(self, record: CalibrationRecord, by: str, reason: str) -> CalibrationEvent:
        """Stop single reading by a valid calibration, also of exams that it has scored.

        Raises
        ------
        ReleaseRefused
            If it is not valid, or the reason is missing.
        """
        if record.state is not CalibrationState.VALID:
            raise ReleaseRefused(f"This calibration is {record.state.value}: no exam gets one reader by it.")
        if not reason.strip():
            raise ReleaseRefused("A freeze needs its reason. Give one with --reason.")
        numbers = self._calibrations.taken(record.calibration_id).numbers
        event = CalibrationEvent(
            EventKind.FROZEN,
            self._clock.now(),
            by,
            reason.strip(),
            record.sample,
            after_row=int(numbers[-1]) if numbers.size else 0,
        )
        return self._calibrations.add_event(record.calibration_id, event)

    def fit_findings(
        self,
        record: CalibrationRecord,
        raw: npt.NDArray[np.float64],
        malignant: npt.NDArray[np.bool_],
        by: str,
    ) -> CalibrationEvent:
        """Make finding scores probabilities from outcomes; raises ValueError as the fit does."""
        event = CalibrationEvent(
            EventKind.FINDINGS, self._clock.now(), by, findings=finding_map_from_outcomes(raw, malignant)
        )
        return self._calibrations.add_event(record.calibration_id, event)
