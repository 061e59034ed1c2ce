"""Every attribute that the display uses, spoiled: an image with a flag, or a refusal with a sentence.

A picture that differs from the sound one carries a notice that the sound one does not. No traceback, and
nothing that is wrong in silence (invariants 2 and 4).
"""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import uid
from pydicom.dataset import Dataset
from spoiled_headers import judge, put, shown

from klarsyn.dicom.errors import UnreadableFile

NUMBERS = ("abc", "-", "nan", "inf", "1e999", "--1", "1,5", "0x10", "12 34", "\x00\xff")
WORDS = ("abc", "?", "yes", "1", "\x00\xff", "x" * 70)

SPOILED: dict[str, tuple[str, ...]] = {
    "WindowCenter": (*NUMBERS, "1\\2\\3"),
    "WindowWidth": (*NUMBERS, "0", "-5", "1\\2\\3"),
    "VOILUTFunction": WORDS,
    "RescaleSlope": (*NUMBERS, "0", "1\\2"),
    "RescaleIntercept": (*NUMBERS, "1\\2"),
    "PresentationLUTShape": WORDS,
    "PhotometricInterpretation": (*WORDS, "RGB"),
    "ImagerPixelSpacing": (*NUMBERS, "0\\0", "-1\\-1", "900\\900", "0.07", "0.07\\abc"),
    "EstimatedRadiographicMagnificationFactor": (*NUMBERS, "0", "-1", "99", "1\\2"),
    "PatientOrientation": (*WORDS, "A", "A\\A", "A\\P", "CC", "A\\R\\F", "P\\L"),
    "ImageLaterality": (*WORDS, "l", "LEFT", "R\\L"),
    "PartialView": (*WORDS, "MAYBE"),
    "LossyImageCompression": (*WORDS, "2", "02"),
}
"""Illegal values, and legal ones that contradict the rest of the header."""

