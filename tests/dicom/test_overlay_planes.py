"""Overlay planes: every bit at its place, whatever the encoding and wherever the overlay begins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread, uid
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from klarsyn.dicom.overlay_planes import read_image_overlays, read_overlay_planes
from klarsyn.domain.overlay_plane import OverlayPlane


def random_bits(*shape: int) -> np.ndarray:
    return np.random.default_rng(7).random(shape) < 0.4


def packed(bits: np.ndarray) -> bytes:
    data = np.packbits(bits.ravel(), bitorder="little").tobytes()
    return data + b"\0" * (len(data) % 2)


def with_overlay(ds: Dataset, bits: np.ndarray, group: int = 0x6000, origin=(1, 1), vr="OW") -> Dataset:
    ds.add_new((group, 0x0010), "US", bits.shape[-2])
    ds.add_new((group, 0x0011), "US", bits.shape[-1])
    ds.add_new((group, 0x0040), "CS", "G")
    ds.add_new((group, 0x0050), "SS", list(origin))
    ds.add_new((group, 0x0100), "US", 1)
    ds.add_new((group, 0x0102), "US", 0)
    ds.add_new((group, 0x3000), vr, packed(bits))
    return ds


@pytest.mark.parametrize("vr", ["OW", "OB"])
@pytest.mark.parametrize(
    "syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian]
)
def test_every_bit_is_at_its_place_in_every_encoding(write, a_mammogram, syntax, vr):
    bits = random_bits(24, 20)
    ds = with_overlay(a_mammogram(), bits, vr=vr)
    if syntax == uid.ExplicitVRBigEndian and vr == "OW":
        ds[0x6000, 0x3000].value = np.frombuffer(packed(bits), "<u2").astype(">u2").tobytes()
    (plane,), notices = read_image_overlays(write(ds, syntax))
    assert notices == []
    assert np.array_equal(plane.masks, bits[None])


def test_pydicoms_own_overlay_file_is_read_as_pydicom_reads_it():
    ds = dcmread(get_testdata_file("examples_overlay.dcm"))
    (plane,), notices = read_overlay_planes(ds)
    assert notices == []
    assert np.array_equal(plane.masks[0], ds.overlay_array(0x6000).astype(bool))
    assert plane.masks.any()


def test_an_overlay_that_begins_above_the_image_is_cut_to_it(write, a_mammogram):
    bits = random_bits(60, 20)
    (plane,), _ = read_image_overlays(write(with_overlay(a_mammogram(), bits, origin=(-25, 1))))
    assert (plane.row, plane.column) == (-25, 1)
    assert np.array_equal(plane.over(24, 20), bits[26:50])


def test_an_origin_written_unsigned_is_understood():
    ds = with_overlay(Dataset(), random_bits(6, 8))
    ds[0x6000, 0x0050].VR = "US"
    ds[0x6000, 0x0050].value = [65511, 1]
    assert read_overlay_planes(ds)[0][0].row == -25


@given(st.integers(-40, 40), st.integers(-40, 40))
@settings(deadline=None)
def test_wherever_an_overlay_lies_each_of_its_pixels_lands_on_its_own_pixel(row, column):
    bits = random_bits(15, 11)
    over = OverlayPlane(0x6000, bits[None], row, column).over(20, 25)
    wanted = np.zeros((20, 25), bool)
    for y, x in np.argwhere(bits):
        if 0 <= y + row - 1 < 20 and 0 <= x + column - 1 < 25:
            wanted[y + row - 1, x + column - 1] = True
    assert np.array_equal(over, wanted)


def test_an_overlay_of_one_frame_lies_over_all_frames():
    plane = read_overlay_planes(with_overlay(Dataset(), random_bits(6, 8)))[0][0]
    assert np.array_equal(plane.over(6, 8, 3), random_bits(6, 8))


def test_an_overlay_of_several_frames_begins_at_its_frame_of_the_image():
    bits = random_bits(2, 6, 8)
    ds = with_overlay(Dataset(), bits)
    ds.add_new((0x6000, 0x0015), "IS", 2)
    ds.add_new((0x6000, 0x0051), "US", 4)
    plane = read_overlay_planes(ds)[0][0]
    assert np.array_equal(plane.over(6, 8, 5), bits[1])
    assert not plane.over(6, 8, 3).any()
    assert not plane.over(6, 8, 6).any()


def test_several_overlays_keep_their_group_label_and_type():
    ds = with_overlay(with_overlay(Dataset(), random_bits(6, 8)), random_bits(4, 4), group=0x6004)
    ds.add_new((0x6004, 0x1500), "LO", "implant")
    ds[0x6004, 0x0040].value = "R"
    first, second = read_overlay_planes(ds)[0]
    assert (first.group, second.group) == (0x6000, 0x6004)
    assert (second.label, second.region_of_interest, first.region_of_interest) == ("implant", True, False)


def embedded(ds: Dataset, bits: np.ndarray, position: int = 12) -> Dataset:
    values = np.frombuffer(ds.PixelData, "<u2") | (bits.ravel().astype(np.uint16) << position)
    ds.PixelData = values.astype("<u2").tobytes()
    with_overlay(ds, bits)
    del ds[0x6000, 0x3000]
    ds[0x6000, 0x0100].value, ds[0x6000, 0x0102].value = 16, position
    return ds


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian])
def test_an_old_overlay_in_unused_bits_of_the_pixels_is_read(write, a_mammogram, syntax):
    bits = random_bits(24, 20)
    (plane,), notices = read_image_overlays(write(embedded(a_mammogram(), bits, 13), syntax))
    assert notices == []
    assert np.array_equal(plane.masks[0], bits)


def test_an_overlay_said_to_lie_in_grey_values_is_refused(write, a_mammogram):
    planes, notices = read_image_overlays(write(embedded(a_mammogram(), random_bits(24, 20), 11)))
    assert planes == ()
    assert "grey values use" in notices[0].text


def test_an_old_overlay_in_compressed_pixels_is_told_to_be_missing(write, a_mammogram):
    from imagecodecs import jpegls_encode

    ds = embedded(a_mammogram(), random_bits(24, 20))
    frame = jpegls_encode(np.zeros((24, 20), np.uint16))
    planes, notices = read_image_overlays(write(ds, uid.JPEGLSLossless, [frame]))
    assert planes == ()
    assert [n.code for n in notices] == ["overlay-embedded"]


def test_an_overlay_with_too_few_bits_is_left_out_and_told():
    ds = with_overlay(Dataset(), random_bits(6, 8))
    ds[0x6000, 0x0010].value = 600
    planes, notices = read_overlay_planes(ds)
    assert planes == ()
    assert "48 of 4800 bits" in notices[0].text


def test_an_overlay_that_claims_gigabytes_is_left_out_and_told():
    ds = with_overlay(Dataset(), random_bits(6, 8))
    ds[0x6000, 0x0010].value = ds[0x6000, 0x0011].value = 65535
    planes, notices = read_overlay_planes(ds)
    assert planes == ()
    assert "65535 x 65535" in notices[0].text
