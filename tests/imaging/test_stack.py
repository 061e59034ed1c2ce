"""The stack: slices in the order of need, each for itself, nothing waits, nothing wrong is shown."""

import errno
import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.display import GrayscaleParameters, Window
from klarsyn.imaging import slice_files
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.decoding_crew import DecodingCrew
from klarsyn.imaging.slab import SlabKind, SlabRefused
from klarsyn.imaging.slice_work import KEPT_IN_MEMORY
from klarsyn.imaging.stack import SliceStack, SliceState
from klarsyn.imaging.stack_content import StackContent, places_in_one_file
from klarsyn.imaging.volume_layout import volume_bytes

SHAPE = (280, 60)
GIB = 1 << 30
ONE = volume_bytes(SHAPE, 5)


def picture(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 4096, SHAPE, dtype=np.uint16)


class Slices:
    """Slices whose decoding is counted, fails where it should, and waits where it is told to."""

    def __init__(self, count: int, fails: dict[int, Exception] | None = None) -> None:
        self.order: list[int] = []
        self.fails = fails or {}
        self.gate, self.begun = threading.Semaphore(0), threading.Semaphore(0)
        self.content = StackContent(SHAPE, places_in_one_file("a:volume", count), self.decode)

    def decode(self, index: int) -> np.ndarray:
        self.order.append(index)
        self.begun.release()
        assert self.gate.acquire(timeout=60)
        if index in self.fails:
            raise self.fails[index]
        return picture(index)

    def let(self, count: int) -> "Slices":
        for _ in range(count):
            self.gate.release()
        return self


class Heard:
    """Counts what a stack tells."""

    def __init__(self, stack: SliceStack) -> None:
        self.told: list[int] = []
        self._changed = threading.Condition()
        stack.on_ready(self._hear)

    def _hear(self, index: int) -> None:
        with self._changed:
            self.told.append(index)
            self._changed.notify_all()

    def wait(self, count: int) -> list[int]:
        self.until(lambda: len(self.told) >= count)
        return self.told

    def until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, 20)


@pytest.fixture
def cache(tmp_path):
    return DisplayCache(tmp_path / "cache", GIB)


@pytest.fixture
def crew():
    crew = DecodingCrew(1)
    yield crew
    crew.close()


def settled(stack: SliceStack, count: int) -> None:
    """Wait until so many slices are there or known to be unreadable."""
    Heard(stack).until(
        lambda: sum(stack.state(n) is not SliceState.WAITING for n in range(stack.count)) >= count
    )


def ready(stack: SliceStack, *indices: int) -> None:
    """Wait until these slices are there."""
    Heard(stack).until(lambda: all(stack.state(n) is SliceState.READY for n in indices))


def test_the_foreground_slice_comes_first_then_its_neighbours_on_both_sides(cache, crew):
    slices = Slices(7)
    stack = SliceStack(slices.content, cache, crew)
    heard = Heard(stack)
    slices.let(7)
    assert heard.wait(7) == slices.order
    assert slices.order == [3, 4, 2, 5, 1, 6, 0]
    for n in range(7):
        assert stack.state(n) is SliceState.READY
        with stack.pyramid(n) as pyramid:
            assert np.array_equal(pyramid.levels[0], picture(n))
    stack.close()


def test_where_the_reader_goes_is_decoded_next(cache, crew):
    slices = Slices(9)
    stack = SliceStack(slices.content, cache, crew)
    heard = Heard(stack)
    slices.let(1)
    heard.wait(1)
    stack.aim(0)
    slices.let(8)
    heard.wait(9)
    # What was under way when the reader went on is finished.
    assert slices.order[0] == 4
    at = slices.order.index(0)
    assert at <= 2
    assert slices.order[at + 1 :] == [n for n in (1, 2, 3, 5, 6, 7, 8) if n not in slices.order[:at]]
    stack.close()


def test_a_corrupt_slice_is_named_and_the_others_are_shown(cache, crew):
    broken = UnreadableFile("Frame 4 cannot be decoded: bad marker.", "Send the image again.")
    slices = Slices(6, {3: broken, 5: ValueError("odd")}).let(6)
    stack = SliceStack(slices.content, cache, crew)
    settled(stack, 6)
    assert [stack.state(n) for n in range(6)].count(SliceState.READY) == 4
    assert stack.state(3) is SliceState.UNREADABLE
    assert stack.trouble(3) == (
        "Slice 4 cannot be shown. Frame 4 cannot be decoded: bad marker. Send the image again."
    )
    assert stack.trouble(5).startswith("Slice 6 cannot be shown. ")
    assert stack.trouble(2) == ""
    assert stack.pyramid(3) is None
    stack.close()


