"""`klarsyn sr write`: results as files that land in the study of their exam."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import ANY

import pytest
from written_images import complaints

from klarsyn.cli.context import opened
from klarsyn.dicom.documents.document import read_document
from klarsyn.dicom.report_reader import read_report
from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.domain.finding import (
    AiResult,
    ExamScore,
    Finding,
    IntendedUse,
    LesionType,
    Mark,
    Provenance,
    ResultStatus,
)

OUTLINE = ((10.5, 20.0), (30.0, 20.0), (30.0, 41.5), (10.5, 41.5))


@pytest.fixture
def results(import_exams, tmp_path: Path):
    """Two exams, of which the first has a result with a mark on its first image; returns their ids."""
    first, second = import_exams(2, TimezoneOffsetFromUTC="+0100")
    with opened() as context:
        exam = context.store.exams.get(first)
        uids = tuple(image.sop_instance_uid for image in exam.images)
        made = Provenance(
            "Detector",
            "Vendor",
            "1.2",
            "00",
            IntendedUse.RESEARCH,
            "site",
            1,
            uids,
            datetime(2026, 3, 1, tzinfo=UTC),
        )
        mark = Mark(uids[0], OUTLINE, 77, raw=0.5)
        finding = Finding("1", LesionType.SOFT_TISSUE, exam.images[0].laterality, 77, (mark,))
        score = ExamScore(8, 0.5, 78.0, provisional=True)
        context.store.results.add(
            AiResult("result-1", first, ResultStatus.SCORED, made, score, (finding,), considered=uids)
        )
    return first, second, uids


def test_a_result_becomes_a_cad_sr_of_the_same_study_that_says_the_same(results, say, tmp_path):
    first, _, uids = results
    status, printed = say("sr", "write", "--all", tmp_path / "out")

    assert status == 0
    assert "1 file of 1 results" in printed
    assert "1 exams have no result of an engine" in printed
    (path,) = (tmp_path / "out").iterdir()
    received = read_report(path)
    with opened() as context:
        exam = context.store.exams.get(first)
    assert received.exam_key == exam.key
    assert received.patient == exam.patient
    _, marks = say("sr", "marks", path)
    (finding,) = json.loads(marks)["findings"]
    assert (finding["score"], finding["scale"], finding["algorithm"]) == (77, "0-100", "Detector 1.2")
    drawn = {"sop_instance_uid": uids[0], "frame": None, "kind": "POLYLINE", "points": ANY}
    assert drawn in finding["marks"]
    assert complaints(path)[0] == []


def test_the_same_result_gives_the_same_file(results, say, tmp_path):
    say("sr", "write", "--all", tmp_path / "one")
    say("sr", "write", "--all", tmp_path / "two")
    (one,), (two,) = (list((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert (one.name, one.read_bytes()) == (two.name, two.read_bytes())


@pytest.mark.invariant(9)
def test_nothing_private_escapes_no_name_of_a_file_comes_from_the_patient(results, say, tmp_path):
    say("sr", "write", "--all", tmp_path / "out")
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == f"{results[0][:12]}-cad-sr.dcm"


def test_marks_go_beside_it_as_presentation_states_when_wanted(results, say, tmp_path):
    status, printed = say("sr", "write", "--all", "--gsps", tmp_path / "out")

    assert (status, "2 files of 1 results" in printed) == (0, True)
    state = read_presentation_state(next((tmp_path / "out").glob("*-marks-1.dcm")))
    (annotation,) = state.annotations
    assert annotation.graphics[0].points[: len(OUTLINE)] == OUTLINE
    assert "provisional" in annotation.texts[0].text


def test_a_page_goes_beside_it_when_wanted_and_is_a_document_of_the_same_study(results, say, tmp_path):
    status, printed = say("sr", "write", "--all", "--page", tmp_path / "out")

    assert (status, "2 files of 1 results" in printed) == (0, True)
    (path,) = (tmp_path / "out").glob("*-page.dcm")
    document = read_document(path)
    with opened() as context:
        assert document.exam_key == context.store.exams.get(results[0]).key
    assert complaints(path)[0] == []


def test_one_exam_is_named_by_its_key(results, say, tmp_path):
    first, second, _ = results
    assert say("sr", "write", "--exam", first[:8], tmp_path / "out")[0] == 0
    assert len(list((tmp_path / "out").iterdir())) == 1
    status, printed = say("sr", "write", "--exam", second[:8], tmp_path / "none")
    assert (status, "0 files of 0 results" in printed) == (1, True)


@pytest.mark.parametrize(("wanted", "words"), [("no-such", "No exam has"), ("", "No exam has")])
def test_an_exam_that_is_not_there_is_told(results, say, tmp_path, wanted, words):
    status, printed = say("sr", "write", "--exam", wanted, tmp_path / "out")
    assert (status, words in printed) == (1, True)
    assert not (tmp_path / "out").exists()


def test_a_result_of_other_images_is_not_written(results, say, tmp_path):
    with opened() as context:
        result = context.store.results.get("result-1")
        later = replace(
            result,
            result_id="result-2",
            considered=result.considered[:2],
            provenance=replace(result.provenance, made_at=datetime(2026, 3, 2, tzinfo=UTC)),
        )
        context.store.results.add(later)
    status, printed = say("sr", "write", "--all", tmp_path / "out")
    assert status == 1
    assert "Images came after its result" in printed
    assert "1 results could not be written" in printed
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_made_is_a_sentence(results, say, tmp_path):
    (tmp_path / "file").write_text("")
    status, printed = say("sr", "write", "--all", tmp_path / "file")
    assert status == 1
    assert "Choose a folder" in printed


def test_one_exam_is_named_by_its_patient_or_accession_and_several_are_listed(results, say, tmp_path):
    first, second, _ = results
    with opened() as context:
        one, two = (context.store.exams.get(exam_id) for exam_id in (first, second))
    assert one.patient.patient_id != two.patient.patient_id
    assert say("sr", "write", "--exam", one.patient.patient_id, tmp_path / "out")[0] == 0
    assert [p.name[:12] for p in (tmp_path / "out").iterdir()] == [first[:12]]


def test_what_names_several_exams_lists_them_by_key(import_exams, say, tmp_path):
    exams = import_exams(2, AccessionNumber="A7")
    status, printed = say("sr", "write", "--exam", "A7", tmp_path / "out")
    assert (status, "2 exams fit 'A7'" in printed) == (1, True)
    assert all(exam_id[:12] in printed for exam_id in exams)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu"])
def test_the_same_result_gives_the_same_files_on_a_clock_of_another_place(
    results, say, tmp_path, monkeypatch, zone
):
    written = []
    for name in ("UTC", zone):
        monkeypatch.setenv("TZ", name)
        time.tzset()
        say("sr", "write", "--all", "--gsps", "--page", tmp_path / name)
        written.append({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()})
    monkeypatch.undo()
    time.tzset()
    assert len(written[0]) == 3
    assert written[0] == written[1]
    report = tmp_path / "UTC" / f"{results[0][:12]}-cad-sr.dcm"
    assert read_report(report).report.made_at == datetime(2026, 3, 1, tzinfo=UTC)


def test_files_of_an_older_result_are_named_at_the_end(results, say, tmp_path):
    first, _, _ = results
    _, printed = say("sr", "write", "--all", "--gsps", "--page", tmp_path / "out")
    assert "Still there" not in printed
    with opened() as context:
        result = context.store.results.get("result-1")
        made = replace(result.provenance, made_at=datetime(2026, 3, 2, tzinfo=UTC))
        context.store.results.add(replace(result, result_id="result-2", findings=(), provenance=made))
    _, printed = say("sr", "write", "--all", "--gsps", tmp_path / "out")
    assert "Still there from older results: " in printed
    assert all(f"{first[:12]}-{what}.dcm" in printed for what in ("marks-1", "page"))
    assert "cad-sr.dcm" not in printed


def test_a_written_report_that_comes_back_is_known_and_no_second_result(results, say, tmp_path):
    first, _, _ = results
    say("sr", "write", "--all", tmp_path / "out")
    for _ in range(2):
        status, printed = say("import", tmp_path / "out")
        assert (status, "1 known already" in printed) == (0, True)
    with opened() as context:
        assert [r.result_id for r in context.store.results.of_exams([first])[first]] == ["result-1"]
        assert context.store.reports.count() == 0
