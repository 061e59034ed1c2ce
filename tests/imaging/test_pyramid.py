"""Levels on disk: whole or refused."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.imaging.frames import shrink_to
from klarsyn.imaging.levels import build_levels
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.pyramid_file import HEADER_BYTES, BrokenPyramid, pyramid_bytes, write_pyramid


def random_pixels(rows: int = 600, columns: int = 410) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 65536, (rows, columns), dtype=np.uint16)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "one.pyramid"
    write_pyramid(path, random_pixels())
    return path


def test_every_level_is_half_of_the_one_before(file):
    with Pyramid.open(file) as pyramid:
        assert [level.shape for level in pyramid.levels] == [(600, 410), (300, 205), (150, 103)]
        assert np.array_equal(pyramid.levels[0], random_pixels())
        for larger, smaller in zip(pyramid.levels, pyramid.levels[1:], strict=False):
            assert np.array_equal(smaller, shrink_to(larger, smaller.shape))


def test_levels_are_mapped_and_cannot_be_written(file):
    with Pyramid.open(file) as pyramid:
        assert pyramid.is_mapped
        with pytest.raises(ValueError, match="read-only"):
            pyramid.levels[0][0, 0] = 1


def test_levels_in_memory_cannot_be_written_and_leave_the_givers_alone():
    pixels = random_pixels()
    pyramid = Pyramid.in_memory(build_levels(pixels))
    with pytest.raises(ValueError, match="read-only"):
        pyramid.levels[0][0, 0] = 1
    pixels[0, 0] = 1
    assert not pyramid.is_mapped


def test_a_level_outlives_its_pyramid(file):
    pyramid = Pyramid.open(file)
    level = pyramid.levels[0]
    pyramid.close()
    pyramid.close()
    assert np.array_equal(level, random_pixels())
    assert pyramid.levels == ()


@pytest.mark.parametrize(
    ("scale", "rows"),
    [(3.0, 600), (1.0, 600), (0.51, 600), (0.5, 300), (0.26, 300), (0.25, 150), (0.01, 150)],
)
def test_the_smallest_level_that_is_still_sharp_is_drawn(file, scale, rows):
    with Pyramid.open(file) as pyramid:
        assert pyramid.level_for(scale).shape[0] == rows


def test_a_closed_pyramid_says_what_to_do(file):
    pyramid = Pyramid.open(file)
    pyramid.close()
    with pytest.raises(ValueError, match="Ask the cache"):
        pyramid.level_for(1)


@given(rows=st.integers(1, 700), columns=st.integers(1, 700))
def test_the_length_is_known_before_and_every_shape_comes_back(tmp_path_factory, rows, columns):
    path = tmp_path_factory.mktemp("pyramid") / "one"
    pixels = random_pixels(rows, columns)
    write_pyramid(path, pixels)
    assert path.stat().st_size == pyramid_bytes(pixels.shape)
    with Pyramid.open(path) as pyramid:
        assert np.array_equal(pyramid.levels[0], pixels)


@pytest.mark.parametrize("length", [0, 1, 100, 300, 5000, -1])
def test_a_file_cut_anywhere_is_refused(file, length):
    content = file.read_bytes()
    file.write_bytes(content[:length])
    with pytest.raises(BrokenPyramid, match="cut"):
        Pyramid.open(file)


def test_a_file_with_something_behind_it_is_refused(file):
    with file.open("ab") as handle:
        handle.write(b"more")
    with pytest.raises(BrokenPyramid, match="long"):
        Pyramid.open(file)


@given(position=st.integers(0, HEADER_BYTES - 1), bit=st.integers(0, 7))
def test_every_flipped_bit_of_the_header_is_noticed(tmp_path_factory, position, bit):
    path = tmp_path_factory.mktemp("pyramid") / "one"
    write_pyramid(path, random_pixels(8, 8))
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << bit
    path.write_bytes(content)
    with pytest.raises(BrokenPyramid):
        Pyramid.open(path)


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.invariant(4)
def test_grey_values_are_honest_one_rotten_bit_of_any_level_is_refused(file, level):
    content = bytearray(file.read_bytes())
    with Pyramid.open(file) as pyramid:
        wanted = pyramid.levels[level].tobytes()
    content[content.index(wanted) + len(wanted) // 2] ^= 4
    file.write_bytes(content)
    with pytest.raises(BrokenPyramid, match="other pixels"):
        Pyramid.open(file)


def test_another_version_is_refused_and_named(file):
    content = bytearray(file.read_bytes())
    header = bytearray(content[:340])
    struct.pack_into("<H", header, 8, 99)
    content[:344] = header + struct.pack("<I", zlib.crc32(header))
    file.write_bytes(content)
    with pytest.raises(BrokenPyramid, match="version \\(99\\)"):
        Pyramid.open(file)


def test_a_missing_file_is_missing_and_not_broken(tmp_path):
    with pytest.raises(FileNotFoundError):
        Pyramid.open(tmp_path / "none")


def test_facts_come_back_beside_the_levels(tmp_path):
    path = tmp_path / "one.pyramid"
    write_pyramid(path, random_pixels(), facts=b"who knows")
    assert path.stat().st_size == pyramid_bytes((600, 410), b"who knows")
    with Pyramid.open(path) as pyramid:
        assert pyramid.facts == b"who knows"
        assert np.array_equal(pyramid.levels[0], random_pixels())


@pytest.mark.invariant(4)
@given(position=st.integers(-9, -1), bit=st.integers(0, 7))
def test_grey_values_are_honest_one_rotten_bit_of_the_facts_is_refused(tmp_path_factory, position, bit):
    path = tmp_path_factory.mktemp("pyramid") / "one"
    write_pyramid(path, random_pixels(8, 8), facts=b"who knows")
    content = bytearray(path.read_bytes())
    content[position] ^= 1 << bit
    path.write_bytes(content)
    with pytest.raises(BrokenPyramid, match="other facts"):
        Pyramid.open(path)
