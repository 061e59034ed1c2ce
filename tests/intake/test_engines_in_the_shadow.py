"""One engine orders the queue. Those in its shadow see the same exams, and nobody sees what they say."""

from datetime import timedelta
from pathlib import Path

import pytest
from any_calibration import any_calibration

from klarsyn.domain.engine_choice import EngineRole
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.engine import registry
from klarsyn.engine.failure import EngineFailure
from klarsyn.intake.engine_set import EngineSet
from klarsyn.intake.scorer import Scorer
from klarsyn.reading.reveals import Reveals
from klarsyn.reading.waiting import full_queue

ENGINES = str(Path(__file__).parent / "engines")
POLICY = ReadingPolicy("test", "Test", single_read_below=5, provisional_orders_down=True)
PLACES = {
    "Steady": "scripted",
    "Calm": "scripted",
    "Alarmed": "scripted",
    "Raising": "scripted",
    "Next": "picky",
}


@pytest.fixture(autouse=True)
def _known():
    for name, module in PLACES.items():
        registry.register(name, f"{module}:{name}", (ENGINES,))
    yield
    for name in PLACES:
        registry.unregister(name)


@pytest.fixture
def site(installation):
    return installation.with_settings(engine="Steady", engine_allow_unsealed=True)


@pytest.fixture
def engines(site) -> EngineSet:
    return EngineSet(site.store, site.settings)


@pytest.fixture
def choose(engines, site):
    def _choose(name: str, role: EngineRole) -> None:
        engines.choose(name, role, site.clock, "admin")

    return _choose


def scorer(site) -> Scorer:
    return Scorer(site.store, site.settings, site.clock, any_calibration)


def queue_of(site) -> list:
    rows = full_queue(site.store, POLICY, reader="reader-one", now=site.clock.now())
    return [(r.exam.exam_id, r.score_text, r.required, r.place) for r in rows]


def test_the_setting_names_the_engine_until_somebody_chooses_another(engines, choose, site):
    assert (engines.active, engines.shadows) == ("Steady", ())
    choose("Calm", EngineRole.ACTIVE)
    choose("Alarmed", EngineRole.SHADOW)

    assert (engines.active, engines.shadows) == ("Calm", ("Alarmed",))
    (first, _) = site.store.engine_choices.all()
    assert (first.chosen_by, first.chosen_at, first.version) == ("admin", site.clock.now(), "1.2")


def test_an_engine_that_cannot_be_loaded_gets_no_role(engines, site):
    with pytest.raises(EngineFailure):
        engines.choose("not-there", EngineRole.ACTIVE, site.clock, "admin")

    assert engines.active == "Steady"
    assert site.store.engine_choices.all() == ()


@pytest.mark.invariant(6)
@pytest.mark.invariant(7)
@pytest.mark.invariant(8)
@pytest.mark.parametrize("shadow", ["Alarmed", "Calm", "Raising"])
def test_first_the_eye_then_the_ai_a_shadow_changes_nothing_for_readers_queue_or_policy(
    import_exams, choose, site, shadow
):
    import_exams(2)
    scorer(site).run()
    before, results = queue_of(site), site.store.results.latest()
    site.clock.advance(timedelta(minutes=1))
    choose(shadow, EngineRole.SHADOW)
    scorer(site).run(again=True)

    assert site.store.shadow_results.count(shadow) == 2
    assert site.store.results.latest() == results
    assert queue_of(site) == before
    for exam in site.store.exams.many():
        (seen,) = Reveals(site.store, exam, "reader-one", site.clock).load(POLICY)
        assert seen.provenance.engine == "Steady"


def test_a_shadow_sees_exams_that_arrive_after_it_was_chosen_and_older_ones_when_asked(
    import_exams, choose, site
):
    import_exams(1)
    site.clock.advance(timedelta(minutes=1))
    choose("Calm", EngineRole.SHADOW)
    summary = scorer(site).run()
    assert (summary.scored, summary.shadow_scored) == (1, 0)

    assert scorer(site).run(again=True).shadow_scored == 1
    assert scorer(site).run(again=True).shadow_scored == 0
    (said,) = site.store.shadow_results.of_engine("Calm")
    assert (said.raw, said.result.provenance.engine) == (0.0, "Calm")


def test_shadows_wait_until_nothing_of_the_queue_does(import_exams, choose, site, monkeypatch):
    choose("Calm", EngineRole.SHADOW)
    import_exams(2)
    order = []
    add = site.store.results.add
    monkeypatch.setattr(site.store.results, "add", lambda *a: (order.append("queue"), add(*a)))
    add_shadow = site.store.shadow_results.add
    monkeypatch.setattr(site.store.shadow_results, "add", lambda *a: (order.append("shadow"), add_shadow(*a)))
    scorer(site).run()

    assert order == ["queue", "queue", "shadow", "shadow"]


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_one_in_the_shadow_fails(import_exams, choose, site):
    choose("Raising", EngineRole.SHADOW)
    import_exams(1)
    summary = scorer(site).run()

    assert (summary.scored, summary.failed, summary.shadow_failed) == (1, 0, 1)
    assert scorer(site).run().shadow_failed == 0
    assert scorer(site).run(retry=True).shadow_failed == 1


def test_results_of_the_engine_before_stay_until_somebody_asks_to_score_again(import_exams, choose, site):
    (exam_id,) = import_exams(1)
    scorer(site).run()
    choose("Calm", EngineRole.ACTIVE)
    site.clock.advance(timedelta(minutes=1))

    assert scorer(site).pending() == []
    assert scorer(site).run(again=True).scored == 1
    assert site.store.results.latest()[exam_id].provenance.engine == "Calm"
    assert site.store.results.count(exam_id) == 2
    assert scorer(site).pending(again=True) == []


def test_a_new_version_with_the_same_model_is_seen_as_such_and_scores_again_on_request(
    import_exams, choose, site
):
    choose("Steady", EngineRole.ACTIVE)
    (exam_id,) = import_exams(1)
    scorer(site).run()
    before = site.store.results.latest()[exam_id].provenance
    registry.register("Steady", "picky:Next", (ENGINES,))
    site.clock.advance(timedelta(minutes=1))
    newer = scorer(site)

    assert newer.pending() == []
    assert "version 1.3 now, and was 1.2" in newer.engines.change_since_choice("Steady")
    assert "model" not in newer.engines.change_since_choice("Steady")
    summary = newer.run(again=True)
    after = site.store.results.latest()[exam_id].provenance
    assert (after.version, after.model_sha256) == ("1.3", before.model_sha256)
    assert "has changed since it was chosen" in str(summary)


def test_an_engine_that_cannot_be_loaded_is_asked_once_a_run_and_again_in_the_next(
    import_exams, site, monkeypatch
):
    from klarsyn.intake import engine_set

    asked = []
    real = engine_set.manifest_of
    monkeypatch.setattr(engine_set, "manifest_of", lambda name, **o: (asked.append(name), real(name, **o))[1])
    import_exams(3)
    one = scorer(site.with_settings(engine="not-there"))

    assert one.run().failed == 3
    assert asked == ["not-there"]
    one.run(retry=True)
    assert asked == ["not-there"] * 2
