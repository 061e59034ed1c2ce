"""The display cache: bounded, shared, and never in the way of the image."""

import errno
import os
import threading

import numpy as np
import pytest
from structlog.testing import capture_logs

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.imaging import cache as cache_module
from klarsyn.imaging import cache_folder
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.pyramid_file import pyramid_bytes

SHAPE = (300, 280)
ONE = pyramid_bytes(SHAPE)
GIB = 1 << 30


def pixels(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 65536, SHAPE, dtype=np.uint16)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def images(dicom_file):
    """Paths of four images, in order of their seeds."""
    return [dicom_file(pixels(n)) for n in range(4)]


def is_whole(pyramid, seed: int) -> bool:
    return np.array_equal(pyramid.levels[0], pixels(seed))


def test_an_image_is_decoded_once_and_mapped_from_then_on(folder, images, monkeypatch):
    cache = DisplayCache(folder, GIB)
    assert cache.get("a") is None
    with cache.ensure("a", images[0]) as first:
        assert first.is_mapped
        assert is_whole(first, 0)
    monkeypatch.setattr(cache_module, "load_index_frame", None)
    with cache.ensure("a", images[0]) as again:
        assert is_whole(again, 0)


def test_a_restart_finds_what_was_cached(folder, images):
    DisplayCache(folder, GIB).ensure("a", images[0]).close()
    with DisplayCache(folder, GIB).get("a") as pyramid:
        assert is_whole(pyramid, 0)


def test_a_frame_of_its_own_is_an_image_of_its_own(folder, dicom_file):
    path = dicom_file(np.stack([pixels(5), pixels(6)]))
    cache = DisplayCache(folder, GIB)
    with cache.ensure("a:2", path, frame=2) as second:
        assert is_whole(second, 6)


def test_padding_is_kept_apart_on_every_level(folder, dicom_file):
    image = np.full((300, 300), 4000, dtype=np.uint16)
    image[:, :101] = 0
    with DisplayCache(folder, GIB).ensure("a", dicom_file(image), padding=(0, 0)) as pyramid:
        for level in pyramid.levels:
            assert set(np.unique(level)) == {0, 4000}


@pytest.mark.parametrize("key", ["../../outside", "a/b", "C:\\x", "", "å" * 300])
def test_no_key_leads_outside_the_folder(folder, images, key):
    cache = DisplayCache(folder, GIB)
    cache.ensure(key, images[0]).close()
    with cache.get(key) as pyramid:
        assert is_whole(pyramid, 0)
    assert {p.name for p in folder.parent.iterdir() if p.suffix != ".dcm"} == {"cache"}


def test_the_least_recently_used_image_goes_first(folder, images):
    cache = DisplayCache(folder, 2 * ONE)
    cache.ensure("a", images[0]).close()
    cache.ensure("b", images[1]).close()
    cache.get("a").close()
    cache.ensure("c", images[2]).close()
    assert cache.get("b") is None
    with cache.get("a") as a, cache.get("c") as c:
        assert is_whole(a, 0)
        assert is_whole(c, 2)


def test_the_limit_holds_also_while_a_file_is_being_written(folder, images, monkeypatch):
    cache = DisplayCache(folder, 2 * ONE + 100)
    seen = []
    real = cache_folder.write_levels

    def watched(file, levels, facts):
        seen.append(cache.used_bytes)
        real(file, levels, facts)
        seen.append(cache.used_bytes)

    monkeypatch.setattr(cache_folder, "write_levels", watched)
    for n, path in enumerate(images):
        cache.ensure(str(n), path).close()
    assert len(seen) == 8
    assert max(seen) == 2 * ONE == cache.used_bytes


def test_an_image_that_is_looked_at_is_never_evicted(folder, images):
    cache = DisplayCache(folder, 2 * ONE)
    with cache.ensure("a", images[0]) as looked_at:
        for n in (1, 2, 3):
            cache.ensure(str(n), images[n]).close()
        assert is_whole(looked_at, 0)
    with cache.get("a") as again:
        assert again is not None


