"""Tomosynthesis, slice by slice: in the order of where slices lie, each with its own window."""

from pathlib import Path

import numpy as np
import pytest
import tomo_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from slice_table import SliceTable, read_slices
from tomo_files import item, reordered, tomosynthesis
from written_images import SHAPE, STUDY, all_values, facts

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import Instance, read_instance
from klarsyn.domain.display import Window
from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.volume import SliceFault
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.writing.tomosynthesis import write_tomosynthesis
from klarsyn.simulation.xray.vendors import VENDORS, Vendor

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def table(tmp_path: Path, ds: Dataset) -> SliceTable:
    return read_slices(tomo_files.write(tmp_path / "stack.dcm", ds))


def frames(found: SliceTable) -> list[int]:
    return [one.frame for one in found.slices]


def codes(found: SliceTable) -> set[str]:
    return {notice.code for notice in found.notices}


def faults(found: SliceTable) -> dict[int, SliceFault]:
    """Slice number -> fault."""
    return {n: one.fault for n, one in enumerate(found.slices, 1) if one.fault is not None}


def test_a_stack_with_all_functional_groups_of_a_hologic_unit_is_read_without_a_word(tmp_path: Path) -> None:
    found = table(tmp_path, tomosynthesis())
    assert frames(found) == [1, 2, 3, 4, 5]
    assert [one.position_mm for one in found.slices] == [100, 101, 102, 103, 104]
    assert (found.step_mm, found.thickness_mm, found.notices) == (1.0, 1.0, ())
    instance = read_instance(tmp_path / "stack.dcm")
    image = instance.image
    assert (image.view_label, image.kind_label) == ("L CC", " tomosynthesis 1 mm")
    assert image.patient_orientation == ("A", "R")
    assert image.spacing is not None
    assert image.spacing.row_mm == 0.1
    assert image.technique == "31 kV, 55 mAs, 52 mm"
    assert image.notices == ()


def test_frames_stored_from_the_tube_down_are_shown_from_the_support_up(tmp_path: Path) -> None:
    found = table(tmp_path, reordered(tomosynthesis(), [4, 3, 2, 1, 0]))
    assert frames(found) == [5, 4, 3, 2, 1]
    assert [one.position_mm for one in found.slices] == [100, 101, 102, 103, 104]
    assert found.notices == ()


@given(st.permutations(range(7)))
@quick
def test_whatever_the_order_of_the_frames_the_stack_is_the_same(tmp_path: Path, order: list[int]) -> None:
    ds = reordered(tomosynthesis(tomo_files.pixels(7)), order)
    found = table(tmp_path, ds)
    assert [order[one.frame - 1] for one in found.slices] == list(range(7))
    assert [one.position_mm for one in found.slices] == [100.0 + n for n in range(7)]
    assert [found.grayscale(one.frame).windows[0].center for one in found.slices] == [
        400.0 + n for n in range(7)
    ]
    assert found.notices == ()


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda v: v.key)
@pytest.mark.parametrize("side", [Laterality.LEFT, Laterality.RIGHT])
@pytest.mark.parametrize("view", [ViewPosition.CC, ViewPosition.MLO])
def test_slices_of_every_maker_side_and_view_rise_from_the_support_to_the_tube(
    tmp_path: Path, vendor: Vendor, side: Laterality, view: ViewPosition
) -> None:
    image = facts(vendor, "slices", side, view, spacing_mm=0.14)
    heights = [0.5, 1.5, 2.5, 3.5]
    path = tmp_path / "stack.dcm"
    slices = iter(all_values(12, (4, *SHAPE)))
    write_tomosynthesis(path, slices, heights, SHAPE, STUDY, image, Shown.as_slices(12, (2006.0, 3276.0)))
    found = read_slices(path)
    positions = [one.position_mm or 0.0 for one in found.slices]
    assert frames(found) == [1, 2, 3, 4]
    assert np.diff(positions) == pytest.approx(np.diff(heights), abs=1e-3)
    assert found.notices == ()


def test_a_stack_that_is_stored_mirrored_still_rises_from_the_support(tmp_path: Path) -> None:
    mirrored = ((0.0, 1.0, 0.0), (-1.0, 0.0, 0.0))
    assert frames(table(tmp_path, tomosynthesis(axes=mirrored))) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(("side", "order"), [("L", [3, 2, 1]), ("R", [1, 2, 3])])
