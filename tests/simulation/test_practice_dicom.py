"""Practice exams as DICOM: legal, from two makers with different habits, of women who do not exist."""

import os
import re
import shutil
import subprocess
from datetime import date, timedelta

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import JPEGLossless

from klarsyn.simulation.identifiers import make_uid
from klarsyn.simulation.people import invent_woman
from klarsyn.simulation.practice import PracticeExam

TODAY = date(2026, 11, 24)


def test_dciodvfy_finds_no_error_in_any_view_of_either_vendor(
    practice_exams: tuple[PracticeExam, ...],
) -> None:
    validator = shutil.which("dciodvfy")
    if validator is None:
        if os.environ.get("CI"):
            pytest.fail("dciodvfy is missing: CI must install the Debian package dicom3tools.")
        pytest.skip("dciodvfy is not installed (Debian package dicom3tools)")
    for exam in practice_exams:
        for file in exam.files:
            run = subprocess.run([validator, str(file)], capture_output=True, text=True, check=False)
            said = run.stdout + run.stderr
            assert "MammographyImageForPresentation" in said
            assert [line for line in said.splitlines() if line.startswith(("Error", "Abort"))] == []


def test_a_view_of_vendor_a_reads_back(practice_exam_a: PracticeExam) -> None:
    ds = pydicom.dcmread(practice_exam_a.files[0])
    assert ds.pixel_array.shape == (2294, 1914)
    assert ds.pixel_array.max() < 2**12
    assert (ds.PhotometricInterpretation, ds.PresentationLUTShape) == ("MONOCHROME2", "IDENTITY")
    assert ds.VOILUTFunction == "SIGMOID"
    assert ds.ImagerPixelSpacing == [0.1, 0.1]


def test_a_view_of_vendor_b_reads_back(practice_exam_b: PracticeExam, stored) -> None:
    ds = pydicom.dcmread(practice_exam_b.files[0], stop_before_pixels=True)
    assert ds.file_meta.TransferSyntaxUID == JPEGLossless
    pixels = stored.pixels(practice_exam_b.files[0])
    assert pixels.shape == (ds.Rows, ds.Columns) == (2560, 2048)
    assert pixels.max() < 2**14
    assert (ds.PhotometricInterpretation, ds.PresentationLUTShape) == ("MONOCHROME1", "INVERSE")
    assert list(ds.WindowCenterWidthExplanation) == ["NORMAL", "HARDER", "SOFTER"]
    assert pixels[0, -1] == ds.PixelPaddingValue


def test_the_breast_lies_where_patient_orientation_says_in_every_view(
    practice_exams: tuple[PracticeExam, ...], stored
) -> None:
    for exam in practice_exams:
        for file in exam.files:
            ds = pydicom.dcmread(file, stop_before_pixels=True)
            _, breast = stored.attenuation(file)
            wall = breast[:, :40].mean() - breast[:, -40:].mean()
            assert ds.PatientOrientation[0] == ("A" if wall > 0 else "P")
            medial = "L" if ds.ImageLaterality == "R" else "R"
            assert ds.PatientOrientation[1] == (medial if ds.ViewPosition == "CC" else "F" + medial)


def test_vendor_b_stores_right_breasts_mirrored_and_vendor_a_as_hung(
    practice_exam_a: PracticeExam, practice_exam_b: PracticeExam
) -> None:
    def rows_lead_to(exam: PracticeExam) -> dict[str, str]:
        headers = (pydicom.dcmread(f, stop_before_pixels=True) for f in exam.files)
        return {h.ImageLaterality: h.PatientOrientation[0] for h in headers}

    assert rows_lead_to(practice_exam_a) == {"R": "P", "L": "A"}
    assert rows_lead_to(practice_exam_b) == {"R": "A", "L": "A"}


def test_the_first_window_shows_fat_grey_and_air_black(
    practice_exams: tuple[PracticeExam, ...], stored
) -> None:
    for exam in practice_exams:
        ds = pydicom.dcmread(exam.files[0], stop_before_pixels=True)
        pixels = stored.pixels(exam.files[0])
        centre, width = (np.atleast_1d(ds[k].value)[0] for k in ("WindowCenter", "WindowWidth"))
        shown = 1 / (1 + np.exp(-4 * (pixels.astype(float) - float(centre)) / float(width)))
        if ds.PhotometricInterpretation == "MONOCHROME1":
            shown = 1 - shown
        _, breast = stored.attenuation(exam.files[0])
        assert 0.15 < np.median(shown[breast]) < 0.75
        assert shown[~breast].max() < 0.03


def test_the_organ_dose_is_in_decigray(practice_exams: tuple[PracticeExam, ...]) -> None:
    for exam in practice_exams:
        for file in exam.files:
            dose = float(pydicom.dcmread(file, stop_before_pixels=True).OrganDose)
            assert 0.5 < dose * 100 < 3.0  # mGy of one screening view


def test_nobody_can_take_the_woman_for_a_patient(practice_exams: tuple[PracticeExam, ...]) -> None:
    for exam in practice_exams:
        ds = pydicom.dcmread(exam.files[0], stop_before_pixels=True)
        assert re.fullmatch(r"\d{8}-TEST", ds.PatientID)
        assert "simulated" in ds.Manufacturer
        assert "No such person" in ds.PatientComments


@given(st.integers(0, 2**32), st.integers(0, 300), st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_exams_are_of_weekdays_of_the_weeks_before_today_and_of_screening_age(
    seed: int, number: int, today: date
) -> None:
    woman = invent_woman(np.random.default_rng(seed), number, today)
    day = woman.acquired.date()
    assert timedelta(1) <= today - day <= timedelta(22)
    assert day.weekday() < 5
    assert 39.9 < (day - woman.birth_date).days / 365.25 < 74.1


@given(st.integers(0, 2**62), st.integers(0, 10**6))
def test_uids_are_version_8_uuids_under_2_25_and_differ_by_name(seed: int, number: int) -> None:
    uid = make_uid(seed, number, "study")
    assert pydicom.uid.UID(uid).is_valid
    assert uid.startswith("2.25.")
    value = int(uid[5:])
    assert (value >> 76) & 0xF == 8
    assert (value >> 62) & 0b11 == 0b10
    assert uid != make_uid(seed, number, "series")
    assert uid == make_uid(seed, number, "study")
