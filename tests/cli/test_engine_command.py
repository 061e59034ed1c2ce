"""`klarsyn engine`, as an administrator types it, and the tutorial of docs/engines.md, as an author does."""

import re
from pathlib import Path

import pytest
from any_calibration import any_calibration
from handed_over import write_folder
from small_mammograms import write_exam

from klarsyn.cli.context import opened
from klarsyn.cli.main import main
from klarsyn.engine import conformance
from klarsyn.engine.installed import announce
from klarsyn.intake import scorer

DOCS = Path(__file__).parents[2] / "docs" / "engines.md"


@pytest.fixture(autouse=True)
def _site(monkeypatch, tmp_path):
    monkeypatch.setenv("KLARSYN_WORKERS", "1")
    monkeypatch.setenv("KLARSYN_READER", "admin")
    monkeypatch.setenv("KLARSYN_ENGINE_ALLOW_UNSEALED", "true")
    yield
    announce(tmp_path / "nowhere")


def tutorial() -> dict[str, str]:
    """The files that docs/engines.md tells an author to write, by their names."""
    return dict(re.findall(r"^```(?:python|toml) (\S+)\n(.*?)^```$", DOCS.read_text(), re.M | re.S))


def test_the_tutorials_engine_has_thirty_lines_at_most():
    lines = tutorial()["brightest_spot.py"].splitlines()

    assert len([line for line in lines if line.strip()]) <= 30


def test_the_tutorial_builds_an_engine_that_conforms_and_scores_an_exam(say, tmp_path, monkeypatch):
    folder = tmp_path / "brightest-spot"
    folder.mkdir()
    for name, text in tutorial().items():
        (folder / name).write_text(text)
    monkeypatch.setattr(conformance, "SIZES", (((480, 380), 0.4), ((320, 256), 0.6)))
    monkeypatch.setattr(scorer.Scorer.__init__, "__defaults__", (any_calibration,))
    write_exam(tmp_path / "in")
    say("import", "--read", tmp_path / "in")

    status, said = say("engine", "install", folder)
    assert (status, "intended use: research" in said) == (0, True)
    status, said = say("engine", "check", "brightest_spot")
    assert (status, "brightest_spot conforms." in said) == (0, True), said
    assert "All 0 marks" not in said
    say("engine", "enable", "brightest_spot", "--unscored")
    assert "1 exams scored" in say("score")[1]
    with opened() as context:
        (result,) = context.store.results.latest().values()
    assert (result.provenance.engine, len(result.findings)) == ("Brightest spot", 4)


def test_every_command_line_of_the_docs_is_understood(capsys):
    for line in re.findall(r"^klarsyn (.*)$", DOCS.read_text(), re.M):
        with pytest.raises(SystemExit) as ended:
            main([*line.split(), "--help"])
        assert ended.value.code == 0


def test_an_engine_comes_in_gets_a_role_and_goes_and_its_results_stay(say, tmp_path, monkeypatch):
    monkeypatch.setattr(scorer.Scorer.__init__, "__defaults__", (any_calibration,))
    status, said = say("engine", "install", write_folder(tmp_path / "wise"))
    assert status == 0
    for words in ("Wise 1.0 of Maker", "intended use: clinical", "3.50 SEK an exam", "not in use yet"):
        assert words in said

    status, said = say("engine", "shadow", "wise")
    assert (status, "no reader sees" in said) == (0, True)
    write_exam(tmp_path / "in")
    say("import", "--read", tmp_path / "in")
    assert "in the shadow 1 runs" in say("score")[1]
    listed = say("engine", "list")[1]
    assert "wise  [in the shadow]" in listed
    assert "by admin" in listed
    assert "1 results in the shadow" in listed

    status, said = say("engine", "enable", "wise", "--unscored")
    assert (status, "in the place of demo_cad" in said) == (0, True)
    assert "1 exam has a result of another engine" in say("score")[1]
    assert say("engine", "remove", "wise")[0] == 1
    say("engine", "enable", "demo_cad")
    assert say("engine", "remove", "wise") == (
        0,
        "wise is removed. Its results stay, and say who made them.\n",
    )
    assert "wise" not in say("engine", "list")[1]
    with opened() as context:
        assert context.store.shadow_results.count("wise") == 1


def test_what_is_refused_is_told_in_a_sentence_and_changes_nothing(say, tmp_path):
    refusals = [
        (("engine", "install", tmp_path / "nowhere"), "neither a folder nor a wheel"),
        (
            ("engine", "install", write_folder(tmp_path / "old", contract=1)),
            "speaks version 2 of the contract",
        ),
        (("engine", "enable", "nobody"), "is not installed"),
        (("engine", "shadow", "demo_cad"), "Enable another engine first"),
        (("engine", "shadow", "wise", "--off"), "is not in the shadow"),
        (("engine", "remove", "demo_cad"), "orders the queue"),
        (("engine", "remove", "../images"), "No engine ../images"),
        (("engine", "check", "nobody"), "fails 1 of the checks"),
    ]
    for command, words in refusals:
        status, said = say(*command)
        assert (status, words in said) == (1, True), said
        assert "Traceback" not in said
    with opened() as context:
        assert context.store.engine_choices.all() == ()
        assert not [p for p in context.settings.folders.engines.iterdir() if p.is_dir()]


def test_an_engine_without_a_calibration_orders_the_queue_only_when_asked_twice(say, tmp_path):
    say("engine", "install", write_folder(tmp_path / "wise"))
    say("engine", "shadow", "wise")
    write_exam(tmp_path / "in")
    say("import", "--read", tmp_path / "in")
    say("score")

    status, said = say("engine", "enable", "wise")
    assert status == 1
    for words in ("no exam gets a score", "of 2000 exams", "demo_cad orders the queue", "engine shadow wise"):
        assert words in said
    assert "demo_cad  [active" in say("engine", "list")[1]
    status, said = say("engine", "enable", "wise", "--unscored")
    assert (status, "no exam gets a score" in said) == (0, True)
    assert "wise  [active]" in say("engine", "list")[1]


def test_doctor_fails_when_an_engine_in_use_cannot_be_used(say, tmp_path):
    say("engine", "install", write_folder(tmp_path / "wise"))
    say("engine", "shadow", "wise")
    assert "ok    engine wise runs in the shadow: Wise 1.0 of Maker" in say("doctor")[1]
    with opened() as context:
        code = context.settings.folders.engines / "wise" / "code" / "wise_engine.py"
    code.write_text(code.read_text() + "\n")

    status, said = say("doctor")
    assert (status, "FAIL  engine wise runs in the shadow and cannot be used: Files of" in said) == (1, True)
    assert "ok    engine demo_cad orders the queue" in said


def test_an_engine_leaves_the_shadow_without_being_removed(say, tmp_path):
    say("engine", "install", write_folder(tmp_path / "wise"))
    say("engine", "shadow", "wise")

    assert say("engine", "shadow", "wise", "--off")[0] == 0
    assert "wise  [not in use]" in say("engine", "list")[1]


@pytest.mark.invariant(8)
def test_the_embedded_engine_never_routes_to_single_reading_and_enabling_it_says_so(say):
    assert "no exam gets one reader by it" in say("engine", "enable", "demo_cad")[1]
