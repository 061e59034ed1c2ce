"""The cache between processes: killed writers, full disks, neighbours."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.pyramid_file import pyramid_bytes

SHAPE = (300, 280)
ONE = pyramid_bytes(SHAPE)
GIB = 1 << 30

PREAMBLE = """
import sys, errno, numpy as np
from pathlib import Path
from klarsyn.base import log
from klarsyn.imaging import cache_folder
from klarsyn.imaging.cache import DisplayCache
log.configure()
folder, *paths = map(Path, sys.argv[1:])
"""


def pixels(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 65536, SHAPE, dtype=np.uint16)


@pytest.fixture
def images(dicom_file):
    return [dicom_file(pixels(n)) for n in range(4)]


def start(script: str, *arguments) -> subprocess.Popen:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + textwrap.dedent(script), *map(str, arguments)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


WRITE_HALF_AND_WAIT = """
real = cache_folder.write_levels
def half(file, levels, facts):
    file.write(b"KLSPYR" * 5000)
    file.flush()
    print("half", flush=True)
    sys.stdin.readline()
    real(file, levels, facts)
cache_folder.write_levels = half
DisplayCache(folder, 1 << 30).ensure("a", paths[0]).close()
"""


def test_a_writer_killed_in_the_middle_leaves_nothing_wrong(tmp_path, images):
    folder = tmp_path / "cache"
    # Given a process that has written half of an image
    writer = start(WRITE_HALF_AND_WAIT, folder, images[0])
    assert writer.stdout.readline() == "half\n"
    # when it is killed
    writer.kill()
    writer.communicate()
    assert len(list(folder.glob("*.writing"))) == 1
    # then the next start sweeps what it left, and the image is made again
    cache = DisplayCache(folder, GIB)
    assert cache.used_bytes == 0
    assert cache.get("a") is None
    with cache.ensure("a", images[0]) as pyramid:
        assert np.array_equal(pyramid.levels[0], pixels(0))


def test_a_start_leaves_alone_what_a_living_neighbour_is_writing(tmp_path, images):
    folder = tmp_path / "cache"
    writer = start(WRITE_HALF_AND_WAIT, folder, images[0])
    assert writer.stdout.readline() == "half\n"
    cache = DisplayCache(folder, ONE)
    # The half-written file counts at its full length, and is not evicted for another image.
    assert cache.used_bytes == ONE
    with cache.ensure("b", images[1]) as other:
        assert not other.is_mapped
    writer.communicate("go on\n")
    assert writer.returncode == 0
    with cache.get("a") as pyramid:
        assert np.array_equal(pyramid.levels[0], pixels(0))


def test_writers_killed_at_any_moment_leave_only_whole_images(tmp_path, images):
    folder = tmp_path / "cache"
    script = """
    cache = DisplayCache(folder, 1 << 30)
    n = 0
    while True:
        cache.ensure(str(n), paths[n % 4]).close()
        n += 1
        print(n, flush=True)
    """
    for kills in range(4):
        writer = start(script, folder, *images)
        while int(writer.stdout.readline()) < 3 * kills + 1:
            pass
        writer.kill()
        writer.communicate()
    DisplayCache(folder, GIB)
    assert not list(folder.glob("*.writing"))
    files = list(folder.glob("*.pyramid"))
    assert len(files) >= 10
    for file in files:
        with Pyramid.open(file) as pyramid:
            assert pyramid.levels[0].shape == SHAPE
            assert any(np.array_equal(pyramid.levels[0], pixels(n)) for n in range(4))


def test_an_image_mapped_in_another_process_is_not_evicted(tmp_path, images):
    folder = tmp_path / "cache"
    reader = start(
        """
        pyramid = DisplayCache(folder, 1 << 30).ensure("a", paths[0])
        print("open", flush=True)
        sys.stdin.readline()
        """,
        folder,
        images[0],
    )
    assert reader.stdout.readline() == "open\n"
    cache = DisplayCache(folder, ONE)
    with cache.ensure("b", images[1]) as second:
        assert not second.is_mapped
    reader.communicate("enough\n")
    with cache.ensure("b", images[1]) as second:
        assert second.is_mapped
    assert cache.used_bytes == ONE


def test_neighbours_share_one_cache_within_its_limit(tmp_path, images):
    folder = tmp_path / "cache"
    script = f"""
    cache = DisplayCache(folder, {2 * ONE})
    for n in [0, 1, 2, 3] * 3:
        pixels = np.random.default_rng(n).integers(0, 65536, {SHAPE}, dtype=np.uint16)
        with cache.ensure(str(n), paths[n]) as pyramid:
            assert np.array_equal(pyramid.levels[0], pixels)
        assert cache.used_bytes <= {2 * ONE}
    """
    neighbours = [start(script, folder, *images) for _ in range(3)]
    assert [p.communicate() and p.returncode for p in neighbours] == [0, 0, 0]
    assert DisplayCache(folder, GIB).used_bytes <= 2 * ONE
    assert not list(folder.glob("*.writing"))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_real_refusal_of_the_system_to_write_leaves_the_image_in_memory(tmp_path, images):
    script = f"""
    import resource
    cache = DisplayCache(folder, 1 << 30)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
    with cache.ensure("a", paths[0]) as pyramid:
        assert not pyramid.is_mapped
        assert pyramid.levels[0].shape == {SHAPE}
    assert cache.used_bytes == 0
    """
    process = start(script, tmp_path / "cache", images[0])
    process.communicate()
    assert process.returncode == 0
