"""Side and view: coded attributes only, contradictions shown."""

import pytest
from pydicom.dataset import Dataset

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Laterality, ViewModifier, ViewPosition


def codes_of(image) -> set[str]:
    return {notice.code for notice in image.notices}


def test_a_coded_left_cc_is_read_without_a_word_to_the_reader(write, a_mammogram):
    image = read_instance(write(a_mammogram())).image
    assert image.view_label == "L CC"
    assert image.patient_orientation == ("A", "R")
    assert image.notices == ()


@pytest.mark.parametrize(
    ("value", "scheme", "view"),
    [
        ("399162004", "SCT", ViewPosition.CC),
        ("R-10242", "SRT", ViewPosition.CC),
        ("R-10242", "SNM3", ViewPosition.CC),
        ("R-10242", "99SDM", ViewPosition.CC),
        ("399368009", "SCT", ViewPosition.MLO),
        ("R-10226", "SNM3", ViewPosition.MLO),
        ("399260004", "SCT", ViewPosition.ML),
        ("R-10228", "SRT", ViewPosition.LM),
        ("R-10230", "SRT", ViewPosition.LMO),
        ("R-1024A", "SRT", ViewPosition.XCCL),
        ("Y-X1770", "SNM3", ViewPosition.XCCL),
        ("Y-X1771", "SNM3", ViewPosition.XCCM),
        ("399196006", "SCT", ViewPosition.FB),
        ("R-102D0", "SRT", ViewPosition.SIO),
        ("441555000", "SCT", ViewPosition.ISO),
        ("G-8310", "SRT", ViewPosition.SPECIMEN),
    ],
)
def test_old_and_new_codes_of_a_view_mean_the_same(write, a_mammogram, a_code, value, scheme, view):
    ds = a_mammogram()
    ds.ViewCodeSequence = [a_code(value, scheme)]
    assert read_instance(write(ds)).image.view_position is view


@pytest.mark.parametrize(
    ("value", "scheme"), [("399162004", "SRT"), ("R-10242", "DCM"), ("CC", "SCT"), ("", "")]
)
def test_a_code_of_another_scheme_is_no_view(write, a_mammogram, a_code, value, scheme):
    ds = a_mammogram()
    ds.ViewCodeSequence = [a_code(value, scheme, "cranio-caudal")]
    image = read_instance(write(ds)).image
    assert image.view_position is None
    assert {"view-unknown", "view-missing"} <= codes_of(image)


@pytest.mark.parametrize(
    ("value", "scheme", "modifier"),
    [
        ("399055006", "SCT", ViewModifier.SPOT),
        ("R-102D6", "SNM3", ViewModifier.MAGNIFIED),
        ("R-102D5", "SRT", ViewModifier.IMPLANT_DISPLACED),
        ("399161006", "SCT", ViewModifier.CLEAVAGE),
        ("R-102D1", "SRT", ViewModifier.AXILLARY_TAIL),
        ("R-102C2", "SRT", ViewModifier.TANGENTIAL),
        ("R-102D3", "SRT", ViewModifier.ROLLED_LATERAL),
    ],
)
def test_modifiers_are_read_from_inside_the_view_code(write, a_mammogram, a_code, value, scheme, modifier):
    ds = a_mammogram()
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = [a_code(value, scheme)]
    assert read_instance(write(ds)).image.modifiers == (modifier,)


def test_a_spot_view_is_not_a_full_view_even_if_its_modifier_is_misplaced(write, a_mammogram, a_code):
    ds = a_mammogram()
    ds.ViewModifierCodeSequence = [a_code("399055006", "SCT")]
    image = read_instance(write(ds)).image
    assert not image.is_full_view
    assert "modifier-misplaced" in codes_of(image)


