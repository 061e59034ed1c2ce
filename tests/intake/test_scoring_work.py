"""What a scoring run does when something changes between one exam and the next, or between two runs."""

from datetime import timedelta
from pathlib import Path

import pytest
from any_calibration import any_calibration
from calibration_samples import no_factory

from klarsyn.domain.engine_choice import EngineRole
from klarsyn.domain.finding import ResultStatus
from klarsyn.engine import registry
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.intake import engine_set
from klarsyn.intake.scorer import Scorer

ENGINES = str(Path(__file__).parent / "engines")
NAMES = "Steady", "Calm", "Raising"


@pytest.fixture(autouse=True)
def _known():
    for name in NAMES:
        registry.register(name, f"scripted:{name}", (ENGINES,))
    yield
    for name in NAMES:
        registry.unregister(name)


@pytest.fixture
def site(installation):
    return installation.with_settings(engine="Steady", engine_allow_unsealed=True)


def scorer(site, calibration_of=any_calibration) -> Scorer:
    return Scorer(site.store, site.settings, site.clock, calibration_of)


@pytest.mark.parametrize(
    ("kind", "scored"),
    [
        (FailureKind.DEADLINE, 1),
        (FailureKind.MEMORY, 1),
        (FailureKind.DISK_FULL, 1),
        (FailureKind.NOT_FOUND, 0),
    ],
)
def test_an_engine_that_lacked_time_or_room_is_asked_again_for_the_next_exam(
    import_exams, site, monkeypatch, kind, scored
):
    real, asked = engine_set.manifest_of, []

    def at_first_in_trouble(name, **options):
        asked.append(name)
        if len(asked) == 1:
            raise EngineFailure(kind, "Trouble.")
        return real(name, **options)

    monkeypatch.setattr(engine_set, "manifest_of", at_first_in_trouble)
    import_exams(2)
    one = scorer(site)
    monkeypatch.setattr(one.engines, "change_since_choice", lambda name: "")
    summary = one.run()

    assert (summary.failed, summary.scored) == (2 - scored, scored)


def test_an_exam_that_arrives_while_shadows_run_does_not_wait_for_them(
    import_exams, site, monkeypatch, tmp_path
):
    import_exams(2)
    scorer(site).engines.choose("Calm", EngineRole.SHADOW, site.clock, "admin")
    order = []

    def noting(add, word):
        def _add(result, *more):
            order.append(word)
            add(result, *more)
            if order.count("shadow") == 1 and word == "shadow":
                import_exams(3)

        return _add

    results, shadows = site.store.results, site.store.shadow_results
    monkeypatch.setattr(results, "add", noting(results.add, "queue"))
    monkeypatch.setattr(shadows, "add", noting(shadows.add, "shadow"))
    told = []
    summary = scorer(site).run(progress=lambda done, total: told.append((done, total)), again=True)

    assert order == ["queue", "queue", "shadow", "queue", "shadow"]
    assert (summary.scored, told[-1]) == (3, (5, 5))


def test_a_broken_active_engine_is_told_with_the_count_also_when_nothing_waits(import_exams, site):
    broken = site.with_settings(engine="not-there")
    import_exams(1)
    for _ in range(2):
        said = str(scorer(broken).run())
        assert (
            'The engine not-there orders the queue and cannot be used: The engine "not-there" is not' in said
        )


def test_why_exams_failed_is_told_with_the_count(import_exams, site):
    import_exams(1)
    said = str(scorer(site.with_settings(engine="Raising")).run())

    assert "0 exams scored, 1 not scored" in said
    assert "Why the last of them was not scored: The engine broke off" in said


def test_exams_that_only_lacked_a_calibration_are_scored_once_there_is_one(import_exams, site):
    (exam_id,) = import_exams(1)
    said = str(scorer(site, no_factory).run())
    assert "Why the last of them was not scored: Steady brings none" in said
    assert scorer(site, no_factory).pending() == []

    import_exams(2)
    site.clock.advance(timedelta(minutes=1))
    waiting = [exam.exam_id for exam in scorer(site).pending()]
    assert (len(waiting), waiting[-1]) == (2, exam_id)  # what has no result yet comes first
    assert scorer(site).run().scored == 2
    assert {r.status for r in site.store.results.latest().values()} == {ResultStatus.SCORED}
    assert scorer(site).pending() == []


def test_a_failure_of_the_engine_is_not_tried_again_by_itself(import_exams, site):
    import_exams(1)
    scorer(site.with_settings(engine="Raising")).run()

    assert scorer(site.with_settings(engine="Raising")).pending() == []


@pytest.mark.invariant(7)
def test_a_result_says_who_made_it_so_other_code_scores_again_and_is_seen_as_changed(import_exams, site):
    def installed_as(code: str) -> None:
        registry.register("Steady", "scripted:Steady", (ENGINES,), code_sha256=code)

    installed_as("1" * 64)
    scorer(site).engines.choose("Steady", EngineRole.ACTIVE, site.clock, "admin")
    import_exams(1)
    scorer(site).run()
    assert scorer(site).pending(again=True) == []

    installed_as("2" * 64)
    assert "its code is another" in scorer(site).engines.change_since_choice("Steady")
    assert len(scorer(site).pending(again=True)) == 1
