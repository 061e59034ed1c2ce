"""Draw the pictures of docs/simulation.md: four views of each maker, and slices of one tomosynthesis view.

    python scripts/contact_sheets.py FOLDER

The exams are made in FOLDER (those there are kept) and drawn as the viewer would draw them, in each file's
first window, at one millimetre scale, chest walls together.
"""

import sys
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.display import DisplayState
from klarsyn.domain.exam import Laterality
from klarsyn.imaging.frames import load_index_frame
from klarsyn.imaging.grayscale import apply_lut, build_lut
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest

Grey = npt.NDArray[np.uint8]

_TARGET = Path(__file__).resolve().parents[1] / "docs" / "images"
_TODAY = date(2026, 11, 24)
_HEIGHT_MM, _WIDTH_MM, _PX_PER_MM = 230.0, 125.0, 2.6
_FFDM = ListRequest(exams=6, cancers=3, seed=31)
_DBT = ListRequest(exams=1, cancers=1, dbt=1, seed=33, vendors=("B",), slices=48)


def shown(file: Path, frame: int = 1) -> tuple[Grey, float]:
    """Return one frame as it hangs, right breast's chest wall at the right, and its mm a pixel."""
    instance = read_instance(file)
    image = instance.image
    grey = apply_lut(load_index_frame(file, frame), build_lut(instance.grayscale, DisplayState()))
    right = image.laterality is Laterality.RIGHT
    if image.patient_orientation is not None and (image.patient_orientation[0] == "A") == right:
        grey = np.ascontiguousarray(grey[:, ::-1])
    if image.spacing is None:
        raise ValueError(f"{file} has no spacing.")
    return grey, image.spacing.row_mm


def tile(file: Path, frame: int = 1) -> Grey:
    """Return one view on a tile of fixed size in millimetres."""
    grey, spacing = shown(file, frame)
    scale = spacing * _PX_PER_MM
    size = round(grey.shape[1] * scale), round(grey.shape[0] * scale)
    grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    rows, columns = round(_HEIGHT_MM * _PX_PER_MM), round(_WIDTH_MM * _PX_PER_MM)
    right = read_instance(file).image.laterality is Laterality.RIGHT
    grey = grey[:rows, -columns:] if right else grey[:rows, :columns]
    room = columns - grey.shape[1]
    sides = (room, 0) if right else (0, room)
    return np.pad(grey, ((0, rows - grey.shape[0]), sides))


def write(name: str, picture: Grey) -> None:
    """Write a picture for the docs."""
    _TARGET.mkdir(exist_ok=True)
    cv2.imwrite(str(_TARGET / name), picture, [cv2.IMWRITE_JPEG_QUALITY, 82])
    print(_TARGET / name)


def main() -> None:
    """Command line."""
    folder = Path(sys.argv[1])
    exams = make_list(folder / "ffdm", _FFDM, today=_TODAY)
    for vendor in _FFDM.vendors:
        exam = next(e for e in exams if e.truth.vendor == vendor)
        views = [exam.folder / f"{label}.dcm" for label in ("1-RCC", "2-LCC", "3-RMLO", "4-LMLO")]
        write(f"simulated-{vendor.lower()}.jpg", np.hstack([tile(view) for view in views]))
        print(vendor, "density", exam.truth.density.value, [str(lesion.kind) for lesion in exam.lesions])
    (dbt,) = make_list(folder / "dbt", _DBT, today=_TODAY)
    side = dbt.lesions[0].laterality.value if dbt.lesions else "L"
    stack = dbt.folder / f"{'3' if side == 'R' else '4'}-{side}MLO-tomo.dcm"
    frames = read_instance(stack).image.frames
    chosen = [round(frames * share) for share in (0.15, 0.5, 0.85)]
    slices = [tile(stack, frame) for frame in chosen]
    flat = tile(stack.with_name(stack.name.replace("-tomo", "")))
    write("simulated-tomosynthesis.jpg", np.hstack([*slices, flat]))
    print("slices", chosen, "of", frames, [str(lesion.kind) for lesion in dbt.lesions])


if __name__ == "__main__":
    main()
