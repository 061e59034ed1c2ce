"""A woman who declined AI: no engine is given her images, whatever is asked for."""

from datetime import timedelta
from pathlib import Path

import pytest
from any_calibration import any_calibration

from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.reading_facts import DECLINED, FactKind
from klarsyn.engine import registry
from klarsyn.intake import exam_run
from klarsyn.intake.asking_again import NoExplanation, Preparer
from klarsyn.intake.scorer import Scorer
from klarsyn.reading.choosing import choices
from klarsyn.reading.waiting import full_queue
from klarsyn.store.exam_notes import ExamNote

POLICY = ReadingPolicy("test", "Test", single_read_below=5)
ENGINES = str(Path(__file__).parent / "engines")


@pytest.fixture
def scorer(installation):
    registry.register("Steady", "scripted:Steady", (ENGINES,))
    settings = installation.with_settings(engine="Steady", engine_allow_unsealed=True).settings
    yield Scorer(installation.store, settings, installation.clock, any_calibration)
    registry.unregister("Steady")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each exam that is handed to an engine."""
    seen: list[str] = []
    handed = exam_run.run_sealed

    def watched(name: str, exam, **limits):
        seen.append(name)
        return handed(name, exam, **limits)

    monkeypatch.setattr(exam_run, "run_sealed", watched)
    return seen


def declines(installation, exam_id: str, *, holds: bool = True) -> None:
    now = installation.clock.now()
    kind = FactKind.DECLINED_AI
    assert installation.store.exam_notes.add(ExamNote(exam_id, kind, holds, "nurse", now, "she said so"))


def standing(installation, exam_id: str) -> AiResult | None:
    exam = installation.store.exams.get(exam_id)
    return choices(installation.store, [exam], POLICY)[exam_id].result


@pytest.mark.invariant(9)
def test_nothing_private_escapes_an_exam_of_a_woman_who_declined_is_never_sent(
    installation, import_exams, scorer, sent: list[str]
) -> None:
    mine, other = import_exams(2)
    declines(installation, mine)
    scorer.run()
    assert len(sent) == 1
    result = installation.store.results.latest()[mine]
    assert (result.status, result.reason) == (ResultStatus.NOT_FOR_THIS_EXAM, DECLINED)
    assert result.provenance.input_instances == ()
    assert installation.store.results.latest()[other].is_scored
    scorer.run(retry=True)
    scorer.run(again=True)
    assert len(sent) == 1
    assert installation.store.results.count(mine) == 1, "its row says so once"


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_one_of_a_woman_who_declined_waits_for_two_readers(
    installation, import_exams, scorer
) -> None:
    (exam_id,) = import_exams(1)
    declines(installation, exam_id)
    scorer.run()
    (row,) = full_queue(installation.store, POLICY, reader="r", now=installation.clock.now())
    assert row.required.count == 2
    assert f"not scored: {DECLINED}" in row.required.reasons


def test_what_an_engine_said_before_she_declined_counts_no_more(
    installation, import_exams, scorer, sent: list[str]
) -> None:
    (exam_id,) = import_exams(1)
    scorer.run()
    assert standing(installation, exam_id).is_scored
    before = installation.store.results.latest()[exam_id]
    declines(installation, exam_id)
    assert standing(installation, exam_id) is None
    installation.clock.advance(timedelta(seconds=1))
    scorer.run()
    assert standing(installation, exam_id).reason == DECLINED
    assert len(sent) == 1
    with pytest.raises(NoExplanation, match="declined"):
        Preparer(installation.store, installation.settings, scorer.engines).prepare(before)


def test_who_changes_her_mind_is_scored_after_all(
    installation, import_exams, scorer, sent: list[str]
) -> None:
    (exam_id,) = import_exams(1)
    declines(installation, exam_id)
    scorer.run()
    declines(installation, exam_id, holds=False)
    installation.clock.advance(timedelta(seconds=1))
    scorer.run()
    assert len(sent) == 1
    assert standing(installation, exam_id).is_scored
