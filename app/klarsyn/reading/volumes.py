"""Tomosynthesis from its files to a stack that is scrolled, and decoded ahead in another process."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.exam import Image
from klarsyn.domain.site_window import SiteWindow
from klarsyn.domain.volume import Volume
from klarsyn.imaging.decode_order import outwards
from klarsyn.imaging.decoding_crew import DecodingCrew
from klarsyn.imaging.image_facts import LOOK_ROWS, find_facts
from klarsyn.imaging.levels import Level
from klarsyn.imaging.preview import read_preview
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.slice_files import VolumeSource
from klarsyn.imaging.stack import SliceStack, SliceState
from klarsyn.imaging.stack_content import StackContent
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.loaded import LoadedImage, loaded_image
from klarsyn.reading.volume_frames import StoredFiles, stack_content

_HALVINGS = 2
"""A first look at a slice is a quarter of its rows and columns: slices are half as large as mammograms."""


@dataclass(frozen=True, slots=True)
class LoadedStack:
    """A volume that can be scrolled.

    `loaded` is its first slice to be there, with what is the same for all slices: how it hangs, its notices,
    a suggested window. `ui/slices/stack_view.py` makes other slices and slabs of it.
    """

    volume: Volume
    stack: SliceStack
    loaded: LoadedImage


class VolumeLoader:
    """Makes stacks, whose slices two threads decode for all of them. Any thread may call it.

    Parameters
    ----------
    source
        The display cache; None keeps few slices, in memory.
    looks
        Processes for first looks at slices that decode slowly; None: there are none.
    """

    def __init__(self, source: VolumeSource | None, looks: DecoderProcesses | None = None) -> None:
        self._source, self._looks = source, looks
        self._crew = DecodingCrew()
        self._guard = threading.Lock()
        self._first_slices: set[_FirstSlice] = set()

    def open(self, volume: Volume, files: StoredFiles, first: int | None = None) -> SliceStack:
        """Return the stack of a volume; decoding begins with slice `first`, else the middle one.

        Parameters
        ----------
        files
            The files of its instances by SOPInstanceUID. Slices of one that is not there are unreadable.

        Raises
        ------
        UnreadableFile
            If no file of it can be read.
        """
        return self._stack(volume, self._content(volume, files), self._crew, first)

    def load(
        self,
        volume: Volume,
        files: StoredFiles,
        site_windows: Callable[[Image], tuple[SiteWindow, ...]] | None = None,
    ) -> LoadedStack:
        """Return a stack as soon as it has a slice, or a preview of one, to hang.

        `site_windows` tells what the site has saved for images like these. For a worker: it waits.

        Raises
        ------
        UnreadableFile
            If no slice can be decoded, or the loader is closed before one is.
        """
        content = self._content(volume, files)
        with ExitStack() as until_seen:
            with self._guard:
                # Together: a loader that closes in between would leave it to a crew that is gone.
                until_seen.enter_context(self._crew.foreground_only())
                stack = self._stack(volume, content, self._crew)
                first = _FirstSlice(stack)
                self._first_slices.add(first)
            pyramid = self._first_of(stack, first)
        try:
            image = volume.hanging_image()
            grey = stack.grayscale(stack.aimed)
            facts = find_facts(pyramid.small_level(LOOK_ROWS), stack.shape, grey, stack.shutters)
            loaded = loaded_image(image, pyramid, facts, site_windows(image) if site_windows else ())
            loaded = replace(loaded, volume=volume, stack=stack)
        except BaseException:
            stack.close()
            raise
        return LoadedStack(volume, stack, loaded)

    def _content(self, volume: Volume, files: StoredFiles) -> StackContent:
        return stack_content(volume, files, self._look if self._looks is not None else None)

    def _stack(
        self, volume: Volume, content: StackContent, crew: DecodingCrew, first: int | None = None
    ) -> SliceStack:
        return SliceStack(content, self._source, crew, volume.middle if first is None else first)

    def _first_of(self, stack: SliceStack, first: "_FirstSlice") -> Pyramid:
        try:
            return first.wait()
        except BaseException:
            stack.close()
            raise
        finally:
            with self._guard:
                self._first_slices.discard(first)

    def close(self) -> None:
        """Begin nothing more of what was opened, and wait for what is under way; may be used again."""
        with self._guard:
            crew, self._crew = self._crew, DecodingCrew()
            waiting, self._first_slices = self._first_slices, set()
        for first in waiting:
            first.give_up()
        crew.close()

    def _look(self, path: Path, frame: int) -> Level | None:
        looks = self._looks
        if looks is None:
            return None
        try:
            return looks.submit(read_preview, path, frame, _HALVINGS).result()
        except BrokenProcessPool:
            looks.forget_broken()
        except CancelledError:
            pass  # the program ends
        return None


class _FirstSlice:
    """Waits for what a stack has first."""

    def __init__(self, stack: SliceStack) -> None:
        self._stack, self._first = stack, stack.aimed
        self._told = threading.Condition()
        self._given_up = False
        stack.on_ready(self._tell)

    def wait(self) -> Pyramid:
        """Return the slice to begin with, a preview of it, or the one nearest that can be decoded."""
        with self._told:
            while True:
                found = self._nearest()
                if found is not None:
                    return found
                if self._given_up:
                    raise UnreadableFile(
                        "The view was closed before a slice of it was decoded.", "Open it again."
                    )
                self._told.wait()

    def give_up(self) -> None:
        """Let whoever waits go on without a slice: none will be decoded any more."""
        with self._told:
            self._given_up = True
            self._told.notify_all()

    def _tell(self, index: int) -> None:  # noqa: ARG002  any slice may be the one
        with self._told:
            self._told.notify_all()

    def _nearest(self) -> Pyramid | None:
        """Return the slice to begin with, or that which lies nearest when it cannot be decoded."""
        stack = self._stack
        for index in outwards(stack.count, self._first):
            found = stack.pyramid(index)
            if found is not None:
                return found
            if stack.state(index) is SliceState.WAITING:
                if index != stack.aimed:
                    # While somebody waits for a first slice, the crew begins only what is aimed at.
                    stack.aim(index)
                return None
        raise UnreadableFile(f"No slice of this view can be shown. {stack.trouble(self._first)}", "")
