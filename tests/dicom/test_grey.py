"""Grey-scale parameters: everything the file offers, nothing invented."""

import numpy as np
import pytest
from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.display import VoiFunction, Window


def lut(
    entries: int, first: int, bits: int, data: list[int] | bytes, vr: str = "US", explanation: str = ""
) -> Dataset:
    item = Dataset()
    item.add_new(0x00283002, vr, [entries, first, bits])
    item.add_new(0x00283006, "OW" if isinstance(data, bytes) else "US", data)
    item.LUTExplanation = explanation
    return item


def grey(path):
    instance = read_instance(path)
    return instance.grayscale, {notice.code for notice in instance.image.notices}


def test_all_windows_are_offered_in_file_order_with_their_explanation(write, a_mammogram):
    ds = a_mammogram()
    ds.WindowCenter, ds.WindowWidth = ["2000", "2100", "1900"], ["3000", "2500", "3500"]
    ds.WindowCenterWidthExplanation = ["NORMAL", "HARDER", "SOFTER"]
    found, _ = grey(write(ds))
    assert [w.explanation for w in found.windows] == ["NORMAL", "HARDER", "SOFTER"]
    assert found.windows[1] == Window(2100.0, 2500.0, VoiFunction.SIGMOID, "HARDER")


def test_without_a_function_the_window_is_linear(write, a_mammogram):
    ds = a_mammogram()
    del ds.VOILUTFunction
    assert grey(write(ds))[0].windows[0].function is VoiFunction.LINEAR


def test_an_unknown_function_is_flagged(write, a_mammogram):
    ds = a_mammogram()
    ds.VOILUTFunction = "GAMMA"
    found, codes = grey(write(ds))
    assert found.windows[0].function is VoiFunction.LINEAR
    assert codes == {"voi-function-unknown"}


def test_a_window_without_width_is_left_out_and_flagged(write, a_mammogram):
    ds = a_mammogram()
    ds.WindowCenter, ds.WindowWidth = ["2000", "2000"], ["0", "3000"]
    found, codes = grey(write(ds))
    assert [w.width for w in found.windows] == [3000.0]
    assert codes == {"window-invalid"}


def test_a_file_without_window_says_so(write, a_mammogram):
    ds = a_mammogram()
    del ds.WindowCenter, ds.WindowWidth
    found, codes = grey(write(ds))
    assert found.windows == ()
    assert codes == {"no-window"}


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted"),
    [
        ("MONOCHROME2", "IDENTITY", False),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME1", "IDENTITY", True),
    ],
)
@pytest.mark.invariant(4)
def test_grey_is_honest_two_ways_to_say_inverted_invert_once(
    write, a_mammogram, photometric, shape, inverted
):
    ds = a_mammogram()
    ds.PhotometricInterpretation, ds.PresentationLUTShape = photometric, shape
    assert grey(write(ds))[0].monochrome1 is inverted


def test_padding_is_a_range_whichever_end_comes_first(write, a_mammogram):
    ds = a_mammogram()
    ds.add_new(0x00280120, "US", 30)
    ds.add_new(0x00280121, "US", 0)
    assert grey(write(ds))[0].padding == (0, 30)


@pytest.mark.parametrize(
    "syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian]
)
def test_padding_of_signed_pixels_is_signed_in_every_encoding(write, a_mammogram, syntax):
    ds = a_mammogram()
    ds.PixelRepresentation = 1
    ds.add_new(0x00280120, "SS", -2000)
    assert grey(write(ds, syntax))[0].padding == (-2000, -2000)


def test_padding_written_with_the_wrong_vr_is_understood(write, a_mammogram):
    ds = a_mammogram()
    ds.PixelRepresentation = 1
    ds.add_new(0x00280120, "US", 0x10000 - 2000)
    assert grey(write(ds))[0].padding == (-2000, -2000)


