"""One frame of stored values, decoded; the rest of the file stays on disk."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder

from klarsyn.dicom.codecs import install_codecs, plain_decoder
from klarsyn.dicom.decoding import AnnouncedFrame, Frame, FrameDecoder, cause, cleaned, decoder_options
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import PixelShape, pixel_shape
from klarsyn.dicom.pixel_data import PixelPlace, find_pixels
from klarsyn.dicom.source import Source, open_source

LIES_AS_IN_MEMORY = frozenset({uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian})
"""Syntaxes whose pixels lie in the file as they lie in memory, on a little-endian machine."""


def read_frame(path: Path, frame: int = 1) -> Frame:
    """Return the stored values of one frame.

    Parameters
    ----------
    frame
        Counts from 1, as DICOM does.

    Returns
    -------
    ndarray
        Shape (rows, columns), uint16 or, for signed pixels, int16, in the machine's byte order; 8-bit
        values are widened, bits above BitsStored are cleaned. The array is the caller's to keep.

    Raises
    ------
    UnreadableFile
        If the file is truncated, its frame cannot be decoded, or holds other values than it announces.
    ValueError
        If there is no such frame.
    """
    install_codecs()
    with open_source(path) as source:
        shape = pixel_shape(source.header)
        if not 1 <= frame <= shape.frames:
            raise ValueError(f"There is no frame {frame}; the file has {shape.frames}.")
        try:
            place = find_pixels(source, shape)
            require_frame(place, shape, frame)
            if shape.frames > 1:
                return _one_of_many(source, shape, place, frame)
            values = _decode(source, shape, place, frame - 1)
        except PARSE_FAILURES as error:
            name = source.transfer_syntax.name
            raise UnreadableFile(
                f"Frame {frame} ({name}) cannot be decoded: {cause(error)}.", SEND_AGAIN
            ) from error
        return cleaned(values, shape, source.transfer_syntax)


def map_frame(path: Path, frame: int = 1) -> npt.NDArray[np.uint16] | None:
    """Return the stored values of one frame mapped from the file, read-only and without a copy.

    Only for files that nobody changes any more. None when the values do not lie in the file as they are:
    compressed, signed, of another width or byte order, or with bits to be cleaned; `read_frame` then.
    Fresh memory for 27 MB can cost more than the decoding, see docs/measurements.md.
    """
    with open_source(path) as source:
        shape = pixel_shape(source.header)
        as_it_is = source.transfer_syntax in LIES_AS_IN_MEMORY and sys.byteorder == "little"
        if not as_it_is or shape.bits_allocated != 16 or shape.signed or not 1 <= frame <= shape.frames:
            return None
        place = find_pixels(source, shape)
        require_frame(place, shape, frame)
        start = place.offset + (frame - 1) * shape.frame_bytes
    values = np.memmap(path, np.uint16, "r", start, (shape.rows, shape.columns))
    if int(values.max()) >> shape.bits_stored:
        return None
    return values.view(np.ndarray)


def require_frame(place: PixelPlace, shape: PixelShape, frame: int) -> None:
    """Refuse a frame that the header announces and the file does not hold.

    Raises
    ------
    UnreadableFile
        Naming it.
    """
    if frame > len(place.frames):
        raise UnreadableFile(
            f"Frame {frame} of {shape.frames} is missing: the file holds {len(place.frames)}.", SEND_AGAIN
        )


def _one_of_many(source: Source, shape: PixelShape, place: PixelPlace, frame: int) -> Frame:
    content = b""
    for offset, length in place.frames[frame - 1]:
        source.stream.seek(offset)
        content += source.stream.read(length)
    return FrameDecoder(source.header, source.transfer_syntax, shape, place.vr).decode(content)


def _decode(source: Source, shape: PixelShape, place: PixelPlace, index: int) -> npt.NDArray[Any]:
    options = decoder_options(source.header, source.transfer_syntax, shape, place.vr)
    source.stream.seek(place.offset)
    decode = plain_decoder(source.transfer_syntax)
    if decode is not None and not shape.signed:
        # pydicom would copy the frame once more, which for 27 MB takes 12 ms.
        offsets = options.get("extended_offsets")
        src = get_frame(source.stream, index, extended_offsets=offsets, number_of_frames=shape.frames)
        plain = decode(src, AnnouncedFrame(shape))
        if plain.dtype.kind == "u":
            return plain
        # A stream of signed samples under a header of unsigned ones: pydicom knows what to do.
        source.stream.seek(place.offset)
    values, _ = get_decoder(source.transfer_syntax).as_array(source.stream, index=index, raw=True, **options)
    return values
