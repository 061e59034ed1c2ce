"""A queue that holds exams back while images or a score may still come."""

from datetime import timedelta
from pathlib import Path

import pytest
from small_mammograms import ALL_VIEWS, write_exam

from klarsyn.cli.context import Context
from klarsyn.cli.seat import seat
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer


@pytest.fixture
def bring(installation, tmp_path: Path):
    def _bring(views=ALL_VIEWS, exam: int = 0) -> None:
        write_exam(tmp_path / "in" / str(exam), exam, views)
        folders = installation.settings.folders
        Importer(installation.store, folders, installation.clock, workers=1).run([tmp_path / "in"], read=True)

    return _bring


def desk_of(installation, hold: bool):
    held = installation.with_settings(hold_incoming=hold)
    return seat(Context(held.settings, held.store, held.clock))[0]


def test_a_desk_that_holds_nothing_shows_what_has_come(installation, bring) -> None:
    bring(ALL_VIEWS[:1])
    assert len(desk_of(installation, hold=False).queue()) == 1
    assert desk_of(installation, hold=True).queue() == ()


@pytest.mark.invariant(1)
@pytest.mark.parametrize("views", [1, 4])
def test_no_exam_is_lost_to_the_ai_what_is_held_is_shown_after_the_deadline(
    installation, bring, views: int
) -> None:
    bring(ALL_VIEWS[:views])
    desk = desk_of(installation, hold=True)
    installation.clock.advance(timedelta(minutes=installation.settings.score_wait_minutes, seconds=-1))
    assert desk.queue() == ()
    installation.clock.advance(timedelta(seconds=1))
    assert len(desk.queue()) == 1


def test_a_complete_exam_is_shown_with_its_result_and_an_incomplete_one_waits_for_the_quiet_time(
    installation, bring
) -> None:
    bring()
    bring(ALL_VIEWS[:2], exam=1)
    desk = desk_of(installation, hold=True)
    scorer = Scorer(installation.store, installation.settings, installation.clock)
    whole, lacking = installation.store.exams.many()
    if whole.missing_views:
        whole, lacking = lacking, whole
    for exam in (whole, lacking):
        installation.store.results.add(scorer.score(exam, engine="none such"))
    assert [row.exam_id for row in desk.queue()] == [whole.exam_id]
    installation.clock.advance(timedelta(minutes=installation.settings.quiet_minutes))
    assert {row.exam_id for row in desk.queue()} == {whole.exam_id, lacking.exam_id}
