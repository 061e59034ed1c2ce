"""The frames of a volume's files in the order of its slices, with the grey scale of each."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.frame_reader import FrameReader
from klarsyn.dicom.reduced import has_reduced
from klarsyn.dicom.slice_greys import SliceGreys, read_slice_greys
from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.volume import Slice, Volume
from klarsyn.imaging.frames import load_index_frame, to_index
from klarsyn.imaging.levels import Level
from klarsyn.imaging.slice_files import SlicePlace
from klarsyn.imaging.stack_content import StackContent
from klarsyn.reading.loaded import StoredImage

StoredFiles = Mapping[str, StoredImage]
"""The files of instances by SOPInstanceUID."""

Look = Callable[[Path, int], Level | None]

_NO_FILE = "Its file is not in Klarsyn's folder. Import the exam again."


class VolumeFrames:
    """Decodes frames of several files, each opened once, until `close`. Any thread may call it."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        """Take the files of instances; nothing is opened yet."""
        self._paths = dict(paths)
        self._readers: dict[str, FrameReader] = {}
        self._guard = threading.Lock()

    def decode(self, one: Slice) -> Level:
        """Return the index values of a slice, shape (rows, columns); they may be mapped.

        Raises
        ------
        UnreadableFile
            If its file has gone, or its frame cannot be decoded.
        """
        path = self._paths[one.sop_instance_uid]
        try:
            if len(self._paths) > 1 and one.frame == 1:
                # A slice a file: none is needed twice, and hundreds could not be held open.
                return load_index_frame(path, 1)
            reader = self._reader(one.sop_instance_uid, path)
            mapped = reader.map(one.frame)
            return mapped if mapped is not None else to_index(reader.read(one.frame))
        except FileNotFoundError as error:
            raise UnreadableFile("Its file is no longer in Klarsyn's folder.", "Import it again.") from error

    def close(self) -> None:
        """Close the files."""
        with self._guard:
            readers, self._readers = list(self._readers.values()), {}
        for reader in readers:
            reader.close()

    def _reader(self, uid: str, path: Path) -> FrameReader:
        with self._guard:
            if uid not in self._readers:
                self._readers[uid] = FrameReader(path)
            return self._readers[uid]


def stack_content(volume: Volume, files: StoredFiles, look: Look | None = None) -> StackContent:
    """Return what a stack of this volume is made of; headers are read, no pixels.

    Parameters
    ----------
    look
        Decodes a frame of a file at a quarter of its resolution; asked only where that pays.

    Raises
    ------
    UnreadableFile
        If no file of the volume can be read.
    """
    tables, faults = _tables(volume, files)
    uids = [one.sop_instance_uid for one in volume.slices]
    slots: dict[str, int] = {}
    for one in volume.slices:
        slots[one.sop_instance_uid] = max(slots.get(one.sop_instance_uid, 0), one.frame)
    frames = VolumeFrames({uid: files[uid].path for uid in tables})
    grayscales, grayscale_of = _grayscales(volume, tables)
    return StackContent(
        shape=(volume.image.rows, volume.image.columns),
        places=tuple(_place(one, files, slots[one.sop_instance_uid]) for one in volume.slices),
        decode=lambda index: frames.decode(volume.slices[index]),
        preview=_preview(volume, files, tables, look),
        faults={n: faults[uid] for n, uid in enumerate(uids) if uid in faults},
        grayscales=grayscales,
        grayscale_of=grayscale_of,
        release=frames.close,
        shutters=tables.get(volume.image.sop_instance_uid, next(iter(tables.values()))).shutters,
    )


def _place(one: Slice, files: StoredFiles, slots: int) -> SlicePlace:
    stored = files.get(one.sop_instance_uid)
    # Of a file that is not there nothing is decoded, and so nothing is written under this name.
    content = stored.sha256 if stored is not None else one.sop_instance_uid
    return SlicePlace(f"{content}:volume-{slots}", slots, one.frame - 1)


def _tables(volume: Volume, files: StoredFiles) -> tuple[dict[str, SliceGreys], dict[str, str]]:
    """Read the header of each file, or say why not."""
    tables, faults = {}, {}
    for uid in volume.instances:
        try:
            tables[uid] = read_slice_greys(files[uid].path)
        except (KeyError, FileNotFoundError):
            faults[uid] = _NO_FILE
        except UnreadableFile as error:
            faults[uid] = str(error)
    if not tables:
        raise UnreadableFile(faults[volume.image.sop_instance_uid], "")
    return tables, faults


def _grayscales(
    volume: Volume, tables: Mapping[str, SliceGreys]
) -> tuple[tuple[GrayscaleParameters, ...], tuple[int, ...]]:
    found: list[GrayscaleParameters] = []
    of: list[int] = []
    any_table = next(iter(tables.values()))
    for one in volume.slices:
        table = tables.get(one.sop_instance_uid)
        inside = table is not None and one.frame <= len(table.greys.of_frame)
        grayscale = (
            table.greys.of(one.frame) if table is not None and inside else any_table.greys.grayscales[0]
        )
        if grayscale not in found:
            found.append(grayscale)
        of.append(found.index(grayscale))
    return tuple(found), tuple(of)


def _preview(
    volume: Volume, files: StoredFiles, tables: Mapping[str, SliceGreys], look: Look | None
) -> Callable[[int], Level | None] | None:
    if look is None or not has_reduced(files[next(iter(tables))].path):
        return None

    def preview(index: int) -> Level | None:
        one = volume.slices[index]
        return look(files[one.sop_instance_uid].path, one.frame)

    return preview