def test_in_a_lateral_view_positions_rise_towards_the_middle_of_the_body(
    tmp_path: Path, side: str, order: list[int]
) -> None:
    ds = tomosynthesis(tomo_files.pixels(3), axes=((0, -1, 0), (0, 0, -1)))
    ds.SharedFunctionalGroupsSequence[0].FrameAnatomySequence[0].FrameLaterality = side
    for n, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        groups.PlanePositionSequence[0].ImagePositionPatient = [str(10 * n), "0", "0"]
    assert frames(table(tmp_path, ds)) == order


@pytest.mark.parametrize("degrees", [-6, -2, 0, 2, 6])
@pytest.mark.parametrize(
    ("view", "order"), [("399260004", [3, 2, 1]), ("399352003", [3, 2, 1]), (None, None)]
)
def test_a_lateral_view_that_is_tilted_a_little_runs_no_other_way(
    tmp_path: Path, degrees: int, view: str | None, order: list[int] | None
) -> None:
    tilt = np.radians(degrees)
    normal = (float(np.cos(tilt)), 0.0, float(np.sin(tilt)))
    ds = tomosynthesis(tomo_files.pixels(3), axes=((0, -1, 0), (normal[2], 0, -normal[0])))
    ds.ViewCodeSequence = [tomo_files.code(view, "lateral")] if view else []
    for n, groups in enumerate(ds.PerFrameFunctionalGroupsSequence):
        at = [f"{10 * n * part:.6f}" for part in normal]
        groups.PlanePositionSequence[0].ImagePositionPatient = at
    # Where no view is coded, the angle alone can say it.
    by_angle = [1, 2, 3] if degrees > 3 else [3, 2, 1]
    assert frames(table(tmp_path, ds)) == (order or by_angle)


@pytest.mark.invariant(4)
def test_grey_values_are_honest_each_slice_has_its_own_window_however_wildly_they_differ(
    tmp_path: Path,
) -> None:
    windows = [(10.0, 4.0), (900.0, 1000.0), (10.0, 4.0), (-5.0, 2.5), (60000.0, 1.0)]
    found = table(tmp_path, tomosynthesis(windows=windows))
    assert [found.grayscale(n).windows[0].center for n in range(1, 6)] == [c for c, _ in windows]
    assert len(found.grayscales) == 4


def test_the_window_of_the_frame_wins_over_the_shared_one_and_that_over_the_top_level(tmp_path: Path) -> None:
    ds = tomosynthesis(WindowCenter="1", WindowWidth="2")
    per_frame = ds.PerFrameFunctionalGroupsSequence
    shared = ds.SharedFunctionalGroupsSequence[0]
    shared.FrameVOILUTSequence = [item(WindowCenter="7", WindowWidth="8")]
    del per_frame[1].FrameVOILUTSequence
    per_frame[2].FrameVOILUTSequence = [Dataset()]  # There, and says nothing.
    found = table(tmp_path, ds)
    assert [found.grayscale(n).windows[0].center for n in (1, 2, 3, 4)] == [400, 7, 7, 403]
    del shared.FrameVOILUTSequence
    found = table(tmp_path, ds)
    assert found.grayscale(2).windows == (Window(1.0, 2.0),)


def test_a_stack_that_cannot_be_scrolled_is_shown_with_the_window_of_its_middle_slice(tmp_path: Path) -> None:
    grayscale = read_instance(tomo_files.write(tmp_path / "x", tomosynthesis())).grayscale
    assert grayscale.windows[0].center == 402


def test_two_slices_at_one_place_are_both_kept_and_both_flagged(tmp_path: Path) -> None:
    found = table(tmp_path, tomosynthesis(heights=[0, 1, 2, 2, 3]))
    assert frames(found) == [1, 2, 3, 4, 5]
    assert faults(found) == {3: SliceFault.DOUBLED, 4: SliceFault.DOUBLED}
    assert [n.text for n in found.notices] == ["Slices 3, 4 claim the same position as another one."]


def test_a_gap_in_the_even_step_is_told_with_how_many_slices_seem_to_be_missing(tmp_path: Path) -> None:
    found = table(tmp_path, tomosynthesis(heights=[0, 1, 2, 5, 6]))
    (told,) = found.notices
    assert told.code == "slices-missing"
    assert told.text.startswith("2 slices seem to be missing between 3 and 4.")


