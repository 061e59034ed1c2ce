"""Scoring workers on a shared database: what a job does, and that no exam waits for one."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from postgresql import postgresql  # noqa: F401  a fixture
from small_mammograms import write_exam
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from klarsyn.base.clock import SystemClock
from klarsyn.base.settings import Settings, load_settings
from klarsyn.domain.finding import ResultStatus
from klarsyn.engine import registry
from klarsyn.intake.importer import Importer
from klarsyn.intake.queue_keeping import QueueKeeper
from klarsyn.intake.scorer import Scorer
from klarsyn.intake.scoring_job import ScoringJobs
from klarsyn.intake.scoring_worker import AWAY, ScoringWorker
from klarsyn.reading.policies import load_policy
from klarsyn.reading.waiting import full_queue
from klarsyn.store.database import Database, DatabaseAway
from klarsyn.store.scoring_jobs import QueueState
from klarsyn.store.store import Store

ENGINES = str(Path(__file__).parent / "engines")


@pytest.fixture
def url(postgresql: Callable[[], str]) -> str:  # noqa: F811
    made = postgresql()
    Database(made).close()
    return made


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    made = Store.shared(url)
    yield made
    made.close()


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Iterator[Settings]:
    registry.register("Steady", "scripted:Steady", (ENGINES,))
    values = {"engine": "Steady", "engine_allow_unsealed": True, "scoring_quiet_s": 0.0}
    made = load_settings(data_folder=tmp_path / "data", database_url=url, **values)
    made.folders.create()
    yield made
    registry.unregister("Steady")


@pytest.fixture
def exam_id(store: Store, settings: Settings, tmp_path: Path) -> str:
    write_exam(tmp_path / "in", 1)
    Importer(store, settings.folders, SystemClock(), workers=1).run([tmp_path / "in"], read=True)
    return store.exams.many()[0].exam_id


def jobs(store: Store, settings: Settings) -> ScoringJobs:
    return ScoringJobs(store, settings, SystemClock())


def forget_jobs(store: Store) -> None:
    with store.database.writing() as session:
        session.execute(text("SET LOCAL search_path TO klarsyn_jobs"))
        session.execute(text("DELETE FROM procrastinate_jobs"))


def test_an_import_leaves_one_job_an_exam(store: Store, exam_id: str) -> None:
    assert store.scoring_jobs.state() == QueueState(1, 0, 0)


def test_a_worker_scores_what_waits_and_leaves_no_job(store: Store, settings: Settings, exam_id: str) -> None:
    ScoringWorker(store, settings, SystemClock()).run(wait=False)
    assert (store.results.count(exam_id), store.ledger.count()) == (1, 1)
    assert store.scoring_jobs.state() == QueueState(0, 0, 0)


def test_a_second_job_for_a_scored_exam_scores_nothing(
    store: Store, settings: Settings, exam_id: str
) -> None:
    doing = jobs(store, settings)
    doing.score(exam_id)
    doing.score(exam_id)
    assert store.results.count(exam_id) == 1


def test_an_exam_whose_images_still_come_waits_for_a_while(
    store: Store, settings: Settings, exam_id: str
) -> None:
    forget_jobs(store)
    patient = load_settings(**{**settings.model_dump(), "scoring_quiet_s": 3600.0})
    jobs(store, patient).score(exam_id)
    assert store.results.count(exam_id) == 0
    with store.database.reading() as session:
        query = text(
            "SELECT scheduled_at > now() + interval '50 minutes' FROM klarsyn_jobs.procrastinate_jobs"
        )
        assert session.scalars(query).all() == [True]


def test_an_image_from_the_future_is_no_reason_to_wait(
    store: Store, settings: Settings, exam_id: str
) -> None:
    with store.database.writing() as session:
        session.execute(text("UPDATE image SET arrived_at = now() + interval '1 hour'"))
    patient = load_settings(**{**settings.model_dump(), "scoring_quiet_s": 60.0})
    jobs(store, patient).score(exam_id)
    assert store.results.count(exam_id) == 1


def test_an_exam_that_another_worker_holds_is_left_to_it_and_looked_at_again(
    store: Store, settings: Settings, exam_id: str
) -> None:
    ScoringWorker(store, settings, SystemClock()).run(wait=False)
    with store.database.writing() as session:
        session.execute(text("UPDATE image SET arrived_at = now()"))
    with store.scoring_jobs.alone_with(exam_id):
        jobs(store, settings).score(exam_id)
    assert store.results.count(exam_id) == 1
    assert store.scoring_jobs.state() == QueueState(1, 0, 0)


def test_a_worker_that_has_lost_its_hold_stores_nothing(
    store: Store, settings: Settings, exam_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(self: Scorer, *arguments: object, **named: object):
        query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
        with store.database.reading() as session:
            session.execute(text(query))
        return score(self, *arguments, **named)

    score = Scorer.score
    monkeypatch.setattr(Scorer, "score", lose)
    with pytest.raises(DatabaseAway):
        jobs(store, settings).score(exam_id)
    assert (store.results.count(exam_id), store.ledger.count()) == (0, 0)


def test_an_exam_that_lost_its_job_gets_one(store: Store, settings: Settings, exam_id: str) -> None:
    forget_jobs(store)
    QueueKeeper(store, settings, SystemClock()).keep()
    assert store.scoring_jobs.state() == QueueState(1, 0, 0)
    jobs(store, settings).score(exam_id)
    forget_jobs(store)
    QueueKeeper(store, settings, SystemClock()).keep()
    assert store.scoring_jobs.state() == QueueState(0, 0, 0), "a scored one needs none"


@pytest.mark.invariant(1)
def test_an_exams_deadline_beats_the_queue_whatever_that_does(
    store: Store, settings: Settings, exam_id: str
) -> None:
    policy, deadline = load_policy("practice"), timedelta(seconds=settings.engine_deadline_s)
    arrived = store.exams.get(exam_id).arrived_at
    with store.scoring_jobs.alone_with(exam_id):
        # A worker that never ends, and a job that nobody takes.
        for after, waits in ((-1, 0), (1, 1)):
            now = arrived + deadline + timedelta(seconds=after)
            rows = full_queue(store, policy, reader="r", now=now, settling=deadline)
            assert len(rows) == waits
    assert (rows[0].place.entry.score, rows[0].required.count) == (None, 2)


def test_a_worker_waits_for_a_database_that_is_away_and_goes_on(
    url: str, store: Store, settings: Settings, exam_id: str
) -> None:
    told: list[str] = []
    server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = make_url(url).database

    def gate(open_: bool) -> None:
        with server.connect() as connection:
            connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {open_}"))
            if not open_:
                query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"
                connection.execute(text(query), {"name": name})

    def tell(words: str) -> None:
        told.append(words)
        gate(True)

    gate(False)
    ScoringWorker(store, settings, SystemClock(), tell).run(wait=False)
    server.dispose()
    assert told[0] == AWAY
    assert store.results.count(exam_id) == 1


def test_a_failed_engine_costs_the_score_and_no_job_comes_back(
    store: Store, settings: Settings, exam_id: str
) -> None:
    registry.register("Raising", "scripted:Raising", (ENGINES,))
    broken = load_settings(**{**settings.model_dump(), "engine": "Raising"})
    ScoringWorker(store, broken, SystemClock()).run(wait=False)
    QueueKeeper(store, broken, SystemClock()).keep()
    registry.unregister("Raising")
    assert store.results.latest()[exam_id].status is ResultStatus.FAILED
    assert store.scoring_jobs.state() == QueueState(0, 0, 0)


def test_many_workers_at_once_score_each_exam_once(store: Store, settings: Settings, exam_id: str) -> None:
    """Four threads do the job of one exam at the same moment; one of them has it."""
    doing = [jobs(store, settings) for _ in range(4)]
    threads = [threading.Thread(target=one.score, args=(exam_id,)) for one in doing]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (store.results.count(exam_id), store.ledger.count()) == (1, 1)


def test_an_account_with_the_services_role_alone_imports_scores_and_keeps_the_queue(
    url: str, settings: Settings, tmp_path: Path
) -> None:
    server = create_engine(url)
    with server.begin() as connection:
        connection.execute(text("CREATE ROLE machine LOGIN IN ROLE klarsyn_service"))
    server.dispose()
    store = Store.shared(make_url(url).set(username="machine").render_as_string(hide_password=False))
    write_exam(tmp_path / "in", 1)
    Importer(store, settings.folders, SystemClock(), workers=1).run([tmp_path / "in"], read=True)
    QueueKeeper(store, settings, SystemClock()).keep()
    assert store.scoring_jobs.state() == QueueState(1, 0, 0)
    ScoringWorker(store, settings, SystemClock()).run(wait=False)
    assert (store.scoring_jobs.state(), store.ledger.count()) == (QueueState(0, 0, 0), 1)
    store.close()
