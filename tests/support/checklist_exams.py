"""Simulated exams for the checklist's pictures: a sound one with its prior, a faulty one, one with a spot
view, one of tomosynthesis.

The faulty one and the one with a spot view are made from a simulated exam by changing its headers, and for
the spot by cutting a part out: the simulator itself makes only what screening makes.
"""

from datetime import date
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRLittleEndian

from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest

DAY = date(2026, 1, 5)
SPOT = ("399055006", "Spot compression")
SPOT_ROWS, SPOT_COLUMNS = 1200, 1000


def make_exams(folder: Path) -> dict[str, Path]:
    """Write the exams below `folder` and return their folders by name; what is there already is kept."""
    request = ListRequest(exams=2, cancers=2, priors=1, seed=7, vendors=("A",))
    make_list(folder / "list", request, workers=2, today=DAY)
    sound, other = folder / "list" / "exam-7-001", folder / "list" / "exam-7-002"
    deep = ListRequest(exams=1, cancers=1, dbt=1, seed=396, half_matrix=True, slices=40, vendors=("B",))
    make_list(folder / "deep", deep, workers=1, today=DAY)
    return {
        "prior": sound.with_name(sound.name + "-prior"),
        "sound": sound,
        "faulty": _faulty(other, folder / "faulty"),
        "spot": _with_spot(other, folder / "spot"),
        "tomosynthesis": folder / "deep" / "exam-396-001",
    }


def _faulty(source: Path, folder: Path) -> Path:
    """Without its left CC; an implant and loss on one view, no spacing and two sides on another."""
    folder.mkdir(exist_ok=True)
    for path in sorted(source.glob("*.dcm")):
        ds = dcmread(path)
        if path.stem == "2-LCC":
            continue
        if path.stem == "1-RCC":
            ds.BreastImplantPresent, ds.LossyImageCompression = "YES", "01"
        if path.stem == "3-RMLO":
            ds.Laterality = "L"
            for keyword in ("ImagerPixelSpacing", "PixelSpacing"):
                if keyword in ds:
                    delattr(ds, keyword)
        if path.stem == "4-LMLO":
            ds.PartialView = "YES"
        ds.save_as(folder / path.name)
    return folder


def _with_spot(source: Path, folder: Path) -> Path:
    """As of another woman, with a spot view cut out of the left CC at 1.8 times the size."""
    folder.mkdir(exist_ok=True)
    for path in sorted(source.glob("*.dcm")):
        ds = dcmread(path)
        _rename(ds, ".2")
        ds.save_as(folder / path.name)
    ds = dcmread(folder / "2-LCC.dcm")
    pixels = ds.pixel_array
    top = (ds.Rows - SPOT_ROWS) // 2
    part = pixels[top : top + SPOT_ROWS, :SPOT_COLUMNS]
    ds.Rows, ds.Columns, ds.PixelData = SPOT_ROWS, SPOT_COLUMNS, part.tobytes()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.EstimatedRadiographicMagnificationFactor = 1.8
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = [_code(*SPOT)]
    ds.SOPInstanceUID += ".9"
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(folder / "5-LCC-spot.dcm")
    return folder


def _rename(ds: FileDataset, suffix: str) -> None:
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(ds, keyword, (getattr(ds, keyword) + suffix)[:64])
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.PatientName, ds.PatientID = "Provdotter^Exempla", "19610704-SPOT"


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return item
