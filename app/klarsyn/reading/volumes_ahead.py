"""Slices decoded ahead: what another process does for the volume that is opened next."""

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.dicom.errors import PARSE_FAILURES, UnreadableFile
from klarsyn.domain.volume import Volume
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.decode_order import outwards
from klarsyn.imaging.slice_files import SliceFiles, VolumeSource
from klarsyn.imaging.stack_content import StackContent
from klarsyn.reading.volume_frames import StoredFiles, stack_content

_log = get_logger(__name__)

A_FEW = 8
"""Slices a call: some two seconds of JPEG 2000, after which something else may be more wanted."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a call came to: slices that are left for the next call, and what went wrong, if anything."""

    left: int
    trouble: str = ""


def fill_volume(
    folder: Path, limit_bytes: int, volume: Volume, files: StoredFiles, most: int = A_FEW
) -> Filled:
    """Decode at most `most` slices of a volume into the display cache, the middle one first.

    For a process of its own (`DecoderProcesses`); call it again until nothing is left. A slice that cannot be
    decoded is left out, one that another process is decoding as well; the reader is told of the former when
    the volume is opened.
    """
    return fill(_cache(folder, limit_bytes), volume, files, most)


def fill(source: VolumeSource | None, volume: Volume, files: StoredFiles, most: int = A_FEW) -> Filled:
    """Be `fill_volume`, into a display cache of this process."""
    try:
        content = stack_content(volume, files)
    except UnreadableFile as error:
        return Filled(0, type(error).__name__)
    slices = SliceFiles(source, content.shape)
    try:
        slices.open(content.places)
        order = [n for n in outwards(len(content.places), volume.middle) if n not in content.faults]
        waiting = [n for n in order if not slices.has(content.places[n])]
        return _fill(content, slices, waiting, most)
    finally:
        slices.close()
        if content.release is not None:
            content.release()


def _fill(content: StackContent, slices: SliceFiles, waiting: list[int], most: int) -> Filled:
    done, trouble = 0, ""
    for number, index in enumerate(waiting):
        place = content.places[index]
        if not slices.keeps(place):
            return Filled(0, "no room")
        if done == most:
            return Filled(len(waiting) - number, trouble)
        if slices.is_claimed_elsewhere(place):
            continue
        try:
            slices.make(place, content.padding(index), partial(content.decode, index))
            done += 1
        except UnreadableFile as error:
            trouble = type(error).__name__
        except PARSE_FAILURES as error:
            trouble = type(error).__name__
    return Filled(0, trouble)


@cache
def _cache(folder: Path, limit_bytes: int) -> DisplayCache:
    return DisplayCache(folder, limit_bytes)
