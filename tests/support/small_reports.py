"""Small structured reports, an item at a time: for tests of the reading of content trees."""

from io import BytesIO
from typing import Any

from pydicom import dcmread, uid
from pydicom.dataset import Dataset, FileMetaDataset

Name = tuple[str, str, str]

MAMMOGRAM = "1.2.840.10008.5.1.4.1.1.1.2"


def code(value: str, scheme: str, meaning: str = "") -> Dataset:
    """Return an item of a code sequence."""
    ds = Dataset()
    ds.CodeValue, ds.CodingSchemeDesignator, ds.CodeMeaning = value, scheme, meaning
    return ds


def item(kind: str, name: Name | None, *children: Dataset, rel: str = "CONTAINS", **values: Any) -> Dataset:
    """Return a Content Item of a value type."""
    ds = Dataset()
    ds.RelationshipType, ds.ValueType = rel, kind
    if name is not None:
        ds.ConceptNameCodeSequence = [code(*name)]
    for keyword, value in values.items():
        setattr(ds, keyword, value)
    if children:
        ds.ContentSequence = list(children)
    return ds


def box(name: Name | None, *children: Dataset, rel: str = "CONTAINS") -> Dataset:
    """Return a CONTAINER."""
    return item("CONTAINER", name, *children, rel=rel)


def coded(name: Name, value: Name, *children: Dataset, rel: str = "HAS PROPERTIES") -> Dataset:
    """Return a CODE."""
    return item("CODE", name, *children, rel=rel, ConceptCodeSequence=[code(*value)])


def said(name: Name, words: str, rel: str = "HAS PROPERTIES") -> Dataset:
    """Return a TEXT."""
    return item("TEXT", name, rel=rel, TextValue=words)


def counted(name: Name, value: float, unit: str = "%", rel: str = "HAS PROPERTIES") -> Dataset:
    """Return a NUM."""
    measured = Dataset()
    measured.NumericValue = str(value)
    measured.MeasurementUnitsCodeSequence = [code(unit, "UCUM", unit)]
    return item("NUM", name, rel=rel, MeasuredValueSequence=[measured])


def pictured(
    sop_instance_uid: str, *children: Dataset, frames: tuple[int, ...] = (), rel: str = "CONTAINS"
) -> Dataset:
    """Return an IMAGE."""
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = MAMMOGRAM, sop_instance_uid
    if frames:
        reference.ReferencedFrameNumber = list(frames)
    return item("IMAGE", None, *children, rel=rel, ReferencedSOPSequence=[reference])


def drawn(name: Name | None, kind: str, data: list[float], *children: Dataset) -> Dataset:
    """Return an SCOORD."""
    values = {"GraphicType": kind, "GraphicData": data}
    return item("SCOORD", name, *children, rel="HAS PROPERTIES", **values)


def pointing(*position: int, rel: str = "SELECTED FROM") -> Dataset:
    """Return an item by reference."""
    ds = Dataset()
    ds.RelationshipType, ds.ReferencedContentItemIdentifier = rel, list(position)
    return ds


def stored(ds: Dataset, syntax: str = uid.ExplicitVRLittleEndian) -> Dataset:
    """Return a data set as it is read back from a file: nothing in it has been parsed."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = uid.UID(syntax)
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.88.50", "2.25.1"
    ds.file_meta = meta
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    file = BytesIO()
    ds.save_as(file, enforce_file_format=True)
    file.seek(0)
    return dcmread(file)
