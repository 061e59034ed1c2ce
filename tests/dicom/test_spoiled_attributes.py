"""What `test_display_attributes` leaves: kind, view and implant, tables, shutters, frames, groups, exposure.

Each absent, empty, of the wrong type, out of range or contradictory, alone and in mixtures: what changes the
picture is told on it, or the file is refused in sentences. No traceback (invariants 2 and 4).
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataset import Dataset
from spoiled_headers import judge, put, require_sentences, shown
from spoils import BINARY, DAYS, DEEP, FLAT, NUMBERS, TIMES, WORDS, code, table

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.exam import ViewModifier

CC, DISPLACED, SPOT = "399162004", "399209000", "399055006"

ABSENCE_SAYS_SOMETHING = {"ModalityLUTSequence", "VOILUTSequence", "ShutterShape"}
"""Absent: stored values are the modality's own; windows alone are offered; nothing is covered."""


@pytest.fixture
def flat(a_mammogram) -> Callable[[], Dataset]:
    """A legal mammogram with a table, a shutter, a source, an implant and a dose."""

    def _make() -> Dataset:
        ds = a_mammogram()
        ds.ModalityLUTSequence = [table((8, 0, 12))]
        ds.VOILUTSequence = [table((8, 0, 12), b"\7\0\6\0\5\0\4\0\3\0\2\0\1\0\0\0")]
        put(ds, "ViewCodeSequence", [code(CC, "SCT", ViewModifierCodeSequence=[code(DISPLACED, "SCT")])])
        ds.ShutterShape = "RECTANGULAR"
        ds.ShutterLeftVerticalEdge, ds.ShutterRightVerticalEdge = "3", "15"
        ds.ShutterUpperHorizontalEdge, ds.ShutterLowerHorizontalEdge = "4", "20"
        ds.BreastImplantPresent, ds.NumberOfFrames, ds.OrganDose = "YES", "1", "0.015"
        ds.SourceImageSequence = [code(ReferencedSOPInstanceUID="2.25.7")]
        return ds

    return _make


IN_ONE = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("keyword", FLAT)
def test_an_absent_or_empty_attribute_is_told_or_refused(write, flat, keyword) -> None:
    for value in (None, b""):
        ds = flat()
        put(ds, keyword, value)
        judge(write, ds, flat(), keyword, keyword in ABSENCE_SAYS_SOMETHING)


@pytest.mark.parametrize("keyword", FLAT)
def test_an_illegal_value_is_told_or_refused_or_changes_no_picture(write, flat, keyword) -> None:
    for value in FLAT[keyword]:
        ds = flat()
        put(ds, keyword, value)
        judge(write, ds, flat(), f"{keyword} = {value!r}")


@pytest.mark.parametrize("keyword", DEEP)
def test_a_spoiled_group_of_tomosynthesis_is_told_or_refused_or_changes_no_picture(
    write, a_tomosynthesis, keyword
) -> None:
    for value in (None, b"", *DEEP[keyword]):
        ds = a_tomosynthesis()
        put(ds, keyword, value)
        judge(write, ds, a_tomosynthesis(), f"{keyword} = {value!r}")


@pytest.mark.parametrize("keyword", ["ModalityLUTSequence", "VOILUTSequence"])
@pytest.mark.parametrize("junk", BINARY)
def test_a_sequence_of_tables_that_is_none_is_told(write, flat, keyword, junk) -> None:
    ds = flat()
    put(ds, keyword, junk)
    judge(write, ds, flat(), keyword)


@pytest.mark.parametrize("junk", BINARY)
def test_a_modifier_that_is_no_item_is_told(write, flat, junk) -> None:
    ds = flat()
    put(ds, "ViewCodeSequence", [code(CC, "SCT", ViewModifierCodeSequence=junk)])
    judge(write, ds, flat(), "ViewModifierCodeSequence")


def test_modifiers_that_contradict_each_other_are_told(write, flat) -> None:
    ds = flat()
    put(ds, "ViewModifierCodeSequence", [code(SPOT, "SCT")])
    instance, _ = shown(write(ds, uid.ImplicitVRLittleEndian))
    assert instance.image.modifiers == (ViewModifier.IMPLANT_DISPLACED,)
    (told,) = (n.text for n in instance.image.notices if n.code == "modifier-contradiction")
    assert "says ID, beside it stands S" in told


def test_modifiers_that_say_the_same_twice_are_no_contradiction(write, flat) -> None:
    ds = flat()
    put(ds, "ViewModifierCodeSequence", [code(DISPLACED, "SCT")])
    instance, _ = shown(write(ds, uid.ImplicitVRLittleEndian))
    assert not any(n.code.startswith("modifier") for n in instance.image.notices)


def test_modifiers_outside_the_view_code_are_shown_and_told(write, flat) -> None:
    ds = flat()
    put(ds, "ViewCodeSequence", [code(CC, "SCT")])
    put(ds, "ViewModifierCodeSequence", [code(SPOT, "SCT")])
    instance, _ = shown(write(ds, uid.ImplicitVRLittleEndian))
    assert instance.image.modifiers == (ViewModifier.SPOT,)
    assert "modifier-misplaced" in {n.code for n in instance.image.notices}


