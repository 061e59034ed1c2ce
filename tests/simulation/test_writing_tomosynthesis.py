"""Simulated tomosynthesis and projections as DICOM: legal, in their place in space, streamed to disk."""

import errno
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import strategies as st
from written_images import STUDY, all_values, complaints, facts

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.pixels import read_frame
from klarsyn.domain.exam import ExamType, Laterality, ViewPosition
from klarsyn.simulation.writing.facts import Reference
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.writing.tomosynthesis import write_tomosynthesis
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_C, VENDORS, Vendor

SHAPE = (96, 80)
SHOWN = Shown.as_slices(12, (2006.0, 3276.0))
every_maker = pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda v: v.key)
sides = st.sampled_from([Laterality.LEFT, Laterality.RIGHT])
vendors = st.sampled_from(list(VENDORS.values()))


def heights(count: int) -> list[float]:
    return [k + 0.5 for k in range(count)]


def write_stack(
    folder: Path, vendor: Vendor, count: int = 5, side: Laterality = Laterality.RIGHT
) -> tuple[Path, np.ndarray]:
    path, slices = folder / "stack.dcm", all_values(12, (count, *SHAPE))
    image = facts(vendor, "slices", side, spacing_mm=0.14)
    source = Reference.to_projections(facts(vendor, "projections"))
    write_tomosynthesis(path, iter(slices), heights(count), SHAPE, STUDY, image, SHOWN, source=source)
    return path, slices


@every_maker
def test_dciodvfy_finds_no_error_in_a_stack(tmp_path: Path, vendor: Vendor) -> None:
    errors, said = complaints(write_stack(tmp_path, vendor)[0])
    assert "BreastTomosynthesisImage" in said
    assert errors == []
    assert "Warning" not in said


@every_maker
def test_a_stack_meets_the_ihe_tomosynthesis_profile(tmp_path: Path, vendor: Vendor) -> None:
    assert complaints(write_stack(tmp_path, vendor)[0], "IHEDBT")[0] == []


@every_maker
def test_each_slice_comes_back_as_it_was(tmp_path: Path, vendor: Vendor) -> None:
    path, slices = write_stack(tmp_path, vendor)
    for frame, pixels in enumerate(slices, 1):
        assert np.array_equal(read_frame(path, frame), pixels)


@pytest.mark.parametrize("count", [1, 30, 80])
def test_thin_and_thick_breasts_are_legal(tmp_path: Path, count: int) -> None:
    path, slices = write_stack(tmp_path, VENDOR_C, count)
    assert complaints(path)[0] == []
    assert read_instance(path).image.frames == count
    assert np.array_equal(read_frame(path, count), slices[-1])


@every_maker
@pytest.mark.parametrize("side", [Laterality.LEFT, Laterality.RIGHT])
@pytest.mark.invariant(2)
def test_left_is_left_in_a_stack(tmp_path: Path, vendor: Vendor, side: Laterality) -> None:
    found = read_instance(write_stack(tmp_path, vendor, side=side)[0])
    assert (found.image.laterality, found.image.view_position) == (side, ViewPosition.MLO)
    assert found.image.patient_orientation is not None
    assert found.image.patient_orientation[0] == facts(vendor, laterality=side).orientation[0]
    assert set(found.image.patient_orientation[1]) == set(facts(vendor, laterality=side).orientation[1])
    assert found.image.notices == ()


@every_maker
def test_the_header_of_a_stack_tells_size_window_and_technique(tmp_path: Path, vendor: Vendor) -> None:
    found = read_instance(write_stack(tmp_path, vendor)[0])
    assert found.exam_type is ExamType.DBT
    assert found.image.spacing is not None
    assert (found.image.spacing.row_mm, found.image.spacing.column_mm) == (0.14, 0.14)
    assert [(w.center, w.width) for w in found.grayscale.windows] == [(2006, 3276)]
    assert "84 mAs, 56 mm, 98 N" in found.image.technique
    assert found.image.acquired == STUDY.acquired


def test_slices_ascend_from_the_support_by_a_millimetre_along_the_normal(tmp_path: Path) -> None:
    ds = pydicom.dcmread(write_stack(tmp_path, VENDOR_A)[0], stop_before_pixels=True)
    shared, frames = ds.SharedFunctionalGroupsSequence[0], ds.PerFrameFunctionalGroupsSequence
    places = [[float(v) for v in f.PlanePositionSequence[0].ImagePositionPatient] for f in frames]
    cosines = [float(v) for v in shared.PlaneOrientationSequence[0].ImageOrientationPatient]
    normal = np.cross(cosines[:3], cosines[3:])
    steps = np.diff(places, axis=0)
    assert np.abs(steps @ normal) == pytest.approx(np.ones(4), abs=1e-5)
    assert (steps[:, 2] > 0).all()  # The tube stands above in every view.
    assert float(shared.PixelMeasuresSequence[0].SpacingBetweenSlices) == 1.0
    assert [f.FrameContentSequence[0].DimensionIndexValues for f in frames] == [1, 2, 3, 4, 5]


def test_slices_are_taken_one_at_a_time_and_written_as_they_come(tmp_path: Path) -> None:
    sizes = []

    def slices() -> Iterator[np.ndarray]:
        for frame in all_values(12, (6, 512, 512)):
            sizes.append((tmp_path / ".stack.dcm.unfinished").stat().st_size)
            yield frame

    image = facts(VENDOR_A, "slices")
    write_tomosynthesis(tmp_path / "stack.dcm", slices(), heights(6), (512, 512), STUDY, image, SHOWN)
    assert np.diff(sizes).min() > 50_000
    assert [path.name for path in tmp_path.iterdir()] == ["stack.dcm"]


@every_maker
def test_the_same_stack_is_the_same_bytes(tmp_path: Path, vendor: Vendor) -> None:
    first = write_stack(tmp_path, vendor)[0].read_bytes()
    assert write_stack(tmp_path, vendor)[0].read_bytes() == first


@pytest.mark.parametrize("given_slices", [4, 6])
def test_more_or_fewer_slices_than_heights_are_refused(tmp_path: Path, given_slices: int) -> None:
    slices = iter(all_values(12, (given_slices, *SHAPE)))
    with pytest.raises(ValueError, match="5 were announced"):
        write_tomosynthesis(
            tmp_path / "stack.dcm", slices, heights(5), SHAPE, STUDY, facts(VENDOR_A, "slices"), SHOWN
        )
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_in_the_middle_of_a_stack_leaves_nothing(tmp_path: Path) -> None:
    def slices() -> Iterator[np.ndarray]:
        yield all_values(12, SHAPE)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match=r"stack\.dcm could not be written \(No space left"):
        write_tomosynthesis(
            tmp_path / "stack.dcm", slices(), heights(5), SHAPE, STUDY, facts(VENDOR_A, "slices"), SHOWN
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [[], [2.5, 1.5], [1.5, 1.5]])
def test_heights_have_to_ascend(tmp_path: Path, wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="heights that ascend"):
        write_tomosynthesis(
            tmp_path / "s.dcm", iter(()), wrong, SHAPE, STUDY, facts(VENDOR_A, "slices"), SHOWN
        )
