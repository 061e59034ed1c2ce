"""Exams' moves in line with rows: after imports, results, claims, reads, decisions and people's words."""

from dataclasses import replace

import pytest
from kept_states import House
from small_mammograms import ALL_VIEWS, write_exam
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.cli.states import asked
from klarsyn.domain.decision import DecisionRules
from klarsyn.domain.exam_state import ExamState, Move, Mover, NotAllowed
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Assessment, Impression
from klarsyn.intake.importer import Importer
from klarsyn.intake.state_keeping import StateKeeper
from klarsyn.reading.deciding import decide
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import CannotKeep

S = ExamState
SUSPICIOUS = Impression(Assessment.NORMAL, Assessment.SUSPICIOUS)


def test_an_exam_goes_its_way_from_arrival_to_decision(house: House) -> None:
    house.bring(ALL_VIEWS[:3])
    assert house.state() is S.INCOMPLETE
    house.bring()
    assert house.state() is S.WAITING_FOR_SCORE
    house.fail_to_score()
    assert house.state() is S.READY
    house.store.claims.claim(house.exam_id, "anna", 2, [])
    assert house.state() is S.CLAIMED
    house.sign("anna")
    house.store.claims.release(house.exam_id, "anna")
    assert house.state() is S.READ_ONCE
    house.sign("berit")
    assert house.state() is S.READ_TWICE
    decide(house.store, load_policy(house.settings.policy), DecisionRules(), house.clock.now())
    assert house.state() is S.DECIDED
    assert house.way() == [
        "arrived", "incomplete", "waiting for score", "ready", "claimed", "read once", "claimed",
        "read twice", "decided",
    ]  # fmt: skip
    assert [k.move.by for k in house.store.exam_moves.of_exam(house.exam_id)][4:] == [
        "anna", "anna", "berit", "berit", "system",
    ]  # fmt: skip


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_after_its_deadline_it_is_ready_and_not_scored(house: House) -> None:
    house.bring()
    assert house.state() is S.WAITING_FOR_SCORE
    house.wait(house.settings.score_wait_minutes - 1)
    assert house.state() is S.WAITING_FOR_SCORE
    house.wait(1)
    assert house.state() is S.READY
    exam = house.store.exams.get(house.exam_id)
    said = asked(house.context, [exam], load_policy("practice"), house.clock.now())[house.exam_id]
    assert (said.scored, said.required) == (False, 2)


def test_an_exam_that_lacks_a_view_is_complete_after_the_quiet_time(house: House) -> None:
    house.bring(ALL_VIEWS[:2])
    house.wait(house.settings.quiet_minutes)
    assert house.state() is S.WAITING_FOR_SCORE


def test_late_images_open_the_reading_again(house: House) -> None:
    house.bring()
    house.sign("anna")
    house.sign("berit")
    assert house.state() is S.READ_TWICE
    decide(house.store, load_policy(house.settings.policy), DecisionRules(), house.clock.now())
    assert house.state() is S.DECIDED
    house.wait(120)
    house.bring((("L", "CC"),), "late", SOPInstanceUID="2.25.4711")
    assert house.state() is S.WAITING_FOR_SCORE
    house.wait(60)
    assert house.state() is S.READY


def test_readers_who_disagree_leave_the_exam_for_arbitration(house: House) -> None:
    house.bring()
    house.sign("anna", SUSPICIOUS)
    house.sign("berit")
    assert house.state() is S.ARBITRATION


def test_a_prior_stays_arrived(house: House) -> None:
    write_exam(house.folder, StudyDate="20200101")
    Importer(house.store, house.settings.folders, house.clock, workers=1).run([house.folder])
    assert house.state() is S.ARRIVED
    house.store.exams.make_task(house.exam_id)
    assert house.state() is S.WAITING_FOR_SCORE


@pytest.mark.invariant(1)
def test_no_exam_is_lost_when_its_state_cannot_be_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.bring()

    def full(*_: object) -> bool:
        raise CannotKeep("the database cannot be used (disk full)")

    with monkeypatch.context() as patched:
        patched.setattr(house.store.exam_moves, "record", full)
        assert house.keeper.run() == 0
    assert house.store.exams.open_tasks("anna", house.clock.now()) == [house.exam_id]
    assert house.state() is S.WAITING_FOR_SCORE


def test_one_exam_that_makes_no_sense_does_not_keep_others_from_moving(house: House) -> None:
    house.bring()
    write_exam(house.folder / "two", 7)
    Importer(house.store, house.settings.folders, house.clock, workers=1).run([house.folder], read=True)

    def partly(exams, now):
        if any(exam.accession_number == "A7" for exam in exams):
            raise ValueError
        return asked(house.context, exams, load_policy("practice"), now)

    StateKeeper(house.store, house.clock, house.keeper._rule, partly).run()
    assert list(house.store.exam_moves.all_states()) == [house.exam_id]


def test_two_keepers_never_note_one_move_twice(house: House) -> None:
    house.bring()
    move = Move(None, S.ARRIVED, "system", Mover.SYSTEM, "came")
    now = house.clock.now()
    assert house.store.exam_moves.record(house.exam_id, None, [move], now)
    assert not house.store.exam_moves.record(house.exam_id, None, [move], now)
    with pytest.raises(NotAllowed):
        house.store.exam_moves.record(
            house.exam_id, S.ARRIVED, [replace(move, before=S.ARRIVED, after=S.DECIDED)], now
        )
    assert len(house.way()) == 1


@pytest.mark.parametrize("table", ["exam_move", "exam_closing"])
def test_moves_and_words_are_never_altered(house: House, table: str) -> None:
    house.bring()
    house.state()
    house.say(S.WITHDRAWN)
    for statement in (f"UPDATE {table} SET reason = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), house.store.database.writing() as session:
            session.execute(text(statement))


def test_a_policy_of_one_reader_leaves_an_exam_read_once_until_it_is_decided(house: House) -> None:
    house.bring()
    house.sign("anna")

    def one(exams, now):
        both = asked(house.context, exams, ReadingPolicy("practice", "Practice"), now)
        return {exam_id: replace(said, required=1) for exam_id, said in both.items()}

    StateKeeper(house.store, house.clock, house.keeper._rule, one).run()
    assert house.way()[-1] == "read once"
