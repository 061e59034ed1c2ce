"""Stored values of one frame, from every transfer syntax."""

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import uid
from pydicom.data import get_testdata_file
from pydicom.pixels.encoders.base import RLELosslessEncoder

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.pixels import map_frame, read_frame


def rle(values: np.ndarray, bits: int = 12) -> bytes:
    return RLELosslessEncoder.encode(
        values.astype(values.dtype.newbyteorder("<")).tobytes(),
        rows=values.shape[0],
        columns=values.shape[1],
        samples_per_pixel=1,
        bits_allocated=8 * values.itemsize,
        bits_stored=bits,
        pixel_representation=0,
        number_of_frames=1,
        photometric_interpretation="MONOCHROME2",
    )


def jpeg_2000(values: np.ndarray, bits: int = 12) -> bytes:
    return imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="j2k", bitspersample=bits)


def jpeg_lossless(values: np.ndarray, bits: int = 12) -> bytes:
    return imagecodecs.jpeg8_encode(values, lossless=True, predictor=1, bitspersample=bits)


LOSSLESS = {
    uid.RLELossless: rle,
    uid.JPEGLossless: lambda v: imagecodecs.jpeg8_encode(v, lossless=True, predictor=7, bitspersample=12),
    uid.JPEGLosslessSV1: jpeg_lossless,
    uid.JPEGLSLossless: imagecodecs.jpegls_encode,
    uid.JPEGLSNearLossless: imagecodecs.jpegls_encode,
    uid.JPEG2000Lossless: jpeg_2000,
    uid.JPEG2000: jpeg_2000,
    uid.HTJ2KLossless: lambda v: imagecodecs.htj2k_encode(v, reversible=True),
    uid.HTJ2KLosslessRPCL: lambda v: imagecodecs.htj2k_encode(v, reversible=True),
    uid.HTJ2K: lambda v: imagecodecs.htj2k_encode(v, reversible=True),
}


@pytest.mark.parametrize(
    "syntax",
    [
        uid.ImplicitVRLittleEndian,
        uid.ExplicitVRLittleEndian,
        uid.ExplicitVRBigEndian,
        uid.DeflatedExplicitVRLittleEndian,
    ],
)
@pytest.mark.invariant(4)
def test_grey_is_honest_uncompressed_values_come_back_as_stored(write, a_mammogram, a_ramp, syntax):
    values = read_frame(write(a_mammogram(), syntax))
    assert values.dtype == np.uint16
    assert values.dtype.isnative
    np.testing.assert_array_equal(values, a_ramp())


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda s: s.name)
@pytest.mark.invariant(4)
def test_grey_is_honest_lossless_compression_loses_nothing(write, a_mammogram, a_ramp, syntax):
    path = write(a_mammogram(), syntax, [LOSSLESS[syntax](a_ramp())])
    assert read_instance(path).transfer_syntax_uid == syntax
    np.testing.assert_array_equal(read_frame(path), a_ramp())


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda s: s.name)
def test_sixteen_bits_use_the_whole_range(write, a_mammogram, a_ramp, syntax):
    if syntax in (uid.JPEGLossless, uid.JPEGLosslessSV1):
        encode = lambda v: jpeg_lossless(v, 16)  # noqa: E731
    else:
        encode = {rle: lambda v: rle(v, 16), jpeg_2000: lambda v: jpeg_2000(v, 16)}.get(
            LOSSLESS[syntax], LOSSLESS[syntax]
        )
    values = (a_ramp().astype(np.uint32) * 16 + 15).astype(np.uint16)
    ds = a_mammogram(values)
    ds.BitsStored, ds.HighBit = 16, 15
    np.testing.assert_array_equal(read_frame(write(ds, syntax, [encode(values)])), values)


