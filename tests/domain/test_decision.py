"""What follows from reads: checked against an oracle that counts readers in another way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.decision import (
    Decision,
    DecisionKind,
    DecisionOutcome,
    DecisionRules,
    SingleRecall,
    Stage,
    Verdict,
    counting,
    verdict,
)
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
UIDS = ("2.25.1", "2.25.2")
NORMAL = Impression(Assessment.NORMAL, Assessment.BENIGN)
RECALL = Impression(Assessment.NORMAL, Assessment.INDETERMINATE)


def read(number: int = 0, reader: str = "anna", impression: Impression = NORMAL, **changes: object) -> Read:
    signed = NOW - timedelta(hours=1) + timedelta(minutes=number)
    made = Read(
        f"r{number}", "e", reader, ReadKind.FINAL, impression, signed, signed + timedelta(seconds=10),
        covers=UIDS,
    )  # fmt: skip
    return replace(made, **changes)


def decision(
    reads: list[Read], outcome: DecisionOutcome = DecisionOutcome.NORMAL, **changes: object
) -> Decision:
    made = Decision(
        "d", "e", DecisionKind.AGREEMENT, outcome, ("anna",), NOW, date(2026, 1, 5), UIDS,
        tuple(r.read_id for r in reads), "why",
    )  # fmt: skip
    return replace(made, **changes)


impressions = st.builds(Impression, *2 * [st.one_of(st.none(), st.sampled_from(Assessment))])


@st.composite
def any_reads(draw: st.DrawFn) -> list[Read]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        found.append(
            read(
                number,
                draw(st.sampled_from(["anna", "ANNA", "berit", "cecilia"])),
                draw(impressions),
                kind=draw(st.sampled_from([ReadKind.FINAL, ReadKind.FINAL, ReadKind.FIRST_IMPRESSION])),
                effective_at=NOW + timedelta(seconds=draw(st.sampled_from([-3600, 0, 1, 10]))),
                covers=draw(st.sampled_from([UIDS, UIDS, UIDS, UIDS[:1]])),
            )
        )
    return found


def oracle(required: int, reads: list[Read], doubt: str, single_recalls: bool) -> tuple[Stage, object]:
    """Say it per reader: each one's last word that counts, as True for recall."""
    words: dict[str, bool] = {}
    for each in reads:  # in order of signing
        late = each.effective_at > NOW
        if each.kind is not ReadKind.FINAL or late or sorted(each.covers) != sorted(UIDS):
            continue
        assert each.impression is not None
        steps = [int(a.value) for a in (each.impression.right, each.impression.left) if a is not None]
        words[each.reader.lower()] = max(steps, default=0) >= 3
    if len(words) == 0 or len(words) < required:
        return Stage.READS, None
    if True in words.values():
        if single_recalls and list(words.values()) == [True]:
            return Stage.DECISION, DecisionOutcome.RECALL
        return Stage.ARBITRATION, None
    return (Stage.ARBITRATION, None) if doubt else (Stage.DECISION, DecisionOutcome.NORMAL)


@given(st.integers(0, 3), any_reads(), st.sampled_from(["", "safety net"]), st.sampled_from(SingleRecall))
def test_what_follows_is_what_the_oracle_says(
    required: int, reads: list[Read], doubt: str, single: SingleRecall
) -> None:
    said = verdict(required, reads, UIDS, NOW, doubt=doubt, rules=DecisionRules(single))
    assert (said.stage, said.outcome) == oracle(required, reads, doubt, single is SingleRecall.RECALL)


@pytest.mark.invariant(5)
@given(st.integers(2, 3), any_reads(), st.sampled_from(["", "safety net"]))
def test_no_decision_before_both_reads_are_in_force(required: int, reads: list[Read], doubt: str) -> None:
    said = verdict(required, reads, UIDS, NOW, doubt=doubt)
    if said.stage is not Stage.READS:
        assert len({reader.lower() for reader in said.readers}) >= required
        assert all(r.effective_at <= NOW and set(r.covers) == set(UIDS) for r in said.reads)