def test_a_slice_of_another_shape_is_unreadable(cache, crew):
    slices = Slices(2).let(2)
    wrong = replace(slices.content, decode=lambda n: picture(0)[:, : 60 - n])
    stack = SliceStack(wrong, cache, crew)
    settled(stack, 2)
    assert [stack.state(n) for n in range(2)] == [SliceState.READY, SliceState.UNREADABLE]
    stack.close()


def test_a_slice_that_is_known_to_be_missing_is_not_tried(cache, crew):
    slices = Slices(3).let(3)
    stack = SliceStack(replace(slices.content, faults={1: "Its file is not here."}), cache, crew)
    settled(stack, 3)
    assert sorted(slices.order) == [0, 2]
    assert stack.trouble(1) == "Slice 2 cannot be shown. Its file is not here."
    stack.close()


def test_what_was_decoded_once_is_not_decoded_again(cache, crew):
    slices = Slices(4).let(4)
    first = SliceStack(slices.content, cache, crew)
    settled(first, 4)
    first.close()
    again = Slices(4)
    second = SliceStack(again.content, cache, crew)
    settled(second, 4)
    assert again.order == []
    assert np.array_equal(second.pyramid(2).levels[0], picture(2))
    second.close()


def test_what_another_process_is_decoding_is_left_to_it_unless_it_is_looked_at(cache, crew, monkeypatch):
    elsewhere = cache.volume("a:volume", SHAPE, 3)
    monkeypatch.setattr(
        "klarsyn.imaging.volume_file.VolumeFile.claimed_elsewhere", lambda self, slot: slot != 0
    )
    slices = Slices(3).let(3)
    stack = SliceStack(slices.content, cache, crew, first=1)
    # Slice 1 is looked at and claimed: decoded; slice 2 is claimed: waited for.
    ready(stack, 0, 1)
    assert sorted(slices.order) == [0, 1]
    from klarsyn.imaging.levels import build_levels

    elsewhere.write(2, build_levels(picture(2)))
    ready(stack, 2)
    assert sorted(slices.order) == [0, 1]
    assert np.array_equal(stack.pyramid(2).levels[0], picture(2))
    stack.close()


def test_a_spoiled_slice_on_the_disk_is_decoded_again_and_never_shown(cache, crew):
    slices = Slices(2).let(2)
    stack = SliceStack(slices.content, cache, crew)
    settled(stack, 2)
    stack.close()
    (path,) = cache._files.folder.glob("*.volume")
    with path.open("r+b") as file:
        file.seek(-4096, 2)
        file.write(b"rotten")
    again = Slices(2).let(2)
    stack = SliceStack(again.content, cache, crew)
    settled(stack, 2)
    assert again.order == [1]
    assert all(np.array_equal(stack.pyramid(n).levels[0], picture(n)) for n in range(2))
    stack.close()


@pytest.mark.parametrize("when", ["from the start", "while it is written"])
def test_with_a_full_disk_the_slices_around_the_reader_are_shown_from_memory(
    tmp_path, crew, monkeypatch, when
):
    limit = 1000 if when == "from the start" else GIB
    if when == "while it is written":

        def full(*_):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(slice_files.VolumeFile, "write", full)
    slices = Slices(20).let(100)
    stack = SliceStack(slices.content, DisplayCache(tmp_path / "cache", limit), crew)
    settled(stack, KEPT_IN_MEMORY)
    assert [n for n in range(20) if stack.state(n) is SliceState.READY] == [7, 8, 9, 10, 11]
    # Reading goes on where the reader goes, and no more is held than before.
    stack.aim(15)
    ready(stack, 13, 14, 15, 16, 17)
    assert np.array_equal(stack.pyramid(15).levels[0], picture(15))
    assert sum(stack.pyramid(n) is not None for n in range(20)) == KEPT_IN_MEMORY
    stack.close()


def test_a_preview_stands_in_until_the_slice_is_there(cache, crew):
    slices = Slices(3)
    looked: list[int] = []

    def look(index: int) -> np.ndarray | None:
        looked.append(index)
        return picture(index)[::4, ::4].copy() if index != 2 else None

    stack = SliceStack(replace(slices.content, preview=look), cache, crew)
    heard = Heard(stack)
    heard.until(lambda: stack.pyramid(1) is not None)
    look_at = stack.pyramid(1)
    assert stack.state(1) is SliceState.WAITING
    assert look_at.is_preview
    assert look_at.levels[0].shape == SHAPE
    look_at.close()
    assert stack.pyramid(1).level_for(0.25).size
    slices.let(3)
    ready(stack, 0, 1, 2)
    # The first look first, then the slice itself, then looks around.
    assert looked == [1, 2, 0]
    assert slices.order[0] == 1
    assert not stack.pyramid(1).is_preview
    stack.close()


