"""A coarser resolution is the same picture, or none."""

import imagecodecs
import numpy as np
import pytest
from pydicom import uid

from klarsyn.dicom.pixels import read_frame
from klarsyn.dicom.reduced import has_reduced, read_reduced
from klarsyn.imaging.frames import shrink_to, to_index


def smooth(rows: int = 205, columns: int = 163, low: int = 200, high: int = 3900) -> np.ndarray:
    y, x = np.mgrid[:rows, :columns]
    wave = 0.5 + 0.25 * np.sin(y / 23) + 0.25 * np.cos(x / 17)
    return np.rint(low + (high - low) * wave).astype(np.int32)


def j2k(values: np.ndarray, bits: int, **options) -> bytes:
    return imagecodecs.jpeg2k_encode(
        values, level=0, reversible=True, codecformat="j2k", bitspersample=bits, **options
    )


@pytest.fixture
def file(write, a_mammogram):
    def _file(values, bits=12, syntax=uid.JPEG2000Lossless, signed=False, **options):
        ds = a_mammogram(values)
        ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, int(signed)
        return write(ds, syntax, [j2k(values, bits, **options)])

    return _file


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("halvings", [1, 2, 3])
@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_coarser_resolution_is_near_the_mean_of_its_pixels(file, bits, halvings):
    top = (1 << bits) - 1
    values = smooth(low=top // 20, high=top - top // 20).astype(np.uint16 if bits > 8 else np.uint8)
    path = file(values, bits)
    coarse = read_reduced(path, 1, halvings)
    step = 1 << halvings
    assert coarse.shape == (-(-205 // step), -(-163 // step))
    near = shrink_to(read_frame(path), coarse.shape).astype(int)
    # The codec's low-pass is centred half a coarse pixel off; the picture moves by less than that.
    assert np.abs(coarse.astype(int) - near).max() < top * 0.04 * step


def test_signed_values_keep_their_sign(file):
    values = (smooth() - 2000).astype(np.int16)
    path = file(values, signed=True)
    coarse = read_reduced(path, 1, 2)
    assert coarse.dtype == np.int16
    near = shrink_to(to_index(read_frame(path)), coarse.shape).astype(int) - 32768
    assert np.abs(coarse - near).max() < 600


def test_the_frame_that_is_asked_for_comes(write, a_tomosynthesis):
    stack = np.stack([smooth(high=900 * n) for n in (1, 2, 4)]).astype(np.uint16)
    path = write(a_tomosynthesis(stack), uid.JPEG2000Lossless, [j2k(f, 12) for f in stack])
    means = [read_reduced(path, n, 2).mean() for n in (1, 2, 3)]
    assert means == pytest.approx([f.mean() for f in stack], rel=0.02)
    assert read_reduced(path, 4, 2) is None


def test_a_stream_without_coarser_resolutions_gives_none(file):
    assert read_reduced(file(smooth().astype(np.uint16), resolutions=1), 1, 2) is None


def test_a_stream_with_fewer_resolutions_gives_its_coarsest(file):
    assert read_reduced(file(smooth().astype(np.uint16), resolutions=2), 1, 2).shape == (103, 82)


def test_other_compressions_have_none(write, a_mammogram):
    values = smooth().astype(np.uint16)
    plain = write(a_mammogram(values))
    quick = write(a_mammogram(values), uid.HTJ2KLossless, [imagecodecs.htj2k_encode(values, reversible=True)])
    assert not has_reduced(plain)
    assert read_reduced(plain, 1, 2) is None
    assert read_reduced(quick, 1, 2) is None


@pytest.mark.parametrize("spoiled", [b"\0\0", b"garbage " * 40, b"\xff\x4f\xff\x51\0\0"])
def test_broken_frames_give_none_and_are_told_of_by_the_whole(write, a_mammogram, spoiled):
    path = write(a_mammogram(smooth().astype(np.uint16)), uid.JPEG2000Lossless, [spoiled])
    assert read_reduced(path, 1, 2) is None


def test_a_stream_of_another_size_than_its_header_gives_none(write, a_mammogram):
    large = smooth(400, 400).astype(np.uint16)
    path = write(a_mammogram(smooth().astype(np.uint16)), uid.JPEG2000Lossless, [j2k(large, 12)])
    assert read_reduced(path, 1, 2) is None


def test_a_missing_file_gives_none(tmp_path):
    assert not has_reduced(tmp_path / "none")
    assert read_reduced(tmp_path / "none", 1, 2) is None
