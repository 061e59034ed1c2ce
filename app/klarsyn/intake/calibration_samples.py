"""Samples of the site: collected result by result, whole at 2000, loaded with their hash checked."""

from collections.abc import Callable

import numpy as np

from klarsyn.base.clock import Clock
from klarsyn.domain.calibration_collecting import Observation, observation_of
from klarsyn.domain.calibration_history import CalibrationEvent, CalibrationRecord, EventKind, SampleRef
from klarsyn.domain.calibration_key import CalibrationKey
from klarsyn.domain.calibration_sample import MINIMUM_SAMPLE, sample_sha256, tie_mass
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.store.calibrations import CalibrationRepository, Taken
from klarsyn.store.store import Store

PROGRAM = "Klarsyn"
"""Who is written behind what happens without a person."""


class DamagedSample(Exception):
    """The exams behind a sample are not those that it was made of; the message says which."""


class Collector:
    """Feeds samples from results: `observed` before a result is stored, `settle` when it is."""

    def __init__(self, store: Store, clock: Clock, has_factory: Callable[[str, str], bool]) -> None:
        """Use `has_factory` (engine by its manifest, model's SHA-256): does the maker bring a calibration?"""
        self._calibrations, self._clock, self._has_factory = store.calibrations, clock, has_factory

    def observed(self, exam: Exam, result: AiResult) -> Observation | None:
        """Return what the result tells its calibration, which is begun if it is the first."""
        observation = observation_of(exam, result)
        if observation is not None and self._calibrations.find(observation.key) is None:
            key = observation.key
            reference = reference_for(self._calibrations, key)
            factory = self._has_factory(key.engine, key.model_sha256)
            self._calibrations.begin(key, reference, self._clock.now(), factory=factory)
        return observation

    def settle(self, observation: Observation | None) -> None:
        """Close the sample of the observation's calibration when it is whole."""
        record = None if observation is None else self._calibrations.find(observation.key)
        if record is None or record.taken < MINIMUM_SAMPLE or record.newest(EventKind.COMPLETED):
            return
        sample = own_sample(self._calibrations, record, after=0)
        if sample is not None:
            event = CalibrationEvent(EventKind.COMPLETED, self._clock.now(), PROGRAM, sample=sample)
            self._calibrations.add_event(record.calibration_id, event)


def reference_for(calibrations: CalibrationRepository, key: CalibrationKey) -> SampleRef | None:
    """Return the sample that a new version is compared with: that of the nearest calibration it follows.

    Nearest is the one that shares the engine's version or the unit's software with it, then the youngest.
    """
    sound = [r for r in calibrations.line_of(key) if r.is_sound]

    def near(record: CalibrationRecord) -> tuple[bool, float]:
        shared = record.key.device == key.device or (
            record.key.engine_version == key.engine_version and record.key.model_sha256 == key.model_sha256
        )
        return shared, record.begun_at.timestamp() if record.begun_at else 0.0

    return max(sound, key=near).sample if sound else None


def own_sample(
    calibrations: CalibrationRepository, record: CalibrationRecord, *, after: int
) -> SampleRef | None:
    """Return the first `MINIMUM_SAMPLE` exams that a calibration took in rows after `after`, or as many as
    there are; None for none."""
    taken = calibrations.taken(record.calibration_id, after=after, most=MINIMUM_SAMPLE)
    if not taken.raw.size:
        return None
    return SampleRef(
        record.calibration_id,
        int(taken.numbers[0]),
        int(taken.numbers[-1]),
        int(taken.raw.size),
        sample_sha256(taken.raw),
        tie_mass(taken.raw),
    )


def load_sample(calibrations: CalibrationRepository, sample: SampleRef) -> Taken:
    """Return the exams of a sample, in the order in which they were taken.

    Raises
    ------
    DamagedSample
        If they are no longer those whose hash was kept.
    """
    taken = calibrations.taken(sample.calibration_id, after=sample.first - 1, most=sample.count)
    if taken.raw.size != sample.count or sample_sha256(taken.raw) != sample.sha256:
        raise DamagedSample(
            f"The exams behind the sample {sample.sha256[:12]} are not those that it was made of. Scores are "
            "provisional until the database is restored from a backup."
        )
    return taken


def ranked_findings(taken: Taken) -> tuple[np.ndarray, np.ndarray] | None:
    """Return knots that rank a region among the highest regions of the sample's exams; None where too few
    exams have one."""
    tops = taken.raw_finding[np.isfinite(taken.raw_finding)]
    if np.unique(tops).size < 2:
        return None
    # Of equal quantiles the highest rank stands, so that the map is one of values.
    ranks = np.linspace(0, 100, 101)
    knots = np.quantile(tops, ranks / 100)
    values, last = np.unique(knots[::-1], return_index=True)
    return values, np.maximum(1.0, ranks[100 - last])