@pytest.mark.parametrize("lossy", [True, False])
@pytest.mark.parametrize("syntax", [uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit])
def test_lossy_jpeg_is_close_and_flagged(write, a_mammogram, syntax, lossy):
    bits = 8 if syntax == uid.JPEGBaseline8Bit else 12
    rows, columns = np.mgrid[0:64, 0:48]
    values = ((rows + columns) * ((1 << bits) - 1) // 110).astype(np.uint8 if bits == 8 else np.uint16)
    ds = a_mammogram(values)
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8 * values.itemsize, bits, bits - 1
    ds.LossyImageCompression = "01" if lossy else "00"  # a sender that hides it changes nothing
    frame = imagecodecs.jpeg8_encode(values, level=95, bitspersample=bits)
    path = write(ds, syntax, [frame])
    found = read_frame(path)
    assert found.dtype == np.uint16
    assert np.abs(found.astype(int) - values).max() <= (1 << bits) // 64
    assert read_instance(path).image.lossy


@pytest.mark.parametrize("name", ["MR_small_jp2klossless", "MR_small_jpeg_ls_lossless", "MR_small_RLE"])
def test_files_of_other_makers_decode_to_what_their_uncompressed_twin_holds(name):
    twin = read_frame(_bundled("MR_small"))
    found = read_frame(_bundled(name))
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, twin)


@pytest.mark.parametrize(("name", "highest"), [("JPGExtended", 264), ("JPEG-lossy", 264), ("image_dfl", 255)])
def test_other_makers_extended_jpeg_and_deflated_files_decode(name, highest):
    assert read_frame(_bundled(name)).max() == highest


def test_a_small_empty_image_may_be_compressed_2000_times():
    assert read_frame(_bundled("JPEG2000")).shape == (1024, 256)


def test_a_codestream_of_the_wrong_sign_is_put_right():
    found = read_frame(_bundled("J2K_pixelrep_mismatch"))
    assert (found.dtype, found.min(), found[0, 0]) == (np.int16, -2000, -2000)


@pytest.mark.parametrize(
    "syntax",
    [uid.JPEG2000Lossless, uid.JPEGLSLossless, uid.HTJ2KLossless, uid.RLELossless, uid.JPEGLosslessSV1],
)
def test_signed_values_keep_their_sign(write, a_mammogram, a_ramp, syntax):
    values = a_ramp().astype(np.int16) - 2048
    cell = (values & 0x0FFF).astype(np.uint16)  # twelve bits, two's complement
    ds = a_mammogram(values.view(np.uint16))
    ds.PixelRepresentation = 1
    frame = {
        uid.JPEG2000Lossless: lambda: jpeg_2000(values),
        uid.HTJ2KLossless: lambda: imagecodecs.htj2k_encode(values, reversible=True),
        uid.JPEGLSLossless: lambda: imagecodecs.jpegls_encode(cell),
        uid.JPEGLosslessSV1: lambda: jpeg_lossless(cell),
        uid.RLELossless: lambda: rle(cell),
    }[syntax]()
    found = read_frame(write(ds, syntax, [frame]))
    assert found.dtype == np.int16
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.RLELossless])
def test_bits_above_the_stored_ones_are_cleaned(write, a_mammogram, a_ramp, syntax):
    dirty = a_ramp() | 0xA000  # an old overlay in the highest bits
    frames = [rle(dirty)] if syntax == uid.RLELossless else None
    np.testing.assert_array_equal(read_frame(write(a_mammogram(dirty), syntax, frames)), a_ramp())


def test_a_codestream_deeper_than_its_header_is_refused_not_cut(write, a_mammogram, a_ramp):
    path = write(a_mammogram(), uid.JPEG2000Lossless, [jpeg_2000(a_ramp() * 16, 16)])
    with pytest.raises(UnreadableFile, match="beyond the 12 bits"):
        read_frame(path)


def test_a_codestream_deeper_than_its_header_is_read_if_its_values_fit(write, a_mammogram, a_ramp):
    path = write(a_mammogram(), uid.JPEG2000Lossless, [jpeg_2000(a_ramp(), 16)])
    np.testing.assert_array_equal(read_frame(path), a_ramp())


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian])
def test_eight_bits_are_widened(write, a_mammogram, syntax):
    values = (np.arange(15 * 7) % 256).astype(np.uint8).reshape(15, 7)  # an odd number of bytes
    ds = a_mammogram(values)
    ds.PixelData = values.tobytes() + b"\0"
    ds["PixelData"].VR = "OB"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 8, 8, 7
    found = read_frame(write(ds, syntax))
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, values)


