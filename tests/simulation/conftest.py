"""Two practice exams, drawn once: a subtle mass from vendor A and a cluster from vendor B."""

from datetime import date
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.encaps import generate_frames

from klarsyn.simulation.practice import PracticeExam, make_practice_exams

SEED = 417
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def practice_exams(tmp_path_factory: pytest.TempPathFactory) -> tuple[PracticeExam, ...]:
    """Exam 1: a subtle spiculated mass, vendor A. Exam 2: pleomorphic calcifications, vendor B."""
    return make_practice_exams(tmp_path_factory.mktemp("practice"), 2, SEED, workers=2, today=TODAY)


@pytest.fixture(scope="session")
def practice_exam_a(practice_exams: tuple[PracticeExam, ...]) -> PracticeExam:
    assert practice_exams[0].vendor == "A"
    return practice_exams[0]


@pytest.fixture(scope="session")
def practice_exam_b(practice_exams: tuple[PracticeExam, ...]) -> PracticeExam:
    assert practice_exams[1].vendor == "B"
    return practice_exams[1]


class Stored:
    """Reads stored pixels with the codec alone, so that these tests do not lean on our decoder."""

    @staticmethod
    def pixels(path: Path) -> np.ndarray:
        ds = pydicom.dcmread(path)
        if ds.file_meta.TransferSyntaxUID.is_encapsulated:
            return imagecodecs.ljpeg_decode(next(generate_frames(ds.PixelData, number_of_frames=1)))
        return np.frombuffer(ds.PixelData, "<u2").reshape(ds.Rows, ds.Columns)

    @classmethod
    def attenuation(cls, path: Path) -> tuple[np.ndarray, np.ndarray]:
        """Values that grow with attenuation, and where the breast is."""
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        stored = cls.pixels(path)
        if ds.PhotometricInterpretation == "MONOCHROME1":
            value = (2**ds.BitsStored - 1) - stored.astype(float)
            return value, stored != ds.PixelPaddingValue
        return stored.astype(float), stored > 0


@pytest.fixture(scope="session")
def stored() -> type[Stored]:
    return Stored
