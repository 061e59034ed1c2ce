"""Frames of one file, any of them from any thread; one that is missing or damaged spoils no other."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tomo_files
from pydicom import uid
from slice_table import read_slices
from tomo_files import encoded, pixels, tomosynthesis

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.frame_check import damaged_frames
from klarsyn.dicom.frame_reader import FrameReader
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.pixels import map_frame, read_frame
from klarsyn.domain.volumes import volume_of_image

PLAIN = [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian]
CODED = [
    uid.RLELossless,
    uid.JPEGLSLossless,
    uid.JPEGLosslessSV1,
    uid.JPEG2000Lossless,
    uid.HTJ2KLossless,
]
MANY = 60
named = {"ids": lambda value: getattr(value, "name", str(value))[:24]}


@pytest.mark.parametrize("syntax", [*PLAIN, uid.DeflatedExplicitVRLittleEndian, *CODED], **named)
def test_sixty_frames_come_as_they_were_stored_from_eight_threads_at_once(tmp_path: Path, syntax) -> None:
    values = pixels(MANY)
    path = tomo_files.write(tmp_path / "x", tomosynthesis(values), syntax)
    with FrameReader(path) as reader, ThreadPoolExecutor(8) as pool:
        assert (reader.frames, reader.announced) == (MANY, MANY)
        order = [*range(MANY, 0, -1), *range(1, MANY + 1)]
        for frame, found in zip(order, pool.map(reader.read, order), strict=True):
            assert found.dtype == np.uint16
            assert np.array_equal(found, values[frame - 1])
        assert np.array_equal(read_frame(path, 7), values[6])


@pytest.mark.parametrize("table", ["basic", "none", "extended"])
@pytest.mark.parametrize("syntax", CODED, **named)
def test_frames_are_found_by_any_offset_table_and_by_none(tmp_path: Path, syntax, table: str) -> None:
    values = pixels(6)
    path = tomo_files.write(tmp_path / "x", tomosynthesis(values), syntax, table=table)
    with FrameReader(path) as reader:
        assert np.array_equal(np.stack([reader.read(n) for n in range(1, 7)]), values)


@pytest.mark.parametrize("table", ["basic", "none"])
@pytest.mark.parametrize("syntax", [uid.JPEGLSLossless, uid.JPEG2000Lossless], **named)
def test_a_frame_in_several_fragments_is_put_together(tmp_path: Path, syntax, table: str) -> None:
    values = pixels(6)
    path = tomo_files.write(tmp_path / "x", tomosynthesis(values), syntax, table=table, pieces=3)
    with FrameReader(path) as reader:
        assert np.array_equal(np.stack([reader.read(n) for n in range(1, 7)]), values)


def test_an_offset_table_full_of_zeros_is_not_believed(tmp_path: Path) -> None:
    values = pixels(4)
    path = tomo_files.write(tmp_path / "x", tomosynthesis(values), uid.JPEGLSLossless)
    content = path.read_bytes()
    start = content.index(b"\xe0\x7f\x10\x00OB") + 12 + 8
    path.write_bytes(content[:start] + bytes(16) + content[start + 16 :])
    with FrameReader(path) as reader:
        assert np.array_equal(np.stack([reader.read(n) for n in range(1, 5)]), values)


def test_uncompressed_frames_are_mapped_without_a_copy_and_compressed_ones_are_not(tmp_path: Path) -> None:
    values = pixels(4)
    with FrameReader(tomo_files.write(tmp_path / "x", tomosynthesis(values))) as reader:
        mapped = reader.map(3)
        assert mapped is not None
        assert not mapped.flags.writeable
    # A frame that was mapped outlives its reader.
    assert np.array_equal(mapped, values[2])
    with FrameReader(tomo_files.write(tmp_path / "y", tomosynthesis(values), uid.JPEGLSLossless)) as reader:
        assert reader.map(3) is None


def test_signed_frames_come_signed(tmp_path: Path) -> None:
    ds = tomosynthesis(PixelRepresentation=1)
    stored = (pixels(5).astype(np.int16) - 512).astype("<i2")
    ds.PixelData = stored.tobytes()
    with FrameReader(tomo_files.write(tmp_path / "x", ds)) as reader:
        assert np.array_equal(reader.read(5), stored[4])
        assert reader.map(5) is None


@pytest.mark.parametrize("syntax", CODED, **named)
def test_a_corrupt_frame_is_named_and_the_others_are_read(tmp_path: Path, syntax) -> None:
    values = pixels(5)
    coded = [encoded(one, syntax) for one in values]
    coded[2] = b"\0" * 64
    path = tomo_files.write(tmp_path / "x", tomosynthesis(values), syntax, frames=coded)
    with FrameReader(path) as reader:
        with pytest.raises(UnreadableFile, match=r"^Frame 3 "):
            reader.read(3)
        for frame in (1, 2, 4, 5):
            assert np.array_equal(reader.read(frame), values[frame - 1])
    assert damaged_frames(path) == (3,)


def test_a_stack_of_which_nothing_can_be_decoded_is_refused(tmp_path: Path) -> None:
    path = tomo_files.write(tmp_path / "x", tomosynthesis(), uid.JPEGLSLossless, frames=[b"\0" * 64] * 5)
    with pytest.raises(UnreadableFile, match=r"^Frame 1 "):
        damaged_frames(path)


def test_a_jpeg_2000_frame_that_breaks_off_is_found_without_decoding_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coded = [encoded(one, uid.JPEG2000Lossless) for one in pixels(5)]
    coded[3] = coded[3][: len(coded[3]) // 3] + b"\0" * (len(coded[3]) % 2)
    path = tomo_files.write(tmp_path / "x", tomosynthesis(), uid.JPEG2000Lossless, frames=coded)
    asked: list[int] = []
    read = FrameReader.read

    def asking(reader: FrameReader, frame: int) -> np.ndarray:
        asked.append(frame)
        return read(reader, frame)

    monkeypatch.setattr(FrameReader, "read", asking)
    assert damaged_frames(path) == (4,)
    assert asked == [1, 4]


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLSLossless], **named)
@pytest.mark.parametrize("cut", [0.35, 0.6, 0.9])
def test_a_stack_that_breaks_off_shows_the_slices_that_are_there(tmp_path: Path, syntax, cut: float) -> None:
    values = pixels(20)
    path = tomo_files.write(tmp_path / "x", tomosynthesis(values), syntax)
    content = path.read_bytes()
    start = content.index(b"\xe0\x7f\x10\x00O")
    path.write_bytes(content[: start + int((len(content) - start) * cut)])
    image = read_instance(path).image
    there = image.frames
    assert there == pytest.approx(20 * cut, abs=1.5)
    told = next(n.text for n in image.notices if n.code == "frames-missing")
    assert told.startswith(f"The file announces 20 slices and holds {there}: {20 - there} are missing.")
    assert len(read_slices(path).slices) == there
    with FrameReader(path) as reader:
        assert np.array_equal(reader.read(there), values[there - 1])
        with pytest.raises(UnreadableFile, match=f"Frame {there + 1} of 20 is missing"):
            reader.read(there + 1)
    with pytest.raises(UnreadableFile, match="is missing"):
        read_frame(path, 20)
    assert np.array_equal(read_frame(path, there), values[there - 1])


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEG2000Lossless], **named)
def test_more_frames_announced_than_described_and_stored_are_told(tmp_path: Path, syntax) -> None:
    path = tomo_files.write(tmp_path / "x", tomosynthesis(NumberOfFrames=9), syntax)
    image = read_instance(path).image
    assert image.frames == 5
    assert {n.code for n in image.notices} == {"frames-disagree", "frames-missing"}


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLSLossless], **named)
@pytest.mark.parametrize("announced", [1, 3, None])
def test_fewer_frames_announced_than_described_and_stored_lose_no_slice(
    tmp_path: Path, syntax, announced: int | None
) -> None:
    path = tomo_files.write(tmp_path / "x", tomosynthesis(NumberOfFrames=announced), syntax)
    image = read_instance(path).image
    assert image.frames == 5
    assert [n.code for n in image.notices] == ["frames-disagree"]
    assert np.array_equal(read_frame(path, 5), pixels(5)[4])


def test_pixels_beyond_all_that_is_announced_are_told_and_not_shown(tmp_path: Path) -> None:
    ds = tomosynthesis(NumberOfFrames=3)
    ds.PerFrameFunctionalGroupsSequence = ds.PerFrameFunctionalGroupsSequence[:3]
    image = read_instance(tomo_files.write(tmp_path / "x", ds)).image
    assert image.frames == 3
    assert [n.code for n in image.notices] == ["frames-beyond"]


def test_rows_that_do_not_fit_the_pixels_are_refused_as_of_any_image(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="more than the header announces"):
        read_instance(tomo_files.write(tmp_path / "x", tomosynthesis(Rows=15)))


def test_a_stack_without_one_whole_slice_is_refused(tmp_path: Path) -> None:
    ds = tomosynthesis()
    ds.PixelData = ds.PixelData[:100]
    with pytest.raises(UnreadableFile, match="too short"):
        read_instance(tomo_files.write(tmp_path / "x", ds))


def test_a_frame_that_was_never_announced_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with FrameReader(tomo_files.write(tmp_path / "x", tomosynthesis())) as reader:
        for frame in (0, 6):
            with pytest.raises(ValueError, match=f"no frame {frame}"):
                reader.read(frame)
    with pytest.raises(ValueError, match="closed"):
        reader.read(1)


def test_map_frame_names_a_missing_frame_too(tmp_path: Path) -> None:
    path = tomo_files.write(tmp_path / "x", tomosynthesis(NumberOfFrames=9))
    assert map_frame(path, 5) is not None
    with pytest.raises(UnreadableFile, match="Frame 9 of 9 is missing"):
        map_frame(path, 9)


def test_what_is_missing_at_the_end_of_a_file_leaves_a_stack_by_position(tmp_path: Path) -> None:
    ds = tomo_files.reordered(tomosynthesis(), [4, 2, 0, 3, 1])
    ds.PixelData = ds.PixelData[: 3 * tomo_files.ROWS * tomo_files.COLUMNS * 2]
    volume = volume_of_image(read_instance(tomo_files.write(tmp_path / "x", ds)).image)
    assert [one.frame for one in volume.slices] == [3, 2, 1]
