"""Fifty readers who ask for the same exams again and again on a real PostgreSQL."""

from collections.abc import Callable

import pytest
from claimed_exams import add_exams
from claiming_crowd import crowd, signed_too_often
from postgresql import postgresql  # noqa: F401  a fixture
from soak_share import share_of

from klarsyn.store.database import Database
from klarsyn.store.store import Store

READERS, EXAMS, ROUNDS = 50, 60, 3


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_however_often_fifty_readers_ask_no_two_do_one_read(postgresql: Callable[[], str]) -> None:  # noqa: F811
    for number in range(share_of(20)):
        url = postgresql()
        needs = {f"exam-{n}": 1 + n % 2 for n in range(EXAMS)}
        store = Store(Database(url))
        add_exams(store, list(needs))
        store.close()
        crowd(url, READERS, needs, seed=1000 * number, rounds=ROUNDS)
        store = Store(Database(url))
        finals = store.reads.finals(needs)
        assert signed_too_often(store, needs) == {}
        assert {exam_id: len(finals[exam_id]) for exam_id in needs} == needs
        store.close()
