"""A read, step by step: first the eye, then the AI."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import (
    AiResult,
    ExamScore,
    Finding,
    IntendedUse,
    LesionType,
    Mark,
    Provenance,
    ResultStatus,
)
from klarsyn.domain.policy import RevealPolicy
from klarsyn.domain.read import Assessment, Impression, ReadKind
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy, policy_names
from klarsyn.reading.session import ReadingError, ReadingSession, Step
from klarsyn.reading.waiting import full_queue
from klarsyn.store.image_folder import ImageFolder

R, L = Laterality.RIGHT, Laterality.LEFT


@pytest.fixture
def desk(installation, import_exams: Callable[..., list[str]]) -> ReadingDesk:
    import_exams(2)
    images = ImageFolder(installation.settings.folders.images)
    return ReadingDesk(installation.store, images, load_policy("practice"), "reader-one", installation.clock)


@pytest.fixture
def session(desk: ReadingDesk) -> ReadingSession:
    opened = desk.open_next()
    assert opened is not None
    return opened


def add_result(installation, exam_id: str, score: int = 8, result_id: str = "r-1") -> AiResult:
    exam = installation.store.exams.get(exam_id)
    uid = exam.images[0].sop_instance_uid
    mark = Mark(uid, ((10.0, 10.0), (30.0, 10.0), (30.0, 30.0)), 71)
    made = Provenance(
        "Engine", "Vendor", "1.0", "00", IntendedUse.RESEARCH, "factory", 1, (uid,), installation.clock.now()
    )
    finding = Finding("f", LesionType.SOFT_TISSUE, R, 71, (mark,))
    result = AiResult(
        result_id, exam_id, ResultStatus.SCORED, made, ExamScore(score, 0.7, 71.0, True), (finding,)
    )
    installation.store.results.add(result)
    return result


def sign(session: ReadingSession) -> None:
    for side in (R, L):
        session.assess(side, Assessment.NORMAL)
    session.sign()


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_nothing_is_revealed_before_the_first_impression(
    installation, session: ReadingSession
) -> None:
    add_result(installation, session.exam.exam_id)
    session.assess(R, Assessment.NORMAL)
    with pytest.raises(ReadingError, match="first impression"):
        session.reveal()
    assert session.result is None
    assert installation.store.reads.reveals(session.exam.exam_id, "reader-one") == []


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_each_reveal_is_logged_with_its_time(
    installation, session: ReadingSession
) -> None:
    result = add_result(installation, session.exam.exam_id)
    sign(session)
    installation.clock.advance(timedelta(seconds=7))
    assert session.reveal() == result
    shown_at = installation.clock.now()
    installation.clock.advance(timedelta(seconds=5))
    session.hide()
    session.reveal()
    log = installation.store.reads.reveals(session.exam.exam_id, "reader-one")
    assert [(r.shown, r.result_id) for r in log] == [(True, "r-1"), (False, "r-1"), (True, "r-1")]
    assert log[0].at == shown_at


def test_an_exam_without_a_result_can_be_revealed_and_that_is_logged_too(installation, session) -> None:
    sign(session)
    assert session.reveal() is None
    assert session.step is Step.REVEALED
    assert installation.store.reads.reveals(session.exam.exam_id, "reader-one")[0].result_id is None


def test_a_first_impression_needs_both_breasts(session: ReadingSession) -> None:
    session.assess(R, Assessment.BENIGN)
    assert "left" in session.missing()
    with pytest.raises(ReadingError, match="left"):
        session.sign()


def test_only_imaged_breasts_are_asked_for(desk, installation, tmp_path) -> None:
    from small_mammograms import write_exam

    from klarsyn.intake.importer import Importer

    write_exam(tmp_path / "one", 9, views=(("L", "CC"), ("L", "MLO")))
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [tmp_path / "one"], read=True
    )
    exam_id = next(e.exam_id for e in installation.store.exams.many() if len(e.images) == 2)
    session = desk.open(exam_id)
    assert session.breasts == (L,)
    with pytest.raises(ReadingError, match="no image"):
        session.assess(R, Assessment.NORMAL)
    session.assess(L, Assessment.NORMAL)
    session.sign()


@pytest.mark.invariant(5)
def test_reads_are_append_only_a_change_after_the_reveal_is_a_new_row_with_its_reason(
    installation, session: ReadingSession
) -> None:
    add_result(installation, session.exam.exam_id)
    sign(session)
    installation.clock.advance(timedelta(seconds=20))
    session.reveal()
    changed = Impression(Assessment.SUSPICIOUS, Assessment.NORMAL)
    with pytest.raises(ReadingError, match="reason"):
        session.finalise(changed)
    session.finalise(changed, "the mark shows a mass")
    rows = installation.store.reads.own(session.exam.exam_id, "reader-one")
    assert [(r.kind, str(r.impression), r.reason) for r in rows] == [
        (ReadKind.FIRST_IMPRESSION, "R1 L1", ""),
        (ReadKind.FINAL, "R4 L1", "the mark shows a mass"),
    ]


def test_undo_within_ten_seconds_appends_a_withdrawal(installation, session: ReadingSession) -> None:
    sign(session)
    session.finalise()
    installation.clock.advance(timedelta(seconds=9))
    session.withdraw()
    assert session.step is Step.SIGNED
    session.finalise()
    kinds = [r.kind for r in installation.store.reads.own(session.exam.exam_id, "reader-one")]
    assert sorted(kinds) == sorted(
        [ReadKind.FIRST_IMPRESSION, ReadKind.FINAL, ReadKind.WITHDRAWAL, ReadKind.FINAL]
    )


def test_after_ten_seconds_there_is_no_undo(installation, session: ReadingSession) -> None:
    sign(session)
    session.finalise()
    installation.clock.advance(timedelta(seconds=10))
    with pytest.raises(ReadingError, match="in force"):
        session.withdraw()


def test_a_restart_comes_back_to_the_exam_and_its_unsigned_draft(desk, session: ReadingSession) -> None:
    session.assess(R, Assessment.INDETERMINATE)
    session.save_draft()
    again = desk.resume()
    assert again is not None
    assert again.exam == session.exam
    assert (again.step, str(again.draft)) == (Step.READING, "R3 L-")


def test_a_restart_after_the_reveal_comes_back_to_it_with_the_overlay_off(
    installation, desk, session: ReadingSession
) -> None:
    result = add_result(installation, session.exam.exam_id)
    sign(session)
    session.reveal()
    again = desk.resume()
    assert again is not None
    assert (again.step, again.result, again.overlay_shown) == (Step.REVEALED, result, False)


def test_after_the_final_read_nothing_is_left_open_and_the_exam_waits_for_another_reader(
    installation, desk, session: ReadingSession
) -> None:
    sign(session)
    session.finalise()
    assert desk.resume() is None
    assert session.exam.exam_id not in [r.exam_id for r in desk.queue()]
    other = ReadingDesk(
        installation.store,
        ImageFolder(installation.settings.folders.images),
        desk.policy,
        "reader-two",
        installation.clock,
    )
    assert session.exam.exam_id in [r.exam_id for r in other.queue()]


def test_a_final_read_counts_only_once_it_is_effective(installation, desk, session: ReadingSession) -> None:
    from klarsyn.reading.waiting import full_queue

    def reads_done() -> int:
        rows = full_queue(installation.store, desk.policy, reader="reader-two", now=installation.clock.now())
        return next(r.reads_done for r in rows if r.exam.exam_id == session.exam.exam_id)

    sign(session)
    session.finalise()
    assert reads_done() == 0
    installation.clock.advance(timedelta(seconds=10))
    assert reads_done() == 1


def test_an_exam_that_is_left_goes_back_to_the_queue(desk, session: ReadingSession) -> None:
    session.leave()
    assert desk.resume() is None
    assert session.exam.exam_id in [r.exam_id for r in desk.queue()]


def test_a_draft_that_is_left_waits_for_the_next_opening_and_ends_with_the_final_read(
    installation, desk, session: ReadingSession
) -> None:
    session.assess(R, Assessment.SUSPICIOUS)
    session.leave()
    other = next(r.exam_id for r in desk.queue() if r.exam_id != session.exam.exam_id)
    desk.open(other)
    again = desk.open(session.exam.exam_id)
    assert str(again.draft) == "R4 L-"
    again.assess(L, Assessment.NORMAL)
    again.sign()
    again.finalise()
    assert installation.store.reads.draft_of(session.exam.exam_id, "reader-one") is None


def test_the_place_counts_what_is_done_today(desk, session: ReadingSession) -> None:
    assert session.place_text == "1 of 2"
    sign(session)
    session.finalise()
    following = desk.open_next()
    assert following is not None
    assert following.place_text == "2 of 2"


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_readers_row_is_the_same_whatever_the_engine_said(
    installation, desk
) -> None:
    before = {r.exam_id: (r.study_date, r.exam_type, r.days_waiting, r.reason) for r in desk.queue()}
    exam_id = next(iter(before))
    add_result(installation, exam_id, score=10)
    after = {r.exam_id: (r.study_date, r.exam_type, r.days_waiting, r.reason) for r in desk.queue()}
    assert after == before
    fields = set(type(desk.queue()[0]).__dataclass_fields__)
    assert fields == {"exam_id", "position", "study_date", "exam_type", "days_waiting", "reason"}


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_no_score_slips_past_the_log_of_reveals(
    installation, desk, session: ReadingSession
) -> None:
    add_result(installation, session.exam.exam_id)
    sign(session)
    assert desk.done()[0].score_text == ""
    session.finalise()
    assert desk.done()[0].score_text == ""
    installation.clock.advance(timedelta(seconds=11))
    assert desk.done()[0].score_text == ""


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_look_at_nothing_does_not_open_a_later_score(
    installation, desk, session: ReadingSession
) -> None:
    sign(session)
    session.reveal()
    add_result(installation, session.exam.exam_id)
    assert desk.done()[0].score_text == ""
    resumed = desk.resume()
    assert resumed is not None
    assert (resumed.step, resumed.result) == (Step.REVEALED, None)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_what_cannot_be_logged_is_not_shown(
    installation, session: ReadingSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_result(installation, session.exam.exam_id)
    sign(session)

    def refuse(_reveal: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(installation.store.reads, "add_reveal", refuse)
    with pytest.raises(OSError, match="full"):
        session.reveal()
    assert (session.step, session.result, session.overlay_shown) == (Step.SIGNED, None, False)


def test_a_change_that_is_not_yet_final_survives_a_restart(desk, session: ReadingSession) -> None:
    sign(session)
    session.assess(L, Assessment.MALIGNANT)
    session.save_draft()
    resumed = desk.resume()
    assert resumed is not None
    assert str(resumed.draft) == "R1 L5"


def late_image(installation, tmp_path, **changes: object) -> None:
    from small_mammograms import mammogram

    from klarsyn.intake.importer import Importer

    (tmp_path / "late").mkdir()
    late = mammogram("R", "CC", 0, SOPInstanceUID="2.25.4713", WindowCenter=1700, **changes)
    late.save_as(tmp_path / "late" / "late.dcm", enforce_file_format=True)
    installation.clock.advance(timedelta(minutes=5))
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [tmp_path / "late"], read=True
    )


@pytest.fixture
def first_exam(installation, desk) -> ReadingSession:
    exam_id = next(e.exam_id for e in installation.store.exams.many() if e.key == "study:2.25.880000")
    return desk.open(exam_id)


@pytest.mark.invariant(1)
@pytest.mark.parametrize("readers", [["reader-one"], ["reader-one", "reader-two"]])
def test_no_exam_is_lost_an_image_that_comes_after_the_reads_opens_the_reading_again(
    installation, desk, first_exam: ReadingSession, tmp_path, readers: list[str]
) -> None:
    exam_id = first_exam.exam.exam_id
    images = ImageFolder(installation.settings.folders.images)
    for reader in readers:
        own = ReadingDesk(installation.store, images, desk.policy, reader, installation.clock).open(exam_id)
        sign(own)
        own.finalise()
    installation.clock.advance(timedelta(minutes=1))
    assert exam_id not in [r.exam_id for r in desk.queue()]
    late_image(installation, tmp_path)
    row = next(r for r in desk.queue() if r.exam_id == exam_id)
    assert row.reason.startswith("new images since your read")
    again = desk.open(exam_id)
    assert (again.step, again.first, again.final) == (Step.READING, None, None)
    sign(again)
    again.finalise()
    assert exam_id not in [r.exam_id for r in desk.queue()]


@pytest.mark.invariant(1)
def test_a_result_over_other_images_is_stale_and_orders_nothing(
    installation, desk, first_exam: ReadingSession, tmp_path
) -> None:
    from klarsyn.reading.waiting import full_queue

    exam = first_exam.exam
    result = add_result(installation, exam.exam_id)
    over = tuple(i.sop_instance_uid for i in exam.images)
    installation.clock.advance(timedelta(minutes=1))
    made = replace(result.provenance, made_at=installation.clock.now())
    installation.store.results.add(replace(result, result_id="r-9", provenance=made, considered=over))
    late_image(installation, tmp_path)
    rows = full_queue(installation.store, desk.policy, reader="reader-one", now=installation.clock.now())
    row = next(r for r in rows if r.exam.exam_id == exam.exam_id)
    assert (row.score_text, row.place.entry.score, row.required.count) == ("not scored", None, 2)
    assert row.place.entry.not_scored_reason == "images came after the result"


@pytest.mark.invariant(2)
def test_images_of_another_patient_never_join_an_exam_and_both_exams_tell_it(
    installation, desk, first_exam: ReadingSession, tmp_path
) -> None:
    late_image(
        installation,
        tmp_path,
        PatientID="19700101-TEST",
        PatientName="Fiktiv^Sara",
        PatientBirthDate="19700101",
    )
    told = [e for e in installation.store.exams.many() if any("identity" in n.code for n in e.notices)]
    assert sorted((e.patient.name, len(e.images)) for e in told) == [
        ("Fiktiv, Sara", 1),
        ("Testsson, Anna0", 4),
    ]
    assert {e.exam_id for e in told} <= {r.exam_id for r in desk.queue()}


def test_an_attribute_that_one_file_lacks_does_not_part_an_exam(
    installation, first_exam: ReadingSession, tmp_path
) -> None:
    late_image(installation, tmp_path, PatientBirthDate="", PatientName="TESTSSON^ANNA0")
    (exam,) = installation.store.exams.many([first_exam.exam.exam_id])
    assert len(exam.images) == 5


def test_a_revealed_score_is_shown_with_source_and_age(installation, desk, session: ReadingSession) -> None:
    add_result(installation, session.exam.exam_id)
    sign(session)
    session.reveal()
    installation.clock.advance(timedelta(minutes=4))
    assert desk.done()[0].score_text == "score 8, provisional, Engine 1.0, 4 min ago"


@pytest.mark.invariant(6)
def test_a_policy_that_never_reveals_shows_neither_marks_nor_scores(installation, desk) -> None:
    desk.policy = replace(desk.policy, reveal=RevealPolicy.NEVER)
    session = desk.open_next()
    add_result(installation, session.exam.exam_id)
    sign(session)
    with pytest.raises(ReadingError, match="policy"):
        session.reveal()
    session.finalise()
    installation.clock.advance(timedelta(minutes=1))
    assert desk.done()[0].score_text == ""


@pytest.mark.invariant(8)
@pytest.mark.parametrize("name", policy_names())
def test_every_policy_that_is_shipped_can_be_read_and_hides_the_ai_first(name: str) -> None:
    assert load_policy(name).reveal is RevealPolicy.AFTER_FIRST_IMPRESSION


@pytest.mark.invariant(7)
def test_only_the_demo_policy_orders_downwards_and_it_says_so_in_a_banner() -> None:
    lowering = [n for n in policy_names() if load_policy(n).provisional_orders_down]
    assert lowering == ["demo"]
    assert "Not for clinical use" in load_policy("demo").banner


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_when_it_is_revealed(installation, session: ReadingSession) -> None:
    result = add_result(installation, session.exam.exam_id)
    strange = replace(
        result,
        result_id="r-2",
        provenance=replace(result.provenance, made_at=installation.clock.now() + timedelta(seconds=1)),
        findings=(
            replace(
                result.findings[0], marks=(replace(result.findings[0].marks[0], sop_instance_uid="2.25.5"),)
            ),
        ),
    )
    installation.store.results.add(strange)
    sign(session)
    shown = session.reveal()
    assert shown is not None
    assert shown.findings == ()
    assert "does not have" in shown.unplaced[0][1]


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_an_exam_appears_when_it_has_its_place_and_never_jumps_to_it(
    installation, import_exams
) -> None:
    import_exams(1)
    images = ImageFolder(installation.settings.folders.images)
    settling = timedelta(minutes=2)
    desk = ReadingDesk(
        installation.store, images, load_policy("demo"), "reader-one", installation.clock, settling=settling
    )
    assert desk.queue() == ()
    (exam,) = installation.store.exams.many()
    uids = tuple(i.sop_instance_uid for i in exam.images)
    made = Provenance("E", "V", "1", "00", IntendedUse.RESEARCH, "x", 1, uids, installation.clock.now())
    failed = AiResult("r", exam.exam_id, ResultStatus.FAILED, made, reason="deadline", considered=uids)
    installation.store.results.add(failed)
    assert len(desk.queue()) == 1


@pytest.mark.invariant(1)
def test_no_exam_is_lost_one_that_no_engine_takes_appears_after_the_settling_time(
    installation, import_exams
) -> None:
    import_exams(1)
    images = ImageFolder(installation.settings.folders.images)
    settling = timedelta(minutes=2)
    desk = ReadingDesk(
        installation.store, images, load_policy("demo"), "reader-one", installation.clock, settling=settling
    )
    installation.clock.advance(settling)
    assert len(desk.queue()) == 1


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_an_exam_once_shown_unscored_keeps_its_place_until_the_next_day(
    installation, import_exams
) -> None:
    exam_ids = import_exams(4)
    # Low scores only: under the demo policy an exam without a score stands before all of them.
    for number, exam_id in enumerate(exam_ids[1:]):
        add_result(installation, exam_id, score=2, result_id=f"early-{number}")
    images = ImageFolder(installation.settings.folders.images)
    settling = timedelta(minutes=5)
    desk = ReadingDesk(
        installation.store, images, load_policy("demo"), "reader-one", installation.clock, settling=settling
    )
    installation.clock.advance(settling)
    before = [row.exam_id for row in desk.queue()]
    assert before[0] == exam_ids[0]
    add_result(installation, exam_ids[0], score=1, result_id="late")
    assert [row.exam_id for row in desk.queue()] == before
    installation.clock.advance(timedelta(days=1))
    policy, now = load_policy("demo"), installation.clock.now()
    by_score = full_queue(installation.store, policy, reader="reader-one", now=now)
    assert [row.exam_id for row in desk.queue()] == [row.exam.exam_id for row in by_score]
    assert all(row.place.entry.score is not None for row in by_score)
