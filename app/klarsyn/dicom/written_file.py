"""What every file that Klarsyn writes has in common: its meta information, and that it appears whole."""

from pathlib import Path

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian

_IMPLEMENTATION = UID("2.25.82668570071136167904293702244071891994")


def file_meta(sop_class_uid: str, sop_instance_uid: str) -> FileMetaDataset:
    """Return the meta information of a file of ours, uncompressed (PS3.10 7.1)."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(sop_instance_uid)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = _IMPLEMENTATION
    meta.ImplementationVersionName = "KLARSYN"
    return meta


def write_whole(path: Path, ds: Dataset) -> None:
    """Write a data set with its meta information; the file gets its name when it is whole.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind then.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        dcmwrite(unfinished, ds, enforce_file_format=True)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
