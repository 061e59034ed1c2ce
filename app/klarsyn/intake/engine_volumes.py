"""Tomosynthesis on its way to an engine and back: slice by slice there, frames by their numbers back.

An engine counts slices upwards among those that it was given. Headers count frames in any order, over one
file or several, and some cannot be decoded: here is which slice was which.
"""

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.frame_reader import FrameReader
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import Mark
from klarsyn.domain.volume import Slice, SliceFault, Volume
from klarsyn.domain.volumes import volumes_of
from klarsyn.imaging.frames import to_index
from klarsyn.intake.engine_pixels import dense_is_bright, is_for_engines

DECODERS = 2
"""Slices that are decoded at once, while one is written."""

_MISSING = frozenset({"frames-missing", "parts-missing", "slices-missing"})
"""Notices of a volume that is not all there."""


@dataclass(eq=False)
class SentVolume:
    """A volume as it is sent; `given` and `lost` fill while it is decoded for the first time.

    Once all of it has been sent they stay, until all of it has been sent again: an answer is of those.

    `files` maps SOPInstanceUID to its file. A slice that lies in another plane than the others is not sent,
    as an outline would be elsewhere on it.
    """

    volume: Volume
    files: dict[str, Path]
    given: list[Slice] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    _was_whole: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices at most, rows, columns)."""
        return len(self.volume.slices), self.volume.image.rows, self.volume.image.columns

    def __iter__(self) -> Iterator[tuple[npt.NDArray[np.uint16], float]]:
        """Decode one slice after the other, lowest first, and give it with its height in mm or NaN."""
        given, lost = list[Slice](), list[int]()
        if not self._was_whole:
            self.given, self.lost = given, lost
        numbered = iter([(n, one) for n, one in enumerate(self.volume.slices) if not _is_turned(one)])
        ahead: deque[tuple[int, Slice, Future[npt.NDArray[np.uint16]]]] = deque()
        # The files close when the last decoder has ended, also where the sender breaks off.
        with _Frames(self.files) as frames, ThreadPoolExecutor(DECODERS, "engine-slices") as decoders:
            while True:
                while len(ahead) < DECODERS and (following := next(numbered, None)):
                    ahead.append((*following, decoders.submit(frames.read, following[1])))
                if not ahead:
                    self.given, self.lost, self._was_whole = given, lost, True
                    return
                number, one, decoded = ahead.popleft()
                try:
                    pixels = decoded.result()
                except (UnreadableFile, OSError, KeyError, ValueError):
                    lost.append(number + 1)
                    continue
                finally:
                    del decoded  # it holds the pixels, too
                height = self.volume.position_of(number)
                given.append(one)
                yield pixels, float("nan") if height is None else height
                del pixels  # let go before the next is taken

    def marks(
        self,
        frame: int,
        ends: tuple[int, int] | None,
        outline: tuple[tuple[float, float], ...],
        score: int,
    ) -> tuple[Mark, ...]:
        """Turn slices as the engine counts them into frames of instances, the best slice's instance first.

        A range over several instances becomes a mark on each, on the slice nearest to the best.
        """
        best = self.given[frame - 1]
        if ends is None:
            return (Mark(best.sop_instance_uid, outline, score, best.frame),)
        of_instance: dict[str, list[int]] = {best.sop_instance_uid: []}
        for number in range(ends[0] - 1, ends[1]):
            of_instance.setdefault(self.given[number].sop_instance_uid, []).append(number)
        marks = []
        for uid, numbers in of_instance.items():
            nearest = min(numbers, key=lambda n: abs(n - (frame - 1)))
            first, last = self.given[numbers[0]].frame, self.given[numbers[-1]].frame
            marks.append(Mark(uid, outline, score, self.given[nearest].frame, (first, last)))
        return tuple(marks)

    def what_was_lost(self) -> str:
        """Say which slices the engine did not get, and why; empty when it got the whole volume."""
        label = f"{self.volume.image.view_label}{self.volume.image.kind_label}"
        turned = [n + 1 for n, one in enumerate(self.volume.slices) if _is_turned(one)]
        said = [
            self._named(self.lost, label, "could not be decoded for the engine"),
            self._named(turned, label, "not given to the engine, as another plane than the others'"),
        ]
        told = self.volume.hanging_image().notices
        said += [f"{label}: {notice.text.rstrip('.')}" for notice in told if notice.code in _MISSING]
        return "; ".join(filter(None, said))

    def _named(self, numbers: list[int], label: str, what: str) -> str:
        if not numbers:
            return ""
        named = ", ".join(map(str, numbers[:8])) + (" …" if len(numbers) > 8 else "")
        which = "slices" if len(numbers) > 1 else "slice"
        return f"{which} {named} of {len(self.volume.slices)} of {label} {what}"


def _is_turned(one: Slice) -> bool:
    return one.fault is SliceFault.TURNED


def usable_volumes(exam: Exam) -> tuple[Volume, ...]:
    """Return the volumes that an engine reads: whole CC and MLO views with a coded side.

    Of one view that was computed in several thicknesses the thinnest slices go.
    """
    usable = [v for v in volumes_of(exam) if is_for_engines(v.image)]
    thinnest: dict[object, float] = {}
    for volume in usable:
        view, mm = _view(volume), _thickness(volume)
        thinnest[view] = min(mm, thinnest.get(view, mm))
    return tuple(v for v in usable if _thickness(v) <= thinnest[_view(v)])


def _view(volume: Volume) -> object:
    return volume.image.laterality, volume.image.view_position


def _thickness(volume: Volume) -> float:
    stated = volume.thickness_mm or volume.step_mm
    return stated if stated is not None else 0.0


class _Frames:
    """The files of a volume, each opened once; any thread may read."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files
        self._open: dict[str, tuple[FrameReader, GrayscaleParameters]] = {}
        self._opening = threading.Lock()

    def __enter__(self) -> "_Frames":
        return self

    def __exit__(self, *_: object) -> None:
        for reader, _grayscale in self._open.values():
            reader.close()

    def read(self, one: Slice) -> npt.NDArray[np.uint16]:
        uid = one.sop_instance_uid
        with self._opening:
            if uid not in self._open:
                path = self._files[uid]
                self._open[uid] = FrameReader(path), read_instance(path).grayscale
        reader, grayscale = self._open[uid]
        return dense_is_bright(to_index(reader.read(one.frame)), grayscale)
