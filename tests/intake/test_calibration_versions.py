"""A new version freezes, and two persons give single reading back."""

from collections import Counter

import pytest
from calibrated_exams import LATER, exam, result_by

from klarsyn.domain.calibration_history import Basis
from klarsyn.domain.calibration_key import Device
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.drift import Verdict
from klarsyn.domain.policy import ReadingPolicy, reads_required
from klarsyn.domain.release import ReleaseRefused, as_it_stands

POLICY = ReadingPolicy("test", "Test", single_read_below=5)


@pytest.mark.invariant(7)
@pytest.mark.parametrize(
    "later",
    [
        (exam(LATER.device), {}),
        (exam(), {"version": "2.0"}),
    ],
    ids=["unit", "engine"],
)
def test_a_new_software_version_of_engine_or_unit_freezes(chosen, fed, later) -> None:
    fed()
    of, changes = later
    made = chosen(of, **changes)
    assert (made.state, made.provisional) == (CalibrationState.FROZEN, True)
    assert reads_required(of, result_by(made, 0.0, of), POLICY).count == 2
    assert not chosen(exam()).provisional


def test_another_units_calibration_is_nobody_elses_predecessor(chosen, fed) -> None:
    fed()
    assert chosen(exam(Device("Maker Two", "2.1"))).state is CalibrationState.PROVISIONAL


def test_two_persons_release_a_version_that_is_alike_after_1000_exams(
    installation, chosen, fed, desk
) -> None:
    fed()
    old = chosen(exam())
    calibration_id = fed(999, LATER, seed=2)
    get = installation.store.calibrations.get
    assert desk.compare(get(calibration_id), "Anna").comparison.verdict is Verdict.TOO_FEW
    with pytest.raises(ReleaseRefused, match="999 of the 1000"):
        desk.sign(get(calibration_id), "Anna", "looks well")
    fed(501, LATER, seed=3)
    assert desk.compare(get(calibration_id), "Anna").comparison.verdict is Verdict.ALIKE
    desk.sign(get(calibration_id), "Anna", "looks well")
    with pytest.raises(ReleaseRefused, match="1 signature is missing"):
        desk.release(get(calibration_id), "Anna")
    desk.sign(get(calibration_id), "Bo", "physics agrees")
    assert desk.release(get(calibration_id), "Anna").basis is Basis.KEPT
    made = chosen(exam(LATER.device))
    assert (made.state, made.provisional) == (CalibrationState.VALID, False)
    assert made.sample_sha256 == old.sample_sha256


def test_a_version_that_scores_otherwise_is_released_on_2000_exams_of_its_own(
    installation, chosen, fed, desk
) -> None:
    fed()
    calibration_id = fed(1500, LATER, seed=2, shift=0.3)
    get = installation.store.calibrations.get

    def signed() -> None:
        desk.compare(get(calibration_id), "Anna")
        desk.sign(get(calibration_id), "Anna", "seen")
        desk.sign(get(calibration_id), "Bo", "seen")

    signed()
    with pytest.raises(ReleaseRefused, match="1500 of the 2000"):
        desk.release(get(calibration_id), "Bo")
    fed(500, LATER, seed=3, shift=0.3)
    assert get(calibration_id).state is CalibrationState.FROZEN
    signed()
    assert desk.release(get(calibration_id), "Bo").basis is Basis.OWN
    made = chosen(exam(LATER.device))
    assert not made.provisional
    assert Counter(made.exam_score(v).value for v in made.sample) == dict.fromkeys(range(1, 11), 200)


@pytest.mark.invariant(7)
def test_a_freeze_by_a_person_reaches_exams_that_were_scored_before(installation, chosen, fed, desk) -> None:
    calibration_id = fed()
    calibrations, of = installation.store.calibrations, exam()
    result = result_by(chosen(of), 0.0, of)
    assert reads_required(of, as_it_stands(result, calibrations.in_force()), POLICY).count == 1
    desk.freeze(calibrations.get(calibration_id), "Anna", "constancy failed")
    assert reads_required(of, as_it_stands(result, calibrations.in_force()), POLICY).count == 2
    assert chosen(of).state is CalibrationState.FROZEN
