"""Whether a workstation learns that another has changed the store, and that it learns no more than that."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from calibration_samples import exam_row
from claimed_exams import add_exams, images_of, sign
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import text

from klarsyn.store.changes import SECOND_LOOK_S, ChangeWatch
from klarsyn.store.claim_models import ChangeTickRow
from klarsyn.store.database import Database
from klarsyn.store.store import Store


@dataclass
class Seconds:
    at: float = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Place:
    """Two stores over one database: `other` writes, and a watch of the first is asked."""

    url: str
    seconds: Seconds = field(default_factory=Seconds)

    def __post_init__(self) -> None:
        self.other, self.own = Store(Database(self.url)), Store(Database(self.url))
        add_exams(self.other, ["a", "b"])
        self.watch = ChangeWatch(self.own.database, self.seconds)
        self.watch.changed()
        self.quiet()

    def quiet(self) -> None:
        """Let what came before be told, and the second after it pass."""
        self.seconds.at += 10
        self.watch.changed()
        self.seconds.at += 10
        self.watch.changed()
        if self.own.database.engine.dialect.name == "postgresql":
            self.let_tell()

    def let_tell(self) -> None:
        """As if a second had passed for the database since it told of a change."""
        with self.other.database.reading() as session:
            session.execute(text("UPDATE change_tick SET at = at - interval '2 seconds'"))

    def told_soon(self) -> bool:
        """Ask until a change is told: the server's signal takes a moment on its way."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            if self.watch.changed():
                return True
            time.sleep(0.005)
        return False

    def close(self) -> None:
        self.watch.close()
        self.other.close()
        self.own.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        made = Place(f"sqlite:///{tmp_path / 'klarsyn.sqlite'}")
    else:
        made = Place(request.getfixturevalue("postgresql")())
    yield made
    made.close()


@pytest.fixture
def shared(postgresql: Callable[[], str]) -> Iterator[Place]:  # noqa: F811
    made = Place(postgresql())
    yield made
    made.close()


def test_without_a_change_nothing_is_told(place: Place) -> None:
    assert [place.watch.changed() for _ in range(3)] == [False] * 3


def test_the_first_question_says_yes_since_nobody_knows_what_came_before(place: Place) -> None:
    watch = ChangeWatch(place.own.database)
    assert watch.changed()
    watch.close()


def change_by_exam(store: Store) -> None:
    with store.database.writing() as session:
        session.add(exam_row("new"))


@pytest.mark.parametrize(
    "change",
    [
        change_by_exam,
        lambda store: sign(store, "a", "two"),
        lambda store: store.claims.claim("a", "two", 1, images_of("a")),
    ],
    ids=["arrival", "read", "claim"],
)
def test_what_another_does_is_told_once(place: Place, change: Callable[[Store], object]) -> None:
    change(place.other)
    assert place.told_soon()
    assert not place.watch.changed()


def test_an_exam_that_is_left_is_told(place: Place) -> None:
    place.other.claims.claim("a", "two", 1, images_of("a"))
    place.quiet()
    place.other.claims.release("a", "two")
    assert place.told_soon()


def test_a_claim_that_is_kept_alive_is_not_told_on_a_shared_server(shared: Place) -> None:
    shared.other.claims.claim("a", "two", 1, images_of("a"))
    shared.quiet()
    before = last_told(shared)
    assert shared.other.claims.renew("a", "two", lease=timedelta(minutes=9))
    assert last_told(shared) == before
    shared.other.claims.release("a", "two")
    assert last_told(shared) > before


def last_told(place: Place) -> datetime:
    with place.own.database.reading() as session:
        return session.get_one(ChangeTickRow, 1).at


def listening(url: str) -> psycopg.Connection:
    raw = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)
    raw.execute("LISTEN klarsyn")
    return raw


@pytest.mark.invariant(6)
def test_first_the_eye_a_sign_says_changed_and_nothing_else_at_most_once_a_second(shared: Place) -> None:
    raw = listening(shared.url)
    for n in range(20):
        sign(shared.other, "ab"[n % 2], f"reader-{n}")
    told = [sign_.payload for sign_ in raw.notifies(timeout=0.05)]
    # Twenty reads take less than a second here; on a machine that is slower than that there are a few more.
    assert set(told) == {"changed"}
    assert len(told) < 10
    raw.close()


def test_what_came_within_the_second_is_found_by_the_second_look(shared: Place) -> None:
    sign(shared.other, "a", "two")
    assert shared.told_soon()
    with shared.other.database.reading() as session:
        # However slow this machine is, the next change falls within the second.
        session.execute(text("UPDATE change_tick SET at = clock_timestamp() + interval '1 hour'"))
    sign(shared.other, "b", "two")
    assert not shared.watch.changed()
    shared.seconds.at += SECOND_LOOK_S
    assert shared.watch.changed()
    assert not shared.watch.changed()


def test_a_change_that_is_not_yet_committed_keeps_nobody_waiting(shared: Place) -> None:
    with shared.other.database.reading() as slow:
        slow.add(exam_row("slow"))
        slow.flush()
        with shared.own.database.engine.connect() as connection:
            connection.execute(text("SET LOCAL statement_timeout = '2s'"))
            connection.execute(text("UPDATE exam SET patient_id = '' WHERE exam_id = 'a'"))
            connection.commit()
    assert shared.told_soon()
    shared.seconds.at += SECOND_LOOK_S
    assert shared.watch.changed()


def test_a_lost_connection_is_told_as_a_change_and_made_anew(shared: Place) -> None:
    with shared.other.database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database() AND query = 'LISTEN klarsyn'"
            )
        )
    assert shared.told_soon()
    assert shared.watch.changed()
    shared.quiet()
    sign(shared.other, "a", "two")
    assert shared.told_soon()
