"""Simulated projections as DICOM: legal, raw, and what their slices name."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from written_images import STUDY, all_values, complaints, facts

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.pixels import read_frame
from klarsyn.simulation.tomosynthesis.projections import tilt_angles
from klarsyn.simulation.writing.facts import Reference
from klarsyn.simulation.writing.projections import write_projections
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.writing.tomosynthesis import write_tomosynthesis
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDORS, Vendor

SHAPE = (96, 80)
every_maker = pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda v: v.key)


def write_sweep(folder: Path, vendor: Vendor) -> tuple[Path, np.ndarray]:
    unit = vendor.tomosynthesis
    path, stack = folder / "sweep.dcm", all_values(14, (unit.projections, *SHAPE))
    image = facts(vendor, "projections", spacing_mm=0.14)
    write_projections(path, stack, tilt_angles(unit.projections, unit.sweep_deg), STUDY, image)
    return path, stack


@every_maker
def test_dciodvfy_finds_no_error_in_projections(tmp_path: Path, vendor: Vendor) -> None:
    errors, said = complaints(write_sweep(tmp_path, vendor)[0])
    assert "BreastProjectionXRayImage" in said
    assert errors == []


@every_maker
def test_each_projection_comes_back_as_it_was(tmp_path: Path, vendor: Vendor) -> None:
    path, stack = write_sweep(tmp_path, vendor)
    for frame in (1, 7, len(stack)):
        assert np.array_equal(read_frame(path, frame), stack[frame - 1])


def test_projections_are_raw_and_of_the_same_frame_of_reference_as_their_slices(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, VENDOR_A)[0]
    slices, image = iter(all_values(12, (1, *SHAPE))), facts(VENDOR_A, "slices", spacing_mm=0.14)
    source = Reference.to_projections(facts(VENDOR_A, "projections"))
    shown = Shown.as_slices(12, (2006.0, 3276.0))
    write_tomosynthesis(tmp_path / "s.dcm", slices, [0.5], SHAPE, STUDY, image, shown, source=source)
    stack = pydicom.dcmread(tmp_path / "s.dcm", stop_before_pixels=True)
    sweep = pydicom.dcmread(path, stop_before_pixels=True)
    assert read_instance(path).image.for_processing
    assert sweep.FrameOfReferenceUID == stack.FrameOfReferenceUID
    (study,) = stack.ContributingSourcesSequence[0].ContributingSOPInstancesReferenceSequence
    (series,) = study.ReferencedSeriesSequence
    (instance,) = series.ReferencedInstanceSequence
    assert instance.ReferencedSOPInstanceUID == sweep.SOPInstanceUID
    assert series.SeriesInstanceUID == sweep.SeriesInstanceUID
