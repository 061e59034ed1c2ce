"""Claims: two readers never do one read; the same questions to SQLite and to PostgreSQL."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from claimed_exams import add_exams, images_of, let_time_pass, sign, take_back
from postgresql import postgresql  # noqa: F401  a fixture

from klarsyn.store.claims import LEASE, ClaimAnswer
from klarsyn.store.database import Database
from klarsyn.store.store import Store

GRANTED, TAKEN, OWN = ClaimAnswer.GRANTED, ClaimAnswer.TAKEN, ClaimAnswer.READ_BY_THIS_READER
EXAMS = ["a", "b", "c"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        made = Store.file(tmp_path / "klarsyn.sqlite")
    else:
        new: Callable[[], str] = request.getfixturevalue("postgresql")
        made = Store(Database(new()))
    add_exams(made, EXAMS)
    yield made
    made.close()


def ask(store: Store, exam_id: str, reader: str, required: int = 1, *, again: bool = False) -> ClaimAnswer:
    return store.claims.claim(exam_id, reader, required, images_of(exam_id), again=again)


def test_an_exam_that_needs_one_read_goes_to_one_reader(store: Store) -> None:
    assert ask(store, "a", "one") is GRANTED
    assert ask(store, "a", "two") is TAKEN
    assert store.claims.holders() == {"a": frozenset({"one"})}


def test_an_exam_that_needs_two_reads_goes_to_two_readers_at_once_and_to_no_third(store: Store) -> None:
    assert [ask(store, "a", reader, 2) for reader in ("one", "two", "three")] == [GRANTED, GRANTED, TAKEN]


def test_who_has_a_claim_may_ask_again(store: Store) -> None:
    assert [ask(store, "a", "one"), ask(store, "a", "one")] == [GRANTED, GRANTED]


def test_an_exam_that_is_left_is_free(store: Store) -> None:
    ask(store, "a", "one")
    store.claims.release("a", "one")
    assert ask(store, "a", "two") is GRANTED


def test_the_next_exam_lets_the_last_one_go_and_a_refusal_does_not(store: Store) -> None:
    ask(store, "a", "one")
    ask(store, "b", "two")
    assert ask(store, "b", "one") is TAKEN
    assert store.claims.of("one") == "a"
    assert ask(store, "c", "one") is GRANTED
    assert ask(store, "a", "three") is GRANTED


def test_a_claim_ends_when_a_workstation_has_died(store: Store) -> None:
    ask(store, "a", "one")
    let_time_pass(store, "one", LEASE - timedelta(minutes=1))
    assert ask(store, "a", "two") is TAKEN
    let_time_pass(store, "one", timedelta(minutes=2))
    assert store.claims.holders() == {}
    assert ask(store, "a", "two") is GRANTED


def test_a_claim_that_is_kept_alive_does_not_end(store: Store) -> None:
    ask(store, "a", "one")
    for _ in range(3):
        let_time_pass(store, "one", LEASE - timedelta(minutes=1))
        assert store.claims.renew("a", "one")
    assert ask(store, "a", "two") is TAKEN


def test_a_claim_that_has_ended_cannot_be_kept_alive(store: Store) -> None:
    ask(store, "a", "one")
    let_time_pass(store, "one", LEASE + timedelta(minutes=1))
    assert not store.claims.renew("a", "one")
    assert not store.claims.renew("b", "one")
    assert store.claims.of("one") is None


@pytest.mark.invariant(5)
def test_reads_are_append_only_and_blind_so_no_reader_gets_an_exam_twice(store: Store) -> None:
    sign(store, "a", "one")
    assert ask(store, "a", "one", 2) is OWN
    assert ask(store, "a", "two", 2) is GRANTED


def test_a_signed_read_counts_before_it_is_in_force(store: Store) -> None:
    sign(store, "a", "one")
    assert ask(store, "a", "two") is TAKEN


def test_who_takes_the_own_read_back_has_the_exam_before_anybody_else(store: Store) -> None:
    read = sign(store, "a", "one")
    assert ask(store, "a", "one", again=True) is GRANTED
    take_back(store, read)
    assert ask(store, "a", "two") is TAKEN
    store.claims.release("a", "one")
    assert ask(store, "a", "two") is GRANTED


def test_a_read_that_does_not_cover_a_late_image_takes_nothing(store: Store) -> None:
    sign(store, "a", "one", covers=["1.2.another"])
    assert ask(store, "a", "one") is GRANTED
    store.claims.release("a", "one")
    assert ask(store, "a", "two") is GRANTED


def test_reader_and_own_claim_are_not_counted_twice(store: Store) -> None:
    sign(store, "a", "one")
    ask(store, "a", "one", again=True)
    assert ask(store, "a", "two", 2) is GRANTED


def test_both_databases_answer_alike(tmp_path: Path, postgresql: Callable[[], str]) -> None:  # noqa: F811
    """The rule is written twice, for SQLite here and as a function of PostgreSQL."""
    stores = [Store.file(tmp_path / "alike.sqlite"), Store(Database(postgresql()))]
    rng = random.Random(20261125)
    for store in stores:
        add_exams(store, EXAMS)
    answers = set()
    try:
        for _ in range(150):
            act = rng.choices(["ask", "again", "leave", "sign", "age"], [8, 1, 2, 2, 1])[0]
            exam, reader, needed = rng.choice(EXAMS), rng.choice(["1", "2", "3", "4"]), rng.choice([1, 2])
            if act in ("ask", "again"):
                both = [ask(store, exam, reader, needed, again=act == "again") for store in stores]
                assert both[0] is both[1]
                answers.add(both[0])
            elif act == "leave":
                for store in stores:
                    store.claims.release(exam, reader)
            elif act == "sign" and reader not in ("3", "4"):
                own = [r for r in stores[0].reads.finals([exam]).get(exam, []) if r.reader == reader]
                for store in stores:
                    if own:
                        theirs = store.reads.finals([exam])[exam]
                        take_back(store, next(r for r in theirs if r.reader == reader))
                    else:
                        sign(store, exam, reader)
            elif act == "age" and all(store.claims.of(reader) for store in stores):
                for store in stores:
                    let_time_pass(store, reader, LEASE + timedelta(minutes=1))
            assert stores[0].claims.holders() == stores[1].claims.holders()
    finally:
        for store in stores:
            store.close()
    assert answers == {GRANTED, TAKEN, OWN}
