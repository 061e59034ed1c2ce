"""Fifty readers at once on a real PostgreSQL, each a process of its own."""

from collections.abc import Callable

from claimed_exams import add_exams
from claiming_crowd import crowd, signed_too_often
from postgresql import postgresql  # noqa: F401  a fixture

from klarsyn.store.database import Database
from klarsyn.store.store import Store

READERS = 50
NEEDS = {f"exam-{n}": 1 + n % 2 for n in range(12)}


def test_of_fifty_readers_no_two_do_one_read(postgresql: Callable[[], str]) -> None:  # noqa: F811
    url = postgresql()
    store = Store(Database(url))
    add_exams(store, list(NEEDS))
    store.close()
    crowd(url, READERS, NEEDS, seed=1)
    store = Store(Database(url))
    try:
        assert signed_too_often(store, NEEDS) == {}
        finals = store.reads.finals(NEEDS)
        # With fifty who ask, and four in five who sign, none stays without.
        assert {exam_id: len(finals[exam_id]) for exam_id in NEEDS} == NEEDS
        assert store.claims.holders() == {}
    finally:
        store.close()
