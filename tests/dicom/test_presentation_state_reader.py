"""Presentation states of others: what is understood is shown, what is not is told."""

from copy import deepcopy
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from presentation_states import whole_state
from pydicom import dcmread, uid
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.dicom.states.writer import StateSeries, write_presentation_state
from klarsyn.domain.graphic import GraphicType
from klarsyn.domain.presentation_state import OverlayActivation, SizeMode


@pytest.fixture
def a_state(write, a_mammogram, tmp_path) -> Dataset:
    """A state with everything, as a data set to be spoilt."""
    path = tmp_path / "whole.dcm"
    write_presentation_state(path, whole_state(), write(a_mammogram()), StateSeries("2.25.900", 900))
    ds = dcmread(path)
    ds.PatientName = "Prov^Anna"  # every element is parsed, so that what is changed is written
    return ds


def codes(state) -> list[str]:
    return [notice.code for notice in state.notices]


@pytest.mark.parametrize(
    "syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian]
)
def test_a_state_is_read_in_every_encoding(write, a_state, syntax):
    found, wanted = read_presentation_state(write(a_state, syntax)), whole_state()
    assert codes(found) == []
    assert found.annotations[0].graphics[1] == wanted.annotations[0].graphics[1]
    assert (found.areas, found.shutters, found.layers) == (wanted.areas, wanted.shutters, wanted.layers)
    assert found.created == datetime(2026, 1, 5, 9, 30, 15)
    assert found.vois[1].voi_luts[0].values[-1] == 65535


def test_a_mammogram_is_no_presentation_state(write, a_mammogram):
    with pytest.raises(UnreadableFile, match=r"Digital Mammography X-Ray .* not a Grayscale"):
        read_presentation_state(write(a_mammogram()))


def test_a_state_about_no_image_is_refused(write, a_state):
    del a_state.ReferencedSeriesSequence
    with pytest.raises(UnreadableFile, match="names no image"):
        read_presentation_state(write(a_state))


def test_a_truncated_state_is_refused_or_told_to_be_cut_off(write, a_state, tmp_path):
    whole = write(a_state).read_bytes()
    for size in [*range(0, len(whole) - 8, 37), len(whole) - 8, len(whole) - 2]:
        (tmp_path / "cut").write_bytes(whole[:size])
        try:
            told = codes(read_presentation_state(tmp_path / "cut"))
        except UnreadableFile:
            continue
        # The last attribute of a state is the one that none may lack.
        assert "state-lut-missing" in told


def test_a_state_without_displayed_area_shows_the_whole_image_and_says_so(write, a_state):
    del a_state.DisplayedAreaSelectionSequence
    found = read_presentation_state(write(a_state))
    assert found.areas == ()
    assert codes(found) == ["state-area-missing"]


def test_true_size_without_a_spacing_is_fitted_and_told(write, a_state):
    del a_state.DisplayedAreaSelectionSequence[0].PresentationPixelSpacing
    found = read_presentation_state(write(a_state))
    assert found.areas[0].size_mode is SizeMode.FIT
    assert "TRUE SIZE" in found.notices[0].text


def test_a_rotation_that_is_none_is_not_made(write, a_state):
    a_state.ImageRotation = 45
    found = read_presentation_state(write(a_state))
    assert found.rotation == 0
    assert codes(found) == ["state-rotation-invalid"]


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("GraphicAnnotationUnits", "MATRIX"),
        ("GraphicType", "SPIRAL"),
        ("GraphicData", [1.0, 2.0, 3.0]),
        ("GraphicDimensions", 3),
    ],
)
def test_a_drawing_that_is_not_understood_is_counted(write, a_state, keyword, value):
    setattr(a_state.GraphicAnnotationSequence[0].GraphicObjectSequence[1], keyword, value)
    found = read_presentation_state(write(a_state))
    assert [g.type for g in found.annotations[0].graphics] == [
        GraphicType.POINT,
        GraphicType.INTERPOLATED,
        GraphicType.CIRCLE,
        GraphicType.ELLIPSE,
    ]
    assert found.notices[0].text.startswith("1 drawings")


def test_a_wrong_number_of_points_is_told_and_what_is_there_is_drawn(write, a_state):
    a_state.GraphicAnnotationSequence[0].GraphicObjectSequence[1].NumberOfGraphicPoints = 9
    found = read_presentation_state(write(a_state))
    assert len(found.annotations[0].graphics[1].points) == 4
    assert codes(found) == ["state-graphic-points"]


def test_a_text_without_a_place_is_counted(write, a_state):
    del a_state.GraphicAnnotationSequence[1].TextObjectSequence[0].AnchorPoint
    found = read_presentation_state(write(a_state))
    assert len(found.annotations) == 1
    assert codes(found) == ["state-text-invalid"]


def with_compound(ds: Dataset) -> None:
    ruler = Dataset()
    ruler.CompoundGraphicUnits, ruler.CompoundGraphicType = "PIXEL", "RULER"
    ds.GraphicAnnotationSequence[0].CompoundGraphicSequence = [ruler]


def with_style(ds: Dataset) -> None:
    ds.GraphicAnnotationSequence[0].GraphicObjectSequence[0].LineStyleSequence = [Dataset()]


