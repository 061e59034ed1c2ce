"""The same pixels under headers that OHIF's mammography protocol can hang.

The eight films come as eight studies with an illegal PatientOrientation; Klarsyn mends that with a declared
repair. OHIF has none and shows nothing, so its copies get what a legal file would say.
"""

from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

_CODES = {"CC": "399162004", "MLO": "399368009"}
_ORIENTATIONS = {
    ("L", "CC"): ["A", "R"],
    ("R", "CC"): ["P", "L"],
    ("L", "MLO"): ["A", "FR"],
    # Not what a right MLO is: OHIF's protocol takes none that says P, as every legal one does, and hangs an
    # empty place instead. This is the orientation that its rule asks for; nothing is flipped by it.
    ("R", "MLO"): ["A", "FR"],
}


@dataclass(frozen=True)
class Study:
    """One exam of four views, as files."""

    study_instance_uid: str
    files: tuple[Path, ...]


def two_studies(folder: Path, films: list[Path]) -> tuple[Study, Study]:
    """Write the films as two studies of four views, their compressed frames untouched."""
    half = len(films) // 2
    return _study(folder, films[:half]), _study(folder, films[half:])


def _study(folder: Path, films: list[Path]) -> Study:
    uid, written = generate_uid(), []
    for film in films:
        ds = dcmread(film)
        # The collection says view and side in its invented patient numbers: P_00173_LEFT_CC.
        patient, side, view = ds.PatientID.rsplit("_", 2)
        ds.PatientID, ds.StudyInstanceUID, ds.Modality = patient, uid, "MG"
        ds.ImageLaterality, ds.SeriesDescription = side[0], f"{side[0]} {view}"
        code = Dataset()
        code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = _CODES[view], "SCT", view
        ds.ViewCodeSequence = [code]
        ds.PatientOrientation = _ORIENTATIONS[side[0], view]
        written.append(folder / film.name)
        ds.save_as(written[-1])
    return Study(uid, tuple(written))
