"""Simulated mammograms written for tests of the writers: For Presentation, For Processing and synthetic."""

from pathlib import Path

import numpy as np
from written_images import STUDY, all_values, facts

from klarsyn.dicom.headers import Instance, read_instance
from klarsyn.simulation.writing.facts import Reference
from klarsyn.simulation.writing.mammogram import write_mammogram
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.xray.vendors import Vendor

KINDS = ("presentation", "raw", "synthetic")


def written(folder: Path, vendor: Vendor, kind: str = "presentation") -> tuple[Path, np.ndarray]:
    """Write a right MLO of `kind`, and return its file and its pixels."""
    path = folder / f"{kind}.dcm"
    image = facts(vendor, kind, spacing_mm=0.14 if kind == "synthetic" else None)
    if kind == "raw":
        pixels = all_values(14)
        write_mammogram(path, pixels, STUDY, image, for_processing=True)
    elif kind == "synthetic":
        pixels = all_values(12)
        source = Reference.to_tomosynthesis(facts(vendor, "slices"))
        shown = Shown.as_slices(12, (2005.4, 3276.0))
        write_mammogram(path, pixels, STUDY, image, source=source, synthetic=shown)
    else:
        pixels = all_values(vendor.grey.bits)
        write_mammogram(path, pixels, STUDY, image, source=Reference.to_raw_mammogram(facts(vendor, "raw")))
    return path, pixels


def read(folder: Path, vendor: Vendor, kind: str = "presentation") -> Instance:
    return read_instance(written(folder, vendor, kind)[0])
