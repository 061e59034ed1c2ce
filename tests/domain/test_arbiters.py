"""Who may decide where the readers have not agreed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.arbiters import ArbitrationRefused, check_arbiters
from klarsyn.domain.decision import DecisionKind

READERS = ("anna", "berit")


def check(*names: str, readers: tuple[str, ...] = READERS, arbiters: tuple[str, ...] = ()) -> DecisionKind:
    allowed = arbiters or (names[0],)
    return check_arbiters(names, names[0], readers, lambda account: account in allowed)


def test_a_third_person_decides_alone_and_both_readers_together() -> None:
    assert check("cecilia") is DecisionKind.ARBITRATION
    assert check("anna", "berit") is DecisionKind.CONSENSUS
    assert check("cecilia", "berit", "anna") is DecisionKind.CONSENSUS
    assert check("cecilia", "doris") is DecisionKind.CONSENSUS


@pytest.mark.parametrize("names", [("anna",), ("ANNA ",), ("anna", "cecilia"), ("cecilia", "berit")])
def test_one_reader_never_decides_without_the_other(names: tuple[str, ...]) -> None:
    with pytest.raises(ArbitrationRefused, match="without the other"):
        check(*names)


def test_who_has_read_alone_does_not_decide_alone() -> None:
    with pytest.raises(ArbitrationRefused, match="alone"):
        check("anna", readers=("anna",))
    assert check("anna", "cecilia", readers=("anna",)) is DecisionKind.CONSENSUS


def test_only_an_arbiter_signs() -> None:
    with pytest.raises(ArbitrationRefused, match="role"):
        check("cecilia", arbiters=("doris",))
    assert check("anna", "berit", arbiters=("anna",)) is DecisionKind.CONSENSUS


@pytest.mark.parametrize("names", [("cecilia", ""), ("cecilia", " Cecilia")])
def test_each_name_is_given_once(names: tuple[str, ...]) -> None:
    with pytest.raises(ArbitrationRefused, match="name"):
        check(*names)


def test_who_signs_is_among_those_who_decide() -> None:
    with pytest.raises(ArbitrationRefused, match="among them"):
        check_arbiters(("cecilia",), "doris", READERS, lambda account: True)


people = st.sampled_from(["anna", "berit", "cecilia", "doris"])


@given(st.lists(people, min_size=1, unique=True), st.sets(people, min_size=1, max_size=3))
def test_whatever_is_let_through_is_no_readers_word_alone(names: list[str], readers: set[str]) -> None:
    try:
        check(*names, readers=tuple(sorted(readers)))
    except ArbitrationRefused:
        assert readers & set(names)
        return
    assert not readers & set(names) or readers < set(names) or (readers == set(names) and len(names) > 1)
