"""An opened DICOM file: its header parsed, its stream standing at Pixel Data, nothing of that read.

pydicom's dcmread loses the place of Pixel Data and inflates without limit; both matter here, so the
file is taken apart in the same steps (PS3.10 section 7.1) with pydicom's own element reader.
"""

import contextlib
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from klarsyn.dicom.attributes import text
from klarsyn.dicom.errors import CONVERT, PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import MAX_ELEMENT, MAX_INFLATED
from klarsyn.dicom.sniff import PREAMBLE, headerless_encoding
from klarsyn.dicom.syntaxes import SUPPORTED

_PIXEL_TAGS = (0x7FE00008, 0x7FE00009, 0x7FE00010)


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose header has been read.

    `stream` stands at the tag of Pixel Data, or at the end when there is none; `size` is the length of
    the stream in bytes; `implicit_vr` is the encoding that was found, which may differ from the syntax.
    """

    stream: BinaryIO
    size: int
    header: Dataset
    meta: Dataset
    transfer_syntax: uid.UID
    implicit_vr: bool


@contextlib.contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a file and read its header.

    Raises
    ------
    UnreadableFile
        If the file cannot be opened, is no DICOM, breaks off inside the header, or inflates too far.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(
            f"The file cannot be opened: {error.strerror or 'reading failed'}.",
            "Check that it may be read.",
        ) from error
    with file:
        try:
            source = _read_header(file)
        except UnreadableFile:
            raise
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"The header is damaged and cannot be read to its end ({type(error).__name__}).", SEND_AGAIN
            ) from error
        yield source


def _read_header(file: BinaryIO) -> Source:
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise UnreadableFile("The file is empty.", SEND_AGAIN)
    head = file.read(PREAMBLE + 4)
    part10 = head[PREAMBLE:] == b"DICM"
    if not part10 and headerless_encoding(head, size) is None:
        raise UnreadableFile("The file is not DICOM.", "Import the original image file instead.")
    file.seek(PREAMBLE + 4 if part10 else 0)
    meta = _read_meta(file)
    stream: BinaryIO = file
    syntax = uid.UID(text(meta, "TransferSyntaxUID")) if text(meta, "TransferSyntaxUID") else None
    if syntax is None:
        syntax = _guess_syntax(file, size)
    if syntax not in SUPPORTED:
        raise UnreadableFile(f"The transfer syntax {_named(syntax)} is not known.", CONVERT)
    if syntax == uid.DeflatedExplicitVRLittleEndian:
        stream = _inflated(file)
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
    header = read_dataset(
        stream,
        syntax.is_implicit_VR,
        syntax.is_little_endian,
        stop_when=lambda tag, _vr, _length: tag in _PIXEL_TAGS,
        defer_size=MAX_ELEMENT,
    )
    implicit = bool(header.original_encoding[0])
    return Source(stream, size, header, meta, syntax, implicit)


def _read_meta(file: BinaryIO) -> Dataset:
    # Always explicit little endian (PS3.10 7.1); a file without meta information begins with group 0008.
    start = file.tell()
    group = file.read(2)
    file.seek(start)
    if group != b"\x02\x00":
        return Dataset()
    return read_dataset(file, False, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 0x0002)


def _guess_syntax(file: BinaryIO, size: int) -> uid.UID:
    start = file.tell()
    guess = headerless_encoding(file.read(8), size)
    file.seek(start)
    syntaxes = {
        (True, True): uid.ImplicitVRLittleEndian,
        (False, True): uid.ExplicitVRLittleEndian,
        (False, False): uid.ExplicitVRBigEndian,
    }
    if guess not in syntaxes:
        raise UnreadableFile("The file names no transfer syntax and its bytes show none.", CONVERT)
    return syntaxes[guess]


def _inflated(file: BinaryIO) -> BytesIO:
    # PS3.5 A.5: everything behind the meta information is one raw deflate stream.
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    out = BytesIO()
    while chunk := inflater.unconsumed_tail or file.read(2**20):
        out.write(inflater.decompress(chunk, 2**22))
        if out.tell() > MAX_INFLATED:
            raise UnreadableFile(f"The file inflates to more than {MAX_INFLATED // 2**20} MiB.", CONVERT)
        if inflater.eof:
            break
    out.seek(0)
    return out


def _named(syntax: uid.UID) -> str:
    return f"{syntax.name} ({syntax})" if syntax.name != syntax else f"{syntax}"
