"""Queue, done list and priors when an exam has several results: the site's choice, told with its source."""

from dataclasses import replace
from datetime import timedelta

import pytest
from arriving_reports import POLICY, Incoming, incoming

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import IntendedUse, ResultStatus
from klarsyn.domain.read import Assessment
from klarsyn.intake.linking import failed_result
from klarsyn.reading.beside import priors_beside
from klarsyn.reading.desk import ReadingDesk
from klarsyn.store.image_folder import ImageFolder

__all__ = ["incoming"]
SITE = replace(POLICY, result_sources=("wise", "engine"), provisional_orders_down=True)


@pytest.fixture
def two_makers(incoming: Incoming) -> Incoming:
    """One exam: Wise scores it 9 by trusted tenths, Calm 3 by tenths that the site does not trust."""
    incoming.rule("Wise")
    incoming.rule("Calm", trust=False)
    files = incoming.images()
    incoming.report(files, 85.0, "Wise", 1)
    incoming.report(files, 25.0, "Calm", 2)
    incoming.bring()
    return incoming


def desk_of(incoming: Incoming, policy=SITE, **more) -> ReadingDesk:
    where = incoming.installation
    images = ImageFolder(where.settings.folders.images)
    return ReadingDesk(where.store, images, policy, "reader-one", where.clock, **more)


def engine_says(incoming: Incoming) -> None:
    where = incoming.installation
    made = failed_result(incoming.exam(), "cad", ResultStatus.FAILED, "the engine stopped", where.clock.now())
    where.store.results.add(made)


def signed(desk: ReadingDesk, exam_id: str):
    session = desk.open(exam_id)
    for side in (Laterality.RIGHT, Laterality.LEFT):
        session.assess(side, Assessment.NORMAL)
    session.sign()
    return session


def test_the_full_row_says_whose_score_it_is_how_old_and_what_the_others_say(two_makers: Incoming) -> None:
    where = two_makers.installation
    (row,) = two_makers.queue(SITE)
    assert row.score_text == "9"
    assert "score 9 by Wise 2.1, " in row.place.full_reason
    assert row.place.full_reason.split("Wise 2.1, ")[1].startswith("2 d old")
    (other,) = row.others(where.clock.now())
    assert other.startswith("Calm 2.1: 3 provisional, ")


@pytest.mark.parametrize(
    ("sources", "score"), [(("calm",), "3 provisional"), (("wise", "calm"), "9"), (("other",), "not scored")]
)
def test_the_site_says_which_maker_orders_the_queue(two_makers: Incoming, sources, score: str) -> None:
    (row,) = two_makers.queue(replace(SITE, result_sources=sources))
    assert row.score_text == score
    assert (row.result is None) == (sources == ("other",))


def test_a_failed_engine_falls_through_to_a_maker_and_the_row_says_so(two_makers: Incoming) -> None:
    engine_says(two_makers)
    (row,) = two_makers.queue(replace(SITE, result_sources=("engine", "calm")))
    assert row.score_text == "3 provisional"
    assert "instead of cad: the engine stopped" in row.place.full_reason
    assert row.required.count == 2


@pytest.mark.invariant(7)
def test_without_everything_in_order_two_read_and_with_it_one(incoming: Incoming) -> None:
    files = incoming.images()
    for use, trust, readers in (("clinical", True, 1), ("research", True, 2), ("clinical", False, 2)):
        incoming.rule(trust=trust, use=use)
        incoming.report(files, 15.0)
        incoming.bring()
        (row,) = incoming.queue()
        assert row.required.count == readers, (use, trust)
        assert row.result.provenance.intended_use is IntendedUse(use)


@pytest.mark.invariant(7)
def test_a_report_on_some_views_or_without_a_score_is_read_by_two(incoming: Incoming) -> None:
    incoming.rule()
    first, second = incoming.images(0), incoming.images(1)
    incoming.report(first[:3], 15.0, number=1)
    incoming.report(second, None, number=2)
    incoming.bring()
    rows = incoming.queue()
    assert [(r.score_text, r.required.count) for r in rows] == [("not scored", 2)] * 2
    reasons = " ".join(reason for row in rows for reason in row.required.reasons)
    assert "does not speak of L MLO" in reasons


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_readers_row_tells_nothing_of_any_report(two_makers: Incoming) -> None:
    desk = desk_of(two_makers)
    (row,) = desk.queue()
    told = " ".join(str(value) for value in (row.reason, row.exam_type, row.position, row.days_waiting))
    assert not any(word in f"{told} {row}" for word in ("Wise", "Calm", "score", "provisional"))
    assert desk.done() == ()
    signed(desk, row.exam_id)
    assert [done.score_text for done in desk.done()] == [""]


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_the_done_list_tells_only_what_this_reader_was_shown(
    two_makers: Incoming,
) -> None:
    desk = desk_of(two_makers, replace(SITE, result_sources=("calm", "wise")))
    session = signed(desk, two_makers.exam().exam_id)
    session.reveal()
    assert desk.done()[0].score_text.startswith("score 3, provisional, Calm 2.1, ")
    desk.policy = SITE
    assert desk.done()[0].score_text.startswith("score 3, provisional, Calm 2.1, ")
    other = ReadingDesk(
        two_makers.installation.store,
        ImageFolder(two_makers.installation.settings.folders.images),
        SITE,
        "reader-two",
        two_makers.installation.clock,
    )
    assert other.done() == ()


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_late_report_moves_no_row_that_was_shown_unscored_until_the_next_day(
    incoming: Incoming,
) -> None:
    incoming.rule()
    files = [incoming.images(number) for number in range(4)]
    for number in range(1, 4):
        incoming.report(files[number], 15.0, number=number)
    incoming.bring()
    clock, settling = incoming.installation.clock, timedelta(minutes=5)
    desk = desk_of(incoming, replace(SITE, result_sources=()), settling=settling)
    clock.advance(settling)
    before = [row.exam_id for row in desk.queue()]
    incoming.report(files[0], 5.0, number=9)
    incoming.bring()
    late = [row for row in incoming.queue(SITE) if row.place.entry.score == 1]
    assert [row.exam.exam_id for row in late] == [before[0]]
    assert [row.exam_id for row in desk.queue()] == before
    clock.advance(timedelta(days=1))
    by_score = incoming.queue(desk.policy)
    assert [row.exam_id for row in desk.queue()] == [row.exam.exam_id for row in by_score]


