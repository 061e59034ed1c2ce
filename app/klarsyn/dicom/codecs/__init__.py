"""imagecodecs as pydicom's decoder for every compressed transfer syntax that is read.

It is the fastest there is for most of them, and it lets go of Python's lock while it decodes: the usual
plugins hold it for up to 0.7 s a frame, during which no window can be painted.
"""

import contextlib
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy.typing as npt
from pydicom import uid
from pydicom.pixels.decoders.base import get_decoder

from klarsyn.dicom.codecs.codestream import Announced

LABEL = "imagecodecs"
_MODULES = {
    uid.RLELossless: "rle",
    uid.JPEGBaseline8Bit: "jpeg",
    uid.JPEGExtended12Bit: "jpeg",
    uid.JPEGLossless: "jpeg",
    uid.JPEGLosslessSV1: "jpeg",
    uid.JPEGLSLossless: "jpeg_ls",
    uid.JPEGLSNearLossless: "jpeg_ls",
    uid.JPEG2000Lossless: "jpeg_2000",
    uid.JPEG2000: "jpeg_2000",
    uid.HTJ2KLossless: "htj2k",
    uid.HTJ2KLosslessRPCL: "htj2k",
    uid.HTJ2K: "htj2k",
}
_OTHERS = ("gdcm", "pillow", "pydicom", "pyjpegls", "pylibjpeg")
_lock = threading.Lock()


def install_codecs() -> None:
    """Make imagecodecs the only decoder of each compressed syntax; calling it again changes nothing.

    The other plugins are removed rather than kept behind it: a frame that imagecodecs refuses must not
    reach a decoder that checks less.
    """
    with _lock:
        for syntax, module in _MODULES.items():
            decoder = get_decoder(syntax)
            if decoder.available_plugins == (LABEL,):
                continue
            for other in _OTHERS:
                with contextlib.suppress(ValueError):  # pydicom says so when there is no such plugin
                    decoder.remove_plugin(other)
            decoder.add_plugin(LABEL, (f"klarsyn.dicom.codecs.{module}", "decode_frame"))


def plain_decoder(syntax: uid.UID) -> Callable[[bytes, Announced], npt.NDArray[Any]] | None:
    """Return the function that decodes a frame without pydicom's help; None where there is none.

    RLE has none: how its bytes become samples is written in the header, not in the stream.
    """
    module = _MODULES.get(syntax)
    if module is None or module == "rle":
        return None
    decode: Callable[[bytes, Announced], npt.NDArray[Any]] = import_module(f"{__name__}.{module}").decode
    return decode
