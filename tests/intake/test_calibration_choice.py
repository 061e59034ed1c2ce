"""Which calibration scores which exam."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from calibrated_exams import LATER, exam, result_by
from calibration_samples import KEY, UNIT, factory_of, feed, no_factory, normal_exams

from klarsyn.domain.calibration_collecting import observation_of
from klarsyn.domain.calibration_key import Device
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.finding import ResultOrigin, ResultStatus
from klarsyn.intake.calibration_samples import DamagedSample, load_sample
from klarsyn.intake.calibrations import CalibrationError


@pytest.mark.invariant(7)
def test_without_a_site_sample_the_makers_scores_are_provisional(chosen, fed) -> None:
    made = chosen(exam())
    assert (made.name, made.state, made.provisional) == ("maker's", CalibrationState.PROVISIONAL, True)
    calibration_id = fed(1999)
    made = chosen(exam())
    assert (made.name, made.state) == ("maker's", CalibrationState.COLLECTING)
    assert (made.calibration_id, made.provisional) == (calibration_id, True)


def test_2000_exams_make_a_valid_calibration_of_exact_tenths_that_says_its_samples_hash(
    installation, chosen, fed
) -> None:
    # Exams by drawing raw values, no images.
    fed(1999)
    feed(installation.store, installation.clock, np.array([0.5]))
    made = chosen(exam())
    sample = installation.store.calibrations.find(KEY).sample
    assert (made.state, made.provisional, made.count) == (CalibrationState.VALID, False, 2000)
    assert (made.sample_sha256, sample.count) == (sample.sha256, 2000)
    scores = Counter(made.exam_score(value).value for value in made.sample)
    assert scores == dict.fromkeys(range(1, 11), 200)


def test_exams_after_the_sample_do_not_change_it(chosen, fed) -> None:
    fed()
    before = chosen(exam())
    fed(300, seed=2, shift=5.0)
    assert chosen(exam()).sample_sha256 == before.sample_sha256


@pytest.mark.invariant(7)
@pytest.mark.parametrize(
    "devices",
    [(UNIT, LATER.device), (UNIT, Device("Maker Two", "2.1")), (Device("", ""),), (UNIT, Device("", ""))],
)
def test_an_exam_of_two_units_or_versions_or_of_an_unknown_one_is_provisional(chosen, fed, devices) -> None:
    fed()
    made = chosen(exam(*devices))
    assert (made.state, made.calibration_id, made.provisional) == (CalibrationState.PROVISIONAL, "", True)
    assert not chosen(exam()).provisional


def test_ties_of_more_than_a_tenth_leave_the_makers_calibration_in_charge(installation, chosen) -> None:
    raw = normal_exams(2000)
    raw[:201] = 0.5
    feed(installation.store, installation.clock, raw)
    made = chosen(exam())
    assert (made.state, made.name, made.provisional) == (CalibrationState.INVALID, "maker's", True)


def test_an_engine_without_a_makers_calibration_collects_unscored_and_then_scores(chosen, fed) -> None:
    with pytest.raises(CalibrationError, match="brings no calibration"):
        chosen(exam(), no_factory)
    fed()
    made = chosen(exam(), no_factory)
    assert not made.provisional
    # A region is ranked among the highest regions of the sample's exams.
    assert made.finding_score_of(float(np.median(made.sample)) / 2) == 50


def test_outcomes_make_finding_scores_probabilities_and_keep_the_marks_shown(
    installation, chosen, fed, desk
) -> None:
    record = installation.store.calibrations.get(fed())
    draw = np.random.default_rng(1)
    raw = draw.uniform(0, 1, 5000)
    desk.fit_findings(record, raw, draw.uniform(0, 1, 5000) < raw / 2, "Anna")
    made, makers = chosen(exam()), factory_of("", KEY.model_sha256)
    assert abs(made.finding_score_of(0.6) - 30) <= 4
    at = np.linspace(0, 1, 200)
    shown, before = (
        np.array([c.finding_score_of(v) >= c.operating_point for v in at]) for c in (made, makers)
    )
    # Probabilities of neighbours may round to one score: a few marks more, none less.
    assert shown[before].all()
    assert shown.sum() - before.sum() < 0.05 * at.size


def test_a_sample_that_is_not_what_it_was_scores_nothing(installation, chosen, fed) -> None:
    fed()
    with installation.store.database.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("DROP TRIGGER calibration_exam_refuses_update")
        connection.exec_driver_sql("UPDATE calibration_exam SET raw = raw - 1 WHERE number = 7")
    with pytest.raises(DamagedSample, match="backup"):
        load_sample(installation.store.calibrations, installation.store.calibrations.find(KEY).sample)
    made = chosen(exam())
    assert (made.name, made.provisional) == ("maker's", True)
    with pytest.raises(CalibrationError, match="backup"):
        chosen(exam(), no_factory)


def test_priors_partial_results_and_exams_of_two_units_stand_in_no_sample() -> None:
    of = exam()
    made = replace(result_by(factory_of("", KEY.model_sha256), 1.0, of), raw=1.0)
    assert observation_of(of, made).raw == 1.0
    assert observation_of(replace(of, reading_task=False), made) is None
    assert observation_of(exam(UNIT, LATER.device), made) is None
    partial = observation_of(of, replace(made, status=ResultStatus.PARTIAL))
    assert (partial.raw, partial.left_out) == (None, "partially processed")
    assert observation_of(of, replace(made, status=ResultStatus.NOT_FOR_THIS_EXAM)) is None


def test_what_a_report_says_stands_in_no_sample_even_where_an_engine_of_this_site_wrote_it() -> None:
    made = replace(result_by(factory_of("", KEY.model_sha256), 1.0, exam()), raw=1.0)
    told = replace(made, provenance=replace(made.provenance, origin=ResultOrigin.REPORT))
    assert observation_of(exam(), told) is None
