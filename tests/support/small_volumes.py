"""Small exams of tomosynthesis with 2D images of the same views, for tests. Patients are invented."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian
from small_mammograms import ALL_VIEWS, COLUMNS, ROWS, VIEWS, code, mammogram
from tomo_files import TOMOSYNTHESIS, item, tomosynthesis

SLICES = 24
_SLANT = float(np.sqrt(0.5))


def breast_slices(laterality: str, slices: int) -> npt.NDArray[np.uint16]:
    """(slices, ROWS / 2, COLUMNS / 2) of 10 bits: a half disc, and a bright spot that lies deeper in each."""
    rows, columns = np.mgrid[0 : ROWS // 2, 0 : COLUMNS // 2]
    from_wall = (COLUMNS // 2 - 1 - columns) if laterality == "R" else columns
    inside = ((rows - ROWS / 4) / (ROWS * 0.21)) ** 2 + (from_wall / (COLUMNS * 0.4)) ** 2 < 1
    found = np.empty((slices, *inside.shape), np.uint16)
    for n in range(slices):
        spot = (rows - ROWS / 4) ** 2 + (from_wall - 10 - 50 * n / slices) ** 2 < 16
        found[n] = np.where(inside, np.where(spot, 900, 400 + 4 * n + (rows * 7 + columns * 3) % 60), 0)
    return found


def volume(laterality: str, view: str, exam: int, slices: int = SLICES, **changes: object) -> FileDataset:
    """One tomosynthesis of the study and woman of `mammogram`, as large; slices of 1 mm, the lowest first."""
    number = ALL_VIEWS.index((laterality, view))
    medial = -1.0 if laterality == "L" else 1.0
    along = (0.0, -1.0 if laterality == "L" else 1.0, 0.0)
    oblique = view == "MLO"
    down = (medial * _SLANT, 0.0, -_SLANT) if oblique else (medial, 0.0, 0.0)
    up = (medial * _SLANT, 0.0, _SLANT) if oblique else (0.0, 0.0, 1.0)
    flat = mammogram(laterality, view, exam)
    plain = tomosynthesis(
        breast_slices(laterality, slices),
        axes=(along, down),
        windows=[(500, 800)] * slices,
        SOPInstanceUID=f"2.25.66{exam:04d}{number}",
        SeriesInstanceUID=f"2.25.55{exam:04d}{number}",
        FrameOfReferenceUID=f"2.25.44{exam:04d}{number}",
        **{
            keyword: flat[keyword].value
            for keyword in (
                "StudyInstanceUID", "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate",
                "StudyTime", "AccessionNumber", "PatientOrientation",
            )
        },
    )  # fmt: skip
    plain.ViewCodeSequence = [code(VIEWS[view][0], "SCT", VIEWS[view][1])]
    shared = plain.SharedFunctionalGroupsSequence[0]
    shared.PixelMeasuresSequence[0].PixelSpacing = ["0.2", "0.2"]
    shared.FrameAnatomySequence[0].FrameLaterality = laterality
    for n, groups in enumerate(plain.PerFrameFunctionalGroupsSequence):
        position = [f"{part * n:.4f}" for part in up]
        groups.PlanePositionSequence = [item(ImagePositionPatient=position)]
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID = TOMOSYNTHESIS, ExplicitVRLittleEndian
    for keyword, value in changes.items():
        setattr(plain, keyword, value)
    meta.MediaStorageSOPInstanceUID = plain.SOPInstanceUID
    return FileDataset("", plain, file_meta=meta, preamble=b"\0" * 128)


def synthetic(laterality: str, view: str, exam: int, **changes: object) -> FileDataset:
    """The 2D image that was computed from `volume`, with slices as large as its pixels."""
    source = item(
        ReferencedSOPClassUID=TOMOSYNTHESIS,
        ReferencedSOPInstanceUID=volume(laterality, view, exam, 1).SOPInstanceUID,
    )
    changes = {
        "ImageType": ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"],
        "SourceImageSequence": [source],
        **changes,
    }
    return mammogram(laterality, view, exam, **changes)


def write_volumes(
    folder: Path,
    exam: int = 0,
    slices: Mapping[str, int] | int = SLICES,
    views: tuple[tuple[str, str], ...] = ALL_VIEWS,
    flat: str = "synthetic",
    **changes: object,
) -> Path:
    """Write tomosynthesis of each view and its 2D image: `flat` is "synthetic", "FFDM" or "none".

    `slices` may be given for each view, "R CC": 30.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for side, view in views:
        count = slices if isinstance(slices, int) else slices.get(f"{side} {view}", SLICES)
        made = {f"{side}{view}-tomo": volume(side, view, exam, count, **changes)}
        if flat != "none":
            kind = synthetic if flat == "synthetic" else mammogram
            made[f"{side}{view}"] = kind(side, view, exam, **changes)
        for name, ds in made.items():
            ds.save_as(folder / f"{name}.dcm", enforce_file_format=True)
    return folder
