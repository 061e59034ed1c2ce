"""A first look stands where the image will stand, and invents nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.imaging.levels import build_levels, level_shapes
from klarsyn.imaging.preview import PreviewPyramid

SHAPE = (1207, 803)


def coarse(shape: tuple[int, int] = SHAPE) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 65536, level_shapes(shape)[2], dtype=np.uint16)


@given(rows=st.integers(600, 1400), columns=st.integers(520, 1400))
def test_a_first_look_has_the_levels_of_the_whole_image(rows, columns):
    pyramid = PreviewPyramid(coarse((rows, columns)), (rows, columns))
    assert [level.shape for level in pyramid.levels] == level_shapes((rows, columns))


@given(scale=st.floats(0.02, 4.0))
def test_a_first_look_is_drawn_at_the_place_and_size_of_the_whole_image(scale):
    whole = build_levels(np.zeros(SHAPE, np.uint16))
    pyramid = PreviewPyramid(coarse(), SHAPE)
    wanted = [v.shape for v in whole if v.shape[0] >= SHAPE[0] * scale and v.shape[1] >= SHAPE[1] * scale]
    assert pyramid.level_for(scale).shape == (wanted[-1] if wanted else SHAPE)


@pytest.mark.invariant(4)
def test_grey_values_are_honest_finer_levels_of_a_first_look_hold_only_values_that_were_decoded():
    values = coarse()
    for level in PreviewPyramid(values, SHAPE).levels[:2]:
        assert set(np.unique(level)) == set(np.unique(values))
        assert not level.flags.writeable


def test_a_first_look_says_what_it_is():
    pyramid = PreviewPyramid(coarse(), SHAPE)
    assert pyramid.is_preview
    assert not pyramid.is_mapped
    pyramid.close()
    assert pyramid.levels == ()
    with pytest.raises(ValueError, match="closed"):
        pyramid.level_for(0.5)
