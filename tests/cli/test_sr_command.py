"""`klarsyn sr` as IT types it: a tree in words, marks as JSON, a sentence for what is no report."""

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from json_shape import documented, misfits
from small_mammograms import write_exam
from sr_all_cases import NAMES, a_case
from sr_files import HEADER, write


@pytest.fixture
def report(tmp_path: Path):
    """Write a case as a file."""

    def _report(name: str) -> Path:
        return write(tmp_path / f"{name}.dcm", a_case(name).dataset)

    return _report


@pytest.mark.parametrize("name", NAMES)
def test_each_case_is_told_as_a_tree_and_as_json(report, say, name):
    status, printed = say("sr", "show", report(name))
    assert status == 0
    assert len(printed.splitlines()) > 5

    status, printed = say("sr", "marks", report(name))
    assert status == 0
    assert misfits(json.loads(printed), documented()) == []


def test_a_tree_names_concepts_values_coordinates_and_views(report, say):
    _, printed = say("sr", "show", report("mass_across_views"))

    lines = printed.splitlines()
    assert lines[0].startswith("Mammography CAD SR of Testmaker Finder 3.1, made 2026-01-02 08:15.")
    assert lines[1] == "Mammography CAD Report"
    words = [line.strip() for line in lines]
    assert any(line.startswith("Image Library") for line in words)
    assert any(line.startswith("image L CC, 2.25.7700001") for line in words)
    assert any(": POLYLINE (40.5, 50.25) (60.5, 50.25)" in line for line in words)
    assert any(line.startswith("on image L MLO") for line in words)
    deeper = [len(line) - len(line.lstrip()) for line in lines]
    assert max(deeper) >= 8


def test_marks_are_those_of_the_file(report, say):
    _, printed = say("sr", "marks", report("mass_across_views"))

    (finding,) = json.loads(printed)["findings"]
    outlines = {m["sop_instance_uid"]: m["points"] for m in finding["marks"] if m["kind"] == "POLYLINE"}
    assert outlines == {
        "2.25.7700001": [[40.5, 50.25], [60.5, 50.25], [60.5, 70.75], [40.5, 70.75], [40.5, 50.25]],
        "2.25.7700003": [[100.0, 120.0], [130.0, 120.0], [115.0, 150.5], [100.0, 120.0]],
    }


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("mass_across_views", "findings"),
        ("no_findings", "no_findings"),
        ("failed", "failed"),
        ("not_attempted", "failed"),
        ("partial_with_findings", "partial"),
        ("partial_without_findings", "partial"),
    ],
)
def test_the_status_is_one_of_four(report, say, name, status):
    assert json.loads(say("sr", "marks", report(name))[1])["status"] == status


@pytest.mark.invariant(9)
def test_nothing_private_escapes_the_patient_is_not_printed(report, say):
    for act in ("show", "marks"):
        printed = say("sr", act, report("mass_across_views"))[1]
        for private in ("Testsson", HEADER["PatientID"], HEADER["PatientBirthDate"]):
            assert private not in printed


def test_nothing_private_escapes_from_the_tree_of_a_report(say, tmp_path):
    from small_reports import box, item, said, stored

    subject = [("121022", "Accession Number"), ("121029", "Subject Name"), ("121030", "Subject ID")]
    told = [said((value, "DCM", name), f"SECRET-{value}") for value, name in subject]
    born = item("DATE", ("121031", "DCM", "Subject Birth Date"), Date="19560102")
    reader = item("PNAME", ("X", "99M", "Reader"), PersonName="SECRET^A")
    ds = stored(box(("111036", "DCM", "Mammography CAD Report"), *told, born, reader))
    path = write(tmp_path / "subject.dcm", ds)
    status, printed = say("sr", "show", path)
    assert status == 0
    assert printed.count("not printed") == 5
    assert "SECRET" not in printed
    assert "1956" not in printed


def _image(folder: Path) -> Path:
    return write_exam(folder / "exam")[0]


def _file(name: str, content: bytes):
    def _make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return _make


def _damaged(folder: Path) -> Path:
    whole = write(folder / "whole.dcm", a_case("mass_across_views").dataset).read_bytes()
    return _file("damaged.dcm", whole[: len(whole) // 2])(folder)


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


@pytest.mark.parametrize(
    "make",
    [
        _image,
        _file("photo.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(300)),
        _file("empty.dcm", b""),
        _file("preamble.dcm", bytes(128) + b"DICM"),
        _damaged,
        _pipe,
        lambda folder: folder,
        lambda folder: folder / "missing.dcm",
    ],
)
@pytest.mark.parametrize("act", ["show", "marks"])
def test_what_is_no_report_ends_with_2_and_a_sentence(tmp_path, capsys, make, act):
    from klarsyn.cli.main import main

    status = main(["sr", act, str(make(tmp_path))])
    printed = capsys.readouterr()

    if make is _damaged and status == 0:
        # What was whole before the break is told, and the break too.
        assert "damaged" in printed.out or "not" in printed.out
        return
    assert status == 2
    assert printed.out == ""
    assert printed.err.startswith("klarsyn: ")
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err


def test_a_reader_that_has_had_enough_is_no_error(report):
    command = [sys.executable, "-m", "klarsyn.cli.main", "sr", "show", str(report("mass_across_views"))]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as running:
        running.stdout.close()
        said = running.stderr.read()
        assert (running.wait(), said) == (0, b"")


def test_json_is_utf_8_whatever_the_terminal_is(report):
    command = [sys.executable, "-m", "klarsyn.cli.main", "sr", "show", str(report("names_in_unicode"))]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert not done.stdout.isascii()
    assert done.stdout.decode("utf-8")


def test_letters_that_would_steer_a_terminal_are_not_printed(report, say, tmp_path):
    from sr_builder import text
    from sr_concepts import dcm

    case = a_case("no_findings")
    case.root.children.append(text(dcm("111033", "Impression\x1b[2J Description"), "a\x1b]0;b\x9bc"))
    path = write(tmp_path / "steering.dcm", case.dataset)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, printed = say("sr", "show", path)
    assert all(letter.isprintable() or letter == "\n" for letter in printed)
