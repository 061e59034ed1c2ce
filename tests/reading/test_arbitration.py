"""Arbitration: who may, what is seen, what is signed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from decided_exams import POLICY, SIDES, open_read, read
from own_results import scored, square

from klarsyn.domain.decision import DecisionKind, DecisionOutcome, DecisionRules
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import LesionType, Mark
from klarsyn.domain.policy import ReadingPolicy, RevealPolicy
from klarsyn.domain.read import Assessment
from klarsyn.reading.arbitration import ArbitrationDesk
from klarsyn.reading.arbitration_session import READS_SHOWN
from klarsyn.reading.deciding import decide
from klarsyn.reading.refusal import ReadingError

ARBITERS = ("cecilia", "berit")
RECALL, NORMAL = DecisionOutcome.RECALL, DecisionOutcome.NORMAL


def desk_of(installation, account: str = "cecilia", policy: ReadingPolicy = POLICY) -> ArbitrationDesk:
    return ArbitrationDesk(
        installation.store, policy, account, installation.clock, lambda who: who in ARBITERS
    )


@pytest.fixture
def exam_id(import_exams) -> str:
    return import_exams(1)[0]


@pytest.fixture
def disputed(installation, exam_id: str) -> str:
    """An exam that one of two readers wants recalled, and of which the AI has said its opinion."""
    installation.store.results.add(scored(installation.store.exams.get(exam_id)))
    read(installation, exam_id, "anna", recall=True)
    read(installation, exam_id, "berit")
    return exam_id


def test_what_the_readers_dispute_waits_for_the_arbiters(installation, disputed: str) -> None:
    (row,) = desk_of(installation).waiting()
    assert (row.exam_id, row.days_waiting, row.read_by_me) == (disputed, 0, False)
    (own,) = desk_of(installation, "berit").waiting()
    assert own.read_by_me


@pytest.mark.invariant(5)
def test_reads_are_blind_until_both_are_in_force_for_arbiters_too(installation, exam_id: str) -> None:
    def closed() -> None:
        assert desk_of(installation).waiting() == ()
        with pytest.raises(ReadingError, match="does not wait for arbitration") as refused:
            desk_of(installation).open(exam_id)
        said.add(str(refused.value))

    said: set[str] = set()
    closed()
    read(installation, exam_id, "anna", recall=True)
    closed()
    read(installation, exam_id, "berit", recall=True, in_force=False)
    closed()
    assert len(said) == 1  # the same words, whatever is missing
    assert installation.store.presentations.shown(exam_id, "cecilia") == []
    installation.clock.advance(timedelta(seconds=POLICY.undo_seconds))
    assert desk_of(installation).open(exam_id).readers == ("anna", "berit")


@pytest.mark.invariant(5)
@pytest.mark.parametrize("account", ["anna", "doris"])
def test_reads_are_blind_to_whoever_is_no_arbiter(installation, disputed: str, account: str) -> None:
    desk = desk_of(installation, account)
    for act in (desk.waiting, lambda: desk.open(disputed)):
        with pytest.raises(ReadingError, match="may not arbitrate"):
            act()


def test_what_is_shown_is_logged_and_so_is_that_it_is_hidden(installation, disputed: str) -> None:
    session = desk_of(installation).open(disputed)
    session.close()
    shown = installation.store.presentations.shown(disputed, "cecilia")
    assert [(each.what, each.shown) for each in shown] == [(READS_SHOWN, True), (READS_SHOWN, False)]
    reveals = installation.store.reads.reveals(disputed, "cecilia")
    assert [(r.result_id, r.shown) for r in reveals] == [("result-1", True), ("result-1", False)]


def test_a_policy_that_never_reveals_does_not_reveal_to_arbiters(installation, disputed: str) -> None:
    policy = replace(POLICY, reveal=RevealPolicy.NEVER)
    session = desk_of(installation, policy=policy).open(disputed)
    assert (session.results, session.ai_places) == ((), ())
    assert installation.store.reads.reveals(disputed, "cecilia") == []


def test_an_arbiter_sees_both_reads_their_differences_and_the_ai(installation, exam_id: str) -> None:
    result = scored(installation.store.exams.get(exam_id))
    installation.store.results.add(result)
    for reader, offset in (("anna", 0.0), ("berit", 150.0)):
        session = open_read(installation, exam_id, reader)
        for side in SIDES:
            suspects = reader == "anna" and side is Laterality.RIGHT
            session.assess(side, Assessment.MALIGNANT if suspects else Assessment.BENIGN)
        uid = session.exam.images[0].sop_instance_uid
        session.details.mark((Mark(uid, square(10.5 + offset, 20.5, 14), 0),), LesionType.CALCIFICATIONS)
        session.sign()
        session.finalise()
        installation.clock.advance(timedelta(minutes=1))
    opened = desk_of(installation).open(exam_id)
    found = opened.differences["anna", "berit"]
    assert found.disputed_sides == (Laterality.RIGHT,)
    assert len(found.one_sided_places) == 2
    assert [each.result_id for each in opened.results] == [result.result_id]
    assert [(p.finding.finding_id, p.marked_by) for p in opened.ai_places] == [("f1", ("anna",)), ("f2", ())]
    assert [len(each.details.findings) for each in opened.reads] == [1, 1]


def test_a_third_person_decides_with_a_reason(installation, disputed: str) -> None:
    session = desk_of(installation).open(disputed)
    with pytest.raises(ReadingError, match="reason"):
        session.sign(RECALL, "  ")
    made = session.sign(RECALL, "irregular mass, right")
    assert (made.kind, made.by, made.signed_by) == (DecisionKind.ARBITRATION, ("cecilia",), "cecilia")
    assert (made.result_id, made.batch) == ("result-1", date(2026, 1, 5))
    assert installation.store.decisions.newest([disputed]) == {disputed: made}
    assert desk_of(installation).waiting() == ()
    assert decide(installation.store, POLICY, DecisionRules(), installation.clock.now()) == []


def test_both_readers_decide_together_and_neither_without_the_other(installation, disputed: str) -> None:
    session = desk_of(installation, "berit").open(disputed)
    for others in ((), ("cecilia",)):
        with pytest.raises(ReadingError, match="without the other"):
            session.sign(NORMAL, "seen together", others)
    made = session.sign(NORMAL, "seen together", ("anna",))
    assert (made.kind, made.by) == (DecisionKind.CONSENSUS, ("berit", "anna"))


def test_a_correction_is_a_new_row_and_the_old_one_stays(installation, disputed: str) -> None:
    first = desk_of(installation).open(disputed).sign(NORMAL, "summation")
    session = desk_of(installation).open(disputed)
    assert session.correcting is not None
    second = session.sign(RECALL, "seen again on the prior")
    history = installation.store.decisions.history(disputed)
    assert [d.decision_id for d in history] == [first.decision_id, second.decision_id]
    assert [d.outcome for d in history] == [NORMAL, RECALL]


def test_of_two_arbiters_at_once_the_second_is_told(installation, disputed: str) -> None:
    one, other = desk_of(installation).open(disputed), desk_of(installation).open(disputed)
    one.sign(RECALL, "mass")
    with pytest.raises(ReadingError, match="decided meanwhile"):
        other.sign(NORMAL, "nothing")
    assert len(installation.store.decisions.history(disputed)) == 1


def test_an_exam_that_changed_under_the_arbiters_eyes_is_not_decided(installation, disputed: str) -> None:
    session = desk_of(installation).open(disputed)
    read(installation, disputed, "doris")
    with pytest.raises(ReadingError, match="has changed"):
        session.sign(NORMAL, "nothing")
    assert installation.store.decisions.history(disputed) == []


def test_a_normal_decision_is_opened_again_when_another_reader_suspects(installation, exam_id: str) -> None:
    read(installation, exam_id, "anna")
    read(installation, exam_id, "berit")
    (made,) = decide(installation.store, POLICY, DecisionRules(), installation.clock.now())
    assert desk_of(installation).waiting() == ()
    read(installation, exam_id, "doris", recall=True)
    assert [row.exam_id for row in desk_of(installation).waiting()] == [exam_id]
    anew = desk_of(installation).open(exam_id).sign(RECALL, "she is right")
    assert anew.supersedes == made.decision_id