@given(any_reads(), st.permutations(range(5)), st.integers(1, 2))
def test_the_order_in_which_rows_are_given_decides_nothing(
    reads: list[Read], places: list[int], required: int
) -> None:
    shuffled = [reads[p] for p in places if p < len(reads)]
    assert verdict(required, shuffled, UIDS, NOW) == verdict(required, reads, UIDS, NOW)


@given(any_reads(), st.integers(1, 2))
def test_a_reader_who_suspects_never_leads_to_normal(reads: list[Read], required: int) -> None:
    said = verdict(required, [*reads, read(9, "doris", RECALL)], UIDS, NOW)
    assert said.outcome is not DecisionOutcome.NORMAL


@pytest.mark.parametrize(
    ("required", "reads", "stage", "outcome", "kind"),
    [
        (2, [read(0), read(1, "berit")], Stage.DECISION, "normal", DecisionKind.AGREEMENT),
        (1, [read(0)], Stage.DECISION, "normal", DecisionKind.SINGLE_READ),
        (2, [read(0)], Stage.READS, None, None),
        (2, [read(0), read(1, "Anna")], Stage.READS, None, None),
        (2, [read(0), read(1, "berit", RECALL)], Stage.ARBITRATION, None, None),
        (2, [read(0, "anna", RECALL), read(1, "berit", RECALL)], Stage.ARBITRATION, None, None),
        (1, [read(0, "anna", RECALL)], Stage.ARBITRATION, None, None),
        (1, [], Stage.READS, None, None),
        (0, [], Stage.READS, None, None),
    ],
)
def test_the_regions_rules_case_by_case(
    required: int, reads: list[Read], stage: Stage, outcome: str | None, kind: DecisionKind | None
) -> None:
    said = verdict(required, reads, UIDS, NOW)
    assert (said.stage, said.outcome, said.kind) == (stage, outcome, kind)


def test_where_a_site_says_so_the_only_reader_who_asks_for_recall_is_followed() -> None:
    rules = DecisionRules(SingleRecall.RECALL)
    said = verdict(1, [read(0, "anna", RECALL)], UIDS, NOW, rules=rules)
    assert (said.stage, said.outcome) == (Stage.DECISION, DecisionOutcome.RECALL)
    two = [read(0, "anna", RECALL), read(1, "berit", RECALL)]
    assert verdict(1, two, UIDS, NOW, rules=rules).stage is Stage.ARBITRATION


def decided(reads: list[Read], made: Decision) -> Verdict:
    return verdict(2, reads, UIDS, NOW, decided=made)


def test_a_decision_stands_while_the_exam_is_what_it_was() -> None:
    reads = [read(0), read(1, "berit", RECALL)]
    said = decided(reads, decision(reads))
    assert (said.stage, said.outcome, said.reason) == (Stage.DECIDED, DecisionOutcome.NORMAL, "why")


def test_a_decision_falls_when_an_image_comes_or_is_rejected_or_a_read_is_taken_back() -> None:
    reads = [read(0), read(1, "berit", RECALL)]
    assert decided(reads, decision(reads, covers=UIDS[:1])).stage is Stage.ARBITRATION
    assert decided(reads, decision(reads, covers=(*UIDS, "2.25.3"))).stage is Stage.ARBITRATION
    assert decided(reads[:1], decision(reads)).stage is Stage.READS


def test_a_normal_decision_falls_when_another_reader_suspects_and_a_recall_stays() -> None:
    reads = [read(0), read(1, "berit")]
    third = read(2, "cecilia", RECALL)
    assert decided([*reads, third], decision(reads)).stage is Stage.ARBITRATION
    assert decided([*reads, third], decision(reads, DecisionOutcome.RECALL)).stage is Stage.DECIDED
    assert decided([*reads, read(2, "cecilia")], decision(reads)).stage is Stage.DECIDED


def test_of_two_reads_of_one_reader_the_newer_counts() -> None:
    reads = [read(1, "Anna", RECALL), read(0, "anna", NORMAL)]
    assert [r.read_id for r in counting(reads, UIDS, NOW)] == ["r1"]