def test_a_level_that_is_still_drawn_keeps_its_file(folder, images):
    cache = DisplayCache(folder, ONE)
    pyramid = cache.ensure("a", images[0])
    level = pyramid.levels[0]
    pyramid.close()
    cache.ensure("b", images[1]).close()
    assert np.array_equal(level, pixels(0))
    # and once it is dropped the file can go
    del level
    cache.ensure("b", images[1]).close()
    assert cache.get("a") is None


def test_when_everything_is_looked_at_the_next_image_stays_in_memory(folder, images):
    cache = DisplayCache(folder, ONE)
    with cache.ensure("a", images[0]), capture_logs() as logs, cache.ensure("b", images[1]) as second:
        assert not second.is_mapped
        assert is_whole(second, 1)
    assert cache.used_bytes == ONE
    assert "stays in memory" in logs[0]["event"]


def test_a_limit_smaller_than_one_image_evicts_nothing_and_keeps_it_in_memory(folder, images):
    DisplayCache(folder, GIB).ensure("a", images[0]).close()
    with DisplayCache(folder, 1000).ensure("b", images[1]) as pyramid:
        assert not pyramid.is_mapped
        assert is_whole(pyramid, 1)
    assert DisplayCache(folder, GIB).get("a") is not None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
def test_a_full_or_failing_disk_leaves_the_image_in_memory_and_a_line_in_the_log(
    folder, images, monkeypatch, code
):
    cache = DisplayCache(folder, GIB)

    def half(file, levels, facts):
        file.write(b"half")
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(cache_folder, "write_levels", half)
    with capture_logs() as logs, cache.ensure("a", images[0]) as pyramid:
        assert not pyramid.is_mapped
        assert is_whole(pyramid, 0)
    assert [line["problem"] for line in logs] == [os.strerror(code)]
    assert cache.used_bytes == 0
    # and when there is room again, it is cached
    monkeypatch.undo()
    with cache.ensure("a", images[0]) as pyramid:
        assert pyramid.is_mapped


def test_a_cut_cache_file_is_made_again(folder, images):
    cache = DisplayCache(folder, GIB)
    cache.ensure("a", images[0]).close()
    (file,) = folder.glob("*.pyramid")
    file.write_bytes(file.read_bytes()[:-7])
    with capture_logs() as logs:
        assert cache.get("a") is None
    assert "broken" in logs[0]["event"]
    with cache.ensure("a", images[0]) as pyramid:
        assert is_whole(pyramid, 0)
        assert pyramid.is_mapped


def test_a_file_that_cannot_be_decoded_is_refused_and_leaves_nothing(folder, tmp_path):
    text = tmp_path / "text.dcm"
    text.write_text("no image")
    cache = DisplayCache(folder, GIB)
    with pytest.raises(UnreadableFile):
        cache.ensure("a", text)
    assert cache.used_bytes == 0


def test_many_threads_that_want_one_image_decode_it_once(folder, images, monkeypatch):
    cache = DisplayCache(folder, GIB)
    decoded = []
    real = cache_module.load_index_frame
    monkeypatch.setattr(cache_module, "load_index_frame", lambda *a: (decoded.append(a), real(*a))[1])
    start = threading.Barrier(8)
    whole = []

    def want():
        start.wait()
        with cache.ensure("a", images[0]) as pyramid:
            whole.append(is_whole(pyramid, 0))

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert whole == [True] * 8
    assert len(decoded) == 1


def test_an_image_that_somebody_waits_for_is_shown_before_it_is_written(folder, images, monkeypatch):
    cache = DisplayCache(folder, GIB)
    may_write = threading.Event()
    real = cache_folder.write_levels
    monkeypatch.setattr(cache_folder, "write_levels", lambda *a: (may_write.wait(), real(*a)))
    # Given a disk that does not answer
    with cache.ensure("a", images[0], wait=False) as first, cache.get("a") as second:
        assert is_whole(first, 0)
        assert is_whole(second, 0)
        assert not first.is_mapped
    # when it does
    may_write.set()
    cache.close()
    # then the image is cached
    with cache.get("a") as pyramid:
        assert pyramid.is_mapped
        assert is_whole(pyramid, 0)