@pytest.mark.invariant(2)
def test_left_is_left_the_side_never_comes_from_descriptions_or_the_series(write, a_mammogram):
    ds = a_mammogram()
    del ds.ImageLaterality, ds.ViewCodeSequence
    ds.SeriesDescription = ds.ProtocolName = ds.StudyDescription = "R CC"
    ds.Laterality, ds.ViewPosition = "R", "CC"
    image = read_instance(write(ds)).image
    assert (image.laterality, image.view_position) == (None, None)
    assert {"laterality-missing", "view-missing"} <= codes_of(image)


@pytest.mark.invariant(2)
def test_contradictions_are_shown_never_resolved_silently(write, a_mammogram):
    ds = a_mammogram()
    ds.Laterality, ds.ViewPosition = "R", "MLO"
    image = read_instance(write(ds)).image
    assert image.view_label == "L CC"
    assert {"laterality-contradiction", "view-contradiction"} <= codes_of(image)


def test_a_code_that_agrees_with_the_old_attributes_is_no_contradiction(write, a_mammogram):
    ds = a_mammogram()
    ds.Laterality, ds.ViewPosition = "L", "CC"
    assert read_instance(write(ds)).image.notices == ()


def test_tomosynthesis_takes_its_side_from_the_frames(write, a_tomosynthesis):
    image = read_instance(write(a_tomosynthesis())).image
    assert image.view_label == "L MLO"
    assert image.frames == 3


def test_a_frame_says_its_side_more_precisely_than_the_shared_group(write, a_tomosynthesis):
    ds = a_tomosynthesis()
    anatomy = Dataset()
    anatomy.FrameLaterality = "R"
    for groups in ds.PerFrameFunctionalGroupsSequence:
        groups.FrameAnatomySequence = [anatomy]
    assert read_instance(write(ds)).image.laterality is Laterality.RIGHT


@pytest.mark.invariant(2)
def test_left_is_left_frames_that_contradict_each_other_about_the_side_are_told(write, a_tomosynthesis):
    ds = a_tomosynthesis()
    anatomy = Dataset()
    anatomy.FrameLaterality = "R"
    ds.PerFrameFunctionalGroupsSequence[2].FrameAnatomySequence = [anatomy]
    image = read_instance(write(ds)).image
    assert image.laterality is Laterality.LEFT
    told = [n.text for n in image.notices if n.code == "laterality-contradiction"]
    assert len(told) == 1
    assert "FrameLaterality of 2 frames says L, that of frame 3 says R" in told[0]


@pytest.mark.parametrize("value", ["CC", ["A", "A"], ["A", "P"], ["A", "X"], ["AP", "R"], ["A", "R", "F"]])
def test_an_illegal_orientation_is_dropped_and_flagged(write, a_mammogram, value):
    ds = a_mammogram()
    ds.PatientOrientation = value
    image = read_instance(write(ds)).image
    assert image.patient_orientation is None
    assert "orientation-illegal" in codes_of(image)


def test_an_absent_orientation_is_flagged(write, a_mammogram):
    ds = a_mammogram()
    del ds.PatientOrientation
    assert "orientation-missing" in codes_of(read_instance(write(ds)).image)


@pytest.mark.invariant(2)
@pytest.mark.parametrize(
    ("side", "view", "orientation", "contradicts"),
    [
        ("L", "399162004", ["P", "L"], True),
        ("R", "399162004", ["A", "R"], True),
        ("R", "399162004", ["P", "L"], False),
        ("L", "399162004", ["P", "R"], False),
        ("L", "399368009", ["A", "FR"], False),
        ("L", "399368009", ["P", "FL"], True),
        ("R", "399368009", ["P", "FL"], False),
        ("R", "399368009", ["A", "HL"], True),
        ("L", "399368009", ["P", "F"], False),
    ],
)
def test_an_orientation_of_the_other_breast_is_shown(
    write, a_mammogram, a_code, side, view, orientation, contradicts
):
    ds = a_mammogram()
    ds.ImageLaterality, ds.PatientOrientation = side, orientation
    ds.ViewCodeSequence = [a_code(view, "SCT")]
    image = read_instance(write(ds)).image
    assert image.laterality == side
    assert ("orientation-contradiction" in codes_of(image)) is contradicts
