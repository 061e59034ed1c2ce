"""The input folder of an engine that is a program: one DICOM file a view, made anew.

Nothing of the images' own headers comes here: what is written is what `klarsyn.engine.contract` lets an
engine know, under UIDs that are random for each run, with the exam's token in the place of an identity
(docs/architecture.md, invariant 9).
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from struct import pack

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_file_meta_info

from klarsyn.dicom.anonymous_view import AnonymousExam, AnonymousView, random_uid
from klarsyn.dicom.engine_mammogram import mammogram
from klarsyn.dicom.engine_volume import volume

_PIXEL_DATA = b"\xe0\x7f\x10\x00OW\0\0"


class TooLarge(Exception):
    """A view does not fit into an uncompressed file, whose pixels have a length of 32 bits (PS3.5 7.1.1)."""


def write_folder(
    folder: Path, token: str, views: Iterable[AnonymousView], look: Callable[[], None] = lambda: None
) -> tuple[str, ...]:
    """Write each view as `view-N.dcm`, N from 1, and return the SOPInstanceUIDs in the same order.

    `look` is called before each image and slice, and may raise to break off.

    Raises
    ------
    OSError
        When a file cannot be written.
    TooLarge
        When a view is too large for its file.
    """
    exam = AnonymousExam(token, random_uid(), random_uid())
    uids = []
    for number, view in enumerate(views, 1):
        look()
        ds = (volume if view.pixels.ndim == 3 else mammogram)(exam, view, number)
        _write(folder / f"view-{number}.dcm", ds, view.pixels, look)
        uids.append(str(ds.SOPInstanceUID))
    return tuple(uids)


def _write(path: Path, ds: Dataset, pixels: npt.NDArray[np.uint16], look: Callable[[], None]) -> None:
    """Slice by slice, so that a tomosynthesis is never in memory."""
    if pixels.size * 2 >= 0xFFFFFFFF:
        raise TooLarge(f"{pixels.size * 2 / 1e9:.1f} GB")
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid.PYDICOM_IMPLEMENTATION_UID
    head, body = DicomBytesIO(), DicomBytesIO()
    write_file_meta_info(head, meta)
    dcmwrite(body, ds, implicit_vr=False, little_endian=True)
    with path.open("xb") as out:
        out.write(b"\0" * 128 + b"DICM" + head.getvalue() + body.getvalue())
        out.write(_PIXEL_DATA + pack("<L", pixels.size * 2))
        for frame in pixels if pixels.ndim == 3 else pixels[np.newaxis]:
            look()
            out.write(np.ascontiguousarray(frame, dtype="<u2").tobytes())
