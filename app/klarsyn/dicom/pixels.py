"""One frame of stored values, decoded; the rest of the file stays on disk."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.utils import as_pixel_options

from klarsyn.dicom.codecs import install_codecs, plain_decoder
from klarsyn.dicom.errors import CONVERT, PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import PixelShape, pixel_shape
from klarsyn.dicom.pixel_data import PixelPlace, find_pixels
from klarsyn.dicom.source import Source, open_source

Frame = npt.NDArray[np.uint16] | npt.NDArray[np.int16]

_AS_IN_MEMORY = frozenset({uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian})
"""Syntaxes whose pixels lie in the file as they lie in memory, on a little-endian machine."""

_KNOW_SIGN = frozenset(uid.JPEG2000TransferSyntaxes)
"""Syntaxes whose streams say themselves whether samples are signed; JPEG and JPEG-LS cannot."""


@dataclass(frozen=True, slots=True)
class _Announced:
    rows: int
    columns: int
    samples_per_pixel: int = 1


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
            values = _decode(source, shape, find_pixels(source, shape), frame - 1)
        except PARSE_FAILURES as error:
            name = source.transfer_syntax.name
            raise UnreadableFile(
                f"Frame {frame} ({name}) cannot be decoded: {_cause(error)}.", SEND_AGAIN
            ) from error
        return _cleaned(values, shape, source.transfer_syntax)


def map_frame(path: Path, frame: int = 1) -> npt.NDArray[np.uint16] | None:
    """Return the stored values of one frame mapped from the file, read-only and without a copy.

    Only for files that nobody changes any more. None when the values do not lie in the file as they are:
    compressed, signed, of another width or byte order, or with bits to be cleaned; `read_frame` then.
    Fresh memory for 27 MB can cost more than the decoding, see docs/measurements.md.
    """
    with open_source(path) as source:
        shape = pixel_shape(source.header)
        as_it_is = source.transfer_syntax in _AS_IN_MEMORY and sys.byteorder == "little"
        if not as_it_is or shape.bits_allocated != 16 or shape.signed or not 1 <= frame <= shape.frames:
            return None
        start = find_pixels(source, shape).offset + (frame - 1) * shape.frame_bytes
    values = np.memmap(path, np.uint16, "r", start, (shape.rows, shape.columns))
    if int(values.max()) >> shape.bits_stored:
        return None
    return values.view(np.ndarray)


def _decode(source: Source, shape: PixelShape, place: PixelPlace, index: int) -> npt.NDArray[Any]:
    options: dict[str, Any] = as_pixel_options(source.header)
    options |= {
        "transfer_syntax_uid": source.transfer_syntax,
        "pixel_keyword": "PixelData",
        "pixel_vr": place.vr,
        "bits_stored": shape.bits_stored,
        "number_of_frames": shape.frames,
        "pixel_representation": int(shape.signed),
        "correct_unused_bits": False,  # done below, where the result is copied anyway
        "view_only": True,
    }
    source.stream.seek(place.offset)
    decode = plain_decoder(source.transfer_syntax)
    if decode is not None and not shape.signed:
        # pydicom would copy the frame once more, which for 27 MB takes 12 ms.
        offsets = options.get("extended_offsets")
        src = get_frame(source.stream, index, extended_offsets=offsets, number_of_frames=shape.frames)
        plain = decode(src, _Announced(shape.rows, shape.columns))
        if plain.dtype.kind == "u":
            return plain
        # A stream of signed samples under a header of unsigned ones: pydicom knows what to do.
        source.stream.seek(place.offset)
    values, _ = get_decoder(source.transfer_syntax).as_array(source.stream, index=index, raw=True, **options)
    return values


def _cleaned(values: npt.NDArray[Any], shape: PixelShape, syntax: uid.UID) -> Frame:
    knows_depth = syntax.is_encapsulated and syntax != uid.RLELossless
    if knows_depth and (syntax in _KNOW_SIGN or not shape.signed):
        _require_depth(values, shape)
        spare = 0
    else:
        # Unused bits may hold anything, old overlays for one (PS3.5 8.1.1).
        spare = 16 - shape.bits_stored
    if shape.signed:
        return _shifted(values.astype(np.int16), spare)
    if spare and values.dtype == np.uint16:
        # Copied and cleaned in one pass.
        return np.bitwise_and(values, np.uint16((1 << shape.bits_stored) - 1))
    if knows_depth and values.dtype == np.uint16:
        # Checked above, and nobody else's: made for this call by the decoder.
        return values
    return _shifted(values.astype(np.uint16), spare)


def _shifted(values: npt.NDArray[Any], spare: int) -> npt.NDArray[Any]:
    """Push the `spare` highest bits out in place, restoring the sign of signed values."""
    if spare:
        np.left_shift(values, spare, out=values)
        np.right_shift(values, spare, out=values)
    return values


def _require_depth(values: npt.NDArray[Any], shape: PixelShape) -> None:
    """Refuse a codestream with values that BitsStored cannot hold; cutting them off would invent greys."""
    steps = 1 << shape.bits_stored
    low, high = (-steps // 2, steps // 2 - 1) if shape.signed else (0, steps - 1)
    if shape.bits_stored < 8 * values.dtype.itemsize and (values.max() > high or values.min() < low):
        raise UnreadableFile(
            f"The compressed frame holds values beyond the {shape.bits_stored} bits of its header.", CONVERT
        )


def _cause(error: BaseException) -> str:
    # pydicom lists what each plugin said below a first line of its own.
    lines = str(error).splitlines()
    return (lines[-1].strip().rstrip(".")[:200] if lines else "") or type(error).__name__
