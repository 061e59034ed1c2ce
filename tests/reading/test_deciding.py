"""Decisions that follow from reads are written down once, and nothing else is."""

import threading
from datetime import date, timedelta

import pytest
from decided_exams import POLICY, open_read, read
from sqlalchemy import text

from klarsyn.domain.decision import DecisionKind, DecisionOutcome, DecisionRules
from klarsyn.domain.read import Assessment, TechnicalQuality
from klarsyn.reading.deciding import decide, standing_decisions
from klarsyn.store.store import Store

RULES = DecisionRules()
ANOTHER_IMAGE = """
    INSERT INTO image
    SELECT sop_instance_uid || '1', exam_id, sha256,
           json_set(facts, '$.sop_instance_uid', sop_instance_uid || '1'), arrived_at
    FROM image LIMIT 1
"""


def now_decided(installation) -> list[tuple[str, str, tuple[str, ...]]]:
    made = decide(installation.store, POLICY, RULES, installation.clock.now())
    return [(d.kind.value, d.outcome.value, d.by) for d in made]


@pytest.fixture
def exam_id(import_exams) -> str:
    return import_exams(1)[0]


def test_readers_who_agree_on_normal_decide_once(installation, exam_id: str) -> None:
    read(installation, exam_id, "anna")
    read(installation, exam_id, "berit")
    assert now_decided(installation) == [("agreement", "normal", ("anna", "berit"))]
    assert now_decided(installation) == []
    assert len(installation.store.decisions.history(exam_id)) == 1


@pytest.mark.invariant(5)
def test_nothing_is_decided_before_both_reads_are_in_force(installation, exam_id: str) -> None:
    read(installation, exam_id, "anna")
    assert now_decided(installation) == []
    read(installation, exam_id, "berit", in_force=False)
    assert now_decided(installation) == []
    installation.clock.advance(timedelta(seconds=POLICY.undo_seconds))
    assert len(now_decided(installation)) == 1


def test_a_read_that_is_undone_decides_nothing(installation, exam_id: str) -> None:
    read(installation, exam_id, "anna")
    read(installation, exam_id, "berit", in_force=False).withdraw()
    installation.clock.advance(timedelta(hours=1))
    assert now_decided(installation) == []


def test_who_suspects_is_never_decided_by_itself(installation, exam_id: str) -> None:
    read(installation, exam_id, "anna", recall=True)
    read(installation, exam_id, "berit")
    assert now_decided(installation) == []


def test_no_exam_is_normal_on_images_that_a_reader_calls_inadequate(installation, exam_id: str) -> None:
    read(installation, exam_id, "anna")
    session = open_read(installation, exam_id, "berit")
    for side in session.breasts:
        session.assess(side, Assessment.NORMAL)
    session.details.set_quality(TechnicalQuality.INADEQUATE)
    session.sign()
    session.finalise()
    installation.clock.advance(timedelta(minutes=1))
    assert now_decided(installation) == []


def test_the_batch_is_that_of_the_moment_since_which_the_decision_follows(installation, exam_id: str) -> None:
    read(installation, exam_id, "anna")
    read(installation, exam_id, "berit")
    installation.clock.advance(timedelta(days=3))
    made = decide(installation.store, POLICY, RULES, installation.clock.now())
    assert [d.batch for d in made] == [date(2026, 1, 5)]


def test_a_decision_falls_with_an_image_that_comes_later_and_is_made_anew(
    installation, import_exams, exam_id: str
) -> None:
    read(installation, exam_id, "anna")
    read(installation, exam_id, "berit")
    made = decide(installation.store, POLICY, RULES, installation.clock.now())
    with installation.store.database.writing() as session:
        session.execute(text(ANOTHER_IMAGE))
    now = installation.clock.now()
    assert standing_decisions(installation.store, made, POLICY, RULES, now) == []
    read(installation, exam_id, "anna")
    read(installation, exam_id, "berit")
    (anew,) = decide(installation.store, POLICY, RULES, installation.clock.now())
    assert anew.supersedes == made[0].decision_id
    assert standing_decisions(installation.store, [anew], POLICY, RULES, installation.clock.now()) == [anew]
    assert installation.store.decisions.newest([exam_id]) == {exam_id: anew}


def test_several_who_decide_at_once_decide_each_exam_once(installation, import_exams) -> None:
    exam_ids = import_exams(3)
    for each in exam_ids:
        read(installation, each, "anna")
        read(installation, each, "berit")
    now, barrier = installation.clock.now(), threading.Barrier(4)
    made: list[str] = []

    def work() -> None:
        store = Store.file(installation.settings.folders.database)
        barrier.wait()
        made.extend(d.exam_id for d in decide(store, POLICY, RULES, now))
        store.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == sorted(exam_ids)
    newest = installation.store.decisions.newest(exam_ids)
    assert {(d.kind, d.outcome) for d in newest.values()} == {
        (DecisionKind.AGREEMENT, DecisionOutcome.NORMAL)
    }
