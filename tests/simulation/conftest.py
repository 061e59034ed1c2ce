"""One list of exams, drawn once: every maker, a prior, For Processing images and tomosynthesis."""

from datetime import date
from pathlib import Path

import numpy as np
import pydicom
import pytest

from klarsyn.dicom.pixels import read_frame
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.truth import SimulatedExam

TODAY = date(2026, 11, 24)
# This seed puts a mass of the right breast and a cluster of the left one into tomosynthesis of maker B, who
# mirrors right breasts; a distortion of the left breast is maker C's, who mirrors left ones.
REQUEST = ListRequest(
    exams=3, cancers=3, dbt=1, priors=1, seed=396, for_processing=True, projections=True, half_matrix=True,
    slices=30,
)  # fmt: skip


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> tuple[SimulatedExam, ...]:
    """Three exams of three makers, one of them tomosynthesis, and a prior."""
    folder = tmp_path_factory.mktemp("simulated")
    return make_list(folder, REQUEST, workers=2, today=TODAY)


class Shown:
    """Values that grow with attenuation, whatever the maker's photometric interpretation."""

    @staticmethod
    def attenuation(path: Path, frame: int = 1) -> np.ndarray:
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        stored = read_frame(path, frame).astype(np.float32)
        if (
            ds.PhotometricInterpretation == "MONOCHROME1"
            or ds.get("PresentationIntentType") == "FOR PROCESSING"
        ):
            return (2**ds.BitsStored - 1) - stored
        return stored


@pytest.fixture(scope="session")
def shown() -> type[Shown]:
    return Shown