@pytest.mark.invariant(6)
@pytest.mark.parametrize("settling", [timedelta(0), timedelta(minutes=5)])
@pytest.mark.parametrize("first", [None, 45.0, 97.0])
def test_first_the_eye_then_the_ai_no_row_that_was_shown_moves_whatever_comes_since(
    incoming: Incoming, settling: timedelta, first: float | None
) -> None:
    incoming.rule()
    files = [incoming.images(number) for number in range(6)]
    for number, of_exam in enumerate(files):
        if first is not None:
            # One of them is scored for a part alone: what lifts it, lifts it for the day.
            incoming.report(of_exam[:3] if number == 3 else of_exam, first, number=number + 1)
    incoming.bring()
    clock, policy = incoming.installation.clock, replace(SITE, result_sources=())
    clock.advance(timedelta(minutes=6))
    desk = desk_of(incoming, policy, settling=settling)
    before = [row.exam_id for row in desk.queue()]
    assert before == [row.exam.exam_id for row in incoming.queue(policy)]
    assert [row.exam_id for row in desk.queue()] == before
    by_study = {read_instance(of_exam[0]).image.study_instance_uid: of_exam for of_exam in files}
    for exam_id, score, number in ((before[0], 5.0, 30), (before[-1], 99.0, 31)):
        exam = incoming.installation.store.exams.get(exam_id)
        incoming.report(by_study[exam.images[0].study_instance_uid], score, number=number)
    incoming.bring()
    fresh = [row.exam.exam_id for row in incoming.queue(policy)]
    assert fresh != before
    assert [row.exam_id for row in desk.queue()] == before
    # A restart, or the next day, begins anew.
    assert [row.exam_id for row in desk_of(incoming, policy).queue()] == fresh
    clock.advance(timedelta(days=1))
    next_day = [row.exam.exam_id for row in incoming.queue(policy)]
    assert [row.exam_id for row in desk.queue()] == next_day


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_new_exam_comes_to_the_place_of_its_own_band_among_those_as_shown(
    incoming: Incoming,
) -> None:
    incoming.rule()
    files = [incoming.images(number) for number in range(4)]
    for number, score in enumerate((95.0, 95.0, 15.0, 15.0)):
        incoming.report(files[number], score, number=number + 1)
    incoming.bring()
    desk = desk_of(incoming, replace(SITE, result_sources=()))
    before = [row.exam_id for row in desk.queue()]
    # All that were low are high now, and the other way round; the new one is high.
    for number, score in enumerate((15.0, 15.0, 95.0, 95.0)):
        incoming.report(files[number], score, number=number + 30)
    incoming.report(incoming.images(9), 95.0, number=50)
    incoming.bring()
    after = [row.exam_id for row in desk.queue()]
    (new,) = set(after) - set(before)
    assert [exam_id for exam_id in after if exam_id != new] == before
    assert after.index(new) < 3


def test_an_exam_that_a_report_spared_the_second_reader_is_a_prior_once_read(incoming: Incoming) -> None:
    incoming.rule()
    woman = {"PatientName": "Testsson^Anna", "PatientID": "1958-TEST", "PatientBirthDate": "19580312"}
    older = incoming.images(0, StudyDate="20251220", **woman)
    incoming.images(1, StudyDate="20260104", **woman)
    incoming.report(older, 15.0)
    incoming.bring()
    store, clock = incoming.installation.store, incoming.installation.clock
    (first, second) = sorted(store.exams.many(), key=lambda e: e.study_date)
    assert priors_beside(store, second.exam_id, POLICY, clock.now()) == ()
    signed(desk_of(incoming, POLICY), first.exam_id).finalise()
    clock.advance(timedelta(minutes=1))
    (prior,) = priors_beside(store, second.exam_id, POLICY, clock.now())
    assert prior.exam_id == first.exam_id
    twice = replace(POLICY, result_sources=("engine",))
    assert priors_beside(store, second.exam_id, twice, clock.now()) == ()
