"""Which slices of a stack are damaged, found when it comes and not when it is read.

Every slice is decoded once, but for JPEG 2000, where half a gigabyte takes a quarter of a minute: there each
codestream is measured and looked at for its end, and only doubtful ones and the first sound one are decoded.
"""

from pathlib import Path

from pydicom import uid

from klarsyn.dicom.codecs.codestream import jpeg_2000_codestream, require_match
from klarsyn.dicom.decoding import AnnouncedFrame
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.frame_reader import FrameReader
from klarsyn.dicom.syntaxes import UNCOMPRESSED

_SLOW = frozenset({uid.JPEG2000Lossless, uid.JPEG2000})


def damaged_frames(path: Path) -> tuple[int, ...]:
    """Return the numbers of the frames that are there and cannot be decoded, counted from 1.

    Raises
    ------
    UnreadableFile
        If not one frame can be decoded; the reason is that of the first.
    """
    with FrameReader(path) as reader:
        damaged: list[int] = []
        first_error: UnreadableFile | None = None
        sound = False
        for frame in range(1, reader.frames + 1):
            if sound and _needs_no_decoding(reader, frame):
                continue
            try:
                reader.read(frame)
                sound = True
            except UnreadableFile as error:
                damaged.append(frame)
                first_error = first_error or error
        if not sound and first_error is not None:
            raise first_error
        return tuple(damaged)


def _needs_no_decoding(reader: FrameReader, frame: int) -> bool:
    if reader.syntax not in _SLOW:
        return reader.syntax in UNCOMPRESSED  # where any bytes are an image
    content = reader.content(frame)
    try:
        require_match(jpeg_2000_codestream(content), AnnouncedFrame(reader.shape))
    except ValueError:
        return False
    return content.rstrip(b"\0").endswith(b"\xff\xd9")
