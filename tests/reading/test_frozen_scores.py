"""A freeze reaches the queue and the reveal of exams that were scored before it."""

from dataclasses import replace

import pytest
from calibration_samples import KEY, feed, normal_exams
from shelf_helpers import sign

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.intake.calibration_release import CalibrationDesk
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.reveals import Reveals
from klarsyn.reading.waiting import full_queue
from klarsyn.store.image_folder import ImageFolder

POLICY = ReadingPolicy("test", "Test", single_read_below=5)


@pytest.mark.invariant(7)
def test_a_frozen_calibration_makes_scores_of_before_provisional_and_asks_for_two_readers(
    installation, import_exams
) -> None:
    (exam_id,) = import_exams(1)
    store, now = installation.store, installation.clock.now()
    calibration_id = feed(store, installation.clock, normal_exams(2000))
    exam, record = store.exams.get(exam_id), store.calibrations.get(calibration_id)
    uids = tuple(image.sop_instance_uid for image in exam.images)
    made = Provenance(
        "Cad", "V", "1.0", KEY.model_sha256, IntendedUse.CLINICAL, "site", 1, uids, now,
        CalibrationState.VALID, record.sample.sha256, calibration_id,
    )  # fmt: skip
    score = ExamScore(2, 0.9, 15.0, provisional=False)
    result = AiResult("r", exam_id, ResultStatus.NO_FINDINGS, made, score, considered=uids)
    store.results.add(result)

    def row():
        waiting = full_queue(store, POLICY, reader="reader-one", now=now)
        return next(r for r in waiting if r.exam.exam_id == exam_id)

    reveals = Reveals(store, exam, "reader-one", installation.clock)
    assert (row().score_text, row().required.count) == ("2", 1)
    assert reveals.load(POLICY) == (result,)
    CalibrationDesk(store, installation.clock).freeze(record, "Anna", "constancy failed")
    assert (row().score_text, row().required.count) == ("2 provisional", 2)
    assert reveals.load(POLICY)[0].score == replace(score, provisional=True)
    # What was stored is what was said then.
    assert store.results.get("r") == result


@pytest.mark.invariant(7)
def test_a_frozen_calibration_makes_scores_provisional_in_the_list_of_what_was_signed_today(
    installation, import_exams
) -> None:
    import_exams(1)
    images = ImageFolder(installation.settings.folders.images)
    desk = ReadingDesk(installation.store, images, POLICY, "reader-one", installation.clock)
    session = desk.open_next()
    exam, store, now = session.exam, installation.store, installation.clock.now()
    calibration_id = feed(store, installation.clock, normal_exams(2000))
    record = store.calibrations.get(calibration_id)
    uids = tuple(image.sop_instance_uid for image in exam.images)
    made = Provenance(
        "Cad", "V", "1.0", KEY.model_sha256, IntendedUse.CLINICAL, "site", 1, uids, now,
        CalibrationState.VALID, record.sample.sha256, calibration_id,
    )  # fmt: skip
    score = ExamScore(2, 0.9, 15.0, provisional=False)
    store.results.add(AiResult("r", exam.exam_id, ResultStatus.NO_FINDINGS, made, score, considered=uids))
    sign(session)
    session.reveal()

    assert desk.done()[0].score_text == "score 2, Cad 1.0, 0 min ago"
    CalibrationDesk(store, installation.clock).freeze(record, "Anna", "constancy failed")
    assert desk.done()[0].score_text == "score 2, provisional, Cad 1.0, 0 min ago"
