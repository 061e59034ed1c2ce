"""Angles that headers tell of a sweep: the tube stands where the projection was cast from, left and right."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from written_images import STUDY, all_values, facts

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.rays import Beam
from klarsyn.simulation.tomosynthesis.projections import tilt_angles
from klarsyn.simulation.writing.facts import ImageFacts
from klarsyn.simulation.writing.frame_geometry import frame_geometry
from klarsyn.simulation.writing.projections import write_projections
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.writing.tomosynthesis import write_tomosynthesis
from klarsyn.simulation.xray.vendors import VENDORS, Vendor

SHAPE = (32, 24)
every_maker = pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda v: v.key)
every_side = pytest.mark.parametrize("side", [Laterality.LEFT, Laterality.RIGHT])
every_view = pytest.mark.parametrize("position", [ViewPosition.CC, ViewPosition.MLO])


def tilts(vendor: Vendor) -> tuple[float, ...]:
    return tilt_angles(vendor.tomosynthesis.projections, vendor.tomosynthesis.sweep_deg)


def sweep(folder: Path, image: ImageFacts) -> Dataset:
    """Write projections as small as legal, and return their header."""
    angles = tilts(image.vendor)
    write_projections(folder / "sweep.dcm", all_values(14, (len(angles), *SHAPE)), angles, STUDY, image)
    return pydicom.dcmread(folder / "sweep.dcm", stop_before_pixels=True)


def acquisition(folder: Path, image: ImageFacts) -> Dataset:
    """Write a stack of one slice, and return the item that says how it was acquired."""
    shown = Shown.as_slices(12, (2006.0, 3276.0))
    slices = iter(all_values(12, (1, *SHAPE)))
    write_tomosynthesis(folder / "stack.dcm", slices, [0.5], SHAPE, STUDY, image, shown)
    return pydicom.dcmread(folder / "stack.dcm", stop_before_pixels=True).XRay3DAcquisitionSequence[0]


def of_positioner(folder: Path, image: ImageFacts) -> list[float]:
    frames = sweep(folder, image).PerFrameFunctionalGroupsSequence
    return [float(f.PositionerPositionSequence[0].PositionerPrimaryAngle) for f in frames]


def of_source(folder: Path, image: ImageFacts) -> list[float]:
    frames = sweep(folder, image).PerFrameFunctionalGroupsSequence
    return [f.IsocenterReferenceSystemSequence[0].XRaySourceIsocenterPrimaryAngle for f in frames]


def of_acquisition(folder: Path, image: ImageFacts) -> list[float]:
    items = acquisition(folder, image).PerProjectionAcquisitionSequence
    return [float(item.PositionerPrimaryAngle) for item in items]


def of_arc(folder: Path, image: ImageFacts) -> list[float]:
    item, count = acquisition(folder, image), image.vendor.tomosynthesis.projections
    start, step = item.PrimaryPositionerScanStartAngle, item.PrimaryPositionerIncrement
    assert item.PrimaryPositionerScanArc == pytest.approx(abs(step) * (count - 1))
    return [start + step * place for place in range(count)]


def cast_along_columns(image: ImageFacts, angle_deg: float, height_mm: float) -> float:
    """Return how far down the columns a tube at `angle_deg` casts what lies at `height_mm`.

    Angles are positive towards the patient's right (CW, PS3.3 C.8.11.7), in patient axes the -x direction.
    """
    g, angle = frame_geometry(image, SHAPE[1]), np.deg2rad(angle_deg)
    tube = np.array([-np.sin(angle), 0.0, np.cos(angle)])
    moved = height_mm * (g.to_tube - tube / (tube @ g.to_tube))
    assert moved @ g.to_tube == pytest.approx(0, abs=1e-9)  # On the support.
    return float(moved @ g.down_column)


@every_maker
@every_side
@every_view
@pytest.mark.parametrize("told", [of_positioner, of_source, of_acquisition, of_arc])
def test_a_tube_at_the_angle_told_casts_high_points_where_the_projection_has_them(
    tmp_path: Path,
    vendor: Vendor,
    side: Laterality,
    position: ViewPosition,
    told: Callable[[Path, ImageFacts], list[float]],
) -> None:
    image = facts(vendor, laterality=side, position=position)
    expected = [Beam(*SHAPE, 0.1, tilt).shift_mm(30.0) for tilt in tilts(vendor)]
    found = [cast_along_columns(image, angle, 30.0) for angle in told(tmp_path, image)]
    assert found == pytest.approx(expected, abs=1e-3)


@every_side
@every_view
def test_the_middle_of_the_sweep_is_the_angle_of_the_mammogram(
    tmp_path: Path, side: Laterality, position: ViewPosition
) -> None:
    image = facts(VENDORS["B"], laterality=side, position=position)
    angles = of_positioner(tmp_path, image)
    stand = {ViewPosition.CC: 0.0, ViewPosition.MLO: 47.0}[position]
    assert angles[len(angles) // 2] == (stand if side is Laterality.LEFT else -stand)


@every_side
def test_each_projection_says_that_angles_are_positive_towards_her_right(
    tmp_path: Path, side: Laterality
) -> None:
    for frame in sweep(tmp_path, facts(VENDORS["A"], laterality=side)).PerFrameFunctionalGroupsSequence:
        assert frame.PositionerPositionSequence[0].PositionerPrimaryAngleDirection == "CW"