def with_mask(ds: Dataset) -> None:
    item = Dataset()
    item.MaskOperation = "AVG_SUB"
    ds.MaskSubtractionSequence = [item]


def with_bitmap(ds: Dataset) -> None:
    ds.ShutterShape = "BITMAP"


def with_news(ds: Dataset) -> None:
    ds.add_new((0x0070, 0x0404), "ST", "something of a later edition")


def with_private(ds: Dataset) -> None:
    ds.private_block(0x0071, "MAKER", create=True).add_new(1, "LO", "secret")


def with_segments(ds: Dataset) -> None:
    ds.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSegmentNumber = 1


def without_shape(ds: Dataset) -> None:
    del ds.PresentationLUTShape


def with_empty_voi(ds: Dataset) -> None:
    ds.SoftcopyVOILUTSequence.append(Dataset())


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (with_compound, "state-compound"),
        (with_style, "state-style"),
        (with_mask, "state-mask"),
        (with_bitmap, "shutter-bitmap"),
        (with_news, "state-not-used"),
        (with_private, "state-private"),
        (with_segments, "state-segments"),
        (without_shape, "state-lut-missing"),
        (with_empty_voi, "state-voi-empty"),
    ],
)
def test_nothing_that_a_state_asks_for_disappears_silently(write, a_state, spoil, code):
    spoil(a_state)
    assert codes(read_presentation_state(write(a_state))) == [code]


def test_a_layers_colour_becomes_the_grey_of_its_lightness(write, a_state):
    layer = a_state.GraphicLayerSequence[1]
    layer.GraphicLayerRecommendedDisplayCIELabValue = [50000, 32896, 40000]
    assert read_presentation_state(write(a_state)).grey_of("FRONT") == 50000


def test_overlays_and_their_layers_are_read(write, a_state):
    a_state.add_new((0x6002, 0x1001), "CS", "FRONT")
    a_state.add_new((0x6000, 0x1001), "CS", "")
    found = read_presentation_state(write(a_state))
    assert found.overlay_layers == (OverlayActivation(0x6000, ""), OverlayActivation(0x6002, "FRONT"))


def test_overlays_of_the_state_itself_are_read(write, a_state):
    for element, vr, value in (
        (0x0010, "US", 4),
        (0x0011, "US", 4),
        (0x0050, "SS", [1, 1]),
        (0x3000, "OW", b"\x0f\xf0"),
    ):
        a_state.add_new((0x6000, element), vr, value)
    (plane,) = read_presentation_state(write(a_state)).overlays
    assert plane.masks[0].tolist() == [[True] * 4, [False] * 4, [False] * 4, [True] * 4]


WRONG = st.one_of(
    st.none(), st.binary(max_size=12), st.text("\\\\A9.-", max_size=9).map(str.encode), st.just(b"\0\0" * 3)
)
DISPLAY = st.sampled_from(
    [
        *("ContentLabel", "PresentationCreationDate", "ImageRotation", "ImageHorizontalFlip", "ShutterShape"),
        *("PresentationLUTShape", "CenterOfCircularShutter", "ShutterPresentationValue", "RescaleSlope"),
        *("DisplayedAreaSelectionSequence", "GraphicAnnotationSequence", "SoftcopyVOILUTSequence"),
        *("GraphicLayerSequence", "ShutterLeftVerticalEdge", "ContentCreatorName"),
    ]
)
IN_GRAPHIC = st.sampled_from(
    ["GraphicData", "GraphicType", "NumberOfGraphicPoints", "GraphicAnnotationUnits"]
)


def with_bytes(ds: Dataset, keyword: str, value: bytes | None) -> None:
    """Put bytes into an attribute as they might stand in a file; None deletes it."""
    tag = Tag(keyword)
    ds.pop(tag, None)
    if value is not None:
        value += b" " * (len(value) % 2)
        ds[tag] = RawDataElement(tag, dictionary_VR(tag).split(" ")[0], len(value), value, 0, False, True)


def read_or_refused(path) -> None:
    try:
        found = read_presentation_state(path)
    except UnreadableFile as refused:
        said = str(refused)
    else:
        said = "."
        assert found.references("2.25.1001")
    assert said.endswith(".")


@given(keyword=DISPLAY, value=WRONG)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
def test_whatever_stands_in_an_attribute_the_state_is_read_or_refused_with_a_sentence(
    write, a_state, keyword, value
):
    spoilt = deepcopy(a_state)
    with_bytes(spoilt, keyword, value)
    read_or_refused(write(spoilt))


@given(keyword=IN_GRAPHIC, value=WRONG)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_whatever_stands_in_a_drawing_the_others_are_shown(write, a_state, keyword, value):
    spoilt = deepcopy(a_state)
    with_bytes(spoilt.GraphicAnnotationSequence[0].GraphicObjectSequence[1], keyword, value)
    shown = read_presentation_state(write(spoilt)).annotations[0].graphics
    assert [g.type for g in shown if g.type is not GraphicType.POLYLINE] == [
        GraphicType.POINT,
        GraphicType.INTERPOLATED,
        GraphicType.CIRCLE,
        GraphicType.ELLIPSE,
    ]
