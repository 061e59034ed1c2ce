"""Whether an engine that is to order the queue could score any exam here, asked before it does."""

from collections.abc import Callable

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.calibration_history import CalibrationRecord
from klarsyn.domain.calibration_sample import MINIMUM_SAMPLE
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.engine.contract import Manifest
from klarsyn.intake.calibrations import CalibrationError, factory_calibration
from klarsyn.store.store import Store


def why_nothing_is_scored(
    store: Store,
    manifest: Manifest,
    engine: str,
    factory_of: Callable[[str, str], Calibration] = factory_calibration,
) -> str:
    """Say that no exam gets a score from an engine and how full its samples are; empty when some do.

    Parameters
    ----------
    engine
        The name by which it is installed.
    factory_of
        Gives the maker's calibration for (installed name, model's SHA-256), or raises CalibrationError.
    """
    try:
        factory_of(engine, manifest.model_sha256)
    except CalibrationError:
        pass
    else:
        return ""
    made = manifest.name, manifest.version, manifest.model_sha256
    mine = [
        r
        for r in store.calibrations.all()
        if (r.key.engine, r.key.engine_version, r.key.model_sha256) == made
    ]
    if any(_scores(record) for record in mine):
        return ""
    filled = [f"{r.taken} of {MINIMUM_SAMPLE} exams of {r.key.device}" for r in mine]
    taken = "; ".join(filled) or f"0 of {MINIMUM_SAMPLE} exams so far"
    return (
        f"{engine} brings no calibration, and this site has none of it that is whole: no exam gets a score "
        f"from it until there is one of its unit ({taken})."
    )


def _scores(record: CalibrationRecord) -> bool:
    """True with a sample without heavy ties, of this model or signed for it."""
    sample = record.sample
    if sample is None or sample.heavy:
        return False
    return record.state is CalibrationState.VALID or sample.calibration_id == record.calibration_id
