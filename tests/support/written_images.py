"""What tests of the writers write: facts of one woman's views, and small images that use all values."""

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.writing.facts import ImageFacts, StudyFacts
from klarsyn.simulation.writing.identifiers import make_accession_number, make_uid
from klarsyn.simulation.writing.people import invent_visit, invent_woman
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import Vendor

SEED, TODAY = 417, date(2026, 11, 24)
SHAPE = (256, 200)

STUDY = StudyFacts(
    woman=invent_woman(SEED, 0, TODAY),
    study_instance_uid=make_uid(SEED, 0, "study"),
    acquired=invent_visit(SEED, 0, TODAY),
    accession_number=make_accession_number(SEED, 0),
    study_id="S00001",
)


def facts(
    vendor: Vendor,
    series: str = "presentation",
    laterality: Laterality = Laterality.RIGHT,
    position: ViewPosition = ViewPosition.MLO,
    *,
    angle_deg: float | None = None,
    spacing_mm: float | None = None,
) -> ImageFacts:
    """One image of STUDY; `series` gives it UIDs of its own."""
    if angle_deg is None:
        angle_deg = 0.0 if position is ViewPosition.CC else 47.0
    return ImageFacts(
        laterality=laterality,
        position=position,
        vendor=vendor,
        technique=Technique(29, 84.2, 760, 98.0, 56.0, 1.31, angle_deg),
        instance_number=2,
        sop_instance_uid=make_uid(SEED, 0, series, 2),
        series_instance_uid=make_uid(SEED, 0, series),
        series_number=3,
        acquired=STUDY.acquired,
        spacing_mm=spacing_mm,
    )


def all_values(bits: int, shape: tuple[int, ...] = SHAPE) -> npt.NDArray[np.uint16]:
    """Pixels that use both ends of `bits` and lie in no order that a flip would keep."""
    count = int(np.prod(shape))
    values = (np.arange(count, dtype=np.uint32) * 40503 + 11) % (1 << bits)
    values[0], values[-1] = 0, (1 << bits) - 1
    return values.astype(np.uint16).reshape(shape)


def complaints(path: Path, profile: str | None = None) -> tuple[list[str], str]:
    """Return the errors that dciodvfy finds in a file, and all that it says."""
    validator = shutil.which("dciodvfy")
    if validator is None:
        if os.environ.get("CI"):
            pytest.fail("dciodvfy is missing: CI must install the Debian package dicom3tools.")
        pytest.skip("dciodvfy is not installed (Debian package dicom3tools)")
    options = ["-profile", profile] if profile else []
    run = subprocess.run([validator, *options, str(path)], capture_output=True, text=True, check=False)
    said = run.stdout + run.stderr
    return [line for line in said.splitlines() if line.startswith(("Error", "Abort"))], said
