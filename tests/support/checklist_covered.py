"""An exam with all that may lie over an image: padding, a shutter, an overlay, a state of others."""

from pathlib import Path

import numpy as np
from checklist_rewriting import as_of_another
from others_files import state_file
from pydicom import dcmread
from pydicom.dataset import Dataset

from klarsyn.domain.display import Window
from klarsyn.domain.graphic import (
    Graphic,
    GraphicAnnotation,
    GraphicLayer,
    GraphicType,
    TextAnchor,
    TextObject,
)
from klarsyn.domain.presentation_state import DisplayedArea, SizeMode, SoftcopyVoi


def covered(source: Path, folder: Path) -> Path:
    """As of another woman: padding, a raw image, a shutter, an overlay, and a state of others."""
    as_of_another(source, folder, "Slutardotter", ".5")
    for path in sorted(folder.glob("*.dcm")):
        ds = dcmread(path)
        rows, columns = int(ds.Rows), int(ds.Columns)
        if path.stem == "1-RCC":
            ds.ShutterShape, ds.ShutterPresentationValue = "RECTANGULAR", 0
            ds.ShutterLeftVerticalEdge, ds.ShutterRightVerticalEdge = columns // 3, columns
            ds.ShutterUpperHorizontalEdge, ds.ShutterLowerHorizontalEdge = rows // 4, rows * 3 // 4
        if path.stem == "2-LCC":
            _draw_overlay(ds, rows, columns)
        if path.stem == "3-RMLO":
            # Air is 0 in these images; the left one does not say so, and its air is inverted.
            ds.add_new("PixelPaddingValue", "US", 0)
        if path.stem == "4-LMLO":
            ds.PresentationIntentType = "FOR PROCESSING"
        ds.save_as(path)
    _add_state(folder)
    return folder


def _draw_overlay(ds: Dataset, rows: int, columns: int) -> None:
    """Draw a ring as overlay 6000."""
    y, x = np.ogrid[0:rows, 0:columns]
    away = np.hypot(y - rows // 2, x - columns // 4)
    ring = (away > rows * 0.09) & (away < rows * 0.095)
    ds.add_new(0x60000010, "US", rows)
    ds.add_new(0x60000011, "US", columns)
    ds.add_new(0x60000040, "CS", "G")
    ds.add_new(0x60000050, "SS", [1, 1])
    ds.add_new(0x60000100, "US", 1)
    ds.add_new(0x60000102, "US", 0)
    ds.add_new(0x60003000, "OW", np.packbits(ring, bitorder="little").tobytes())


def _add_state(folder: Path) -> None:
    """Put a state of another workstation about the left CC beside the files of an exam."""
    ds = dcmread(folder / "2-LCC.dcm", stop_before_pixels=True)
    rows, columns = int(ds.Rows), int(ds.Columns)
    middle = (columns * 0.3, rows * 0.5)
    line = Graphic(GraphicType.POLYLINE, ((columns * 0.55, rows * 0.36), middle))
    words = TextObject("compare 2023", None, TextAnchor((columns * 0.55, rows * 0.36), True))
    state_file(
        folder / "state.dcm",
        folder / "2-LCC.dcm",
        "CONFERENCE",
        areas=(DisplayedArea((1, rows // 4), (columns * 2 // 3, rows * 3 // 4), SizeMode.FIT, (0.1, 0.1)),),
        vois=(SoftcopyVoi((Window(2300, 1200, explanation="CONFERENCE"),)),),
        layers=(GraphicLayer("L"),),
        annotations=(GraphicAnnotation("L", (line,), (words,)),),
        shutters=None,
        inverse=False,
        rotation=0,
        horizontal_flip=False,
        creator="Konferens^Anna",
    )
