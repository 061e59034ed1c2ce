"""What will be opened next is decoded by then, in another process, and nobody waits for it."""

import os
import threading
from dataclasses import replace

import numpy as np
import pytest
from stack_files import breast_slice, volume_of, write_stack
from stored_images import smooth_breast, write_view
from structlog.testing import capture_logs

from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.ahead import ReadAhead
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.images import StoredVolume, cache_key

LIMIT = 1 << 30
PATIENCE_S = 60


@pytest.fixture(scope="module")
def processes():
    one = DecoderProcesses(1)
    yield one
    one.close()


class OwnedByTheTest(DecoderProcesses):
    """Processes that outlive the one who uses them."""

    def __init__(self, real):
        self._real = real
        self.asked = []
        self.deadly = None

    def submit(self, work, /, *args):
        self.asked.append(args[2])
        if args[2] == self.deadly:
            return self._real.submit(os._exit, 1)
        return self._real.submit(work, *args)

    def forget_broken(self):
        self._real.forget_broken()

    def close(self):
        pass


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def cache(folder):
    return DisplayCache(folder, LIMIT)


@pytest.fixture
def watched(processes):
    return OwnedByTheTest(processes)


@pytest.fixture
def ahead(cache, folder, watched):
    reading_ahead = ReadAhead(cache, folder, LIMIT, watched)
    yield reading_ahead
    reading_ahead.close()


@pytest.fixture
def views(tmp_path):
    return [write_view(tmp_path / f"{n}.dcm", smooth_breast(n)) for n in range(3)]


def test_what_is_wanted_is_in_the_cache_afterwards_pixel_for_pixel(ahead, cache, views):
    ahead.want(views)
    assert ahead.wait(PATIENCE_S)
    for n, view in enumerate(views):
        with cache.get(cache_key(view)) as pyramid:
            assert np.array_equal(pyramid.levels[0], smooth_breast(n))


def test_images_are_decoded_in_the_order_of_the_queue(ahead, watched, views):
    ahead.want(reversed(views))
    assert ahead.wait(PATIENCE_S)
    assert watched.asked == [cache_key(view) for view in reversed(views)]


def test_what_somebody_waits_for_overtakes(ahead, watched, views):
    with ahead.overtaken():
        ahead.want(views)
        assert not ahead.wait(0.05)
        assert watched.asked == []
    assert ahead.wait(PATIENCE_S)
    assert len(watched.asked) == 3


def test_a_new_list_replaces_the_old_one(ahead, watched, views):
    with ahead.overtaken():
        ahead.want(views[:2])
        ahead.want(views[2:])
    assert ahead.wait(PATIENCE_S)
    assert watched.asked == [cache_key(views[2])]


def test_what_is_there_already_is_not_decoded_again(ahead, watched, views):
    ahead.want(views)
    assert ahead.wait(PATIENCE_S)
    ahead.want(views)
    assert ahead.wait(PATIENCE_S)
    assert len(watched.asked) == 3


def test_a_file_that_cannot_be_decoded_stops_nobody_and_is_tried_once(ahead, watched, cache, views):
    views[0].path.write_bytes(b"no image")
    with capture_logs() as logs:
        ahead.want(views)
        assert ahead.wait(PATIENCE_S)
        ahead.want(views)
        assert ahead.wait(PATIENCE_S)
    assert cache.has(cache_key(views[1]))
    assert watched.asked.count(cache_key(views[0])) == 1
    assert [log["problem"] for log in logs] == ["UnreadableFile"]


def test_an_image_that_brings_its_process_down_stops_nobody_else(ahead, watched, cache, views):
    first = watched.deadly = cache_key(views[0])
    with capture_logs():
        ahead.want(views)
        assert ahead.wait(PATIENCE_S)
    assert [cache.has(cache_key(view)) for view in views] == [False, True, True]
    assert watched.asked.count(first) == 1


@pytest.mark.invariant(9)
def test_nothing_private_escapes_pixels_of_an_exam_that_is_kept_no_longer_are_deleted(ahead, cache, views):
    ahead.want(views)
    assert ahead.wait(PATIENCE_S)
    with ahead.overtaken():
        ahead.want(views)
        ahead.forget(views[:2])
    assert ahead.wait(PATIENCE_S)
    assert [cache.has(cache_key(view)) for view in views] == [False, False, True]


@pytest.mark.invariant(9)
def test_nothing_private_escapes_pixels_that_are_decoded_while_their_exam_is_deleted_go_when_they_come(
    ahead, watched, cache, views
):
    submit = watched.submit

    def deleted_meanwhile(work, /, *args):
        ahead.forget(views[:1])
        return submit(work, *args)

    watched.submit = deleted_meanwhile
    ahead.want(views[:1])
    assert ahead.wait(PATIENCE_S)
    assert watched.asked == [cache_key(views[0])]
    assert not cache.has(cache_key(views[0]))


def test_closing_waits_for_nothing_and_begins_nothing(cache, folder, watched, views):
    ahead = ReadAhead(cache, folder, LIMIT, watched)
    with ahead.overtaken():
        ahead.want(views)
        ahead.close()
    for thread in threading.enumerate():
        if thread.name == "klarsyn-ahead":
            thread.join(PATIENCE_S)
    assert watched.asked == []


@pytest.fixture
def volume(tmp_path):
    """A tomosynthesis of twelve slices as the desk gives it, and the cache key of its volume file."""
    frames = [breast_slice((200, 120), n) for n in range(1, 13)]
    whole, files = volume_of(write_stack(tmp_path / "stack.dcm", frames, "JPEG-LS"))
    leading = files[whole.image.sop_instance_uid]
    return replace(leading, volume=StoredVolume(whole, files))


def _written(cache, stored) -> list[bool]:
    file = cache.volume(f"{stored.sha256}:volume-12", (200, 120), 12)
    try:
        return [file.is_written(slot) for slot in range(12)]
    finally:
        file.close()


def test_a_tomosynthesis_is_decoded_slice_by_slice_until_all_are_there(ahead, cache, volume):
    ahead.want([volume])
    assert ahead.wait(PATIENCE_S)
    assert all(_written(cache, volume))


def test_an_image_that_is_wanted_beside_a_tomosynthesis_comes_before_its_last_slices(
    ahead, watched, volume, tmp_path
):
    view = write_view(tmp_path / "view.dcm", smooth_breast(1))
    ahead.want([volume, view])
    assert ahead.wait(PATIENCE_S)
    # Eight slices, the view, and the other four.
    assert [asked == cache_key(view) for asked in watched.asked] == [False, True, False]


@pytest.mark.invariant(9)
def test_nothing_private_escapes_slices_that_were_decoded_go_with_their_exam(ahead, cache, volume):
    ahead.want([volume])
    assert ahead.wait(PATIENCE_S)
    ahead.forget([volume])
    assert not any(_written(cache, volume))


def test_a_damaged_slice_is_left_out_and_the_others_are_decoded_ahead(ahead, cache, tmp_path):
    frames = [breast_slice((200, 120), n) for n in range(1, 13)]
    path = write_stack(tmp_path / "spoiled.dcm", frames, "JPEG-LS", spoiled=[6])
    whole, files = volume_of(path)
    stored = replace(files[whole.image.sop_instance_uid], volume=StoredVolume(whole, files))
    ahead.want([stored])
    assert ahead.wait(PATIENCE_S)
    assert _written(cache, stored) == [n != 5 for n in range(12)]
