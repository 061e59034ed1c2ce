"""Simulated exams for the checklist's pictures: a sound one with its prior, and others made from one.

The others are made from a simulated exam by changing its headers, and by cutting parts out: the simulator
itself makes only what screening makes. Nothing in them imitates an implant or another maker's image: they
show where things stand.
"""

from datetime import date
from pathlib import Path

from checklist_covered import covered
from checklist_rewriting import as_of_another, cut, rename, save_as_further
from pydicom import dcmread
from pydicom.dataset import Dataset

from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest

DAY = date(2026, 1, 5)
SPOT = ("399055006", "Spot compression")
DISPLACED = ("399209000", "Implant displaced")
SPOT_ROWS, SPOT_COLUMNS = 1200, 1000


def make_exams(folder: Path) -> dict[str, Path]:
    """Write the exams below `folder` and return their folders by name; what is there already is kept."""
    request = ListRequest(exams=2, cancers=2, priors=1, seed=7, vendors=("A",))
    make_list(folder / "list", request, workers=2, today=DAY)
    sound, other = folder / "list" / "exam-7-001", folder / "list" / "exam-7-002"
    deep = ListRequest(exams=1, cancers=1, dbt=1, seed=396, half_matrix=True, slices=40, vendors=("B",))
    make_list(folder / "deep", deep, workers=1, today=DAY)
    prior = sound.with_name(sound.name + "-prior")
    return {
        "prior": prior,
        "sound": sound,
        "faulty": _faulty(other, folder / "faulty"),
        "spot": _with_spot(other, folder / "spot"),
        "tomosynthesis": folder / "deep" / "exam-396-001",
        "pieces": _in_pieces(other, folder / "pieces"),
        "implants": _with_implants(other, prior, folder / "implants"),
        "covered": covered(other, folder / "covered"),
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
    as_of_another(source, folder, "Provdotter", ".2")
    ds = dcmread(folder / "2-LCC.dcm")
    top = (ds.Rows - SPOT_ROWS) // 2
    cut(ds, ds.pixel_array[top : top + SPOT_ROWS, :SPOT_COLUMNS])
    ds.EstimatedRadiographicMagnificationFactor = 1.8
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = [_code(*SPOT)]
    save_as_further(ds, folder / "5-LCC-spot.dcm", ".9")
    return folder


def _in_pieces(source: Path, folder: Path) -> Path:
    """As of another woman, her left CC in two partial views that overlap."""
    as_of_another(source, folder, "Bitsdotter", ".3")
    path = folder / "2-LCC.dcm"
    pixels = dcmread(path).pixel_array
    path.unlink()
    rows = pixels.shape[0]
    for number, part in enumerate((slice(0, rows * 5 // 8), slice(rows * 3 // 8, rows)), 1):
        ds = dcmread(source / "2-LCC.dcm")
        rename(ds, "Bitsdotter", ".3")
        ds.PartialView = "YES"
        cut(ds, pixels[part])
        save_as_further(ds, folder / f"2-LCC-{number}.dcm", f".{number}")
    return folder


def _with_implants(source: Path, displaced: Path, folder: Path) -> Path:
    """As of another woman, with a third one's views as those with the implant displaced."""
    as_of_another(source, folder, "Protesdotter", ".4")
    for path in [folder / each.name for each in sorted(source.glob("*.dcm"))]:
        ds = dcmread(path)
        ds.BreastImplantPresent = "YES"
        ds.save_as(path)
        cut(ds, dcmread(displaced / path.name).pixel_array)
        ds.ViewCodeSequence[0].ViewModifierCodeSequence = [_code(*DISPLACED)]
        save_as_further(ds, path.with_stem(f"{path.stem}-id"), ".9")
    return folder


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return item
