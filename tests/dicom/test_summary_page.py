"""The page for viewers that show pictures and nothing else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from own_results import MADE_AT, ExamFiles, dbt_files, ffdm_files, of_each_kind
from written_images import complaints

from klarsyn.dicom.cad_sr_writing.summary_page import PageSeries, page_pixels, write_summary_page
from klarsyn.domain.finding import IntendedUse
from klarsyn.domain.reports.summary_lines import summary_lines


@pytest.fixture
def exam_files(tmp_path: Path) -> ExamFiles:
    return ffdm_files(tmp_path / "exam")


@pytest.mark.parametrize("kind", ["findings", "none", "partial", "failed", "not processed", "not for it"])
def test_dciodvfy_has_nothing_to_say_of_the_page(exam_files: ExamFiles, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "page.dcm"
    lines = summary_lines(of_each_kind(exam_files.exam)[kind], exam_files.exam)
    write_summary_page(path, lines, MADE_AT, "2.25.77", exam_files.files[0], PageSeries("2.25.78"))
    errors, said = complaints(path)
    assert errors == []
    # Laterality is empty as in our presentation states: a page is about both breasts.
    known = ("needed to build DICOMDIR", "<Laterality>")
    assert [line for line in said.splitlines() if not any(k in line for k in known)] == ["SCImage"]
    ds = pydicom.dcmread(path)
    assert np.array_equal(ds.pixel_array, page_pixels(lines))
    assert ds.pixel_array.max() == 255


@pytest.mark.invariant(7)
def test_the_page_says_who_made_it_and_what_it_is_good_for(exam_files: ExamFiles) -> None:
    result = of_each_kind(exam_files.exam)["findings"]
    lines = summary_lines(result, exam_files.exam)
    assert lines[:2] == ("DEMONSTRATION ONLY - NOT FOR DIAGNOSIS", "PROVISIONAL SCORES")
    assert any(line.startswith("Exam score 9 of 10, provisional.") for line in lines)
    assert "Made by Klarsyn demonstration CAD 0.1.0 of Klarsyn" in lines
    assert any("abababab" in line for line in lines)
    clinical = replace(result.provenance, intended_use=IntendedUse.CLINICAL)
    assert summary_lines(replace(result, provenance=clinical), exam_files.exam)[0] == "PROVISIONAL SCORES"


def test_the_page_has_the_findings_of_each_view(exam_files: ExamFiles) -> None:
    lines = summary_lines(of_each_kind(exam_files.exam)["findings"], exam_files.exam)
    assert "R CC: 91 calcifications; 44 soft tissue (below the operating point)" in lines
    assert "L CC: 40 soft tissue (below the operating point)" in lines


def test_the_page_names_the_frame_of_a_mark_in_tomosynthesis(tmp_path: Path) -> None:
    exam_files = dbt_files(tmp_path / "exam")
    lines = summary_lines(of_each_kind(exam_files.exam)["findings"], exam_files.exam)
    assert any("91 calcifications, frame 4" in line for line in lines)


def test_a_failed_result_says_that_it_says_nothing(exam_files: ExamFiles) -> None:
    lines = summary_lines(of_each_kind(exam_files.exam)["failed"], exam_files.exam)
    assert any(line.startswith("No exam score.") for line in lines)
    assert any("this says nothing of the exam" in line for line in lines)


@pytest.mark.invariant(9)
def test_no_identity_is_in_the_picture(exam_files: ExamFiles) -> None:
    patient = exam_files.exam.patient
    words = "\n".join(summary_lines(of_each_kind(exam_files.exam)["findings"], exam_files.exam))
    assert patient.name
    assert patient.patient_id
    assert not any(part in words for part in (patient.patient_id, *patient.name.replace("^", " ").split()))


def test_letters_that_the_font_lacks_are_told_and_never_boxes() -> None:
    assert np.array_equal(page_pixels(("Åsa Größe",)), page_pixels(("Asa Gro?e",)))
    assert np.array_equal(page_pixels(("乳腺 CAD",)), page_pixels(("?? CAD",)))


def test_every_line_is_drawn_however_many_there_are() -> None:
    assert page_pixels(("x",)).shape == (768, 1024)
    long = page_pixels(tuple("line" for _ in range(100)))
    assert long[-80:].any()
    assert not long[:, -20:].any()