def test_a_slice_whose_plane_is_turned_is_kept_with_its_number_and_flagged(tmp_path: Path) -> None:
    ds = tomosynthesis()
    turned = item(ImageOrientationPatient=["0", "1", "0", "-1", "0", "0"])
    ds.PerFrameFunctionalGroupsSequence[3].PlaneOrientationSequence = [turned]
    found = table(tmp_path, ds)
    assert faults(found) == {4: SliceFault.TURNED}
    assert codes(found) == {"slice-turned"}
    assert read_instance(tmp_path / "stack.dcm").image.patient_orientation == ("A", "R")


def test_a_turned_first_frame_does_not_speak_for_the_others(tmp_path: Path) -> None:
    ds = tomosynthesis()
    turned = item(ImageOrientationPatient=["0", "1", "0", "-1", "0", "0"])
    ds.PerFrameFunctionalGroupsSequence[0].PlaneOrientationSequence = [turned]
    assert faults(table(tmp_path, ds)) == {1: SliceFault.TURNED}


def test_without_positions_slices_stand_in_the_order_that_the_file_declares_and_it_is_told(
    tmp_path: Path,
) -> None:
    ds = reordered(tomosynthesis(), [2, 0, 4, 1, 3])
    for groups in ds.PerFrameFunctionalGroupsSequence:
        del groups.PlanePositionSequence
    found = table(tmp_path, ds)
    assert frames(found) == [2, 4, 1, 5, 3]
    assert all(one.position_mm is None for one in found.slices)
    assert [n.text for n in found.notices] == [
        "The position of 5 of 5 slices is not stated: they stand in the order of their stack numbers, and no "
        "position in mm is known."
    ]
    for groups in ds.PerFrameFunctionalGroupsSequence:
        del groups.FrameContentSequence
    found = table(tmp_path, ds)
    assert frames(found) == [1, 2, 3, 4, 5]
    assert "the order of the file" in found.notices[0].text


def test_one_position_for_all_frames_says_nothing_and_is_told(tmp_path: Path) -> None:
    found = table(tmp_path, tomosynthesis(heights=[3] * 5))
    assert codes(found) == {"positions-equal"}
    assert faults(found) == {}
    assert frames(found) == [1, 2, 3, 4, 5]


def test_without_an_orientation_the_order_is_taken_from_the_positions(tmp_path: Path) -> None:
    ds = reordered(tomosynthesis(), [3, 1, 4, 0, 2])
    del ds.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    found = table(tmp_path, ds)
    assert frames(found) == [4, 2, 5, 1, 3]
    assert codes(found) == {"planes-missing", "orientation-missing"}


def test_one_slice_is_a_stack_of_tomosynthesis_and_no_mammogram(tmp_path: Path) -> None:
    found = table(tmp_path, tomosynthesis(tomo_files.pixels(1)))
    assert (frames(found), found.notices, found.step_mm) == ([1], (), None)
    image = read_instance(tmp_path / "stack.dcm").image
    assert image.is_tomosynthesis
    assert image.kind_label == " tomosynthesis 1 mm"


def test_five_hundred_slices_are_read(tmp_path: Path) -> None:
    found = table(tmp_path, reordered(tomosynthesis(tomo_files.pixels(500)), list(range(499, -1, -1))))
    assert frames(found) == list(range(500, 0, -1))
    assert len(found.grayscales) == 500
    assert found.notices == ()


def test_pixel_sizes_and_thicknesses_that_differ_between_frames_are_told(tmp_path: Path) -> None:
    ds = tomosynthesis()
    other = item(PixelSpacing=["0.2", "0.2"], SliceThickness="6")
    ds.PerFrameFunctionalGroupsSequence[4].PixelMeasuresSequence = [other]
    assert codes(table(tmp_path, ds)) == {"spacing-varies", "thickness-varies"}
    image = read_instance(tmp_path / "stack.dcm").image
    assert image.spacing is not None
    assert image.spacing.row_mm == 0.1


