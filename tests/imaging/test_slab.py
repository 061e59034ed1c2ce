"""Slabs: exactly numpy's mean and maximum, padding apart, quick to scroll, refused where they would lie."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from klarsyn.domain.display import DisplayState, GrayscaleParameters, LutTable
from klarsyn.imaging.grayscale import build_lut, full_range_window
from klarsyn.imaging.levels import build_levels
from klarsyn.imaging.slab import (
    SlabKind,
    SlabPyramid,
    SlabRefused,
    require_same_values,
    slab_range,
    slices_for,
    slices_within,
)
from klarsyn.imaging.slab_sums import MOST_SLICES, SlabSums

GREY = GrayscaleParameters(bits_stored=12)


def slab(pictures, kind, sums=None, padding=None, first=0, grey=None):
    slices = {first + n: build_levels(p, padding) for n, p in enumerate(pictures)}
    return SlabPyramid(slices, kind, sums or SlabSums(), padding, grayscale=grey)


stacks = st.tuples(st.integers(2, 24), st.integers(1, 40), st.integers(1, 30)).flatmap(
    lambda shape: hnp.arrays(np.uint16, shape, elements=st.integers(0, 65535), fill=st.integers(0, 65535))
)


@settings(max_examples=60, deadline=None)
@given(stacks)
def test_the_full_resolution_is_numpys_mean_and_maximum_to_the_last_bit(pictures):
    mean = np.rint(np.mean(pictures, axis=0, dtype=np.float64)).astype(np.uint16)
    assert np.array_equal(slab(pictures, SlabKind.MEAN).levels[0], mean)
    assert np.array_equal(slab(pictures, SlabKind.MAXIMUM).levels[0], np.max(pictures, axis=0))


@settings(max_examples=40, deadline=None)
@given(stacks, st.lists(st.tuples(st.integers(0, 23), st.integers(1, 12)), min_size=1, max_size=8))
def test_scrolling_there_and_back_gives_the_same_as_beginning_anew(pictures, steps):
    sums, levels = SlabSums(), [build_levels(p) for p in pictures]
    for index, count in steps:
        inside = slab_range(min(index, len(levels) - 1), count, len(levels))
        scrolled = SlabPyramid({n: levels[n] for n in inside}, SlabKind.MEAN, sums)
        expected = np.rint(pictures[inside.start : inside.stop].mean(axis=0, dtype=np.float64))
        assert np.array_equal(scrolled.levels[0], expected.astype(np.uint16))


@pytest.mark.parametrize("count", [2, 3, 7, 10, 20, 97, MOST_SLICES])
def test_halves_go_to_the_even_number_whatever_the_count(count):
    # Sums around every half that means of few and of many large values can have.
    rng = np.random.default_rng(count)
    pictures = rng.integers(65000, 65536, (count, 50, 400), dtype=np.uint16)
    mean = np.rint(pictures.mean(axis=0, dtype=np.float64)).astype(np.uint16)
    assert np.array_equal(slab(pictures, SlabKind.MEAN).levels[0], mean)


def by_hand(pictures: np.ndarray, padding: tuple[int, int], kind: SlabKind) -> np.ndarray:
    low, high = padding
    image = (pictures < low) | (pictures > high)
    number = image.sum(axis=0)
    if kind is SlabKind.MEAN:
        out = np.rint(np.where(image, pictures, 0).sum(axis=0, dtype=np.float64) / np.maximum(number, 1))
        out[(out >= low) & (out <= high)] = high + 1 if high < 65535 else max(low - 1, 0)
    else:
        out = np.where(image, pictures, 0).max(axis=0)
    out[2 * number <= len(pictures)] = low
    return out.astype(np.uint16)


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.uint16, (6, 9, 7), elements=st.sampled_from([0, 1, 2, 3, 90, 4095, 65534, 65535])),
    st.sampled_from([(0, 0), (1, 3), (0, 90), (65535, 65535), (4000, 4095)]),
    st.sampled_from(SlabKind),
)
def test_padding_is_never_mixed_with_tissue(pictures, padding, kind):
    assert np.array_equal(slab(pictures, kind, padding=padding).levels[0], by_hand(pictures, padding, kind))
    # and as well when slices enter and leave
    sums, levels = SlabSums(), {n: build_levels(p, padding) for n, p in enumerate(pictures)}
    for first in (0, 1, 2, 0):
        four = {n: levels[n] for n in range(first, first + 4)}
        expected = by_hand(pictures[first : first + 4], padding, kind)
        assert np.array_equal(SlabPyramid(four, kind, sums, padding).levels[0], expected)


def test_each_level_is_the_slab_of_that_level_and_only_the_level_in_need_is_computed():
    pictures = np.random.default_rng(1).integers(0, 4096, (5, 700, 520), dtype=np.uint16)
    sums = SlabSums()
    thick = slab(pictures, SlabKind.MEAN, sums)
    half = thick.level_for(0.4)
    assert half.shape == (350, 260)
    expected = np.rint(np.mean([build_levels(p)[1] for p in pictures], axis=0, dtype=np.float64))
    assert np.array_equal(half, expected.astype(np.uint16))
    assert set(sums._sums) == {1}
    assert [level.shape for level in thick.levels] == [(700, 520), (350, 260), (175, 130)]


def test_a_slab_is_read_only_and_gone_after_close():
    thick = slab(np.ones((3, 8, 8), np.uint16), SlabKind.MEAN)
    with pytest.raises(ValueError):
        thick.levels[0][0, 0] = 1
    thick.close()
    assert thick.levels == ()
    with pytest.raises(ValueError, match="closed"):
        thick.level_for(1)


def test_millimetres_become_a_number_of_slices():
    assert slices_for(10, 1) == 10
    assert slices_for(1, 1) == 1
    assert slices_for(0.2, 1) == 1
    assert slices_for(5, 0.5) == 10
    assert slices_for(1000, 0.5) == MOST_SLICES
    for wrong in ((0, 1), (5, 0), (float("nan"), 1)):
        with pytest.raises(ValueError):
            slices_for(*wrong)


def test_a_slab_lies_around_its_slice_and_is_cut_at_the_ends():
    assert slab_range(10, 5, 60) == range(8, 13)
    assert slab_range(10, 4, 60) == range(9, 13)
    assert slab_range(0, 5, 60) == range(3)
    assert slab_range(59, 5, 60) == range(57, 60)
    assert slab_range(3, 1, 60) == range(3, 4)


def test_a_slab_by_positions_reaches_half_its_thickness_to_either_side():
    even = [float(n) for n in range(60)]
    assert slices_within(even, 10, 10) == tuple(slab_range(10, 10, 60))
    assert slices_within(even, 10, 5) == tuple(slab_range(10, 5, 60))
    assert slices_within(even, 0, 5) == (0, 1, 2)
    assert slices_within([n * 6.0 for n in range(5)], 2, 5) == (2,)
    assert len(slices_within([n * 0.05 for n in range(999)], 500, 20)) == MOST_SLICES


def test_a_slab_does_not_reach_across_a_gap():
    gap = [0.0, 1.0, 2.0, 3.0, 13.0, 14.0, 15.0]
    assert slices_within(gap, 3, 4) == (2, 3)
    assert slices_within(gap, 4, 4) == (4, 5, 6)


def test_of_slices_at_one_place_one_counts_that_which_is_looked_at():
    doubled = [0.0, 1.0, 2.0, 2.0, 3.0]
    assert slices_within(doubled, 1, 4) == (0, 1, 2, 4)
    assert slices_within(doubled, 3, 4) == (1, 3, 4)


@pytest.mark.parametrize(
    ("changes", "brightest"),
    [
        ({}, np.max),
        ({"monochrome1": True}, np.min),
        ({"rescale_slope": -1.0, "rescale_intercept": 4095.0}, np.min),
        ({"monochrome1": True, "rescale_slope": -1.0, "rescale_intercept": 4095.0}, np.max),
        ({"modality_lut": LutTable(0, 12, np.arange(4095, -1, -1, dtype=np.uint16))}, np.min),
    ],
)
def test_the_maximum_is_what_is_brightest_on_the_screen(changes, brightest):
    grey = replace(GREY, **changes)
    pictures = np.random.default_rng(5).integers(0, 4096, (3, 9, 9), dtype=np.uint16)
    shown = slab(pictures, SlabKind.MAXIMUM, grey=grey).levels[0]
    assert np.array_equal(shown, brightest(pictures, axis=0))
    lut = build_lut(grey, DisplayState(window=full_range_window(grey)))
    assert np.array_equal(lut[shown], lut[pictures].max(axis=0))
    # Padding has no part in it.
    pictures[0] = 0
    padded = slab(pictures, SlabKind.MAXIMUM, padding=(0, 0), grey=grey).levels[0]
    assert np.array_equal(padded, brightest(pictures[1:], axis=0))


def test_slices_with_windows_of_their_own_may_be_one_slab_those_scaled_differently_may_not():
    from klarsyn.domain.display import Window

    require_same_values({4: GREY, 5: replace(GREY, windows=(Window(500, 100),))})
    with pytest.raises(SlabRefused, match="slices 5 and 7 are scaled differently"):
        require_same_values({4: GREY, 5: GREY, 6: replace(GREY, rescale_slope=2.0)})
    with pytest.raises(SlabRefused):
        require_same_values({4: GREY, 5: replace(GREY, monochrome1=True)})
