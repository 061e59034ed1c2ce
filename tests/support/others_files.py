"""Files that others have drawn on: an overlay plane in an image, a presentation state about one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from presentation_states import whole_state
from pydicom import dcmread
from small_mammograms import COLUMNS, ROWS

from klarsyn.dicom.states.writer import StateSeries, write_presentation_state
from klarsyn.domain.presentation_state import DisplayedArea, ReferencedImage, SizeMode


def add_overlay(ds) -> None:
    """Write a horizontal line as overlay 6000 into a data set."""
    bits = np.zeros((ROWS, COLUMNS), np.uint8)
    bits[100, 20:80] = 1
    ds.add_new(0x60000010, "US", ROWS)
    ds.add_new(0x60000011, "US", COLUMNS)
    ds.add_new(0x60000040, "CS", "G")
    ds.add_new(0x60000050, "SS", [1, 1])
    ds.add_new(0x60000100, "US", 1)
    ds.add_new(0x60000102, "US", 0)
    ds.add_new(0x60003000, "OW", np.packbits(bits, bitorder="little").tobytes())


def state_file(path: Path, study_file: Path, label: str = "CAD_MARKS", **changes) -> Path:
    """Write a state about the one image of a file."""
    ds = dcmread(study_file, stop_before_pixels=True)
    image = ReferencedImage(ds.SOPInstanceUID, ds.SOPClassUID, ds.SeriesInstanceUID)
    state = replace(
        whole_state(),
        study_instance_uid=ds.StudyInstanceUID,
        label=label,
        images=(image,),
        **{
            "areas": (DisplayedArea((1, 1), (COLUMNS, ROWS), SizeMode.FIT, (0.1, 0.1)),),
            "vois": (),
            "annotations": (),
            "layers": (),
            **changes,
        },
    )
    write_presentation_state(path, state, study_file, StateSeries("2.25.900", 900))
    return path
