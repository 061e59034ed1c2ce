"""What people say of exams: technically recalled, withdrawn, open again."""

import pytest
from kept_states import House

from klarsyn.domain.exam_state import ExamState, Mover, NotAllowed
from klarsyn.intake.scorer import Scorer

S = ExamState


def test_a_technical_recall_leaves_the_queue_until_an_image_comes(house: House) -> None:
    house.bring()
    house.state()
    house.say(S.TECHNICAL_RECALL, "motion in L CC", Mover.RADIOGRAPHER)
    assert house.state() is S.TECHNICAL_RECALL
    assert house.store.exams.open_tasks("anna", house.clock.now()) == []
    newest = house.store.exam_moves.of_exam(house.exam_id)[-1].move
    assert (newest.by, newest.mover) == ("doris", Mover.RADIOGRAPHER)
    assert "motion in L CC" in newest.reason
    house.wait(1)
    house.bring((("L", "CC"),), "late", SOPInstanceUID="2.25.4711")
    assert house.state() is S.WAITING_FOR_SCORE
    assert house.store.exams.open_tasks("anna", house.clock.now()) == [house.exam_id]


def test_a_withdrawn_exam_comes_back_by_a_word_alone(house: House) -> None:
    house.bring()
    house.state()
    scorer = Scorer(house.store, house.settings, house.clock)
    assert [exam.exam_id for exam in scorer.pending()] == [house.exam_id]
    house.say(S.WITHDRAWN, "a phantom")
    assert house.state() is S.WITHDRAWN
    assert scorer.pending() == []
    house.wait(1)
    house.bring((("L", "CC"),), "late", SOPInstanceUID="2.25.4711")
    assert house.state() is S.WITHDRAWN
    assert house.store.exams.open_tasks("anna", house.clock.now()) == []
    house.say(None, "no phantom after all")
    assert house.state() is S.WAITING_FOR_SCORE
    assert house.store.exams.open_tasks("anna", house.clock.now()) == [house.exam_id]


def test_words_that_an_exam_cannot_follow_are_refused(house: House) -> None:
    house.bring()
    with pytest.raises(NotAllowed, match="has not arrived"):
        house.say(S.WITHDRAWN)
    house.state()
    with pytest.raises(NotAllowed, match="for the administrator"):
        house.say(S.WITHDRAWN, mover=Mover.READER)
    with pytest.raises(NotAllowed, match="nothing to take back"):
        house.say(None)
    with pytest.raises(NotAllowed, match="Say why"):
        house.say(S.WITHDRAWN, " ")
    assert house.store.exam_closings.closings([house.exam_id]) == {}


def test_a_recalled_exam_comes_back_though_the_clock_was_ahead_at_the_recall(house: House) -> None:
    house.bring()
    house.state()
    house.wait(60 * 24)
    house.say(S.TECHNICAL_RECALL, "motion in L CC", Mover.RADIOGRAPHER)
    assert house.state() is S.TECHNICAL_RECALL
    house.wait(-60 * 23)
    assert house.state() is S.TECHNICAL_RECALL
    house.bring((("L", "CC"),), "late", SOPInstanceUID="2.25.4711")
    assert house.state() is not S.TECHNICAL_RECALL
    assert house.store.exams.open_tasks("anna", house.clock.now()) == [house.exam_id]