def test_a_pixel_size_outside_the_functional_groups_is_used_and_flagged(tmp_path: Path) -> None:
    ds = tomosynthesis(PixelSpacing=["0.15", "0.15"])
    del ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence
    image = read_instance(tomo_files.write(tmp_path / "x", ds)).image
    assert image.spacing is not None
    assert image.spacing.column_mm == 0.15
    assert [n.code for n in image.notices] == ["spacing-outside"]


def test_frames_of_several_stacks_are_shown_as_one_and_it_is_told(tmp_path: Path) -> None:
    ds = tomosynthesis(heights=[0, 1, 2, 10, 11])
    for groups in ds.PerFrameFunctionalGroupsSequence[3:]:
        groups.FrameContentSequence[0].StackID = "2"
    assert codes(table(tmp_path, ds)) == {"stacks-several", "slices-missing"}


_GROUPS = (
    ("PlanePositionSequence", "ImagePositionPatient"),
    ("PlaneOrientationSequence", "ImageOrientationPatient"),
    ("PixelMeasuresSequence", "PixelSpacing"),
    ("PixelMeasuresSequence", "SliceThickness"),
    ("FrameVOILUTSequence", "WindowCenter"),
    ("FrameVOILUTSequence", "WindowWidth"),
    ("FrameVOILUTSequence", "VOILUTFunction"),
    ("FrameAnatomySequence", "FrameLaterality"),
    ("FrameContentSequence", "DimensionIndexValues"),
    ("FrameContentSequence", "InStackPositionNumber"),
    ("PixelValueTransformationSequence", "RescaleSlope"),
)
_WRONG = st.sampled_from([None, "", [], "x", "nan", ["1"], ["1", "2", "3"], ["1e400"] * 6, ["0"] * 6, "-1"])


@given(
    st.lists(st.tuples(st.sampled_from(_GROUPS), st.integers(-1, 4), _WRONG), max_size=8),
    st.sampled_from(["", "no shared", "no per frame", "few per frame", "0", "2", "900", "x"]),
)
@quick
def test_whatever_stands_in_a_functional_group_the_stack_is_read_or_refused_with_a_sentence(
    tmp_path: Path, edits: list[tuple[tuple[str, str], int, object]], structure: str
) -> None:
    ds = tomosynthesis()
    for (sequence, keyword), frame, value in edits:
        groups = (ds.SharedFunctionalGroupsSequence if frame < 0 else ds.PerFrameFunctionalGroupsSequence)[
            max(frame, 0)
        ]
        if sequence not in groups or value is None:
            groups.add_new(sequence, "SQ", [] if value == "" else [Dataset()])
        if value is not None and len(getattr(groups, sequence)):
            getattr(groups, sequence)[0].add_new(keyword, "LO", value)
    if structure == "no shared":
        del ds.SharedFunctionalGroupsSequence
    elif structure == "no per frame":
        del ds.PerFrameFunctionalGroupsSequence
    elif structure == "few per frame":
        ds.PerFrameFunctionalGroupsSequence = ds.PerFrameFunctionalGroupsSequence[:2]
    elif structure:
        ds.add_new("NumberOfFrames", "LO", structure)
    path = tomo_files.write(tmp_path / "wrong.dcm", ds)
    told: list[UnreadableFile] = []
    for read in (read_slices, read_instance):
        try:
            found = read(path)
        except UnreadableFile as error:
            told.append(error)
            continue
        assert isinstance(found, Instance | SliceTable)
        if isinstance(found, SliceTable):
            assert sorted(frames(found)) == list(range(1, len(found.slices) + 1))
            assert len(found.grayscale_of) == len(found.slices)
    assert all(error.reason and error.advice for error in told)


def test_tomosynthesis_in_a_hologic_secondary_capture_is_named_with_what_to_switch_on(tmp_path: Path) -> None:
    ds = tomosynthesis(tomo_files.pixels(1), SOPClassUID="1.2.840.10008.5.1.4.1.1.7")
    ds.private_block(0x7E01, "HOLOGIC, Inc.", create=True).add_new(0x12, "OB", b"slices..")
    with pytest.raises(UnreadableFile) as caught:
        read_instance(tomo_files.write(tmp_path / "sco.dcm", ds))
    assert "SCO" in caught.value.reason
    assert "Breast Tomosynthesis Image Storage (BTO) instead of Secondary Capture" in caught.value.advice
    assert "output settings of the unit" in caught.value.advice
