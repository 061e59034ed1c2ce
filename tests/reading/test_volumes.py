"""Tomosynthesis from its files to a stack: by position, whole, each slice by its own grey scale."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from pydicom import dcmread
from stack_files import CODECS, breast_slice, volume_of, write_stack

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.volume import Slice, Volume
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.slab import SlabKind, SlabRefused
from klarsyn.imaging.stack import SliceState
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.volume_frames import VolumeFrames
from klarsyn.reading.volumes import VolumeLoader
from klarsyn.reading.volumes_ahead import Filled, fill_volume

SHAPE = (320, 200)
GIB = 1 << 30
HEIGHTS = [4.0, 1.0, 3.0, 0.0, 2.0]
"""Of frames 1 to 5: the reader scrolls 4, 2, 5, 3, 1."""


def frames(count: int = 5, air: int = 0) -> list[np.ndarray]:
    return [breast_slice(SHAPE, n, air) for n in range(1, count + 1)]


def in_order(pictures: list[np.ndarray]) -> list[np.ndarray]:
    return [pictures[n] for n in np.argsort(HEIGHTS)]


def all_told(stack) -> None:
    told = threading.Condition()

    def tell(_: int) -> None:
        with told:
            told.notify_all()

    stack.on_ready(tell)
    with told:
        assert told.wait_for(
            lambda: all(stack.state(n) is not SliceState.WAITING for n in range(stack.count)), 20
        )


@pytest.fixture
def cache(tmp_path):
    return DisplayCache(tmp_path / "cache", GIB)


@pytest.fixture
def loader(cache):
    loader = VolumeLoader(cache)
    yield loader
    loader.close()


@pytest.mark.parametrize("codec", CODECS)
def test_slices_stand_in_the_order_of_their_positions_whatever_their_frame_numbers(tmp_path, loader, codec):
    path = write_stack(tmp_path / "a.dcm", frames(), codec, HEIGHTS)
    loaded = loader.load(*volume_of(path))
    stack = loaded.stack
    all_told(stack)
    for index, expected in enumerate(in_order(frames())):
        with stack.pyramid(index) as pyramid:
            assert np.array_equal(pyramid.levels[0], expected)
    mean = np.rint(np.mean(in_order(frames())[1:4], axis=0, dtype=np.float64)).astype(np.uint16)
    assert np.array_equal(stack.slab(2, 3, SlabKind.MEAN).levels[0], mean)
    stack.close()


def test_what_hangs_is_the_middle_slice_with_what_all_slices_have_in_common(tmp_path, loader):
    volume, files = volume_of(write_stack(tmp_path / "a.dcm", frames(), heights=HEIGHTS))
    loaded = loader.load(volume, files)
    assert np.array_equal(loaded.loaded.pyramid.levels[0], in_order(frames())[2])
    assert loaded.loaded.image.frames == 5
    assert loaded.loaded.breast_side == "left"
    loaded.loaded.pyramid.close()
    assert loaded.stack.pyramid(2) is not None
    loaded.stack.close()


def test_each_slice_has_the_window_of_its_own_frame(tmp_path, loader):
    windows = [(100 * n, 50 * n) for n in range(1, 6)]
    path = write_stack(tmp_path / "a.dcm", frames(), heights=HEIGHTS, windows=windows)
    stack = loader.open(*volume_of(path))
    shown = [(w.center, w.width) for n in range(5) for w in stack.grayscale(n).windows]
    assert shown == [windows[n] for n in np.argsort(HEIGHTS)]
    all_told(stack)
    assert stack.slab(2, 5, SlabKind.MEAN).grayscale.windows[0].center == 500
    stack.close()


def test_slices_that_are_scaled_differently_are_shown_but_make_no_slab(tmp_path, loader):
    rescales = [(1, 0), (1, 0), (1, 0), (2, 0), (1, 0)]
    path = write_stack(tmp_path / "a.dcm", frames(), heights=HEIGHTS, rescales=rescales)
    stack = loader.open(*volume_of(path))
    all_told(stack)
    assert stack.grayscale(0).rescale_slope == 2
    with pytest.raises(SlabRefused):
        stack.slab(1, 3, SlabKind.MEAN)
    assert stack.slab(3, 3, SlabKind.MEAN) is not None
    stack.close()


def test_padding_is_kept_apart_in_levels_and_slabs(tmp_path, loader):
    pictures = frames(3, air=7)
    path = write_stack(tmp_path / "a.dcm", pictures, padding=7)
    stack = loader.open(*volume_of(path))
    all_told(stack)
    small = stack.slab(1, 3, SlabKind.MEAN).levels[1]
    values = set(np.unique(small).tolist())
    assert 7 in values
    assert min(values - {7}) > 500
    stack.close()


def test_a_corrupt_slice_in_the_middle_is_named_and_another_one_hangs(tmp_path, loader):
    path = write_stack(tmp_path / "a.dcm", frames(), "JPEG-LS", HEIGHTS, spoiled=[5])
    loaded = loader.load(*volume_of(path))
    stack = loaded.stack
    all_told(stack)
    assert [stack.state(n) is SliceState.READY for n in range(5)] == [True, True, False, True, True]
    assert stack.trouble(2).startswith("Slice 3 cannot be shown. ")
    assert "Frame 5" in stack.trouble(2)
    assert any(np.array_equal(loaded.loaded.pyramid.levels[0], in_order(frames())[n]) for n in (1, 3))
    stack.close()


def test_a_volume_without_any_slice_that_can_be_decoded_says_so(tmp_path, loader):
    path = write_stack(tmp_path / "a.dcm", frames(), "JPEG-LS", HEIGHTS, spoiled=[1, 2, 3, 4, 5])
    with pytest.raises(UnreadableFile, match="No slice of this view can be shown"):
        loader.load(*volume_of(path))


def split(tmp_path, count: int = 4) -> tuple[Volume, dict]:
    """A volume of one file for each slice, as old units send it."""
    files, slices, image = {}, [], None
    for n in range(count):
        volume, stored = volume_of(write_stack(tmp_path / f"{n}.dcm", [breast_slice(SHAPE, n)], "JPEG-LS"))
        image = image or volume.image
        (uid,) = stored
        files |= stored
        slices.append(Slice(uid, 1, float(n)))
    return Volume(image, tuple(slices), 1.0, 1.0), files


def test_a_loader_that_closes_before_the_first_slice_is_decoded_keeps_nobody_waiting(
    tmp_path, loader, monkeypatch
):
    begun, let = threading.Event(), threading.Event()
    decode = VolumeFrames.decode

    def held(frames, one):
        begun.set()
        assert let.wait(20)
        return decode(frames, one)

    monkeypatch.setattr(VolumeFrames, "decode", held)
    volume, files = volume_of(write_stack(tmp_path / "a.dcm", frames(), "JPEG-LS", HEIGHTS))
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(loader.load, volume, files)
        assert begun.wait(20)
        closing = pool.submit(loader.close)
        try:
            # While the decode that is under way still runs.
            with pytest.raises(UnreadableFile, match="closed before"):
                waiting.result(20)
        finally:
            let.set()
        closing.result(20)
    # The loader may be used again.
    again = loader.load(volume, files)
    all_told(again.stack)
    again.stack.close()


def test_slices_whose_file_is_not_there_are_named_and_the_others_shown(tmp_path, loader):
    volume, files = split(tmp_path)
    gone = dict(files)
    del gone[volume.slices[1].sop_instance_uid]
    gone[volume.slices[3].sop_instance_uid].path.unlink()
    stack = loader.open(volume, gone)
    all_told(stack)
    assert [stack.state(n).value for n in range(4)] == ["ready", "unreadable", "ready", "unreadable"]
    assert (
        stack.trouble(1)
        == "Slice 2 cannot be shown. Its file is not in Klarsyn's folder. Import the exam again."
    )
    stack.close()
    with pytest.raises(UnreadableFile):
        loader.open(volume, {})


def test_one_slice_is_a_stack_as_well(tmp_path, loader):
    stack = loader.load(*volume_of(write_stack(tmp_path / "a.dcm", frames(1)))).stack
    assert stack.count == 1
    assert np.array_equal(stack.slab(0, 10, SlabKind.MEAN).levels[0], frames(1)[0])
    stack.close()


def test_a_slow_slice_has_a_preview_first(tmp_path, cache):
    path = write_stack(tmp_path / "a.dcm", frames(3), "JPEG 2000")

    class Here(DecoderProcesses):
        """Runs in this process: what is asked matters here."""

        def __init__(self) -> None:
            super().__init__(1)
            self.asked: list = []

        def submit(self, work, /, *args, **kwargs):
            from concurrent.futures import Future

            self.asked.append(args)
            done: Future = Future()
            done.set_result(work(*args, **kwargs))
            return done

    looks = Here()
    loader = VolumeLoader(cache, looks)
    stack = loader.open(*volume_of(path))
    all_told(stack)
    assert looks.asked[0] == (path, 2, 2)
    assert not stack.pyramid(1).is_preview
    stack.close()
    # Decoded already: no preview is asked for.
    looks.asked.clear()
    stack = loader.load(*volume_of(path)).stack
    all_told(stack)
    assert looks.asked == []
    stack.close()
    loader.close()


def test_another_process_fills_a_few_slices_a_call_the_middle_one_first(tmp_path, cache, loader):
    volume, files = volume_of(write_stack(tmp_path / "a.dcm", frames(), "JPEG-LS", HEIGHTS))
    folder = cache._files.folder
    assert fill_volume(folder, GIB, volume, files, most=2) == Filled(3)
    (uid,) = files
    file = cache.volume(f"{files[uid].sha256}:volume-5", SHAPE, 5)
    # Frame 5 lies in the middle, frame 3 above it.
    assert [file.is_written(n) for n in range(5)] == [False, False, True, False, True]
    file.close()
    assert fill_volume(folder, GIB, volume, files, most=9) == Filled(0)
    assert fill_volume(folder, GIB, volume, files) == Filled(0)
    # The reader's own process then decodes nothing.
    files[uid].path.write_bytes(files[uid].path.read_bytes().replace(b"\xff\xf7", b"\x00\x00"))
    stack = loader.open(volume, files)
    all_told(stack)
    assert all(np.array_equal(stack.pyramid(n).levels[0], p) for n, p in enumerate(in_order(frames())))
    stack.close()


def test_filling_goes_past_a_corrupt_slice_and_stops_without_room(tmp_path, cache):
    volume, files = volume_of(write_stack(tmp_path / "a.dcm", frames(), "JPEG-LS", HEIGHTS, spoiled=[5]))
    assert fill_volume(cache._files.folder, GIB, volume, files) == Filled(0, "UnreadableFile")
    assert fill_volume(tmp_path / "small", 1000, volume, files) == Filled(0, "no room")
    (uid,) = files
    files[uid].path.write_bytes(b"nothing")
    assert fill_volume(cache._files.folder, GIB, volume, files) == Filled(0, "UnreadableFile")


def test_filling_runs_in_a_process_of_its_own(tmp_path, cache):
    volume, files = volume_of(write_stack(tmp_path / "a.dcm", frames(), "JPEG-LS", HEIGHTS))
    processes = DecoderProcesses(1)
    try:
        done = processes.submit(fill_volume, cache._files.folder, GIB, volume, files)
        assert done.result(timeout=60) == Filled(0)
    finally:
        processes.close()


def test_no_slice_needs_the_position_bar_to_be_decoded(tmp_path, loader):
    """Frames without positions stand as the file has them."""
    path = write_stack(tmp_path / "a.dcm", frames(3))
    ds = dcmread(path)
    for groups in ds.PerFrameFunctionalGroupsSequence:
        del groups.PlanePositionSequence
    ds.save_as(path)
    stack = loader.open(*volume_of(path))
    all_told(stack)
    assert all(np.array_equal(stack.pyramid(n).levels[0], p) for n, p in enumerate(frames(3)))
    stack.close()
