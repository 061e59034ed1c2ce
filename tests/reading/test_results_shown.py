"""Several results of one exam: the site's first, others when asked; late ones are told and take no place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from several_results import add_pdf, add_report_result
from window_helpers import make_result

from klarsyn.domain.finding import AiResult, Finding, LesionType
from klarsyn.domain.policy import ReadingPolicy, RevealPolicy
from klarsyn.domain.read import Assessment
from klarsyn.domain.reading_facts import FactKind
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.session import ReadingError, ReadingSession, Step
from klarsyn.store.exam_notes import ExamNote
from klarsyn.store.image_folder import ImageFolder


@pytest.fixture
def open_session(installation, import_exams: Callable[..., list[str]]) -> Callable[..., ReadingSession]:
    """Open the one exam, again and again, as restarts do."""
    (exam_id,) = import_exams(1)

    def _open(policy: ReadingPolicy | None = None, **changes) -> ReadingSession:
        policy = replace(policy or load_policy("practice"), **changes)
        images = ImageFolder(installation.settings.folders.images)
        return ReadingDesk(installation.store, images, policy, "reader-one", installation.clock).open(exam_id)

    return _open


def add_engine_result(installation, session: ReadingSession, result_id: str = "of-engine") -> AiResult:
    result = replace(make_result(session.exam, moment=installation.clock.now()), result_id=result_id)
    installation.store.results.add(result)
    return result


def signed(session: ReadingSession) -> ReadingSession:
    for side in session.breasts:
        session.assess(side, Assessment.NORMAL)
    session.sign()
    return session


def log_of(installation, session: ReadingSession) -> list[tuple[str | None, bool]]:
    rows = installation.store.reads.reveals(session.exam.exam_id, session.reader)
    return [(row.result_id, row.shown) for row in rows]


def ids(results: tuple[AiResult, ...]) -> list[str]:
    return [each.result_id for each in results]


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_no_result_and_no_document_is_known_before_the_reveal(
    installation, open_session, tmp_path
) -> None:
    session = open_session()
    add_engine_result(installation, session)
    add_report_result(installation, session.exam.exam_id)
    add_pdf(installation, session.exam.exam_id, tmp_path)
    for opened in (session, signed(session)):
        assert (opened.results, opened.late, opened.documents, opened.result) == ((), (), (), None)
        assert opened.look_again() == ()
        assert opened.next_result() == ""
        with pytest.raises(ReadingError):
            opened.show_result("of-report")
    assert log_of(installation, session) == []


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_policy_that_never_reveals_shows_no_other_result_either(
    installation, open_session
) -> None:
    session = signed(open_session(reveal=RevealPolicy.NEVER))
    add_report_result(installation, session.exam.exam_id)
    with pytest.raises(ReadingError, match="policy"):
        session.show_result("of-report")
    assert session.look_again() == ()


def test_the_sites_choice_is_shown_first_and_the_others_stand_beside_it(installation, open_session) -> None:
    session = open_session(result_sources=("imitation", "engine"))
    add_engine_result(installation, session)
    add_report_result(installation, session.exam.exam_id)
    signed(session).reveal()
    assert session.result.result_id == "of-report"
    assert ids(session.results) == ["of-report", "of-engine"]


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_changing_the_result_is_logged_as_one_that_goes_and_one_that_comes(
    installation, open_session
) -> None:
    session = open_session()
    add_engine_result(installation, session)
    add_report_result(installation, session.exam.exam_id)
    signed(session).reveal()
    shown = session.show_result(session.next_result())
    assert (shown.result_id, session.result.result_id) == ("of-report", "of-report")
    assert log_of(installation, session) == [("of-engine", True), ("of-engine", False), ("of-report", True)]
    session.show_result("of-report")
    assert len(log_of(installation, session)) == 3
    assert session.next_result() == "of-engine"


def test_a_restart_comes_back_to_the_result_that_was_shown(installation, open_session) -> None:
    session = open_session()
    add_engine_result(installation, session)
    add_report_result(installation, session.exam.exam_id)
    signed(session).reveal()
    session.show_result("of-report")
    again = open_session()
    assert again.step is Step.REVEALED
    assert again.results == ()
    again.reveal()
    assert again.result.result_id == "of-report"
    assert ids(again.results) == ["of-engine", "of-report"]
    assert again.late == ()


def test_what_comes_after_the_reveal_is_told_and_does_not_take_the_place_of_what_is_shown(
    installation, open_session
) -> None:
    session = open_session(result_sources=("imitation", "engine"))
    first = add_engine_result(installation, session)
    signed(session).reveal()
    assert session.look_again() == ()
    add_report_result(installation, session.exam.exam_id)
    assert ids(session.look_again()) == ["of-report"]
    assert session.result == first
    assert log_of(installation, session) == [("of-engine", True)]
    session.show_result(session.next_result())
    assert session.result.result_id == "of-report"
    assert session.late == session.look_again() == ()


def test_a_newer_result_of_the_same_engine_leaves_the_one_that_is_shown(installation, open_session) -> None:
    session = open_session()
    add_engine_result(installation, session)
    signed(session).reveal()
    installation.clock.advance(timedelta(minutes=5))
    add_engine_result(installation, session, "newer")
    assert ids(session.look_again()) == ["newer"]
    assert ids(session.results) == ["newer", "of-engine"]
    assert session.result.result_id == "of-engine"


def test_what_took_its_place_while_the_program_was_closed_is_news_too(installation, open_session) -> None:
    session = open_session()
    add_engine_result(installation, session)
    signed(session).reveal()
    installation.clock.advance(timedelta(minutes=5))
    add_engine_result(installation, session, "newer")
    again = open_session()
    again.reveal()
    assert again.result.result_id == "of-engine"
    assert ids(again.late) == ["newer"]


def decline(installation, session: ReadingSession) -> None:
    now, kind = installation.clock.now(), FactKind.DECLINED_AI
    assert installation.store.exam_notes.add(
        ExamNote(session.exam.exam_id, kind, True, "nurse", now, "she said so")
    )


def test_marks_that_were_shown_before_she_declined_ai_are_not_shown_after_a_restart(
    installation, open_session
) -> None:
    session = open_session()
    add_engine_result(installation, session)
    signed(session).reveal()
    decline(installation, session)
    again = open_session()
    assert (again.step, again.result) == (Step.REVEALED, None)
    assert again.reveal() is None
    assert (again.result, again.results, again.late) == (None, (), ())
    assert log_of(installation, session) == [("of-engine", True), (None, True)]


def test_marks_go_from_an_open_exam_once_she_has_declined_ai_and_the_log_says_so(
    installation, open_session
) -> None:
    session = open_session()
    add_engine_result(installation, session)
    signed(session).reveal()
    decline(installation, session)
    assert session.look_again() == ()
    assert (session.result, session.results, session.overlay_shown) == (None, (), False)
    assert log_of(installation, session) == [("of-engine", True), ("of-engine", False)]


def test_marks_that_were_hidden_when_she_declined_ai_are_not_shown_again(installation, open_session) -> None:
    session = open_session()
    add_engine_result(installation, session)
    signed(session).reveal()
    session.hide()
    decline(installation, session)
    assert session.reveal() is None
    assert session.results == ()


def test_another_result_that_was_listed_before_she_declined_ai_is_not_shown(
    installation, open_session
) -> None:
    session = open_session()
    add_engine_result(installation, session)
    add_report_result(installation, session.exam.exam_id)
    signed(session).reveal()
    decline(installation, session)
    with pytest.raises(ReadingError, match="cannot be shown"):
        session.show_result("of-report")
    assert (session.result, session.results) == (None, ())


def test_after_the_final_read_nothing_is_asked(installation, open_session) -> None:
    session = open_session()
    add_engine_result(installation, session)
    signed(session).reveal()
    session.finalise()
    add_report_result(installation, session.exam.exam_id)
    assert session.look_again() == ()
    assert ids(session.results) == ["of-engine"]


def test_optional_findings_are_drawn_when_chosen_or_asked_for_and_not_in_the_next_result(
    installation, open_session
) -> None:
    session = open_session()
    finding = Finding("o", LesionType.SOFT_TISSUE, None, 0, (), optional=True)
    add_engine_result(installation, session)
    add_report_result(installation, session.exam.exam_id, findings=(finding,))
    signed(session).reveal()
    session.show_result("of-report")
    assert not session.draws(finding)
    session.optional_chosen = "o"
    assert session.draws(finding)
    session.optional_chosen, session.optional_shown = "", True
    assert session.draws(finding)
    session.show_result("of-engine")
    assert not session.draws(finding)


def test_a_finding_without_a_score_is_below_no_minimum(open_session) -> None:
    session = open_session()
    session.minimum_score = 100
    unscored = Finding("f", LesionType.SOFT_TISSUE, None, 0, ())
    assert session.draws(unscored)
    assert not session.draws(replace(unscored, score=99))
