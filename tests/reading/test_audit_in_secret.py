"""A second reader in secret: no reader can tell an exam that was drawn for the audit from any other."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from audit_worlds import EXAM, POLICY, World, read_to_end, told_at, told_by, world

from klarsyn.domain.audit_draw import REASON
from klarsyn.domain.decision import DecisionRules, Stage
from klarsyn.domain.exam import Laterality
from klarsyn.domain.read import Assessment
from klarsyn.reading.claiming import ExamTaken
from klarsyn.reading.deciding import judge
from klarsyn.reading.reader_queue import keep_queue_facts
from klarsyn.reading.waiting import full_queue
from klarsyn.ui.words import result_line

READERS = ("anna", "berta", "cora")


@pytest.fixture
def worlds(tmp_path: Path) -> Iterator[Callable[..., World]]:
    made: list[World] = []

    def _world(name: str, **how: bool) -> World:
        (tmp_path / name).mkdir()
        made.append(world(tmp_path / name, **how))
        return made[-1]

    yield _world
    for each in made:
        each.store.close()


def everything(there: World) -> Iterator[tuple[str, object]]:
    """Walk the exam through two reads; at each step, all that each of three readers can get.

    What an engine said is left out of what `anna` and `berta` are told: it is not the same in an exam that
    was noted, and has a test of its own.
    """
    for reader in READERS:
        yield f"{reader} before", told_at(there.desk(reader))
    first = there.desk("anna")
    session = first.open(EXAM)
    yield "anna opens", told_by(session)
    yield "berta while anna reads", told_at(there.desk("berta"))
    read_to_end(session, there.clock)
    for reader in READERS:
        yield f"{reader} after one read", told_at(there.desk(reader))
    second = there.desk("berta").open(EXAM)
    yield "berta opens", told_by(second)
    yield "cora while berta reads", told_at(there.desk("cora"))
    with pytest.raises(ExamTaken) as taken:
        there.desk("cora").open(EXAM)
    yield "cora is refused", str(taken.value)
    for side in (Laterality.RIGHT, Laterality.LEFT):
        second.assess(side, Assessment.NORMAL)
    second.sign()
    yield "berta signs", told_by(second)
    second.reveal()
    second.finalise()
    yield "berta may still take it back", told_at(there.desk("cora"))
    there.clock.advance(POLICY_UNDO)
    for reader in READERS:
        yield f"{reader} at the end", told_at(there.desk(reader))
    yield "states", there.store.exam_moves.all_states()


POLICY_UNDO = timedelta(seconds=POLICY.undo_seconds + 1)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_drawn_exam_is_like_any_that_two_read_at_each_step_of_both_reads(
    worlds: Callable[..., World],
) -> None:
    drawn, ordinary = worlds("drawn", drawn=True), worlds("ordinary", noted=True)
    with drawn.watched(), ordinary.watched():
        for (step, here), (_, there) in zip(everything(drawn), everything(ordinary), strict=True):
            assert here == there, step
            # The same questions to the database in the same order: it takes no longer either.
            assert drawn.statements == ordinary.statements, step
    assert len(drawn.statements) > 100


def test_the_comparison_would_find_an_exam_that_one_reads(worlds: Callable[..., World]) -> None:
    drawn, single = worlds("drawn", drawn=True), worlds("single")
    found = []
    for (step, here), (_, there) in zip(everything(drawn), everything(single), strict=False):
        if here != there:
            found.append(step)
            break
    assert found == ["berta while anna reads"]


@pytest.mark.invariant(6)
def test_once_the_ai_is_shown_a_drawn_exam_says_what_its_score_says_anywhere_else(
    worlds: Callable[..., World],
) -> None:
    lines, sessions = [], []
    for there in (worlds("drawn", drawn=True), worlds("single")):
        session = there.desk("anna").open(EXAM)
        read_to_end(session, there.clock)
        sessions.append(told_by(session))
        lines.append(result_line(session.result, session.exam, readers=session.readers))
    assert lines[0] == lines[1]
    assert lines[0].startswith("exam score 3")
    assert "two" not in lines[0]
    assert sessions[0] == sessions[1]


@pytest.mark.invariant(5)
def test_nothing_is_decided_of_a_drawn_exam_before_both_reads_are_in_force(
    worlds: Callable[..., World],
) -> None:
    there = worlds("drawn", drawn=True)

    def stage() -> Stage:
        (found,) = judge(there.store, [EXAM], POLICY, DecisionRules(), there.clock.now())
        return found.verdict.stage

    read_to_end(there.desk("anna").open(EXAM), there.clock)
    assert stage() not in (Stage.DECISION, Stage.DECIDED, Stage.ARBITRATION)
    read_to_end(there.desk("berta").open(EXAM), there.clock)
    assert stage() is Stage.DECISION


def test_the_administrator_is_told_and_the_database_counts_two(worlds: Callable[..., World]) -> None:
    there = worlds("drawn", drawn=True)
    rows = full_queue(there.store, POLICY, reader="admin", now=there.clock.now())
    (row,) = [row for row in rows if row.exam.exam_id == EXAM]
    assert row.required.reasons == (REASON,)
    keep_queue_facts(there.store, POLICY, there.clock.now())
    assert there.store.queue_facts.of([EXAM])[EXAM].reads_required == 2