BYTES: dict[str, tuple[bytes, ...]] = dict.fromkeys(
    ("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "Rows", "Columns"),
    (b"\x01\x02\x03\x04", b"\xff\xff", b"\x00\x00", b"\x01\x00\x02\x00\x03\x00"),
)
BYTES["PixelPaddingValue"] = (b"\x01\x02\x03\x04", b"\x01\x00\x02\x00\x03\x00")
BYTES["PixelPaddingRangeLimit"] = BYTES["PixelPaddingValue"]
BYTES["SamplesPerPixel"] = (b"\x03\x00", b"\x00\x00", b"\x01\x00\x01\x00")

ABSENCE_SAYS_SOMETHING = {
    "VOILUTFunction",
    "PartialView",
    "PixelPaddingValue",
    "PixelPaddingRangeLimit",
    "LossyImageCompression",
}
"""Attributes whose absence has a meaning in the standard: LINEAR, not partial, no padding, one value, not
known to be compressed."""

TOGETHER = ("RescaleSlope", "RescaleIntercept")


@pytest.fixture
def sound(a_mammogram) -> Callable[[], Dataset]:
    """A legal header in which every attribute matters."""

    def _make() -> Dataset:
        ds = a_mammogram()
        ds.RescaleSlope, ds.RescaleIntercept = "2", "-100"
        ds.PixelPaddingValue, ds.PixelPaddingRangeLimit = 0, 30
        ds["PixelPaddingValue"].VR = ds["PixelPaddingRangeLimit"].VR = "US"
        ds.PhotometricInterpretation, ds.PresentationLUTShape = "MONOCHROME1", "INVERSE"
        ds.PartialView = "YES"
        ds.LossyImageCompression = "01"
        return ds

    return _make


IN_ONE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("keyword", [*SPOILED, *BYTES])
def test_an_absent_attribute_is_told_or_refused(write, sound, keyword) -> None:
    for value in (None, b""):
        ds = sound()
        for each in TOGETHER if keyword in TOGETHER else (keyword,):
            put(ds, each, value)
        # A rescale that is absent as a whole is legal: stored values are the modality's own.
        judge(write, ds, sound(), keyword, keyword in ABSENCE_SAYS_SOMETHING or keyword in TOGETHER)


@pytest.mark.parametrize("keyword", TOGETHER)
def test_half_a_rescale_is_told(write, sound, keyword) -> None:
    ds = sound()
    put(ds, keyword, None)
    judge(write, ds, sound(), keyword)


@pytest.mark.parametrize("keyword", SPOILED)
def test_an_illegal_value_is_told_or_refused_or_changes_nothing(write, sound, keyword) -> None:
    for value in SPOILED[keyword]:
        ds = sound()
        put(ds, keyword, value)
        judge(write, ds, sound(), f"{keyword} = {value!r}")


@pytest.mark.parametrize("keyword", BYTES)
def test_a_number_of_the_wrong_length_or_size_is_told_or_refused_or_changes_nothing(
    write, sound, keyword
) -> None:
    for value in BYTES[keyword]:
        ds = sound()
        put(ds, keyword, value)
        judge(write, ds, sound(), f"{keyword} = {value!r}")


@given(data=st.data())
@IN_ONE
def test_any_mixture_of_illegal_values_ends_in_a_picture_with_notices_or_a_refusal(
    write, sound, data
) -> None:
    keywords = data.draw(st.lists(st.sampled_from([*SPOILED, *BYTES]), min_size=1, max_size=4, unique=True))
    ds = sound()
    for keyword in keywords:
        offered = SPOILED.get(keyword) or BYTES[keyword]
        put(ds, keyword, data.draw(st.sampled_from([None, b"", *offered]) | st.binary(max_size=12)))
    outcome = shown(write(ds, uid.ImplicitVRLittleEndian))
    if isinstance(outcome, UnreadableFile):
        assert outcome.reason.endswith(".")
        assert outcome.advice.endswith(".")
    else:
        assert all(notice.text.endswith(".") for notice in outcome[0].image.notices)


@pytest.mark.parametrize(
    ("keyword", "value", "code"),
    [
        ("PresentationLUTShape", "IDENTITY", "grey-contradiction"),
        ("Laterality", "R", "laterality-contradiction"),
        ("ViewPosition", "MLO", "view-contradiction"),
        ("PatientOrientation", "P\\L", "orientation-contradiction"),
        ("PixelSpacing", "0.5\\0.5", "spacing-unusable"),
    ],
)
@pytest.mark.invariant(2)
def test_left_is_left_contradictions_are_shown_never_resolved_in_silence(
    write, sound, keyword, value, code
) -> None:
    ds = sound()
    put(ds, keyword, value)
    instance, _ = shown(write(ds, uid.ImplicitVRLittleEndian))
    assert code in {n.code for n in instance.image.notices}


@pytest.mark.parametrize(("keyword", "value"), [("Columns", 10), ("Rows", 12)])
def test_pixels_that_are_more_than_the_header_announces_are_refused(
    write, a_mammogram, keyword, value
) -> None:
    ds = a_mammogram()
    setattr(ds, keyword, value)
    outcome = shown(write(ds))
    assert isinstance(outcome, UnreadableFile)
    assert "more" in outcome.reason


def test_a_byte_of_padding_after_the_pixels_is_no_fault(write, a_mammogram, a_ramp) -> None:
    ds = a_mammogram(a_ramp(23, 19))
    ds.PixelData = ds.PixelData + b"\0\0"
    assert not isinstance(shown(write(ds)), UnreadableFile)


def test_the_sound_header_has_no_notice_of_a_fault(write, sound) -> None:
    instance, look = shown(write(sound(), uid.ImplicitVRLittleEndian))
    assert {n.code for n in instance.image.notices} == {"partial-view", "lossy"}
    assert np.frombuffer(look[0], np.uint8).size == instance.image.rows * instance.image.columns