def test_the_frame_is_the_callers_to_change(write, a_mammogram):
    path = write(a_mammogram())
    read_frame(path)[:] = 0
    assert read_frame(path).max() == 4095


@pytest.mark.parametrize("compressed", [False, True])
def test_each_frame_of_a_tomosynthesis_is_itself(write, a_tomosynthesis, a_ramp, compressed):
    slices = [a_ramp(16, 12) // step for step in (1, 2, 3)]
    ds = a_tomosynthesis()
    path = write(ds, uid.JPEG2000Lossless, [jpeg_2000(s) for s in slices]) if compressed else write(ds)
    for number, expected in enumerate(slices, start=1):
        np.testing.assert_array_equal(read_frame(path, number), expected)


@pytest.mark.parametrize("number", [0, -1, 4])
def test_a_frame_that_does_not_exist_is_an_error_of_the_caller(write, a_tomosynthesis, number):
    with pytest.raises(ValueError, match="There is no frame"):
        read_frame(write(a_tomosynthesis()), number)


def test_one_frame_is_read_without_loading_the_others(write, a_tomosynthesis, monkeypatch):
    # Given 40 slices in a file, when one is read, then far fewer bytes than all of them leave the disk
    slices = np.zeros((40, 64, 64), np.uint16)
    slices[:, 0, 0] = np.arange(40)
    path = write(a_tomosynthesis(slices))
    read = _count_bytes(monkeypatch)
    assert read_frame(path, 31)[0, 0] == 30
    assert 64 * 64 * 2 <= read[0] < slices.nbytes // 4


def test_the_scanned_films_decode_to_the_range_that_their_header_states(cbis_files):
    values = read_frame(cbis_files[0])
    assert values.shape == (4432, 2864)
    assert (values.min(), values.max()) == (0, 55879)  # (0028,0106) and (0028,0107) of 1-130.dcm


def _bundled(name: str):
    path = get_testdata_file(f"{name}.dcm", download=False)
    assert path is not None
    return Path(path)


def _count_bytes(monkeypatch) -> list[int]:
    total = [0]
    original = Path.open

    class Counting:
        def __init__(self, file):
            self._file = file

        def read(self, *args):
            data = self._file.read(*args)
            total[0] += len(data)
            return data

        def __getattr__(self, name):
            return getattr(self._file, name)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self._file.close()

    monkeypatch.setattr(Path, "open", lambda self, *a, **k: Counting(original(self, *a, **k)))
    return total


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_mapped_frame_holds_what_reading_gives(write, a_mammogram):
    path = write(a_mammogram())
    mapped = map_frame(path)
    assert mapped is not None
    assert not mapped.flags.writeable
    np.testing.assert_array_equal(mapped, read_frame(path))


def test_each_mapped_frame_of_a_tomosynthesis_is_itself(write, a_tomosynthesis):
    path = write(a_tomosynthesis())
    for number in (1, 2, 3):
        np.testing.assert_array_equal(map_frame(path, number), read_frame(path, number))
    assert map_frame(path, 4) is None


def test_a_frame_that_does_not_lie_in_the_file_as_it_is_is_not_mapped(write, a_mammogram, a_ramp):
    high = a_mammogram()
    high.PixelData = (np.frombuffer(high.PixelData, np.uint16) | 0x8000).tobytes()
    assert map_frame(write(high)) is None
    signed = a_mammogram()
    signed.PixelRepresentation = 1
    assert map_frame(write(signed)) is None
    compressed = write(a_mammogram(), uid.JPEG2000Lossless, [jpeg_2000(a_ramp(16, 12))])
    assert map_frame(compressed) is None
