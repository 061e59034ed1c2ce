"""Index values, and shrinking that invents nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.display import DisplayState, GrayscaleParameters
from klarsyn.imaging.frames import load_index_frame, shrink, shrink_to, to_index
from klarsyn.imaging.grayscale import apply_lut, build_lut, index_padding


def random_pixels(seed: int, rows: int, columns: int, high: int = 65536) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, high, (rows, columns), dtype=np.uint16)


def test_unsigned_stored_values_are_their_own_index(dicom_file):
    pixels = random_pixels(1, 9, 7)
    assert np.array_equal(load_index_frame(dicom_file(pixels)), pixels)


def test_signed_stored_values_are_raised_by_32768(dicom_file):
    pixels = np.array([[-32768, -1, 0], [1, 7, 32767]], dtype=np.int16)
    index = load_index_frame(dicom_file(pixels))
    assert index.dtype == np.uint16
    assert np.array_equal(index, [[0, 32767, 32768], [32769, 32775, 65535]])


def test_frames_are_counted_from_one(dicom_file):
    pixels = np.stack([random_pixels(n, 4, 6) for n in range(3)])
    assert np.array_equal(load_index_frame(dicom_file(pixels), frame=3), pixels[2])


def test_other_types_of_stored_values_are_refused():
    with pytest.raises(TypeError, match="16-bit"):
        to_index(np.zeros((2, 2), dtype=np.float32))


@given(seed=st.integers(0, 99), rows=st.integers(1, 9), columns=st.integers(1, 9), factor=st.integers(1, 4))
def test_a_shrunk_pixel_is_the_mean_of_those_it_covers(seed, rows, columns, factor):
    pixels = random_pixels(seed, rows * factor, columns * factor)
    means = pixels.reshape(rows, factor, columns, factor).astype(float).mean(axis=(1, 3))
    assert np.abs(shrink(pixels, factor) - means).max() <= 0.5 + 1e-2


@given(seed=st.integers(0, 99), rows=st.integers(1, 40), columns=st.integers(1, 40), data=st.data())
def test_shrinking_stays_between_the_darkest_and_the_brightest(seed, rows, columns, data):
    pixels = random_pixels(seed, rows, columns)
    shape = data.draw(st.integers(1, rows)), data.draw(st.integers(1, columns))
    shrunk = shrink_to(pixels, shape)
    assert shrunk.shape == shape
    assert pixels.min() <= shrunk.min()
    assert shrunk.max() <= pixels.max()


@pytest.mark.parametrize("shape", [(11, 5), (5, 11), (0, 5)])
def test_an_image_is_never_enlarged_here(shape):
    with pytest.raises(ValueError, match="cannot be shrunk"):
        shrink_to(random_pixels(1, 10, 10), shape)


def test_a_factor_below_one_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        shrink(random_pixels(1, 10, 10), 0.5)


def test_a_whole_image_is_returned_as_it_is():
    pixels = random_pixels(1, 10, 10)
    assert shrink_to(pixels, (10, 10)) is pixels


@given(seed=st.integers(0, 200), low=st.integers(0, 60), span=st.integers(0, 20))
def test_padding_is_never_averaged_with_tissue(seed, low, span):
    # Given few values, so that padding and tissue meet everywhere
    pixels = random_pixels(seed, 12, 12, high=80)
    padding = (low, low + span)
    shrunk = shrink_to(pixels, (6, 6), padding)
    blocks = pixels.reshape(6, 2, 6, 2).transpose(0, 2, 1, 3).reshape(6, 6, 4)
    is_image = (blocks < padding[0]) | (blocks > padding[1])
    shown_as_image = (shrunk < padding[0]) | (shrunk > padding[1])
    # then a pixel is image where most of it is
    assert np.array_equal(shown_as_image, is_image.sum(axis=2) > 2)
    # and its value is the mean of the image alone, or the nearest one that is not padding
    for row, column in np.argwhere(shown_as_image):
        tissue = blocks[row, column][is_image[row, column]]
        mean = tissue.mean()
        if padding[0] - 0.5 <= mean <= padding[1] + 0.5:
            assert shrunk[row, column] == padding[1] + 1
        else:
            assert abs(shrunk[row, column] - mean) <= 0.5 + 1e-3


def test_the_rim_of_a_monochrome1_image_does_not_shine_when_shrunk():
    # Given padding 0 beside air at 4095, both black in MONOCHROME1
    pixels = np.full((30, 30), 4095, dtype=np.uint16)
    pixels[:, :9] = 0
    params = GrayscaleParameters(12, monochrome1=True, padding=(0, 0))
    shown = apply_lut(shrink(pixels, 2, index_padding(params)), build_lut(params, DisplayState()))
    assert (shown == 0).all()


def test_padding_of_signed_values_is_given_as_index_values():
    assert index_padding(GrayscaleParameters(12, signed=True, padding=(-2048, -2000))) == (30720, 30768)
    assert index_padding(GrayscaleParameters(12, padding=(30, 0))) == (0, 30)
    assert index_padding(GrayscaleParameters(12)) is None
    assert index_padding(GrayscaleParameters(12, padding=(-5, -2))) is None
