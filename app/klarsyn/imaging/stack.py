"""The slices of a tomosynthesis as pyramids, decoded in the order in which the reader needs them.

What is decoded lies in volume files (`volume_file`), one for each DICOM file, so that memory holds pages of
files only, and what another process has decoded, before or meanwhile, is there. Without a disk a few slices
around the one looked at are kept in memory.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.shutter import Shutters
from klarsyn.imaging.decoding_crew import DecodingCrew
from klarsyn.imaging.preview import PreviewPyramid
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.slab import SlabKind, SlabPyramid, require_same_values, slab_range
from klarsyn.imaging.slab_sums import SlabSums
from klarsyn.imaging.slice_files import SliceFiles, VolumeSource
from klarsyn.imaging.slice_work import SliceWork
from klarsyn.imaging.stack_content import StackContent


class SliceState(StrEnum):
    """How far a slice has come. One that waits may have a preview."""

    WAITING = "waiting"
    READY = "ready"
    UNREADABLE = "unreadable"


class SliceStack:
    """Slices by index, from 0. Any thread may call it; nothing here waits for decoding.

    Parameters
    ----------
    content
        The slices.
    source
        The display cache, where decoded slices are kept; None keeps a few in memory.
    crew
        The threads, shared with other stacks.
    first
        The slice to begin with; the middle one when None.
    """

    def __init__(
        self,
        content: StackContent,
        source: VolumeSource | None,
        crew: DecodingCrew,
        first: int | None = None,
    ) -> None:
        if not content.places or len(set(content.places)) != len(content.places):
            raise ValueError("A stack has at least one slice, and each has a place of its own.")
        middle = (len(content.places) - 1) // 2
        self._crew = crew
        self._work = SliceWork(
            content, SliceFiles(source, content.shape), crew, middle if first is None else first
        )
        self._sums = SlabSums()
        self._closed = False
        crew.add(self._work)

    @property
    def count(self) -> int:
        """Slices, those included that cannot be shown."""
        return len(self._work.content.places)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns) of every slice."""
        return self._work.content.shape

    @property
    def aimed(self) -> int:
        """The slice that is decoded first."""
        return self._work.aim

    def state(self, index: int) -> SliceState:
        """Return how far a slice has come."""
        if self.trouble(index):
            return SliceState.UNREADABLE
        return SliceState.WAITING if self._work.cell(index).levels is None else SliceState.READY

    def trouble(self, index: int) -> str:
        """Return why a slice cannot be shown, sentences with its number; empty when nothing is wrong."""
        said = self._work.content.faults.get(index) or self._work.cell(index).trouble
        return f"Slice {index + 1} cannot be shown. {said}" if said else ""

    def pyramid(self, index: int) -> Pyramid | None:
        """Return a slice, or the preview of one that waits (`is_preview`), or None.

        Closing it is harmless: the stack keeps its own.
        """
        content = self._work.content
        cell = self._work.cells[content.places[index]]
        # The look first: when it goes, the levels are there.
        look, levels = cell.look, cell.levels
        if levels is not None:
            return Pyramid(levels)
        return PreviewPyramid(look, content.shape, content.padding(index)) if look is not None else None

    @property
    def shutters(self) -> Shutters | None:
        """What covers every slice."""
        return self._work.content.shutters

    def grayscale(self, index: int) -> GrayscaleParameters:
        """Return how the stored values of a slice become grey."""
        return self._work.content.grayscale(index)

    def slab(self, index: int, which: int | Sequence[int], kind: SlabKind) -> SlabPyramid | None:
        """Return slices as one, shown by the grey scale of slice `index`.

        `which` are they, or how many around that slice (`slab.slices_within`, `slab.slices_for` turn mm into
        either). Slices that are not there (yet) are named in its `left_out`; None when none is there. Ask
        again after `on_ready`.

        Raises
        ------
        SlabRefused
            If stored values do not mean the same in all of them.
        """
        with self._crew.changed:
            content, cells, sums = self._work.content, self._work.cells, self._sums
        wanted = slab_range(index, which, len(content.places)) if isinstance(which, int) else which
        require_same_values({n: content.grayscale(n) for n in wanted})
        there = {n: levels for n in wanted if (levels := cells[content.places[n]].levels) is not None}
        if not there:
            return None
        left_out = tuple(n for n in wanted if n not in there)
        grayscale = content.grayscale(index)
        return SlabPyramid(there, kind, sums, content.padding(index), left_out, grayscale)

    def aim(self, index: int) -> None:
        """Decode this slice first, then outwards from it; what is under way is finished."""
        with self._crew.changed:
            if not self._closed:
                self._work.aim = min(max(index, 0), self.count - 1)
                self._crew.add(self._work)

    def on_ready(self, callback: Callable[[int], None]) -> None:
        """Call back with the index of each slice that is ready, unreadable, or has a preview from now on.

        On a thread of the crew.
        """
        with self._crew.changed:
            self._work.listeners.append(callback)

    def close(self) -> None:
        """Begin nothing more; what is under way is dropped, then the crew lets go of the files."""
        with self._crew.changed:
            if self._closed:
                return
            self._closed = True
            self._work.close()
            self._sums = SlabSums()
        self._crew.retire(self._work)
