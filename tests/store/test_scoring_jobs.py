"""The queue of scoring: jobs that stand and fall with their rows, and come back from workers that died."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from calibration_samples import exam_row
from postgresql import postgresql  # noqa: F401  a fixture
from procrastinate.jobs import Status
from sqlalchemy import text

from klarsyn.store.database import Database, DatabaseAway
from klarsyn.store.job_app import job_app
from klarsyn.store.scoring_jobs import ACTIVE, QUEUE, SHADOW, QueueState, ask_for_scoring
from klarsyn.store.store import Store

SILENCE = timedelta(seconds=30)


@pytest.fixture(scope="module")
def shared(postgresql: Callable[[], str]) -> Iterator[Store]:  # noqa: F811
    made = Store(Database(postgresql()))
    with made.database.writing() as session:
        session.add_all(exam_row(f"e{n}") for n in range(3))
    yield made
    made.close()


@pytest.fixture
def store(shared: Store) -> Store:
    """The same database, its queue empty."""
    run(shared, "DELETE FROM procrastinate_jobs", "DELETE FROM procrastinate_workers")
    return shared


def run(store: Store, *statements: str) -> None:
    with store.database.writing() as session:
        session.execute(text("SET LOCAL search_path TO klarsyn_jobs"))
        for statement in statements:
            session.execute(text(statement))


def fetch(store: Store, then: str = "") -> str | None:
    """Take a job as a worker does, and end it as `then` says; without, the worker dies with it."""

    async def _fetch() -> str | None:
        async with job_app(store.database).open_async() as app:
            worker = await app.job_manager.register_worker()
            job = await app.job_manager.fetch_job([QUEUE], worker)
            if job is not None and then:
                await app.job_manager.finish_job_by_id_async(job.id, Status(then), delete_job=False)
            return None if job is None else job.task_kwargs["exam_id"]

    return asyncio.run(_fetch())


def silent(store: Store) -> None:
    run(store, "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")


def test_a_job_is_not_there_when_its_rows_are_rolled_back(store: Store) -> None:
    def fail() -> None:
        with store.database.writing() as session:
            assert ask_for_scoring(session, "e0")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.scoring_jobs.state() == QueueState(0, 0, 0)
    with store.database.writing() as session:
        session.add(exam_row("e-new"))
        session.flush()
        assert ask_for_scoring(session, "e-new")
        assert store.scoring_jobs.state().waiting == 0, "nobody else sees it before its rows"
    assert fetch(store) == "e-new"


def test_the_rows_around_a_second_job_for_the_same_exam_are_stored_all_the_same(store: Store) -> None:
    assert store.scoring_jobs.ask("e0")
    with store.database.writing() as session:
        session.add(exam_row("e-beside"))
        session.flush()
        assert not ask_for_scoring(session, "e0")
        # Names mean the program's own tables again.
        assert session.scalar(text("SELECT count(*) FROM exam WHERE exam_id = 'e-beside'")) == 1
    with store.database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM exam WHERE exam_id = 'e-beside'")) == 1
    assert store.scoring_jobs.state().waiting == 1
    assert store.scoring_jobs.ask("e0", task=SHADOW), "the shadow's is another one"


def test_images_that_come_while_an_exam_is_scored_ask_once_more(store: Store) -> None:
    store.scoring_jobs.ask("e0")
    assert fetch(store) == "e0"
    assert store.scoring_jobs.ask("e0")
    assert store.scoring_jobs.state() == QueueState(1, 1, 0)


def test_a_shadow_waits_until_all_others_are_through(store: Store) -> None:
    store.scoring_jobs.ask("e0", task=SHADOW)
    store.scoring_jobs.ask("e1")
    assert [fetch(store, "succeeded") for _ in range(3)] == ["e1", "e0", None]


def test_a_job_that_is_to_wait_waits(store: Store) -> None:
    store.scoring_jobs.ask("e0", wait=timedelta(hours=1))
    assert fetch(store) is None
    run(store, "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - interval '2 hours'")
    assert fetch(store) == "e0"


def test_the_job_of_a_silent_worker_goes_to_another_and_that_of_a_living_one_does_not(store: Store) -> None:
    store.scoring_jobs.ask("e0")
    assert fetch(store) == "e0"
    assert store.scoring_jobs.give_back_stalled(SILENCE) == 0
    silent(store)
    assert store.scoring_jobs.give_back_stalled(SILENCE) == 1
    assert fetch(store) == "e0"


def test_the_job_of_a_worker_that_was_struck_off_goes_to_another(store: Store) -> None:
    store.scoring_jobs.ask("e0")
    fetch(store)
    run(store, "DELETE FROM procrastinate_workers")
    assert store.scoring_jobs.give_back_stalled(SILENCE) == 1
    assert store.scoring_jobs.state() == QueueState(1, 0, 0)


def test_two_jobs_of_one_exam_become_one_when_the_worker_of_the_first_dies(store: Store) -> None:
    store.scoring_jobs.ask("e0")
    fetch(store)
    store.scoring_jobs.ask("e0")
    silent(store)
    assert store.scoring_jobs.give_back_stalled(SILENCE) == 1
    assert store.scoring_jobs.state() == QueueState(1, 0, 0)


def test_an_exam_that_kills_its_workers_is_given_up_and_comes_again_after_a_while(store: Store) -> None:
    store.scoring_jobs.ask("e0")
    for _ in range(4):
        assert fetch(store) == "e0"
        silent(store)
        store.scoring_jobs.give_back_stalled(SILENCE)
    assert fetch(store) is None
    assert store.scoring_jobs.state() == QueueState(0, 0, 1)
    assert store.scoring_jobs.ask_for_missing(["e0"]) == 0
    run(store, "UPDATE procrastinate_events SET at = at - interval '11 seconds'")
    assert store.scoring_jobs.ask_for_missing(["e0"]) == 1


def test_each_failure_makes_the_next_wait_twice_as_long(store: Store) -> None:
    for failures in (1, 2, 3):
        assert store.scoring_jobs.ask("e0")
        assert fetch(store, "failed") == "e0"
        wait = 10 * 2 ** (failures - 1)
        run(store, f"UPDATE procrastinate_events SET at = now() - interval '{wait - 2} seconds'")
        assert store.scoring_jobs.ask_for_missing(["e0"]) == 0
        run(store, f"UPDATE procrastinate_events SET at = now() - interval '{wait + 1} seconds'")
        assert store.scoring_jobs.ask_for_missing(["e0"]) == 1
        run(store, "DELETE FROM procrastinate_jobs WHERE status = 'todo'")


def test_an_exam_without_a_job_gets_one_and_one_with_a_job_no_second(store: Store) -> None:
    store.scoring_jobs.ask("e1")
    store.scoring_jobs.ask("e2")
    fetch(store)
    assert store.scoring_jobs.ask_for_missing(["e0", "e1", "e2"]) == 1
    assert store.scoring_jobs.state() == QueueState(2, 1, 0)


def test_ended_jobs_are_forgotten_after_their_time_and_no_others(store: Store) -> None:
    for then in ("succeeded", "failed"):
        store.scoring_jobs.ask("e0")
        fetch(store, then)
    store.scoring_jobs.ask("e1")
    store.scoring_jobs.forget_old(timedelta(days=7))
    assert store.scoring_jobs.state().failed == 1
    run(store, "UPDATE procrastinate_events SET at = at - interval '8 days'")
    store.scoring_jobs.forget_old(timedelta(days=7))
    assert store.scoring_jobs.state() == QueueState(1, 0, 0)


def test_two_workers_never_hold_one_exam_and_the_hold_ends_with_its_connection(store: Store) -> None:
    with store.scoring_jobs.alone_with("e0") as held:
        assert held is not None
        held()
        with store.scoring_jobs.alone_with("e0") as other:
            assert other is None
        with store.scoring_jobs.alone_with("e1") as elsewhere:
            assert elsewhere is not None
    with store.scoring_jobs.alone_with("e0") as again:
        assert again is not None


def test_a_hold_that_was_lost_is_told_before_anything_is_stored(store: Store) -> None:
    holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"

    def lose() -> None:
        with store.scoring_jobs.alone_with("e0") as held:
            with store.database.reading() as session:
                session.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({holders}) holding"))
            held()

    with pytest.raises(DatabaseAway, match="cannot be reached"):
        lose()
    with store.scoring_jobs.alone_with("e0") as again:
        assert again is not None


def test_on_a_file_of_its_own_a_workstation_has_no_queue(installation) -> None:
    with installation.store.database.writing() as session:
        assert not ask_for_scoring(session, "e0")


def test_the_tasks_that_workers_know_are_those_that_are_asked_for(store: Store) -> None:
    store.scoring_jobs.ask("e0")
    store.scoring_jobs.ask("e0", task=SHADOW)
    with store.database.reading() as session:
        names = session.scalars(
            text("SELECT task_name FROM klarsyn_jobs.procrastinate_jobs ORDER BY 1")
        ).all()
    assert names == [ACTIVE, SHADOW]
