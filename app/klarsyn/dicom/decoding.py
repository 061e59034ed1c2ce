"""The bytes of one frame -> its stored values."""

from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.utils import as_pixel_options

from klarsyn.dicom.codecs import install_codecs, plain_decoder
from klarsyn.dicom.codecs.codestream import Announced
from klarsyn.dicom.errors import CONVERT, UnreadableFile
from klarsyn.dicom.limits import PixelShape

Frame = npt.NDArray[np.uint16] | npt.NDArray[np.int16]

_KNOW_SIGN = frozenset(uid.JPEG2000TransferSyntaxes)
"""Syntaxes whose streams say themselves whether samples are signed; JPEG and JPEG-LS cannot."""


class AnnouncedFrame:
    """What a header says of one frame, as the codecs ask for it."""

    samples_per_pixel = 1

    def __init__(self, shape: PixelShape) -> None:
        """Take rows and columns of `shape`."""
        self.rows, self.columns = shape.rows, shape.columns


class FrameDecoder:
    """Decodes frames of one file; any thread may, and several at once."""

    def __init__(self, header: Dataset, syntax: uid.UID, shape: PixelShape, vr: str) -> None:
        """Take from `header` what decoders ask for; `vr` is that of Pixel Data."""
        install_codecs()
        self._syntax, self._shape = syntax, shape
        self._options = decoder_options(header, syntax, shape, vr) | {"number_of_frames": 1}
        for keyword in ("extended_offsets",):
            self._options.pop(keyword, None)
        self._plain = plain_decoder(syntax) if not shape.signed else None
        self._announced: Announced = AnnouncedFrame(shape)

    def decode(self, content: bytes) -> Frame:
        """Return the stored values of one frame, shape (rows, columns).

        Raises
        ------
        UnreadableFile
            If the frame holds values that its header cannot mean; what decoders raise is passed on, see
            `PARSE_FAILURES`.
        """
        if self._plain is not None:
            values = self._plain(content, self._announced)
            if values.dtype.kind == "u":
                return cleaned(values, self._shape, self._syntax)
        compressed = self._syntax.is_encapsulated
        source = encapsulate([content], has_bot=False) if compressed else content
        decoder = get_decoder(self._syntax)
        values, _ = decoder.as_array(source, index=0, raw=True, **self._options)
        return cleaned(values, self._shape, self._syntax)


def decoder_options(header: Dataset, syntax: uid.UID, shape: PixelShape, vr: str) -> dict[str, Any]:
    """Return what pydicom's decoders ask for."""
    return as_pixel_options(header) | {
        "transfer_syntax_uid": syntax,
        "pixel_keyword": "PixelData",
        "pixel_vr": vr,
        "bits_stored": shape.bits_stored,
        "number_of_frames": shape.frames,
        "pixel_representation": int(shape.signed),
        "correct_unused_bits": False,  # done in `cleaned`, where the result is copied anyway
        "view_only": True,
    }


def cleaned(values: npt.NDArray[Any], shape: PixelShape, syntax: uid.UID) -> Frame:
    """Return decoded values as stored values: their own sign and 16 bits, nothing in unused bits.

    Raises
    ------
    UnreadableFile
        If the codestream holds values that BitsStored cannot.
    """
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


def cause(error: BaseException) -> str:
    """Return what a decoder complains about, in one line."""
    # pydicom lists what each plugin said below a first line of its own.
    lines = str(error).splitlines()
    return (lines[-1].strip().rstrip(".")[:200] if lines else "") or type(error).__name__
