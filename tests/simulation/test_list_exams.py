"""Simulated exams as files: legal, complete, of the same woman over the years."""

import os
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest

from klarsyn.simulation.lists.truth import SimulatedExam, load_list

pytestmark = pytest.mark.slow


def headers(exam: SimulatedExam) -> list[pydicom.Dataset]:
    return [pydicom.dcmread(f, stop_before_pixels=True) for f in exam.files]


def test_dciodvfy_finds_no_error_in_any_file_of_any_maker(simulated: tuple[SimulatedExam, ...]) -> None:
    validator = shutil.which("dciodvfy")
    if validator is None:
        if os.environ.get("CI"):
            pytest.fail("dciodvfy is missing: CI must install the Debian package dicom3tools.")
        pytest.skip("dciodvfy is not installed (Debian package dicom3tools)")
    assert {exam.truth.vendor for exam in simulated} == {"A", "B", "C"}
    for exam in simulated:
        for file in exam.files:
            run = subprocess.run([validator, str(file)], capture_output=True, text=True, check=False)
            said = (run.stdout + run.stderr).splitlines()
            assert [line for line in said if line.startswith(("Error", "Abort"))] == [], file.name


def test_the_truth_of_the_list_names_every_exam_and_every_file(simulated: tuple[SimulatedExam, ...]) -> None:
    truth = load_list(simulated[0].folder.parent)
    assert truth.exams == tuple(exam.truth for exam in simulated)
    for exam in simulated:
        assert {f.name for f in exam.folder.glob("*.dcm")} == set(exam.truth.files)


def test_an_ffdm_exam_has_four_views_for_presentation_each_naming_its_source(
    simulated: tuple[SimulatedExam, ...],
) -> None:
    for exam in (e for e in simulated if e.truth.exam_type == "FFDM"):
        both = headers(exam)
        for_presentation = [h for h in both if h.PresentationIntentType == "FOR PRESENTATION"]
        raw = {h.SOPInstanceUID: h for h in both if h.PresentationIntentType == "FOR PROCESSING"}
        assert {(h.ImageLaterality, h.ViewPosition) for h in for_presentation} == {
            (side, view) for side in "RL" for view in ("CC", "MLO")
        }
        for header in for_presentation:
            source = raw[header.SourceImageSequence[0].ReferencedSOPInstanceUID]
            assert (source.ImageLaterality, source.ViewPosition) == (
                header.ImageLaterality,
                header.ViewPosition,
            )
            assert (source.Rows, source.Columns) == (header.Rows, header.Columns)


def test_a_tomosynthesis_exam_has_slices_projections_and_a_synthetic_image_of_each_view(
    simulated: tuple[SimulatedExam, ...],
) -> None:
    (exam,) = (e for e in simulated if e.truth.exam_type == "DBT")
    kinds = [h.SOPClassUID.name for h in headers(exam)]
    assert sorted(set(kinds)) == [
        "Breast Projection X-Ray Image Storage - For Processing",
        "Breast Tomosynthesis Image Storage",
        "Digital Mammography X-Ray Image Storage - For Presentation",
    ]
    assert all(kinds.count(kind) == 4 for kind in kinds)
    slices = [h for h in headers(exam) if h.SOPClassUID.name.startswith("Breast Tomo")]
    # A woman is 30 mm thick as asked for; an oblique view and the other breast are a little thicker.
    assert min(int(h.NumberOfFrames) for h in slices) == 30
    assert max(int(h.NumberOfFrames) for h in slices) <= 35


def test_a_prior_is_an_earlier_study_of_the_same_woman(simulated: tuple[SimulatedExam, ...]) -> None:
    (prior,) = (e for e in simulated if e.is_prior)
    current = next(e for e in simulated if e.folder.name == prior.folder.name.removesuffix("-prior"))
    before, now = headers(prior)[0], headers(current)[0]
    for keyword in ("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate"):
        assert before[keyword].value == now[keyword].value
    assert before.StudyInstanceUID != now.StudyInstanceUID
    assert 0.7 < (current.truth.study_date - prior.truth.study_date).days / 365 < 2.3


def breast(exam: SimulatedExam, laterality: str, shown) -> np.ndarray:
    """The CC view at 2 mm a pixel, chest wall at left, grey values made comparable."""
    file: Path
    for file in exam.files:
        ds = pydicom.dcmread(file, stop_before_pixels=True)
        if ds.get("PresentationIntentType") != "FOR PRESENTATION" or ds.ImageLaterality != laterality:
            continue
        if ds.ViewPosition != "CC":
            continue
        value = shown.attenuation(file)
        if ds.PatientOrientation[0] == "P":
            value = value[:, ::-1]
        size = (
            round(value.shape[1] * float(ds.ImagerPixelSpacing[1]) / 2),
            round(value.shape[0] * float(ds.ImagerPixelSpacing[0]) / 2),
        )
        return cv2.resize(np.ascontiguousarray(value), size, interpolation=cv2.INTER_AREA)
    raise LookupError(laterality)


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two breasts at the best shift of one on the other, over what both show."""
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    a, b = a[:height, :width], b[:height, :width]
    margin = 12
    inner = a[margin:-margin, : -2 * margin]
    found = cv2.matchTemplate(b, np.ascontiguousarray(inner), cv2.TM_CCOEFF_NORMED)
    return float(found.max())


def test_both_breasts_of_a_woman_and_her_prior_resemble_each_other_more_than_another_womans(
    simulated: tuple[SimulatedExam, ...], shown
) -> None:
    (prior,) = (e for e in simulated if e.is_prior)
    current = next(e for e in simulated if e.folder.name == prior.folder.name.removesuffix("-prior"))
    other = next(e for e in simulated if e.truth.patient_id != current.truth.patient_id)
    right, left = (breast(current, side, shown) for side in "RL")
    strange = likeness(right, breast(other, "R", shown))
    assert likeness(right, left) > strange
    assert likeness(right, breast(prior, "R", shown)) > likeness(right, left)
