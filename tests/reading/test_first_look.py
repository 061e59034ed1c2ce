"""Something true on the screen while the whole is being decoded, and never taken for it."""

from dataclasses import replace

import numpy as np
import pytest
from stored_images import SHAPE, smooth_breast, write_view

from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.frames import shrink_to
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.first_look import FirstLook, preview_notice, unfinished
from klarsyn.reading.images import ImageLoader


@pytest.fixture(scope="module")
def processes():
    one = DecoderProcesses(1)
    yield one
    one.close()


@pytest.fixture
def cache(tmp_path):
    return DisplayCache(tmp_path / "cache", 1 << 30)


@pytest.fixture
def first_look(cache, processes):
    return FirstLook(cache, processes)


@pytest.fixture
def slow_view(tmp_path):
    return write_view(tmp_path / "slow.dcm", smooth_breast(), jpeg_2000=True)


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_first_look_is_near_the_image_and_says_that_it_is_none(
    first_look, cache, slow_view
):
    loaded = first_look.load(slow_view)
    assert loaded.pyramid.is_preview
    assert loaded.notices[0] == preview_notice(slow_view.image)
    shown = loaded.pyramid.level_for(0.25)
    near = shrink_to(smooth_breast(), shown.shape).astype(int)
    assert np.median(np.abs(shown - near)) < 20
    whole = ImageLoader(cache).load(slow_view)
    assert not whole.pyramid.is_preview
    assert preview_notice(slow_view.image) not in whole.notices


@pytest.mark.invariant(2)
def test_left_is_left_a_first_look_hangs_as_the_whole_will(first_look, cache, slow_view):
    first, whole = first_look.load(slow_view), ImageLoader(cache).load(slow_view)
    assert (first.flip, first.breast_side) == (whole.flip, whole.breast_side)
    assert first.pyramid.levels[0].shape == whole.pyramid.levels[0].shape == SHAPE
    assert first.breast_centre == pytest.approx(whole.breast_centre, abs=12)


def test_an_image_that_was_decoded_ahead_needs_no_first_look(first_look, cache, slow_view):
    ImageLoader(cache).prefetch([slow_view])
    assert first_look.load(slow_view) is None


def test_a_quick_compression_needs_no_first_look(first_look, tmp_path):
    assert first_look.load(write_view(tmp_path / "quick.dcm", smooth_breast())) is None


def test_a_file_that_has_gone_has_no_first_look_and_is_told_of_by_the_whole(first_look, slow_view):
    slow_view.path.unlink()
    assert first_look.load(slow_view) is None


def test_after_closing_there_are_no_first_looks(cache, slow_view):
    closed = FirstLook(cache, DecoderProcesses(1))
    closed.close()
    assert closed.load(slow_view) is None


def test_signing_is_told_which_views_have_only_been_seen_from_afar(first_look, cache, slow_view):
    first, whole = first_look.load(slow_view), ImageLoader(cache).load(slow_view)
    assert unfinished([whole]) == ""
    assert "L CC: only a preview" in unfinished([first, whole])


def test_a_large_image_is_previewed_at_an_eighth_and_says_so(slow_view):
    large = replace(slow_view.image, rows=4096, columns=3328)
    assert "an eighth" in preview_notice(large).text
    assert "a quarter" in preview_notice(slow_view.image).text
