"""What a read holds beside the assessment: kept from key to key, signed, and nobody else's."""

from dataclasses import replace

import pytest
from decided_exams import SIDES, open_read

from klarsyn.domain.finding import LesionType, Mark
from klarsyn.domain.read import Assessment, Density, ReadDetails, TechnicalQuality
from klarsyn.reading.session import ReadingError, ReadingSession

OUTLINE = ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0))


@pytest.fixture
def session(installation, import_exams) -> ReadingSession:
    return open_read(installation, import_exams(1)[0], "anna")


def fill(session: ReadingSession) -> ReadDetails:
    session.details.set_density(Density.C)
    session.details.set_quality(TechnicalQuality.GOOD)
    session.details.set_comment("skin fold, right")
    uid = session.exam.images[0].sop_instance_uid
    session.details.mark((Mark(uid, OUTLINE, 50),), LesionType.SOFT_TISSUE, "mass")
    return session.details.present


def sign(session: ReadingSession) -> None:
    for side in SIDES:
        session.assess(side, Assessment.NORMAL)
    session.sign()


def test_a_crash_gives_back_what_was_not_signed(installation, session: ReadingSession) -> None:
    filled = fill(session)
    session.save_draft()
    again = open_read(installation, session.exam.exam_id, "anna")
    assert again.details.present == filled
    assert filled.findings[0].score == filled.findings[0].marks[0].score == 0


@pytest.mark.invariant(5)
def test_nobody_sees_another_readers_details_signed_or_not(installation, session: ReadingSession) -> None:
    fill(session)
    session.save_draft()
    assert open_read(installation, session.exam.exam_id, "berit").details.present == ReadDetails()
    sign(session)
    session.finalise()
    assert open_read(installation, session.exam.exam_id, "berit").details.present == ReadDetails()


def test_each_signed_row_holds_what_was_said_then(installation, session: ReadingSession) -> None:
    first = fill(session)
    sign(session)
    session.details.unmark(first.findings[0].finding_id)
    session.finalise()
    kept = installation.store.read_details.of_reads([session.first.read_id, session.final.read_id])
    assert kept == {session.first.read_id: first, session.final.read_id: replace(first, findings=())}


def test_after_undo_and_a_restart_the_details_are_those_of_the_read_taken_back(
    installation, session: ReadingSession
) -> None:
    fill(session)
    sign(session)
    session.details.set_density(Density.D)
    session.finalise()
    session.withdraw()
    again = open_read(installation, session.exam.exam_id, "anna")
    assert again.details.present.density is Density.D


def test_a_final_read_is_not_changed(session: ReadingSession) -> None:
    sign(session)
    session.finalise()
    for change in (
        lambda: session.details.set_comment("late"),
        lambda: session.details.set_density(None),
        lambda: session.details.unmark("nothing"),
    ):
        with pytest.raises(ReadingError, match="undo"):
            change()


@pytest.mark.invariant(3)
def test_a_mark_stands_on_an_image_of_this_exam_or_is_refused(session: ReadingSession) -> None:
    for mark in (
        Mark("2.25.999", OUTLINE, 0),
        Mark(session.exam.images[0].sop_instance_uid, ((1e6, 0.0), (1e6, 1.0), (0.0, 1.0)), 0),
    ):
        with pytest.raises(ReadingError, match="cannot be kept"):
            session.details.mark((mark,), LesionType.CALCIFICATIONS)
    assert session.details.present.findings == ()


@pytest.mark.invariant(2)
def test_one_place_lies_in_one_breast_and_left_is_left(session: ReadingSession) -> None:
    by_side = {image.laterality: image.sop_instance_uid for image in session.exam.images}
    marks = tuple(Mark(uid, OUTLINE, 0) for uid in by_side.values())
    with pytest.raises(ReadingError, match="one breast"):
        session.details.mark(marks, LesionType.SOFT_TISSUE)
    for side, mark in zip(by_side, marks, strict=True):
        assert session.details.mark((mark,), LesionType.SOFT_TISSUE).laterality is side


def test_a_comment_that_is_too_long_is_refused_and_the_old_one_stays(session: ReadingSession) -> None:
    session.details.set_comment("kept")
    with pytest.raises(ReadingError, match="shorter"):
        session.details.set_comment("x" * 2001)
    assert session.details.present.comment == "kept"
