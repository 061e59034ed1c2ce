"""A reader at a shared PostgreSQL that hides others' reads: the queue, and a whole read."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from blind_database import Department, add_exam, make, sign
from postgresql import postgresql  # noqa: F401  a fixture
from small_mammograms import write_exam

from klarsyn.base.clock import SystemClock
from klarsyn.base.settings import load_settings
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.queue import QueueEntry, order, risk_band
from klarsyn.domain.read import Assessment
from klarsyn.intake.importer import Importer
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.reader_queue import keep_queue_facts
from klarsyn.reading.session import ReadingError, Step
from klarsyn.store.database import Database
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.queue_facts import QueueFact
from klarsyn.store.store import Store

POLICIES = (
    ReadingPolicy("a", "a"),
    ReadingPolicy("b", "b", letter_days=0, aging_days=3, not_scored_band=2),
    ReadingPolicy("c", "c", letter_days=30, letter_margin_days=9, provisional_orders_down=True),
)


@pytest.fixture(scope="module")
def there(postgresql: Callable[..., str]) -> Iterator[Department]:  # noqa: F811
    made = make(postgresql)
    yield made
    made.close()


def opened(there: Department, account: str) -> Store:
    return Store(Database(there.url_of(account), shared=True))


@pytest.fixture
def service(there: Department) -> Iterator[Store]:
    store = opened(there, "intake")
    yield store
    store.close()


@pytest.fixture
def berta(there: Department) -> Iterator[Store]:
    store = opened(there, "berta")
    yield store
    store.close()


def test_an_account_is_blind_by_its_group_alone(there: Department, installation) -> None:
    def blind(account: str) -> bool:
        store = opened(there, account)
        try:
            return store.reader_view.account.is_blind
        finally:
            store.close()

    assert {a: blind(a) for a in ("berta", "cora", "intake", "site_owner", "klarsyn")} == {
        "berta": True, "cora": True, "intake": False, "site_owner": False, "klarsyn": False,
    }  # fmt: skip
    assert not installation.store.reader_view.account.is_blind


@pytest.mark.parametrize("policy", POLICIES, ids=lambda p: p.name)
@pytest.mark.parametrize("seed", range(2))
def test_the_database_orders_a_queue_as_the_domain_does(
    there: Department, service: Store, berta: Store, policy: ReadingPolicy, seed: int
) -> None:
    draw, now = random.Random(seed), datetime.now(UTC)
    entries, facts = {}, []
    with there.as_("intake") as connection:
        connection.exec_driver_sql("DELETE FROM queue_fact; DELETE FROM image; DELETE FROM exam")
        for number in range(120):
            exam_id = f"{'Åx-'[draw.randrange(3)]}{number}-{draw.random()}"
            arrived = now - timedelta(hours=draw.randrange(24, 24 * 40))
            studied = draw.choice([None, arrived.date() - timedelta(days=draw.randrange(-3, 20))])
            score = draw.choice([None, *range(1, 11)])
            add_exam(connection, exam_id, images=1, study_date=studied, arrived_at=arrived)
            entry = QueueEntry(
                exam_id, studied, arrived.date(), "FFDM", score, draw.random() < 0.5,
                part_score=draw.choice([None, 9]) if score is None else None,
            )  # fmt: skip
            entries[exam_id] = entry
            # Some exams are known by their rows alone, as one that no service has looked at yet.
            if score is not None or entry.part_score is not None or draw.random() < 0.5:
                facts.append(
                    QueueFact(
                        exam_id, risk_band(entry, policy), 2, score is not None, True, (f"{exam_id}.0",)
                    )
                )
    service.queue_facts.keep_rule(policy)
    service.queue_facts.keep(facts, now - timedelta(days=1), policy.not_scored_band)
    expected = order(
        entries.values(), policy, reader="berta", today=datetime.now(UTC).date(), seed=service.queue_seed()
    )
    assert [p.exam_id for p in berta.reader_view.queue()] == [p.entry.exam_id for p in expected]
    assert [p.position for p in berta.reader_view.queue()] == list(range(1, 121))


def result_of(store: Store, exam_id: str, score: int) -> AiResult:
    exam = store.exams.get(exam_id)
    uids = tuple(i.sop_instance_uid for i in exam.images)
    made = Provenance("Cad", "V", "1", "00", IntendedUse.RESEARCH, "factory", 1, uids, datetime.now(UTC))
    return AiResult(
        f"r-{exam_id}"[:36], exam_id, ResultStatus.SCORED, made, ExamScore(score, 0.7, 71.0, True)
    )


@pytest.fixture
def department(there: Department, service: Store, tmp_path: Path):
    """Exams of real files, imported by the service, each with a result; returns their folders and policy."""
    with there.as_("klarsyn") as connection:
        for table in ("queue_fact", "source_file", "claim", "image"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        connection.exec_driver_sql("UPDATE exam SET reading_task = false")
    settings = load_settings(data_folder=tmp_path / "data", workers=1)
    settings.folders.create()
    number = int(datetime.now(UTC).timestamp() * 1000) % 9000
    for each in range(3):
        write_exam(tmp_path / "in" / f"{each}", number + each)
    Importer(service, settings.folders, SystemClock(), workers=1).run([tmp_path / "in"], read=True)
    policy = load_policy("practice")
    keep_queue_facts(service, policy, datetime.now(UTC))
    return settings, policy


def test_a_reader_reads_an_exam_to_its_end_and_sees_the_ai_in_between(
    there: Department, service: Store, berta: Store, department
) -> None:
    settings, policy = department
    desk = ReadingDesk(berta, ImageFolder(settings.folders.images), policy, "berta", SystemClock())
    waiting = [row.exam_id for row in desk.queue()]
    assert len(waiting) == 3
    for exam_id in waiting:
        service.results.add(result_of(service, exam_id, 8))
    assert [row.exam_id for row in desk.queue()] == waiting, "nothing moves for a result"
    session = desk.open_next()
    assert session is not None
    exam_id = session.exam.exam_id
    with pytest.raises(ReadingError):
        session.reveal()
    assert berta.results.of_exams(waiting) == {}
    for side in (Laterality.RIGHT, Laterality.LEFT):
        session.assess(side, Assessment.NORMAL)
    session.sign()
    assert set(berta.results.of_exams(waiting)) == {exam_id}
    shown = session.reveal()
    assert shown is not None
    assert shown.score is not None
    assert shown.score.value == 8
    session.finalise()
    assert session.step is Step.FINAL
    assert exam_id not in [row.exam_id for row in desk.queue()]
    assert [row.exam_id for row in desk.done()] == [exam_id]
    assert desk.state().rows
    signed = service.reads.own(exam_id, "berta")
    assert [r.kind.value for r in signed] == ["first impression", "final"]


def test_a_second_reader_finds_the_exam_as_if_nobody_had_read_it(
    there: Department, service: Store, berta: Store, department
) -> None:
    settings, policy = department
    images = ImageFolder(settings.folders.images)
    anna_store = opened(there, "anna")
    try:
        berta_desk = ReadingDesk(berta, images, policy, "berta", SystemClock())
        before = berta_desk.queue()
        anna = ReadingDesk(anna_store, images, policy, "anna", SystemClock())
        session = anna.open_next()
        assert session is not None
        for side in (Laterality.RIGHT, Laterality.LEFT):
            session.assess(side, Assessment.SUSPICIOUS)
        session.sign()
        session.finalise()
        keep_queue_facts(service, policy, datetime.now(UTC))
        fresh = ReadingDesk(berta, images, policy, "berta", SystemClock())
        assert fresh.queue() == berta_desk.queue() == before
        assert session.exam.exam_id not in {row.exam_id for row in anna.queue()}
        assert berta.reads.finals([session.exam.exam_id]) == {}
        assert berta.claims.holders() == {}
    finally:
        anna_store.close()


def test_a_score_that_comes_while_readers_look_orders_from_the_next_day(
    there: Department, service: Store, berta: Store
) -> None:
    now = datetime.now(UTC)
    with there.as_("intake") as connection:
        connection.exec_driver_sql("UPDATE exam SET reading_task = false")
        add_exam(connection, "late", images=1, study_date=now.date(), arrived_at=now - timedelta(hours=30))
    service.queue_facts.keep_rule(ReadingPolicy("a", "a", letter_days=0))
    service.queue_facts.keep(
        [QueueFact("late", 1, 2, False, True, ("late.0",))], now - timedelta(hours=30), 1
    )

    def band(kept_at: datetime) -> int:
        with there.as_("klarsyn") as connection:
            connection.exec_driver_sql("UPDATE queue_fact SET band = 1, band_before = 1, has_result = false")
        service.queue_facts.keep([QueueFact("late", 0, 2, True, True, ("late.0",))], kept_at, 1)
        with there.as_("intake") as connection:
            connection.exec_driver_sql("DELETE FROM queue_fact WHERE exam_id = 'other'")
            if not connection.exec_driver_sql("SELECT 1 FROM exam WHERE exam_id = 'other'").all():
                add_exam(connection, "other", images=1, study_date=now.date(), arrived_at=now)
        places = [p.exam_id for p in berta.reader_view.queue()]
        fact = service.queue_facts.of(["late"])["late"]
        assert fact.band == 0
        return places.index("late")

    shuffled = band(now)
    assert band(now - timedelta(days=1)) == 0
    keyed = order(
        [
            QueueEntry(i, now.date(), (now - timedelta(hours=h)).date(), "FFDM")
            for i, h in (("late", 30), ("other", 0))
        ],
        ReadingPolicy("a", "a", letter_days=0), reader="berta", today=now.date(), seed=service.queue_seed(),
    )  # fmt: skip
    assert shuffled == [p.entry.exam_id for p in keyed].index("late")


def test_an_exam_that_no_service_has_looked_at_waits_for_two_and_a_late_image_opens_it_again(
    there: Department, service: Store, berta: Store
) -> None:
    with there.as_("intake") as connection:
        connection.exec_driver_sql("UPDATE exam SET reading_task = false")
        add_exam(connection, "new")
    assert [p.exam_id for p in berta.reader_view.queue()] == ["new"]
    with there.as_("berta") as connection:
        sign(connection, "new", "berta", "final", covers='["new.0", "new.1"]')
    assert berta.reader_view.queue() == []
    anna = opened(there, "anna")
    assert [p.exam_id for p in anna.reader_view.queue()] == ["new"]
    fact = QueueFact("new", 0, 1, True, False, ("new.0", "new.1"))
    service.queue_facts.keep([fact], datetime.now(UTC), 1)
    assert anna.reader_view.queue() == []
    with there.as_("intake") as connection:
        connection.exec_driver_sql("INSERT INTO image VALUES ('new.9', 'new', repeat('a', 64), '{}', now())")
    (again,) = berta.reader_view.queue()
    assert (again.exam_id, again.reopened) == ("new", True)
    assert [p.reopened for p in anna.reader_view.queue()] == [False]
    anna.close()


def test_facts_that_have_not_changed_are_not_written_again(service: Store, there: Department) -> None:
    with there.as_("intake") as connection:
        if not connection.exec_driver_sql("SELECT 1 FROM exam WHERE exam_id = 'same'").all():
            add_exam(connection, "same")
    fact = QueueFact("same", 2, 2, True, True, ("same.0", "same.1"))
    now = datetime.now(UTC)
    assert service.queue_facts.keep([fact], now, 1) == 1
    assert service.queue_facts.keep([fact], now, 1) == 0
    assert service.queue_facts.keep([replace(fact, band=0)], now, 1) == 1
    assert date.today()