def test_what_is_written_behind_waits_until_nobody_waits_for_an_image(folder, images, monkeypatch):
    cache = DisplayCache(folder, GIB, quiet_s=0)
    decoding, may_decode = threading.Event(), threading.Event()
    real = cache_module.load_index_frame

    def slow(path, frame):
        if path == images[1]:
            decoding.set()
            may_decode.wait()
        return real(path, frame)

    monkeypatch.setattr(cache_module, "load_index_frame", slow)
    write = cache_folder.write_levels
    nobody_waited = []
    monkeypatch.setattr(
        cache_folder, "write_levels", lambda *a: (nobody_waited.append(may_decode.is_set()), write(*a))
    )
    # Given a reader who waits for the second image
    reader = threading.Thread(target=lambda: cache.ensure("b", images[1], wait=False).close())
    reader.start()
    decoding.wait()
    # when the first is decoded meanwhile
    cache.ensure("a", images[0], wait=False).close()
    may_decode.set()
    reader.join()
    cache.close()
    # then both are written, and only after the reader has got it
    assert nobody_waited == [True, True]


def test_closing_does_not_wait_for_quiet(folder, images):
    cache = DisplayCache(folder, GIB, quiet_s=1e6)
    cache.ensure("a", images[0], wait=False).close()
    cache.close()
    assert cache.used_bytes == ONE


def test_what_was_made_of_a_forgotten_file_is_deleted_and_nothing_else(folder, images, dicom_file):
    cache = DisplayCache(folder, GIB)
    stack = dicom_file(np.stack([pixels(5), pixels(6)]))
    cache.ensure("gone:1", stack, frame=1).close()
    cache.ensure("gone:2", stack, frame=2).close()
    cache.ensure("kept:1", images[0]).close()
    cache.forget("gone")
    assert [cache.has(key) for key in ("gone:1", "gone:2", "kept:1")] == [False, False, True]
    assert cache.used_bytes == ONE


def test_a_forgotten_image_that_is_being_looked_at_goes_and_the_look_stays(folder, images):
    cache = DisplayCache(folder, GIB)
    with cache.ensure("gone:1", images[0]) as pyramid:
        cache.forget("gone")
        assert is_whole(pyramid, 0)
    assert cache.used_bytes == 0


def test_a_forgotten_image_that_the_system_will_not_let_go_goes_at_the_next_start(
    folder, images, monkeypatch
):
    cache = DisplayCache(folder, GIB)
    cache.ensure("gone:1", images[0]).close()
    # Given a system that deletes no mapped file
    monkeypatch.setattr(cache_folder.CacheFolder, "discard", lambda *_: None)
    cache.forget("gone")
    assert cache.has("gone:1")
    monkeypatch.undo()
    assert not DisplayCache(folder, GIB).has("gone:1")
    assert {p.name for p in folder.iterdir()} == {"lock"}


def test_an_image_forgotten_while_it_waits_to_be_written_is_not_written(folder, images):
    cache = DisplayCache(folder, GIB, quiet_s=3600)
    cache.ensure("gone:1", images[0], wait=False).close()
    assert cache.has("gone:1")
    cache.forget("gone")
    cache.close()
    assert not cache.has("gone:1")
    assert cache.used_bytes == 0


@pytest.mark.invariant(4)
def test_grey_values_are_honest_an_image_with_a_rotten_bit_is_decoded_again(folder, images):
    cache = DisplayCache(folder, GIB)
    cache.ensure("a", images[0]).close()
    (file,) = folder.glob("*.pyramid")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with capture_logs() as logs, cache.ensure("a", images[0]) as pyramid:
        assert is_whole(pyramid, 0)
    assert "decoded again" in logs[0]["event"]
