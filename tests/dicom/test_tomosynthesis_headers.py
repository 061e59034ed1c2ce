"""What tomosynthesis says in other places than mammograms do: orientation, technique, magnification."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from klarsyn.dicom.orientation import contradicts_side, read_orientation
from klarsyn.dicom.spacing import read_spacing
from klarsyn.dicom.technique import read_technique
from klarsyn.domain.exam import Laterality, ViewPosition


def shared(keyword: str, **values: object) -> Dataset:
    """A header with one shared functional group."""
    ds, groups, item = Dataset(), Dataset(), Dataset()
    for name, value in values.items():
        setattr(item, name, value)
    setattr(groups, keyword, [item])
    ds.SharedFunctionalGroupsSequence = [groups]
    return ds


def with_cosines(*cosines: float) -> Dataset:
    texts = [f"{c:.6f}" for c in cosines]
    return shared("PlaneOrientationSequence", ImageOrientationPatient=texts)


def test_direction_cosines_say_what_patient_orientation_would_say() -> None:
    assert read_orientation(with_cosines(0, -1, 0, -1, 0, 0)) == (("A", "R"), [])
    assert read_orientation(with_cosines(0, 1, 0, 1, 0, 0)) == (("P", "L"), [])


@pytest.mark.parametrize(("angle", "down"), [(40, "RF"), (50, "FR"), (85, "F"), (5, "R")])
def test_oblique_columns_name_the_nearer_axis_first(angle: float, down: str) -> None:
    across, below = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    assert read_orientation(with_cosines(0, -1, 0, -across, 0, -below))[0] == ("A", down)


def test_patient_orientation_wins_over_cosines() -> None:
    ds = with_cosines(0, 1, 0, 1, 0, 0)
    ds.PatientOrientation = ["A", "R"]
    assert read_orientation(ds)[0] == ("A", "R")


@pytest.mark.parametrize(
    "cosines", [(1, 0, 0), (2, 0, 0, 0, 1, 0), (1, 0, 0, 1, 0, 0), (0, 0, 0, 0, 0, 0)], ids=str
)
def test_cosines_that_are_no_axes_are_an_orientation_that_is_missing(cosines: tuple[float, ...]) -> None:
    orientation, notices = read_orientation(with_cosines(*cosines))
    assert orientation is None
    assert [n.code for n in notices] == ["orientation-missing"]


@given(st.floats(0, 2 * math.pi), st.floats(0, math.pi))
def test_any_two_axes_give_a_legal_orientation_or_none(turn: float, tilt: float) -> None:
    row = (math.cos(turn), math.sin(turn), 0.0)
    column = (-math.sin(turn) * math.cos(tilt), math.cos(turn) * math.cos(tilt), math.sin(tilt))
    orientation, notices = read_orientation(with_cosines(*row, *column))
    assert (orientation is None) == bool(notices)
    assert orientation is None or orientation[0][0] != orientation[1][0]


@pytest.mark.parametrize("down", ["FL", "LF", "HR", "RH"])
def test_the_other_breasts_oblique_is_a_contradiction_in_either_order(down: str) -> None:
    assert contradicts_side(("A", down), Laterality.LEFT, ViewPosition.MLO) is not None
    assert contradicts_side(("A", down), Laterality.RIGHT, ViewPosition.MLO) is None


def test_the_technique_of_a_sweep_is_read_from_its_acquisition() -> None:
    ds, sweep = Dataset(), Dataset()
    sweep.KVP, sweep.ExposureInmAs, sweep.BodyPartThickness = "31", 62.5, "58"
    sweep.AnodeTargetMaterial, sweep.FilterMaterial = "TUNGSTEN", "SILVER"
    ds.XRay3DAcquisitionSequence = [sweep]
    assert read_technique(ds) == "31 kV, W/Ag, 62 mAs, 58 mm"


def test_the_magnification_of_projections_is_read_from_their_geometry() -> None:
    ds = shared("XRayGeometrySequence", EstimatedRadiographicMagnificationFactor="1.25")
    ds.ImagerPixelSpacing = ["0.1", "0.1"]
    spacing, notices = read_spacing(ds, tomosynthesis=False)
    assert spacing is not None
    assert spacing.row_mm == pytest.approx(0.08)
    assert notices == []
