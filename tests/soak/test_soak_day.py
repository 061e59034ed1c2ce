"""A simulated day: two readers, 130 exams, an engine that fails now and then, restarts in the middle."""

import random
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from soak_share import share_of

from klarsyn.base.clock import ManualClock
from klarsyn.domain.exam import ExamType, Image, Laterality, Patient, ViewPosition
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.read import Assessment, Impression, ReadKind
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.session import ReadingSession, Step
from klarsyn.store.exams import Arrival
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store

EXAMS_A_DAY = 130


def arrive(store: Store, clock: ManualClock, number: int) -> None:
    """Four views of one exam, without files."""
    for n, (side, view) in enumerate((s, v) for s in "RL" for v in ("CC", "MLO")):
        image = Image(
            f"2.25.{number}.{n}",
            "1.2.840.10008.5.1.4.1.1.1.2",
            f"2.25.{number}",
            100,
            80,
            laterality=Laterality(side),
            view_position=ViewPosition(view),
        )
        store.exams.add(
            Arrival(
                image,
                f"{number:060d}{n:04d}",
                f"study:2.25.{number}",
                Patient(f"{number}-TEST", "Testsson"),
                clock.now().date() - timedelta(days=number % 9),
                "",
                ExamType.FFDM,
                True,
                clock.now(),
            )
        )


def engine_says(store: Store, clock: ManualClock, exam_id: str, rng: random.Random) -> None:
    """A result, a failure, or silence."""
    kind = rng.random()
    if kind < 0.1:
        return
    exam = store.exams.get(exam_id)
    uids = tuple(i.sop_instance_uid for i in exam.images)
    made = Provenance("E", "V", "1", "00", IntendedUse.CLINICAL, "site", 1, uids, clock.now())
    if kind < 0.25:
        result = AiResult(str(uuid.uuid4()), exam_id, ResultStatus.FAILED, made, reason="deadline")
    else:
        score = ExamScore(rng.randint(1, 10), rng.random(), 50.0, rng.random() < 0.2)
        result = AiResult(str(uuid.uuid4()), exam_id, ResultStatus.SCORED, made, score, considered=uids)
    store.results.add(result)


def read_one(desk: ReadingDesk, session: ReadingSession, clock: ManualClock, rng: random.Random) -> None:
    """One exam as a busy reader treats it."""
    clock.advance(timedelta(seconds=rng.randint(15, 60)))
    if rng.random() < 0.05:
        session.leave()
        return
    for side in session.breasts:
        session.assess(side, rng.choice([Assessment.NORMAL] * 8 + [Assessment.SUSPICIOUS]))
    session.save_draft()
    if rng.random() < 0.1:
        resumed = desk.resume()
        assert resumed is not None
        assert resumed.draft == session.draft
        session = resumed
    if session.step is Step.READING:
        session.sign()
    if rng.random() < 0.8:
        session.reveal()
    if rng.random() < 0.1:
        session.finalise(Impression(Assessment.MALIGNANT, Assessment.NORMAL), "looked again")
    else:
        session.finalise()
    if rng.random() < 0.1:
        clock.advance(timedelta(seconds=5))
        session.withdraw()
        # What was changed stays changed, and its reason is given again.
        assert session.first is not None
        kept = session.draft == session.first.impression
        session.finalise(reason="" if kept else "looked again")


@pytest.mark.soak
def test_a_day_of_two_readers_loses_no_exam_and_shows_no_ai_before_an_impression(tmp_path: Path) -> None:
    for day in range(share_of(50)):
        rng, clock = random.Random(day), ManualClock()
        store = Store.file(tmp_path / f"day-{day}.sqlite")
        for number in range(EXAMS_A_DAY):
            arrive(store, clock, number)
        exam_ids = [e.exam_id for e in store.exams.many()]
        for exam_id in exam_ids:
            engine_says(store, clock, exam_id, rng)
        policy = load_policy("region")
        desks = [
            ReadingDesk(store, ImageFolder(tmp_path), policy, name, clock)
            for name in ("reader-one", "reader-two")
        ]
        # A reader who has left an exam finds it again; three times the day's exams is ample.
        for _ in range(3 * EXAMS_A_DAY):
            for desk in desks:
                session = desk.open_next()
                if session is not None:
                    read_one(desk, session, clock, rng)
            if not any(desk.queue() for desk in desks):
                break
        clock.advance(timedelta(seconds=11))
        finals = store.reads.finals(exam_ids)
        assert set(finals) == set(exam_ids)
        for exam_id in exam_ids:
            for desk in desks:
                own = store.reads.own(exam_id, desk.reader)
                reveals = store.reads.reveals(exam_id, desk.reader)
                firsts = [r.signed_at for r in own if r.kind is ReadKind.FIRST_IMPRESSION]
                assert len(firsts) <= 1
                assert all(firsts and r.at >= firsts[0] for r in reveals)
                assert len({r.reader for r in finals[exam_id]}) == len(finals[exam_id])
        store.close()
