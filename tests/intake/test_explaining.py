"""Why an engine gave an exam its score: asked again without each part, whatever the engine."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_mammograms import ALL_VIEWS, breast, mammogram

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.finding import AiResult
from klarsyn.engine import registry
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.intake.asking_again import ExplainingStopped, NoExplanation, Preparer
from klarsyn.intake.engine_set import EngineSet
from klarsyn.intake.explaining import Explainer
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer

ENGINES = str(Path(__file__).parent / "engines")
SPOT = 16
"""Side of a planted bright square: 0.256 of the engines' evidence."""


def calibration(engine: str, model_sha256: str) -> Calibration:
    one = np.array([0.0, 1.0])
    return Calibration("test", engine, model_sha256, np.linspace(0, 1, 101), 2000, True, one, 1 + 99 * one)


def picture(laterality: str, view: str, spot: bool) -> bytes:
    pixels = breast(laterality, ALL_VIEWS.index((laterality, view)))
    if spot:
        left = 110 if laterality == "R" else 60
        pixels[110 : 110 + SPOT, left : left + SPOT] = 3000
    return pixels.tobytes()


@pytest.fixture
def bring(installation, tmp_path: Path):
    """Import an exam whose views named in `spots` have a bright square."""

    def _bring(spots: tuple[str, ...], views=ALL_VIEWS, **changes: object):
        folder = tmp_path / "incoming"
        folder.mkdir()
        for side, view in views:
            ds = mammogram(side, view, 0, PixelData=picture(side, view, f"{side} {view}" in spots), **changes)
            ds.save_as(folder / f"{side}{view}.dcm", enforce_file_format=True)
        importer = Importer(installation.store, installation.settings.folders, installation.clock, workers=1)
        importer.run([folder], read=True)
        (exam,) = installation.store.exams.many()
        return exam

    return _bring


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let engines run in this process, and count their runs from then on."""
    monkeypatch.setattr(sys, "path", [*sys.path, ENGINES])
    runs: list[int] = []

    def _run(name: str, exam, *, progress, cancelled, **_: object):
        runs.append(len(exam.views))
        if cancelled():
            raise EngineFailure(FailureKind.CANCELLED, sentence(FailureKind.CANCELLED))
        engine = registry.load(name)
        try:
            return engine.analyse(exam, progress), engine.manifest
        except ValueError as error:
            raise EngineFailure(FailureKind.RAISED, "raised") from error

    def _score(name: str, exam, *, progress, **_: object):
        engine = registry.load(name)
        return engine.analyse(exam, progress), engine.manifest

    monkeypatch.setattr("klarsyn.intake.asking_again.run_sealed", _run)
    monkeypatch.setattr("klarsyn.intake.exam_run.run_sealed", _score)
    monkeypatch.setattr(
        "klarsyn.intake.engine_set.manifest_of", lambda name, **_: registry.load(name).manifest
    )
    return runs


@pytest.fixture
def scored(installation):
    """Score what waits with an engine of weighing.py, and return the result and its explainer."""
    made: list[str] = []

    def _scored(engine: str) -> tuple[AiResult, Explainer]:
        registry.register(engine, f"weighing:{engine}", (ENGINES,))
        made.append(engine)
        settings = installation.with_settings(engine=engine, engine_allow_unsealed=True).settings
        Scorer(installation.store, settings, installation.clock, calibration).run()
        (result,) = installation.store.results.latest().values()
        assert result.is_scored, result.reason
        preparer = Preparer(
            installation.store, settings, EngineSet(installation.store, settings), calibration
        )
        return result, Explainer(preparer)

    yield _scored
    for name in made:
        registry.unregister(name)


def by_label(parts) -> dict[str, float | None]:
    return {part.label: None if part.value is None else round(part.value, 3) for part in parts}


def test_an_engine_is_asked_again_as_sealed_as_ever(bring, scored, installation) -> None:
    bring(("R CC",), views=ALL_VIEWS[:2])
    result, explainer = scored("Adding")
    explanation = explainer.explain(result)
    assert explanation.reproduced
    assert by_label(explanation.views) == {"R CC": 0.256, "L CC": 0}
    assert by_label(explanation.findings) == {"finding 1": 0.256}
    assert list(installation.settings.folders.engine_work.iterdir()) == []


def test_an_engine_that_adds_gets_contributions_that_add_up(bring, scored, here) -> None:
    bring(("R CC", "R MLO"))
    result, explainer = scored("Adding")
    told: list[float] = []
    explanation = explainer.explain(result, progress=told.append)
    assert explanation.reproduced
    assert by_label(explanation.views) == {"R CC": 0.256, "L CC": 0, "R MLO": 0.256, "L MLO": 0}
    assert by_label(explanation.breasts) == {"right breast": 0.512, "left breast": 0}
    assert by_label(explanation.findings) == {"finding 1": 0.256, "finding 2": 0.256}
    assert all(each.holds for each in explanation.sums)
    assert len(explanation.sums) == 3
    assert told == sorted(told)
    assert told[-1] == 1


def test_an_engine_that_lets_the_worst_view_decide_is_said_not_to_add_up(bring, scored, here) -> None:
    bring(("R CC", "R MLO"))
    result, explainer = scored("Worst")
    explanation = explainer.explain(result)
    assert by_label(explanation.findings) == {"finding 1": 0, "finding 2": 0}
    (of_findings,) = [each for each in explanation.sums if "finding 1" in each.labels]
    assert (of_findings.apart, round(of_findings.together, 3)) == (0, 0.256)
    assert not of_findings.holds
    assert "do not add up" in of_findings.words()


def test_each_part_says_which_images_it_lies_on_and_what_the_score_would_be(bring, scored, here) -> None:
    exam = bring(("L MLO",))
    result, explainer = scored("Adding")
    (finding,) = explainer.explain(result).findings
    (image,) = [i for i in exam.images if i.view_label == "L MLO"]
    assert finding.instances == (image.sop_instance_uid,)
    assert finding.finding_id == result.findings[0].finding_id
    assert (result.score.value, finding.score_without) == (3, 1)


def test_an_engine_that_needs_all_views_says_nothing_of_them_and_of_findings_still(
    bring, scored, here
) -> None:
    bring(("R CC",))
    result, explainer = scored("NeedsFour")
    explanation = explainer.explain(result)
    assert set(by_label(explanation.views).values()) == {None}
    assert by_label(explanation.findings) == {"finding 1": 0.256}
    assert "R CC: the engine gave no value for the rest of the exam (raised)" in explanation.left_out


def test_an_engine_that_does_not_repeat_itself_is_said_so(bring, scored, here) -> None:
    bring(("R CC",))
    result, explainer = scored("Wobbling")
    explanation = explainer.explain(result)
    assert not explanation.reproduced
    assert explanation.flags[0].code == "not-reproduced"


def test_the_engines_own_map_comes_back_on_its_image(bring, scored, here) -> None:
    exam = bring(("R CC",))
    result, explainer = scored("Adding")
    (heat,) = explainer.explain(result).maps
    assert exam.image(heat.sop_instance_uid).view_label == "R CC"
    assert heat.values.shape == (6, 5)


def test_an_explanation_is_the_same_again_and_asked_for_once(bring, scored, here) -> None:
    bring(("R CC", "L CC"))
    result, explainer = scored("Adding")
    first = explainer.explain(result)
    asked = len(here)
    assert explainer.explain(result) is first
    assert len(here) == asked
    explainer._explained.clear()
    again = explainer.explain(result)
    assert (again.views, again.findings, again.sums) == (first.views, first.findings, first.sums)


def test_nothing_of_an_explanation_is_stored_or_entered_in_the_ledger(
    bring, scored, here, installation
) -> None:
    exam = bring(("R CC",))
    result, explainer = scored("Adding")
    explainer.explain(result)
    assert installation.store.results.count(exam.exam_id) == 1
    assert installation.store.ledger.count() == 1


def test_images_that_may_mislead_the_engine_are_told(bring, scored, here) -> None:
    bring((), views=ALL_VIEWS[:3], BreastImplantPresent="YES")
    result, explainer = scored("Adding")
    flags = {flag.code: flag.text for flag in explainer.explain(result).flags}
    assert "L MLO missing" in flags["view-missing"]
    assert "may move the score" in flags["implant"]


def test_cancelling_stops_it(bring, scored, here) -> None:
    bring(("R CC",))
    result, explainer = scored("Adding")
    with pytest.raises(ExplainingStopped):
        explainer.explain(result, cancelled=lambda: len(here) >= 2)
    assert len(here) == 2


def test_what_there_was_no_time_for_is_named_and_tried_again_the_next_time(
    bring, scored, here, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(("R CC",))
    result, explainer = scored("Adding")
    # Each run takes ten seconds.
    monkeypatch.setattr("time.monotonic", lambda: 1e9 + 10 * len(here))
    hurried = explainer.explain(result, budget_s=25)
    assert [part.value is None for part in hurried.views] == [False, True, True, True]
    assert "L MLO: there was no time left for it" in hurried.left_out
    assert explainer.explain(result, budget_s=1000).left_out == ()


def test_a_result_of_another_version_is_not_explained_by_this_one(bring, scored, here, installation) -> None:
    bring(("R CC",))
    result, explainer = scored("Adding")
    older = replace(result, provenance=replace(result.provenance, version="0.9"))
    with pytest.raises(NoExplanation, match=r"Adding 0\.9"):
        explainer.explain(older)
    assert here == []


def test_a_result_that_later_images_have_made_stale_is_not_explained(bring, scored, here) -> None:
    bring(("R CC",))
    result, explainer = scored("Adding")
    with pytest.raises(NoExplanation, match="Images came after"):
        explainer.explain(replace(result, considered=("2.25.1",)))


def of_view(exam, label: str) -> str:
    return next(i.sop_instance_uid for i in exam.images if i.view_label == label)


def test_an_occlusion_map_is_high_where_the_evidence_lies_and_even_elsewhere(bring, scored, here) -> None:
    exam = bring(("R CC",))
    result, explainer = scored("Adding")
    told: list[float] = []
    uid = of_view(exam, "R CC")
    found = explainer.occlusion(result, uid, cell_mm=4.0, progress=told.append)
    assert found.complete
    assert found.alone
    assert set(here) == {1}
    assert np.nansum(found.drop) == pytest.approx(0.256)
    spot = np.s_[110 // 40 : 125 // 40 + 1, 110 // 40 : 125 // 40 + 1]
    assert np.nansum(found.drop[spot]) == pytest.approx(0.256)
    assert np.isnan(found.drop[0, 0])
    assert told == sorted(told)
    assert told[-1] == 1
    assert explainer.occlusion(result, uid, cell_mm=4.0) is found


def test_an_engine_that_needs_all_views_is_given_all_for_its_occlusion_map(bring, scored, here) -> None:
    exam = bring(("R CC",))
    result, explainer = scored("NeedsFour")
    found = explainer.occlusion(result, of_view(exam, "R CC"), cell_mm=8.0)
    assert not found.alone
    assert np.nansum(found.drop) == pytest.approx(0.256)


def test_an_occlusion_map_can_be_cancelled_and_be_cut_short(
    bring, scored, here, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = bring(("R CC",))
    result, explainer = scored("Adding")
    uid = of_view(exam, "R CC")
    with pytest.raises(ExplainingStopped):
        explainer.occlusion(result, uid, cell_mm=4.0, cancelled=lambda: len(here) >= 3)
    here.clear()
    monkeypatch.setattr("time.monotonic", lambda: 1e9 + len(here))
    short = explainer.occlusion(result, uid, cell_mm=4.0, budget_s=5.5)
    assert (short.asked, short.complete) == (4, False)
    assert np.isfinite(short.drop).sum() == 4
    # Those under the mark went first.
    assert np.nansum(short.drop) == pytest.approx(0.256)


def test_an_image_that_the_engine_was_not_given_has_no_occlusion_map(bring, scored, here) -> None:
    bring(("R CC",))
    result, explainer = scored("Adding")
    with pytest.raises(NoExplanation, match="not given this image"):
        explainer.occlusion(result, "2.25.1")


def test_a_part_that_ran_out_of_time_does_not_lose_the_rest_and_is_said_not_to_be_all(
    bring, scored, here, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(("R CC", "L CC"))
    result, explainer = scored("Adding")
    monkeypatch.setattr("time.monotonic", lambda: 1e9 + 10 * len(here))
    hurried = explainer.explain(result, budget_s=85)
    assert not hurried.complete
    assert len(hurried.maps) == 2
    assert hurried.left_out[-1].startswith("all findings: ")
    monkeypatch.undo()


def test_an_engine_that_could_not_say_what_it_is_is_looked_at_again_the_next_time(
    bring, scored, here, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(("R CC",))
    result, explainer = scored("Adding")
    real, asked = registry.load, list[str]()

    def once_full(name: str, **_: object):
        asked.append(name)
        if len(asked) == 1:
            raise EngineFailure(FailureKind.DISK_FULL, "full")
        return real(name).manifest

    explainer._preparer._engines.ask_again()
    monkeypatch.setattr("klarsyn.intake.engine_set.manifest_of", once_full)
    with pytest.raises(NoExplanation, match="cannot be asked"):
        explainer.explain(result)
    assert explainer.explain(result).complete


def test_cancelling_stops_an_engine_that_still_loads(
    bring, scored, here, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(("R CC",))
    result, explainer = scored("Adding")

    def loading(name: str, *, cancelled, **_: object):
        assert cancelled()
        raise EngineFailure(FailureKind.CANCELLED, sentence(FailureKind.CANCELLED))

    with monkeypatch.context() as while_loading:
        while_loading.setattr("klarsyn.intake.engine_set.manifest_of", loading)
        with pytest.raises(ExplainingStopped):
            explainer.explain(result, cancelled=lambda: True)
    assert here == []
    assert explainer.explain(result).complete
