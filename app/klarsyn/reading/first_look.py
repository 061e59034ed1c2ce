"""A first look at images that take long to decode (JPEG 2000): coarse, labelled, replaced by the whole.

The window asks for all first looks of an exam before it asks for the images themselves. A first look is for
recognising and for hanging, not for reading: its notice says so on the image, its pyramid says
`is_preview`, nothing is measured on it, and it counts as not seen.
"""

from collections.abc import Callable, Collection
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.reduced import has_reduced
from klarsyn.domain.exam import Image, Notice
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.levels import Level
from klarsyn.imaging.preview import PreviewPyramid, halvings_for, read_preview
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.images import ImageLoader, LoadedImage, StoredImage, cache_key

_PARTS = {2: "a quarter", 3: "an eighth"}

PROCESSES = 2


class FirstLook:
    """Makes first looks in processes of their own. Any thread may call it."""

    def __init__(self, cache: DisplayCache, processes: DecoderProcesses | None = None) -> None:
        """Ask `cache` whether the whole is there already; then no first look is needed."""
        self._cache = cache
        self.processes = processes or DecoderProcesses(PROCESSES)

    def warm_up(self) -> None:
        """Start the processes, which takes half a second that nobody should wait for later."""
        self.processes.warm_up()

    def load(self, stored: StoredImage) -> LoadedImage | None:
        """Return the image as it looks from afar; None where the whole comes as quickly, or not at all.

        A tomosynthesis has previews of its own, slice by slice.

        What is wrong with a file is told when the whole is decoded.
        """
        if stored.volume is not None or self._cache.has(cache_key(stored)) or not has_reduced(stored.path):
            return None
        source = _Coarse(self.processes, (stored.image.rows, stored.image.columns))
        try:
            loaded = ImageLoader(source).load(stored)
        except (_NoPreview, UnreadableFile):
            return None
        return replace(loaded, notices=(preview_notice(stored.image), *loaded.notices))

    def close(self) -> None:
        """Begin no more first looks."""
        self.processes.close()


def preview_notice(image: Image) -> Notice:
    """Return what stands on a first look at an image."""
    part = _PARTS[halvings_for((image.rows, image.columns))]
    return Notice("preview", f"Preview at {part} of the resolution; the whole image is being decoded.")


def unfinished(shown: Collection[LoadedImage]) -> str:
    """Return what must be said at signing while first looks are on the screen; empty when there are none."""
    labels = [loaded.image.view_label for loaded in shown if loaded.pyramid.is_preview]
    if not labels:
        return ""
    which = ", ".join(labels)
    return f"{which}: only a preview has been shown yet. Wait until the whole image is there, then sign."


class _NoPreview(Exception):
    """There is no first look at this file."""


class _Coarse:
    """Stands where the loader's cache stands, and has first looks instead of images."""

    def __init__(self, processes: DecoderProcesses, shape: tuple[int, int]) -> None:
        self._processes, self._shape = processes, shape

    def get(self, key: str) -> None:
        """No first look is kept."""

    def ensure(
        self,
        key: str,  # noqa: ARG002
        path: Path,
        frame: int = 1,
        padding: tuple[int, int] | None = None,
        wait: bool = True,  # noqa: ARG002
        describe: Callable[[tuple[Level, ...]], bytes] | None = None,  # noqa: ARG002  nothing is kept
    ) -> PreviewPyramid:
        try:
            coarse = self._processes.submit(read_preview, path, frame, halvings_for(self._shape)).result()
        except BrokenProcessPool as error:
            self._processes.forget_broken()
            raise _NoPreview from error
        except CancelledError as error:
            raise _NoPreview from error
        if coarse is None:
            raise _NoPreview
        return PreviewPyramid(coarse, self._shape, padding)

    def close(self) -> None:
        """Nothing is written behind."""
