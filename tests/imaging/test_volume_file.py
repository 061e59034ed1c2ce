"""The volume file: whole slot by slot, whatever happens to who writes it."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.levels import build_levels
from klarsyn.imaging.volume_file import CLAIM_S, VolumeFile
from klarsyn.imaging.volume_layout import VolumeLayout, volume_bytes

SHAPE = (300, 130)
GIB = 1 << 30


def levels(slot: int):
    return build_levels(np.random.default_rng(slot).integers(0, 65536, SHAPE, dtype=np.uint16))


def same(found, slot: int) -> bool:
    expected = levels(slot)
    return len(found) == len(expected) and all(map(np.array_equal, found, expected))


@pytest.fixture
def cache(tmp_path):
    return DisplayCache(tmp_path / "cache", GIB)


def path_in(cache):
    (path,) = cache._files.folder.glob("*.volume")
    return path


def test_slots_are_read_as_they_were_written_and_only_those(cache):
    volume = cache.volume("a:volume", SHAPE, 5)
    for slot in (3, 0):
        volume.write(slot, levels(slot))
    assert [volume.is_written(n) for n in range(5)] == [True, False, False, True, False]
    assert volume.read(1) is None
    assert same(volume.read(3), 3)
    with pytest.raises(ValueError):
        volume.read(3)[0][0, 0] = 1
    with pytest.raises(IndexError):
        volume.read(5)


def test_another_opening_sees_what_is_written_meanwhile(cache):
    one, other = cache.volume("a:volume", SHAPE, 4), cache.volume("a:volume", SHAPE, 4)
    assert not other.is_written(2)
    one.write(2, levels(2))
    assert same(other.read(2), 2)
    one.close()
    held = other.read(2)
    other.close()
    assert same(held, 2)


def test_an_unwritten_volume_takes_no_room_on_the_disk_but_counts_in_full(cache):
    volume = cache.volume("a:volume", (2457, 1996), 60)
    assert cache.used_bytes == volume_bytes((2457, 1996), 60)
    if os.name != "nt":
        assert path_in(cache).stat().st_blocks * 512 < 1_000_000
    volume.close()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_spoiled_slot_is_not_shown_and_the_others_are(tmp_path_factory, data):
    cache = DisplayCache(tmp_path_factory.mktemp("v") / "cache", GIB)
    volume = cache.volume("a:volume", SHAPE, 3)
    for slot in range(3):
        volume.write(slot, levels(slot))
    layout = VolumeLayout(SHAPE, 3)
    level = data.draw(st.integers(0, len(layout.shapes) - 1))
    size = 2 * layout.shapes[level][0] * layout.shapes[level][1]
    offset = layout.of_slot(1)[level] + data.draw(st.integers(0, size - 1))
    with path_in(cache).open("r+b") as file:
        file.seek(offset)
        (was,) = file.read(1)
        file.seek(offset)
        file.write(bytes([was ^ data.draw(st.integers(1, 255))]))
    assert volume.read(1) is None
    # It is emptied, for everybody, and may be written again.
    assert not volume.is_written(1)
    assert same(volume.read(0), 0)
    assert same(volume.read(2), 2)
    volume.write(1, levels(1))
    assert same(volume.read(1), 1)
    volume.close()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 127), st.integers(1, 255))
def test_a_spoiled_entry_is_no_slot_or_the_right_one(tmp_path_factory, place, flip):
    cache = DisplayCache(tmp_path_factory.mktemp("v") / "cache", GIB)
    volume = cache.volume("a:volume", SHAPE, 2)
    volume.write(0, levels(0))
    with path_in(cache).open("r+b") as file:
        file.seek(VolumeLayout(SHAPE, 2).entry(0) + place)
        (was,) = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([was ^ flip]))
    found = volume.read(0)
    assert found is None or same(found, 0)
    volume.close()


@pytest.mark.parametrize("damage", ["header", "cut", "longer", "empty"])
def test_a_broken_file_is_made_again(cache, damage):
    volume = cache.volume("a:volume", SHAPE, 2)
    volume.write(0, levels(0))
    volume.close()
    path = path_in(cache)
    with path.open("r+b") as file:
        if damage == "header":
            file.seek(9)
            file.write(b"x")
        else:
            file.truncate({"cut": path.stat().st_size - 1, "longer": path.stat().st_size + 1}.get(damage, 0))
    again = cache.volume("a:volume", SHAPE, 2)
    assert not again.is_written(0)
    again.write(0, levels(0))
    assert same(again.read(0), 0)


def test_a_volume_in_use_is_not_evicted_and_one_that_is_not_goes_first(tmp_path):
    one = volume_bytes(SHAPE, 2)
    cache = DisplayCache(tmp_path / "cache", 2 * one)
    first, second = cache.volume("a:volume", SHAPE, 2), cache.volume("b:volume", SHAPE, 2)
    first.write(0, levels(0))
    # Both are in use: there is no room for a third.
    assert cache.volume("c:volume", SHAPE, 2) is None
    second.close()
    third = cache.volume("c:volume", SHAPE, 2)
    assert third is not None
    assert same(first.read(0), 0)
    first.close()
    third.close()
    back = cache.volume("a:volume", SHAPE, 2)
    assert same(back.read(0), 0)


def test_levels_that_somebody_holds_keep_a_closed_volume_from_eviction(tmp_path):
    cache = DisplayCache(tmp_path / "cache", volume_bytes(SHAPE, 2))
    volume = cache.volume("a:volume", SHAPE, 2)
    volume.write(0, levels(0))
    held = volume.read(0)
    volume.close()
    del volume
    if os.name != "nt":
        assert cache.volume("b:volume", SHAPE, 2) is None
    assert same(held, 0)
    del held
    assert cache.volume("b:volume", SHAPE, 2) is not None


def test_an_exam_that_is_kept_no_longer_takes_its_volumes_with_it(cache):
    for key in ("a:volume", "b:volume"):
        cache.volume(key, SHAPE, 2).close()
    cache.forget("a")
    assert path_in(cache) == cache._files.path_of("b:volume", ".volume")


def test_a_claim_is_seen_by_others_and_passes(cache, monkeypatch):
    volume = cache.volume("a:volume", SHAPE, 2)
    volume.claim(1)
    assert not volume.claimed_elsewhere(1)
    me = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: me + 1)
    assert volume.claimed_elsewhere(1)
    assert not volume.claimed_elsewhere(0)
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + CLAIM_S + 1)
    assert not volume.claimed_elsewhere(1)


PREAMBLE = """
import sys, numpy as np
from pathlib import Path
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.levels import build_levels
def levels(slot):
    return build_levels(np.random.default_rng(slot).integers(0, 65536, (300, 130), dtype=np.uint16))
