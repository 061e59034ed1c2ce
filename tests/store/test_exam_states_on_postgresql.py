"""Moves, words, rejections and identities on a real PostgreSQL: the same rows and the same refusals."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from calibration_samples import NOW, exam_row
from postgresql import postgresql  # noqa: F401  a fixture

from klarsyn.domain.exam import Image, Laterality, Patient, ViewPosition
from klarsyn.domain.exam_state import ExamFacts, ExamState, Mover, moves_to
from klarsyn.domain.rejection import Rejection, RejectionReason
from klarsyn.domain.task import TaskRule
from klarsyn.store.database import Database
from klarsyn.store.exam_closings import Closing
from klarsyn.store.identity_events import IdentityChange
from klarsyn.store.models import ExamRow, ImageRow
from klarsyn.store.records import image_to_json
from klarsyn.store.rejections import KeptRejection, RejectionRepository
from klarsyn.store.store import Store

IMAGE = Image("2.25.1", "1.2.840.10008.5.1.4.1.1.1.2", "2.25.9", 10, 10, 1, Laterality.LEFT, ViewPosition.CC)


@pytest.fixture
def store(postgresql: Callable[[], str]) -> Iterator[Store]:  # noqa: F811
    made = Store(Database(postgresql()))
    with made.database.writing() as session:
        session.add(exam_row("e0"))
        session.flush()
        session.get_one(ExamRow, "e0").patient_id = "old-1"
        for uid in ("2.25.1", "2.25.2"):
            facts = {**image_to_json(IMAGE), "sop_instance_uid": uid}
            session.add(ImageRow(sop_instance_uid=uid, exam_id="e0", sha256=uid, facts=facts, arrived_at=NOW))
    yield made
    made.close()


def test_moves_are_one_chain_and_settled_exams_are_not_asked_again(store: Store) -> None:
    assert store.exam_moves.unsettled() == ["e0"]
    facts = ExamFacts(images=2, readers=("anna", "berit"), decided_by="system")
    at = NOW + timedelta(minutes=1)
    assert store.exam_moves.record("e0", None, moves_to(None, facts), at)
    assert not store.exam_moves.record("e0", None, moves_to(None, facts), at)
    assert store.exam_moves.states(["e0"]) == store.exam_moves.all_states() == {"e0": ExamState.DECIDED}
    assert store.exam_moves.unsettled() == []
    assert [k.move.after for k in store.exam_moves.of_exam("e0")][-1] is ExamState.DECIDED
    assert store.exam_moves.last_images(["e0"]) == {"e0": NOW}


def test_words_close_an_exam_until_an_image_comes_or_they_are_taken_back(store: Store) -> None:
    for kind, closed in ((ExamState.TECHNICAL_RECALL, True), (None, False), (ExamState.WITHDRAWN, True)):
        store.exam_closings.say(
            Closing("e0", kind, "doris", Mover.ADMINISTRATOR, "why", NOW + timedelta(minutes=1))
        )
        assert store.exam_closings.closed() == (frozenset({"e0"}) if closed else frozenset())
        assert store.exams.open_tasks("anna", NOW) == ([] if closed else ["e0"])
    store.exam_closings.say(
        Closing("e0", ExamState.TECHNICAL_RECALL, "doris", Mover.RADIOGRAPHER, "why", NOW + timedelta(days=1))
    )
    assert store.exam_closings.closed() == frozenset({"e0"})
    with store.database.writing() as session:
        facts = {**image_to_json(IMAGE), "sop_instance_uid": "2.25.3"}
        late = ImageRow(sop_instance_uid="2.25.3", exam_id="e0", sha256="3", facts=facts, arrived_at=NOW)
        session.add(late)
    assert store.exam_closings.closed() == frozenset()
    assert store.exams.open_tasks("anna", NOW) == ["e0"]


def test_a_rejection_takes_its_image_and_an_identity_change_lets_exams_follow(store: Store) -> None:
    note = Rejection("2.25.66", RejectionReason.QUALITY, (("2.25.9", "2.25.1"), ("2.25.8", "2.25.2")))
    kept = KeptRejection(note, Patient("old-1"), "ab", NOW)
    with store.database.writing() as session:
        assert RejectionRepository.add_in(session, kept)
        assert not RejectionRepository.add_in(session, kept)
    assert [i.sop_instance_uid for i in store.exams.get("e0").images] == ["2.25.2"]
    change = IdentityChange("merge", "old-1", "new-1", "doris", "one woman", NOW)
    assert store.identities.change(change, TaskRule()) == ("e0",)
    # The note bears the old number, which is hers as well.
    assert [i.sop_instance_uid for i in store.exams.get("e0").images] == ["2.25.2"]
    assert store.exams.get("e0").patient.patient_id == "new-1"