def test_the_middle_of_every_view_comes_before_the_neighbours_in_any(cache, crew):
    with crew.foreground_only():
        first, second = Slices(5).let(5), Slices(5).let(5)
        second.content = replace(second.content, places=places_in_one_file("b:volume", 5))
        stacks = [SliceStack(s.content, cache, crew) for s in (first, second)]
        for stack in stacks:
            ready(stack, 2)
        # While somebody waits for a first slice, nothing else is begun.
        assert first.order == second.order == [2]
    for stack in stacks:
        ready(stack, 0, 1, 3, 4)
        stack.close()


def test_closing_waits_for_nothing_begins_nothing_and_lets_go_of_everything(cache, crew):
    slices, released = Slices(5), threading.Event()
    stack = SliceStack(replace(slices.content, release=released.set), cache, crew)
    heard = Heard(stack)
    slices.begun.acquire(timeout=60)
    stack.close()
    # The slice under way still has the file.
    assert not released.is_set()
    slices.let(5)
    assert released.wait(60)
    assert len(slices.order) == 1
    assert heard.told == []
    assert stack.pyramid(2) is None
    # Whoever closes twice, or aims afterwards, does no harm.
    stack.close()
    stack.aim(0)
    crew.close()
    small = DisplayCache(cache._files.folder, ONE)
    assert small.volume("b:volume", SHAPE, 5) is not None
    assert small.used_bytes == ONE


def test_a_slab_says_what_it_leaves_out(cache, crew):
    slices = Slices(5, {1: UnreadableFile("Cut.", "Send again.")}).let(5)
    stack = SliceStack(slices.content, cache, crew)
    settled(stack, 5)
    thick = stack.slab(1, 3, SlabKind.MEAN)
    assert (thick.slices, thick.left_out) == ((0, 2), (1,))
    expected = np.rint((picture(0) + picture(2).astype(float)) / 2).astype(np.uint16)
    assert np.array_equal(thick.levels[0], expected)
    assert stack.slab(1, 1, SlabKind.MEAN) is None
    stack.close()


def test_a_slab_is_shown_by_the_grey_scale_of_its_middle_slice(cache, crew):
    greys = tuple(GrayscaleParameters(12, windows=(Window(c, 100),)) for c in (100, 900))
    slices = Slices(4).let(4)
    content = replace(slices.content, grayscales=greys, grayscale_of=(0, 0, 1, 1))
    stack = SliceStack(content, cache, crew)
    settled(stack, 4)
    assert stack.grayscale(1) is greys[0]
    assert stack.slab(2, 3, SlabKind.MEAN).grayscale is greys[1]
    stack.close()


def test_slices_of_other_scales_make_no_slab(cache, crew):
    greys = (GrayscaleParameters(12), GrayscaleParameters(12, rescale_slope=2.0))
    content = replace(Slices(4).let(4).content, grayscales=greys, grayscale_of=(0, 0, 0, 1))
    stack = SliceStack(content, cache, crew)
    settled(stack, 4)
    assert stack.slab(1, 3, SlabKind.MEAN) is not None
    with pytest.raises(SlabRefused, match="slices 2 and 4"):
        stack.slab(2, 3, SlabKind.MEAN)
    stack.close()


def test_a_mistake_of_ours_in_a_decoder_stops_neither_the_crew_nor_the_slice_from_being_told(cache, crew):
    class Mistake(Exception):
        pass

    said: list[object] = []
    before, threading.excepthook = threading.excepthook, lambda args: said.append(args.exc_type)
    try:
        slices = Slices(3, {1: Mistake()}).let(3)
        stack = SliceStack(slices.content, cache, crew)
        settled(stack, 3)
    finally:
        crew.close()
        threading.excepthook = before
    assert said == [Mistake]
    assert "unforeseen" in stack.trouble(1)
    assert [stack.state(n) for n in (0, 2)] == [SliceState.READY] * 2
    stack.close()


def test_a_stack_without_slices_or_with_one_twice_is_a_mistake(cache, crew):
    content = Slices(2).content
    for places in ((), (content.places[0],) * 2):
        with pytest.raises(ValueError):
            SliceStack(replace(content, places=places), cache, crew)


def test_a_stack_that_is_closed_after_its_crew_lets_go_as_well(cache, crew):
    slices, released = Slices(2).let(2), threading.Event()
    stack = SliceStack(replace(slices.content, release=released.set), cache, crew)
    settled(stack, 2)
    crew.close()
    assert not released.is_set()
    stack.close()
    assert released.is_set()


def test_a_crew_that_is_closed_lets_go_of_stacks_that_were(cache, crew):
    slices, released = Slices(3), threading.Event()
    stack = SliceStack(replace(slices.content, release=released.set), cache, crew)
    slices.begun.acquire(timeout=20)
    stack.close()
    slices.let(3)
    crew.close()
    assert released.is_set()