cache = DisplayCache(Path(sys.argv[1]), 1 << 30)
"""


def start(script: str, *arguments) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + textwrap.dedent(script), *map(str, arguments)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


class Killed(BaseException):
    """What a process that is killed does next: nothing."""


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5), st.integers(0, len(levels(0))), st.floats(0, 1))
def test_a_writer_that_ends_at_any_byte_of_a_slot_leaves_its_finished_slots(
    tmp_path_factory, slot, put, part
):
    cache = DisplayCache(tmp_path_factory.mktemp("v") / "cache", GIB)
    volume = cache.volume("a:volume", SHAPE, 6)
    finished = {1, 4} - {slot}
    for number in finished:
        volume.write(number, levels(number))
    # Given a writer whose system calls end within this one
    real, calls = volume._put, iter(range(100))

    def ends(offset, data):
        if next(calls) == put:
            real(offset, bytes(data)[: int(len(data) * part)])
            raise Killed
        real(offset, data)

    volume._put = ends
    with pytest.raises(Killed):
        volume.write(slot, levels(slot))
    # then whoever comes later finds the finished ones, and the other not or right
    later = cache.volume("a:volume", SHAPE, 6)
    there = {n for n in range(6) if (found := later.read(n)) is not None and same(found, n)}
    assert there - {slot} == finished
    assert {n for n in range(6) if later.is_written(n)} == there
    later.write(slot, levels(slot))
    assert same(later.read(slot), slot)


def test_writers_killed_at_any_moment_leave_only_right_slots(tmp_path):
    script = """
    volume = cache.volume("a:volume", (300, 130), 40)
    for slot in range(int(sys.argv[2]), 40):
        if not volume.is_written(slot):
            volume.write(slot, levels(slot))
        print(slot, flush=True)
    """
    folder = tmp_path / "cache"
    for begin, until in ((0, 3), (20, 27)):
        writers = [start(script, folder, begin), start(script, folder, begin + 2)]
        while int(writers[0].stdout.readline()) < until:
            pass
        for writer in writers:
            writer.kill()
            writer.communicate()
    volume = DisplayCache(folder, GIB).volume("a:volume", SHAPE, 40)
    written = [n for n in range(40) if volume.is_written(n)]
    assert set(written) >= {0, 1, 2, 3, *range(20, 28)}
    assert all(same(volume.read(n), n) for n in written)


def test_neighbours_open_write_and_evict_at_once_and_nobody_sees_a_wrong_slice(tmp_path):
    one = volume_bytes(SHAPE, 4)
    script = f"""
    cache = DisplayCache(Path(sys.argv[1]), {2 * one})
    rng = np.random.default_rng(int(sys.argv[2]))
    for turn in range(25):
        key = int(rng.integers(0, 4))
        volume = cache.volume(f"{{key}}:volume", (300, 130), 4)
        if volume is None:
            continue
        for slot in rng.permutation(4)[:2]:
            slot = int(slot)
            found = volume.read(slot)
            if found is None:
                volume.write(slot, levels(10 * key + slot))
                found = volume.read(slot)
            expected = levels(10 * key + slot)
            assert all(map(np.array_equal, found, expected))
        del found
        volume.close()
    """
    neighbours = [start(script, tmp_path / "cache", n) for n in range(2)]
    assert [p.communicate() and p.returncode for p in neighbours] == [0, 0]
    assert DisplayCache(tmp_path / "cache", GIB).used_bytes <= 2 * one


def test_a_volume_file_is_not_opened_in_another_shape(cache):
    cache.volume("a:volume", SHAPE, 2).close()
    from klarsyn.imaging.volume_file import BrokenVolume

    with path_in(cache).open("r+b") as file, pytest.raises(BrokenVolume):
        VolumeFile(file, (SHAPE[1], SHAPE[0]), 2)
