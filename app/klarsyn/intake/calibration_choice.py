"""Which calibration scores an exam: that of its unit and software version, else the maker's, provisional."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from klarsyn.base.log import get_logger
from klarsyn.domain.calibration import Calibration
from klarsyn.domain.calibration_history import CalibrationRecord, SampleRef
from klarsyn.domain.calibration_key import CalibrationKey, NoSingleDevice, device_of
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam
from klarsyn.engine.contract import Manifest
from klarsyn.intake.calibration_samples import DamagedSample, load_sample, reference_for
from klarsyn.intake.calibrations import CalibrationError
from klarsyn.intake.finding_scoring import finding_scoring
from klarsyn.store.calibrations import CalibrationRepository
from klarsyn.store.store import Store

FactoryOf = Callable[[str, str], Calibration]
_log = get_logger(__name__)


def calibration_for(
    exam: Exam, instances: Iterable[str], manifest: Manifest, store: Store, factory_of: FactoryOf, engine: str
) -> Calibration:
    """Return the calibration of an exam whose images `instances` (SOPInstanceUIDs) the engine has seen.

    Parameters
    ----------
    factory_of
        Gives the maker's calibration for (installed name, model's SHA-256), or raises CalibrationError.
    engine
        The name by which the engine is installed.

    Raises
    ------
    CalibrationError
        If neither the site nor the maker has one that fits; the exam stays unscored.
    """
    factory: Calibration | None = None
    without: CalibrationError | None = None
    try:
        factory = factory_of(engine, manifest.model_sha256)
    except CalibrationError as error:
        without = error
    try:
        device = device_of(exam, instances)
    except NoSingleDevice as error:
        if factory is None:
            raise without or CalibrationError(str(error)) from error
        return replace(factory, state=CalibrationState.PROVISIONAL)
    key = CalibrationKey(manifest.name, manifest.version, manifest.model_sha256, device)
    record = _record(store.calibrations, key, has_factory=factory is not None)
    own = _own(store.calibrations, record, factory)
    if own is not None:
        return own
    if factory is None:
        raise CalibrationError(
            f"The engine {engine} brings no calibration that fits, and the site's own for {device} is "
            f"{record.state.value}, with {record.taken} exams in its sample. Exams stay unscored and are "
            "read by two."
        ) from without
    # A sample that could not be used must not lend its state to the maker's calibration.
    state = CalibrationState.FROZEN if record.state is CalibrationState.VALID else record.state
    scoring = finding_scoring(record, factory)
    made = replace(factory, state=state, calibration_id=record.calibration_id)
    if scoring is None or not scoring.findings.sha256:
        return made
    # Outcomes of this very model on this unit: what they say of findings holds while the sample still fills.
    return replace(
        made,
        name=f"{factory.name}, finding scores: {scoring.words}",
        finding_raw=scoring.findings.raw,
        finding_score=scoring.findings.score,
        operating_point=scoring.operating_point,
        shown_from=scoring.shown_from,
    )


def _record(
    calibrations: CalibrationRepository, key: CalibrationKey, *, has_factory: bool
) -> CalibrationRecord:
    """Return a key's record, or what it will be when its first exam has begun it."""
    found = calibrations.find(key)
    if found is not None:
        return found
    return CalibrationRecord("", key, None, reference_for(calibrations, key), factory=has_factory)


def _own(
    calibrations: CalibrationRepository, record: CalibrationRecord, factory: Calibration | None
) -> Calibration | None:
    """Return the calibration by the sample in force; None where none scores better than the maker's."""
    sample, state = record.sample, record.state
    if sample is None or state is CalibrationState.INVALID:
        return None
    if state is not CalibrationState.VALID and not _same_model(calibrations, sample, record.key):
        # Frozen, and nobody has said yet that another model's values mean the same.
        return None
    try:
        taken = load_sample(calibrations, sample)
    except DamagedSample as error:
        _log.error("a calibration's sample is damaged", calibration=record.calibration_id)
        if factory is None:
            raise CalibrationError(str(error)) from error
        return None
    scoring = finding_scoring(record, factory, taken)
    if scoring is None:
        return None
    return Calibration(
        name=f"site sample {sample.sha256[:12]} of {sample.count} exams, finding scores: {scoring.words}",
        engine=record.key.engine,
        model_sha256=record.key.model_sha256,
        sample=np.sort(taken.raw),
        count=sample.count,
        factory=False,
        finding_raw=scoring.findings.raw,
        finding_score=scoring.findings.score,
        operating_point=scoring.operating_point,
        shown_from=scoring.shown_from,
        state=state,
        calibration_id=record.calibration_id,
    )


def _same_model(calibrations: CalibrationRepository, sample: SampleRef, key: CalibrationKey) -> bool:
    owner = calibrations.get(sample.calibration_id)
    return owner is not None and owner.key.model_sha256 == key.model_sha256
