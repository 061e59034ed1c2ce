"""An engine that is a program, as an administrator handles it, and as docs/engines.md describes it."""

import json
import re
from pathlib import Path

import pytest
from any_calibration import any_calibration
from external_engines import DIGEST, compiled, write_program
from small_mammograms import write_exam

from klarsyn.cli.context import opened
from klarsyn.domain.finding import ResultStatus
from klarsyn.engine.contract import Accepts
from klarsyn.engine.external import read_program
from klarsyn.engine.external_output import read_output
from klarsyn.engine.installed import announce, installed
from klarsyn.engine.registry import EXTERNAL, EngineSpec
from klarsyn.engine.report_words import NamedNumber, ReportWords
from klarsyn.intake import scorer

DOCS = Path(__file__).parents[2] / "docs" / "engines.md"
NAME = "brightest_square"


@pytest.fixture(autouse=True)
def _site(monkeypatch, tmp_path):
    monkeypatch.setenv("KLARSYN_WORKERS", "1")
    monkeypatch.setenv("KLARSYN_READER", "admin")
    monkeypatch.setenv("KLARSYN_ENGINE_ALLOW_UNSEALED", "true")
    monkeypatch.setattr(scorer.Scorer.__init__, "__defaults__", (any_calibration,))
    yield
    announce(tmp_path / "nowhere")


@pytest.fixture(scope="module")
def detect(tmp_path_factory) -> Path:
    return compiled(tmp_path_factory.mktemp("sample") / "detect")


def test_a_program_goes_through_every_role_as_any_engine(say, tmp_path, detect):
    write_exam(tmp_path / "in")
    say("import", "--read", tmp_path / "in")

    status, said = say("engine", "install", write_program(tmp_path / "given", detect))
    assert (status, f"Installed as {NAME}" in said) == (0, True), said
    assert f"{NAME}  [not in use]  Brightest square 1.0 of Test" in say("engine", "list")[1]
    assert say("engine", "shadow", NAME)[0] == 0
    assert say("engine", "enable", NAME, "--unscored")[0] == 0
    assert "1 exams scored" in say("score")[1]
    with opened() as context:
        (result,) = context.store.results.latest().values()
        (exam,) = context.store.exams.many()
    assert (result.provenance.engine, result.status) == ("Brightest square", ResultStatus.SCORED)
    marked = {mark.sop_instance_uid for finding in result.findings for mark in finding.marks}
    assert marked == {image.sop_instance_uid for image in exam.images}
    say("engine", "enable", "demo_cad")
    assert say("engine", "remove", NAME)[0] == 0
    with opened() as context:
        assert installed(context.settings.folders.engines) == {}


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_program_that_answers_for_another(say, tmp_path, detect):
    write_exam(tmp_path / "in")
    say("import", "--read", tmp_path / "in")
    say("engine", "install", write_program(tmp_path / "given", detect, "other-exam"))
    say("engine", "enable", NAME, "--unscored")
    say("score")

    with opened() as context:
        (result,) = context.store.results.latest().values()
        assert len(tuple(context.store.exams.many())) == 1
    assert result.status is ResultStatus.FAILED
    assert "another exam" in result.reason


def blocks(language: str) -> list[str]:
    section = DOCS.read_text().partition("## An engine that is a program\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.M | re.S)


def test_the_description_in_the_docs_is_one(tmp_path, detect):
    whole, numbers, container = blocks("toml")
    folder = write_program(tmp_path / "given", detect)
    spec = EngineSpec("x", EXTERNAL, (str(folder),))
    (folder / EXTERNAL).write_text(whole)

    manifest = read_program(spec).manifest
    assert manifest.accepts == Accepts((), ("CC", "MLO"), (), True)
    assert (manifest.threads, manifest.limits) == (2, "Finds bright squares only.")

    (folder / EXTERNAL).write_text(whole + numbers)
    assert read_program(spec).report == ReportWords(
        NamedNumber("111013", "DCM", "%"), NamedNumber("111012", "DCM", "%")
    )

    kept = [line for line in whole.splitlines() if not line.startswith("command")]
    (folder / EXTERNAL).write_text("\n".join(kept).replace("[accepts]", f"{container}\n[accepts]"))
    assert read_program(spec).container.endswith("0123456789abcdef" * 4)
    assert DIGEST not in container


def test_the_result_in_the_docs_is_one(tmp_path):
    (text,) = blocks("json")
    (tmp_path / "result.json").write_text(text)
    uid = json.loads(text)["regions"][0]["sop_instance_uid"]

    (region,) = read_output(tmp_path, {uid: "volume-0"}).regions
    assert (region.frame, region.frame_range, region.finding) == (12, (10, 14), "1")
