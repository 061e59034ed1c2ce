"""The state of an exam: derived from facts, reached by allowed moves alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hanging_exams import an_exam, an_image, four_views
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.arrival_rule import ArrivalRule, view_named
from klarsyn.domain.exam_moves import MOVES, allowed_from
from klarsyn.domain.exam_state import (
    ExamFacts,
    ExamState,
    Mover,
    NotAllowed,
    check_move,
    moves_to,
    state_of,
)
from klarsyn.domain.exam_state_page import state_page

S = ExamState
NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
PEOPLE = st.lists(st.sampled_from(["anna", "berit", "cecilia"]), unique=True, max_size=3).map(tuple)
FACTS = st.builds(
    ExamFacts,
    images=st.integers(0, 4),
    is_task=st.booleans(),
    held=st.booleans(),
    awaits_score=st.booleans(),
    required=st.integers(0, 3),
    readers=PEOPLE,
    claimed_by=PEOPLE,
    disputed=st.booleans(),
    decided_by=st.sampled_from(["", "system", "anna"]),
    closed=st.sampled_from([None, None, None, S.WITHDRAWN, S.TECHNICAL_RECALL]),
    closed_by=st.just("doris"),
    closed_as=st.just(Mover.ADMINISTRATOR),
    closed_reason=st.sampled_from(["", "motion"]),
    restored_by=st.just("doris"),
)
READY = ExamFacts(images=4)


@given(st.lists(FACTS, min_size=1, max_size=8))
def test_any_sequence_of_facts_yields_only_allowed_moves(sequence: list[ExamFacts]) -> None:
    state = None
    for facts in sequence:
        moves = moves_to(state, facts)
        for before, after in pairwise(moves):
            assert before.after is after.before
        for move in moves:
            assert move.before is (state if move is moves[0] else move.before)
            check_move(move.before, move.after, move.mover)
            assert move.by
            assert move.reason
        state = moves[-1].after if moves else state
        assert state is state_of(facts)
        assert moves_to(state, facts) == ()


def test_every_state_can_be_left_and_reached_and_most_jumps_are_refused() -> None:
    for state in S:
        assert allowed_from(state)
        assert state is S.ARRIVED or any(after is state for _, after in MOVES)
    assert len(MOVES) < len(S) * (len(S) - 1) / 1.5
    for before, after in [(S.ARRIVED, S.DECIDED), (S.READY, S.READ_TWICE), (S.DECIDED, S.WITHDRAWN)]:
        with pytest.raises(NotAllowed, match=f"{before.value} cannot become {after.value}"):
            check_move(before, after, Mover.ADMINISTRATOR)


def test_a_reader_withdraws_no_exam_and_an_exam_begins_as_arrived() -> None:
    with pytest.raises(NotAllowed, match="for the administrator to do"):
        check_move(S.READY, S.WITHDRAWN, Mover.READER)
    with pytest.raises(NotAllowed, match="just come"):
        check_move(None, S.READY, Mover.SYSTEM)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (replace(READY, is_task=False), S.ARRIVED),
        (replace(READY, images=0), S.INCOMPLETE),
        (replace(READY, held=True, awaits_score=True), S.INCOMPLETE),
        (replace(READY, awaits_score=True), S.WAITING_FOR_SCORE),
        (READY, S.READY),
        (replace(READY, claimed_by=("anna",)), S.CLAIMED),
        (replace(READY, readers=("anna",)), S.READ_ONCE),
        (replace(READY, readers=("anna",), claimed_by=("berit",)), S.CLAIMED),
        (replace(READY, readers=("anna", "berit")), S.READ_TWICE),
        (replace(READY, readers=("anna", "berit"), claimed_by=("cecilia",)), S.READ_TWICE),
        (replace(READY, readers=("anna", "berit"), disputed=True), S.ARBITRATION),
        (replace(READY, readers=("anna",), required=1), S.READ_ONCE),
        (replace(READY, readers=("anna",), required=1, decided_by="system"), S.DECIDED),
        (replace(READY, decided_by="system"), S.READY),
        (replace(READY, closed=S.TECHNICAL_RECALL, readers=("anna",)), S.TECHNICAL_RECALL),
        (replace(READY, closed=S.WITHDRAWN), S.WITHDRAWN),
        (replace(READY, closed=S.WITHDRAWN, readers=("anna",), decided_by="system"), S.DECIDED),
    ],
)
def test_facts_amount_to_one_state(facts: ExamFacts, state: ExamState) -> None:
    assert state_of(facts) is state


def test_what_happened_between_two_looks_is_noted_step_by_step_with_who_did_it() -> None:
    moves = moves_to(S.READY, replace(READY, readers=("anna", "berit"), decided_by="system"))
    assert [(m.after, m.by) for m in moves] == [
        (S.CLAIMED, "anna"), (S.READ_ONCE, "anna"), (S.CLAIMED, "berit"), (S.READ_TWICE, "berit"),
        (S.DECIDED, "system"),
    ]  # fmt: skip
    withdrawn = replace(READY, closed=S.WITHDRAWN, closed_by="doris", closed_reason="a test exam")
    (move,) = moves_to(S.READY, withdrawn)
    assert (move.by, move.mover, move.reason) == (
        "doris", Mover.ADMINISTRATOR, "it is not to be read: a test exam",
    )  # fmt: skip


@pytest.mark.invariant(1)
@given(st.integers(0, 4), st.lists(st.integers(0, 3000), max_size=20), st.integers(0, 4000))
def test_no_exam_is_lost_to_the_ai_nothing_waits_longer_than_the_deadline(
    views: int, minutes: list[int], now: int
) -> None:
    rule = ArrivalRule()
    exam = replace(an_exam(*four_views().images[:views]), arrived_at=NOW)
    moment = NOW + timedelta(minutes=now)
    last = NOW + timedelta(minutes=max([m for m in minutes if m <= now], default=0))
    held, waits = moment < rule.held_until(exam, last), moment < rule.score_until(exam, last)
    state = state_of(ExamFacts(images=1, held=held, awaits_score=waits))
    if moment >= NOW + rule.longest or moment >= last + max(rule.quiet, rule.score_wait):
        assert state is S.READY
    if views == 4:
        assert state is not S.INCOMPLETE


def test_an_exam_is_complete_by_the_protocols_views_or_after_a_quiet_time() -> None:
    rule = ArrivalRule(quiet=timedelta(minutes=10))
    whole, lacking = four_views(), an_exam(*four_views().images[:3])
    last = whole.arrived_at + timedelta(minutes=3)
    assert rule.held_until(whole, last) <= whole.arrived_at
    assert rule.held_until(lacking, last) == last + timedelta(minutes=10)
    one_view = replace(rule, views=(view_named("r mlo"),))
    assert one_view.held_until(an_exam(an_image("1", "R MLO")), last) <= last


def test_the_page_on_states_is_what_the_program_goes_by() -> None:
    page = Path(__file__).parents[2] / "docs" / "workflow-states.md"
    said = "Run `klarsyn state diagram > docs/workflow-states.md`."
    assert page.read_text(encoding="utf-8") == state_page(), said
