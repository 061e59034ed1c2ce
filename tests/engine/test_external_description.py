"""An `engine.toml` says what an engine's class would say, or is refused with a sentence."""

import re

import pytest
from external_engines import REPORT, TOML, write_program

from klarsyn.engine import registry
from klarsyn.engine.external import read_program
from klarsyn.engine.failure import EngineFailure
from klarsyn.engine.package import NotAnEngine
from klarsyn.engine.registry import EngineSpec
from klarsyn.engine.report_words import NamedNumber, ReportWords


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("command = []", "neither a command nor a container"),
        ('command = ["./detect", "{input}"]', "no {output} folder"),
        ('command = ["./detect", "{output}"]', "no {input} folder"),
        ('command = ["/bin/true", "{input}", "{output}"]', "the engine's own folder"),
        ('command = ["../detect", "{input}", "{output}"]', "the engine's own folder"),
        ('command = ["./engine.toml", "{input}", "{output}"]', "chmod"),
        ('command = ["./detect", "{input}", "{output}"]\nprise = "1"', "unknown word 'prise'"),
        ('command = ["./detect", "{input}", "{output}", 3]', "not a text"),
        ('container = "detect:latest"', "by its digest"),
        ('container = "--privileged@sha256:00"', "by its digest"),
        ("command = ", "is damaged"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused_with_a_sentence(
    put, engines, detect, tmp_path, line, words
):
    folder = write_program(tmp_path / "given", detect)
    (folder / "engine.toml").write_text(TOML.format(how=line))

    with pytest.raises((EngineFailure, NotAnEngine), match=re.escape(words)):
        put(folder)
    assert not list(engines.iterdir())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("contract = 2", "contract = 1", "made for version 1"),
        ("contract = 2\n", "", "names none"),
        ('"research"', '"guesswork"', "intended use is unknown"),
        ("volumes = true", "volums = true", "unknown word"),
        ('"1.50"', "1.5", "price"),
    ],
)
def test_a_manifest_that_cannot_be_used_is_refused_with_a_sentence(put, detect, tmp_path, old, new, words):
    with pytest.raises(EngineFailure, match=words):
        put(write_program(tmp_path / "given", detect, toml=TOML.replace(old, new)))


def test_a_folder_with_two_descriptions_is_refused(put, detect, tmp_path):
    folder = write_program(tmp_path / "given", detect)
    (folder / "pyproject.toml").touch()

    with pytest.raises(NotAnEngine, match="one file says what an engine is"):
        put(folder)


def test_which_numbers_of_a_report_count_is_declared(detect, tmp_path):
    folder = write_program(tmp_path / "given", detect, toml=TOML + REPORT)

    declared = read_program(EngineSpec("x", registry.EXTERNAL, (str(folder),))).report

    assert declared == ReportWords(NamedNumber("111013", "DCM", "%"), NamedNumber("111012", "DCM", "%"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("report.finding", "report.findings", "must have the words exam, finding"),
        ('code = "111013"\n', "", "must have the words code, scheme, unit"),
        ('code = "111013"', "code = 111013", "not a text"),
        ('unit = "%"', 'unit = ""', "no unit"),
        ('scheme = "DCM"', 'scheme = "DCM"\nother = 1', "must have the words code, scheme, unit"),
    ],
)
def test_a_declaration_that_leaves_something_open_is_refused(put, detect, tmp_path, old, new, words):
    with pytest.raises(EngineFailure, match=words):
        put(write_program(tmp_path / "given", detect, toml=TOML + REPORT.replace(old, new)))