def test_a_shutter_that_lets_nothing_be_seen_is_told(write, flat) -> None:
    ds = flat()
    ds.ShutterLeftVerticalEdge, ds.ShutterRightVerticalEdge = "500", "900"
    judge(write, ds, flat(), "a shutter beside the image")


def test_an_implant_that_is_stated_in_an_unknown_word_is_told(write, flat) -> None:
    ds, legal = flat(), flat()
    put(ds, "BreastImplantPresent", "abc")
    put(legal, "BreastImplantPresent", "NO")
    (instance, _), (sound, _) = (shown(write(each, uid.ImplicitVRLittleEndian)) for each in (ds, legal))
    assert set(instance.image.notices) > set(sound.image.notices)


@pytest.mark.parametrize(
    ("keyword", "value", "code"),
    [
        ("PresentationIntentType", "FOR PROCESSING", "for-processing"),
        ("ViewCodeSequence", [code("399368009", "SCT")], "view-contradiction"),
        ("PixelSpacing", "0.5\\0.5", "spacing-unusable"),
        ("ShutterShape", "CIRCULAR", "shutter-invalid"),
        ("ShutterLeftVerticalEdge", "16", "shutter-invalid"),
        ("BreastImplantPresent", "YES", "implant"),
    ],
)
def test_a_contradiction_is_shown(write, flat, keyword, value, code) -> None:
    ds = flat()
    ds.ViewPosition = "CC"
    put(ds, keyword, value)
    instance, _ = shown(write(ds, uid.ImplicitVRLittleEndian))
    assert code in {n.code for n in instance.image.notices}


RAW = st.none() | st.binary(max_size=12) | st.sampled_from([*NUMBERS, *WORDS, *DAYS, *TIMES, "-1", "0"])
INSIDE = (
    *("CodeValue", "CodingSchemeDesignator", "LongCodeValue", "ReferencedSOPInstanceUID", "FrameLaterality"),
    *("LUTDescriptor", "LUTData", "LUTExplanation", "PixelSpacing", "WindowCenter", "WindowWidth"),
    *("VOILUTFunction", "RescaleSlope", "RescaleIntercept", "FrameAcquisitionDateTime"),
)
HOLDING = (
    *("ViewModifierCodeSequence", "VOILUTSequence", "PixelMeasuresSequence", "FrameVOILUTSequence"),
    *("FrameAnatomySequence", "FrameContentSequence", "PixelValueTransformationSequence"),
    *("FramePixelDataPropertiesSequence", "XRayGeometrySequence"),
)


def filled(said: dict[str, Any]) -> Dataset:
    item = Dataset()
    for keyword, value in said.items():
        put(item, keyword, value)
    return item


ITEMS = st.recursive(
    st.dictionaries(st.sampled_from(INSIDE), RAW, max_size=4).map(filled),
    lambda deeper: st.dictionaries(st.sampled_from(HOLDING), st.lists(deeper, max_size=2), max_size=3).map(
        filled
    ),
    max_leaves=6,
)
"""Items of a sequence, as deep as functional groups go, with anything in them."""

SEQUENCES = [keyword for keyword in (*FLAT, *DEEP) if keyword.endswith("Sequence")]


@given(data=st.data())
@IN_ONE
def test_any_mixture_ends_in_a_picture_with_notices_or_a_refusal(write, flat, a_tomosynthesis, data) -> None:
    ds = data.draw(st.sampled_from([flat, a_tomosynthesis]))()
    for keyword in data.draw(st.lists(st.sampled_from([*FLAT, *DEEP]), min_size=1, max_size=4, unique=True)):
        any_items = st.lists(ITEMS, max_size=3)
        put(ds, keyword, data.draw(any_items | RAW if keyword in SEQUENCES else RAW))
    outcome = shown(write(ds, uid.ImplicitVRLittleEndian))
    if isinstance(outcome, UnreadableFile):
        require_sentences(outcome)
    else:
        assert all(notice.text.endswith(".") for notice in outcome[0].image.notices)


@given(items=st.lists(ITEMS, max_size=3), keyword=st.sampled_from(SEQUENCES))
@IN_ONE
@pytest.mark.invariant(2)
def test_left_is_left_no_items_make_another_side_of_a_view_in_silence(
    write, a_tomosynthesis, items, keyword
) -> None:
    ds = a_tomosynthesis()
    put(ds, keyword, items)
    outcome = shown(write(ds, uid.ImplicitVRLittleEndian))
    if isinstance(outcome, UnreadableFile):
        require_sentences(outcome)
        return
    image, codes = outcome[0].image, {n.code for n in outcome[0].image.notices}
    assert (image.laterality is None) == ("laterality-missing" in codes)
    assert (image.view_position is None) == ("view-missing" in codes)
    assert (image.spacing is None) == ("spacing-missing" in codes)
    has_window = bool(outcome[0].grayscale.windows or outcome[0].grayscale.voi_luts)
    # What is told may be another frame's: then it is told too that they disagree.
    assert has_window != ("no-window" in codes) or (has_window and "frames-disagree" in codes)
