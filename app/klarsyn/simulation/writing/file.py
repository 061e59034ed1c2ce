"""A DICOM file on disk, whole or not at all; frames are written as they come (PS3.10 7.1, PS3.5 A.4)."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from struct import pack
from typing import BinaryIO

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_file_meta_info
from pydicom.uid import UID

from klarsyn.simulation.writing.coding import Coding, Pixels, as_frame
from klarsyn.simulation.writing.identifiers import make_uid

# Fixed, so that files do not change with pydicom's version.
_IMPLEMENTATION = make_uid(0, "implementation")
_ITEM, _END = b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0"
_PIXEL_DATA = b"\xe0\x7f\x10\x00"


def write_file(
    path: Path, ds: Dataset, frames: Iterable[Pixels], count: int, coding: Coding, bits: int
) -> None:
    """Write `ds`, which has no Pixel Data, and behind it `count` frames of ds.Rows x ds.Columns.

    The file gets its name when it is whole. `bits` is what a value may use.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind then.
    ValueError
        If there are more or fewer frames, or one is of another size or depth.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    header = _header(ds, coding)
    try:
        with unfinished.open("wb") as out:
            out.write(header)
            shape = (int(ds.Rows), int(ds.Columns))
            checked = (as_frame(frame, shape, bits) for frame in frames)
            if coding.compressed:
                _write_encapsulated(out, checked, count, coding)
            else:
                _write_plain(out, checked, count, coding, shape)
        unfinished.replace(path)
    except OSError as error:
        raise OSError(
            error.errno,
            f"The simulated image {path.name} could not be written ({error.strerror}); no part of it "
            "is kept. Free space or choose another folder, and start again",
            str(path.parent),
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def _header(ds: Dataset, coding: Coding) -> bytes:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = UID(ds.SOPClassUID)
    meta.MediaStorageSOPInstanceUID = UID(ds.SOPInstanceUID)
    meta.TransferSyntaxUID = coding.transfer_syntax
    meta.ImplementationClassUID = UID(_IMPLEMENTATION)
    meta.ImplementationVersionName = "KLARSYN_SIM_2"
    head, body = DicomBytesIO(), BytesIO()
    write_file_meta_info(head, meta)
    dcmwrite(body, ds, implicit_vr=False, little_endian=True)
    return b"\0" * 128 + b"DICM" + head.getvalue() + body.getvalue()


def _write_plain(
    out: BinaryIO, frames: Iterable[Pixels], count: int, coding: Coding, shape: tuple[int, int]
) -> None:
    frame_bytes = shape[0] * shape[1] * 2
    length = frame_bytes * count
    # An even length always, two bytes a pixel; a defined length has 32 bits (PS3.5 7.1.1).
    if length >= 0xFFFFFFFF:
        raise ValueError(
            f"{count} frames of {shape[0]} x {shape[1]} are too large to be stored uncompressed."
        )
    out.write(_PIXEL_DATA + b"OW\0\0" + pack("<L", length))
    written = 0
    for frame in frames:
        out.write(coding.encode(frame))
        written += 1
    _require(written, count)


def _write_encapsulated(out: BinaryIO, frames: Iterable[Pixels], count: int, coding: Coding) -> None:
    """Write one fragment a frame, with a Basic Offset Table (PS3.5 A.4) that is filled in at the end."""
    out.write(_PIXEL_DATA + b"OB\0\0" + pack("<L", 0xFFFFFFFF))
    out.write(_ITEM + pack("<L", 4 * count))
    table = out.tell()
    out.write(bytes(4 * count))
    offsets, place = [], 0
    for frame in frames:
        fragment = coding.encode(frame)
        fragment += b"\0" * (len(fragment) % 2)
        out.write(_ITEM + pack("<L", len(fragment)))
        out.write(fragment)
        offsets.append(place)
        place += 8 + len(fragment)
    _require(len(offsets), count)
    out.write(_END + bytes(4))
    # Offsets have 32 bits; a table without entries is legal as well.
    if place <= 0xFFFFFFFF:
        out.seek(table)
        out.write(pack(f"<{count}L", *offsets))


def _require(written: int, announced: int) -> None:
    if written != announced:
        raise ValueError(
            f"{written} frames came where {announced} were announced; the object is not written."
        )