def test_voi_luts_are_offered_with_their_explanation(write, a_mammogram):
    ds = a_mammogram()
    ds.VOILUTSequence = [lut(4, 10, 12, [0, 5, 9, 4095], explanation="NORMAL"), lut(4, 10, 12, [0, 1, 2, 3])]
    found, _ = grey(write(ds))
    assert [t.explanation for t in found.voi_luts] == ["NORMAL", ""]
    assert (found.voi_luts[0].first, found.voi_luts[0].bits) == (10, 12)
    assert found.voi_luts[0].values.tolist() == [0, 5, 9, 4095]
    assert found.voi_luts[0].values.dtype == np.uint16


def test_a_lut_descriptor_of_0_entries_means_65536(write, a_mammogram):
    ds = a_mammogram()
    ds.VOILUTSequence = [lut(0, 0, 16, np.arange(65536, dtype="<u2").tobytes())]
    found, _ = grey(write(ds))
    assert found.voi_luts[0].values.size == 65536
    assert found.voi_luts[0].values[65535] == 65535


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_a_lut_of_signed_pixels_may_begin_below_zero(write, a_mammogram, syntax):
    ds = a_mammogram()
    ds.PixelRepresentation = 1
    ds.VOILUTSequence = [lut(3, -5, 8, [0, 1, 2], vr="SS")]
    assert grey(write(ds, syntax))[0].voi_luts[0].first == -5


def test_a_lut_of_unsigned_pixels_begins_high_although_written_signed(write, a_mammogram):
    ds = a_mammogram()
    ds.VOILUTSequence = [lut(3, -5, 8, [0, 1, 2], vr="SS")]
    assert grey(write(ds))[0].voi_luts[0].first == 65531


def test_a_lut_with_one_byte_an_entry_is_read(write, a_mammogram):
    ds = a_mammogram()
    ds.VOILUTSequence = [lut(4, 0, 8, bytes([0, 7, 200, 255]))]
    assert grey(write(ds))[0].voi_luts[0].values.tolist() == [0, 7, 200, 255]


def test_a_lut_shorter_than_it_says_is_left_out_and_flagged(write, a_mammogram):
    ds = a_mammogram()
    ds.VOILUTSequence = [lut(40, 0, 12, [0, 1, 2])]
    found, codes = grey(write(ds))
    assert found.voi_luts == ()
    assert "lut-invalid" in codes


def test_rescale_is_read(write, a_mammogram):
    ds = a_mammogram()
    ds.RescaleSlope, ds.RescaleIntercept = "2", "-100"
    found, _ = grey(write(ds))
    assert (found.rescale_slope, found.rescale_intercept) == (2.0, -100.0)


def test_a_modality_lut_takes_the_place_of_rescale(write, a_mammogram):
    ds = a_mammogram()
    ds.RescaleSlope, ds.RescaleIntercept = "2", "-100"
    ds.ModalityLUTSequence = [lut(4, 0, 12, [3, 2, 1, 0])]
    found, _ = grey(write(ds))
    assert found.modality_lut.values.tolist() == [3, 2, 1, 0]
    assert (found.rescale_slope, found.rescale_intercept) == (1.0, 0.0)


def test_a_modality_lut_is_forbidden_in_tomosynthesis_and_not_applied(write, a_tomosynthesis):
    ds = a_tomosynthesis()
    ds.ModalityLUTSequence = [lut(4, 0, 12, [3, 2, 1, 0])]
    assert grey(write(ds))[0].modality_lut is None


def test_the_window_of_a_frame_wins_over_shared_and_top_level(write, a_tomosynthesis):
    ds = a_tomosynthesis()
    ds.WindowCenter, ds.WindowWidth = "1", "1"
    assert grey(write(ds))[0].windows[0].center == 1500.0
    of_frame = Dataset()
    of_frame.WindowCenter, of_frame.WindowWidth, of_frame.VOILUTFunction = "1700", "2000", "LINEAR_EXACT"
    ds.PerFrameFunctionalGroupsSequence[1].FrameVOILUTSequence = [of_frame]
    # Of three, the second is the one that is shown of a stack that cannot be scrolled.
    assert grey(write(ds))[0].windows == (Window(1700.0, 2000.0, VoiFunction.LINEAR_EXACT),)


def test_depth_and_sign_are_those_of_the_stored_values(write, a_mammogram):
    found, _ = grey(write(a_mammogram()))
    assert (found.bits_stored, found.signed) == (12, False)
