"""Beside DCMTK: the same greys through the same state, and its own states are understood."""

import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from presentation_states import ramp_table
from small_mammograms import COLUMNS, ROWS, mammogram

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.pixels import read_frame
from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.dicom.states.writer import StateSeries, write_presentation_state
from klarsyn.domain.display import DisplayState, LutTable, VoiFunction, Window
from klarsyn.domain.presentation_state import (
    DisplayedArea,
    PresentationState,
    ReferencedImage,
    SoftcopyVoi,
    under_state,
)
from klarsyn.imaging.grayscale import build_lut

pytestmark = pytest.mark.skipif(
    shutil.which("dcmp2pgm") is None or shutil.which("dcmpsmk") is None,
    reason="DCMTK is not installed (Debian package dcmtk)",
)

WINDOW = Window(2000, 1500)
FALLING = LutTable(0, 16, (np.arange(4096)[::-1] * 16).astype(np.uint16))


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """All values of 12 bits in no order that a turn would keep; MONOCHROME1, to be overridden."""
    values = (np.arange(ROWS * COLUMNS, dtype=np.uint32) * 4093 + 7) % 4096
    path = tmp_path / "image.dcm"
    mammogram(
        "R",
        "CC",
        0,
        PixelData=values.astype(np.uint16).tobytes(),
        PhotometricInterpretation="MONOCHROME1",
        PresentationLUTShape="INVERSE",
    ).save_as(path, enforce_file_format=True)
    return path


def state_about(image: Path) -> PresentationState:
    found = read_instance(image).image
    return PresentationState(
        sop_instance_uid="2.25.9",
        study_instance_uid=found.study_instance_uid,
        label="PEER",
        images=(ReferencedImage(found.sop_instance_uid, found.sop_class_uid, "2.25.9900000"),),
        areas=(DisplayedArea((1, 1), (COLUMNS, ROWS), aspect=(1, 1)),),
        created=datetime(2026, 1, 5),
    )


def shown_by_dcmtk(image: Path, state: Path) -> np.ndarray:
    out = state.with_suffix(".pgm")
    subprocess.run(["dcmp2pgm", "-q", "-p", state, image, out], check=True, capture_output=True)
    return cv2.imread(str(out), cv2.IMREAD_UNCHANGED)


def shown_by_us(image: Path, path: Path) -> np.ndarray:
    instance, state = read_instance(image), read_presentation_state(path)
    lut = build_lut(under_state(state, instance.grayscale, instance.image.sop_instance_uid), DisplayState())
    turned = np.rot90(lut[read_frame(image)], -state.rotation // 90)
    return turned[:, ::-1] if state.horizontal_flip else turned


@pytest.mark.invariant(4)
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"vois": (SoftcopyVoi((WINDOW,)),)},
        {"vois": (SoftcopyVoi((replace(WINDOW, function=VoiFunction.LINEAR_EXACT),)),)},
        {"vois": (SoftcopyVoi((WINDOW,)),), "inverse": True},
        {"vois": (SoftcopyVoi((), (ramp_table(1000),)),)},
        {"vois": (SoftcopyVoi((WINDOW,)),), "rescale_slope": 2.0, "rescale_intercept": -100.0},
        {"vois": (SoftcopyVoi((Window(30000, 50000),)),), "modality_lut": FALLING},
        {"rotation": 90},
        {"rotation": 180, "horizontal_flip": True},
        {"rotation": 270, "horizontal_flip": True},
    ],
    ids=lambda change: "-".join(change) or "identity",
)
def test_grey_is_honest_dcmtk_shows_the_same_through_the_same_state(image, change):
    path = image.with_name("state.dcm")
    write_presentation_state(path, replace(state_about(image), **change), image, StateSeries("2.25.4", 9))
    ours, theirs = shown_by_us(image, path), shown_by_dcmtk(image, path)
    assert ours.shape == theirs.shape
    # One grey of 256: both round P-values, not at the same step.
    assert np.abs(ours.astype(int) - theirs).max() <= 1


def test_a_state_made_by_dcmtk_is_understood_to_the_last_word(image):
    path = image.with_name("theirs.dcm")
    subprocess.run(["dcmpsmk", image, path], check=True, capture_output=True)
    found = read_presentation_state(path)
    uid = read_instance(image).image.sop_instance_uid
    assert found.notices == ()
    assert found.inverse
    assert [(w.center, w.width) for w in found.voi_of(uid).windows] == [(1600, 800)]
    assert found.area_of(uid).region == (0, 0, COLUMNS, ROWS)
    assert np.abs(shown_by_us(image, path).astype(int) - shown_by_dcmtk(image, path)).max() <= 1
