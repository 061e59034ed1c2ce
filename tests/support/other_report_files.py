"""Reports that are no Mammography CAD SR, and documents, as small files for the tests to spoil one at a time.

Built by hand from the standard (PS3.3 A.51, PS3.16 TID 1500), with nothing of Klarsyn in them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite

STUDY, REPORT, IMAGE, VOLUME = "2.25.1000", "2.25.5000", "2.25.1001", "2.25.1003"
MAMMOGRAM, TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.1.2", "1.2.840.10008.5.1.4.1.1.13.1.3"
SEGMENTATION, COMPREHENSIVE_3D = "1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.88.34"
PDF, CAPTURE = "1.2.840.10008.5.1.4.1.1.104.1", "1.2.840.10008.5.1.4.1.1.7"

MASS, CLUSTER = ("4147007", "SCT", "Mass"), ("129769006", "SCT", "Calcification Cluster")
BREAST = ("76752008", "SCT", "Breast")


def item(**said: Any) -> Dataset:
    """A data set with these attributes."""
    ds = Dataset()
    for keyword, value in said.items():
        setattr(ds, keyword, value)
    return ds


def code(value: str, scheme: str, meaning: str = "") -> Dataset:
    """An item of a code sequence."""
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning or value)


def whose(sop_class_uid: str, modality: str) -> Dataset:
    """What every object says of patient, study, series and maker."""
    return item(
        SOPClassUID=sop_class_uid,
        SOPInstanceUID=REPORT,
        StudyInstanceUID=STUDY,
        SeriesInstanceUID="2.25.5001",
        Modality=modality,
        PatientID="TEST-1",
        PatientName="Prov^Anna",
        PatientBirthDate="19600229",
        StudyDate="20260105",
        AccessionNumber="ACC7",
        Manufacturer="Imitation AI",
        ManufacturerModelName="Outliner",
        SoftwareVersions=["2.1", "p3"],
        ContentDate="20260105",
        ContentTime="083000",
        SpecificCharacterSet="ISO_IR 192",
    )


def write(path: Path, ds: Dataset, syntax: str = uid.ExplicitVRLittleEndian) -> Path:
    """Write it as a Part 10 file."""
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.get("SOPInstanceUID", "2.25.1")
    ds.file_meta.TransferSyntaxUID = syntax
    dcmwrite(path, ds, enforce_file_format=True)
    return path


def source_item(sop_class_uid: str = MAMMOGRAM, instance: str = IMAGE, frame: int | None = None) -> Dataset:
    """An item of SourceImageSequence."""
    source = item(
        ReferencedSOPClassUID=sop_class_uid,
        ReferencedSOPInstanceUID=instance,
        SpatialLocationsPreserved="YES",
    )
    if frame is not None:
        source.ReferencedFrameNumber = frame
    return source


def segment(number: int = 1, kind: tuple[str, str, str] = MASS) -> Dataset:
    """An item of SegmentSequence."""
    breast = code(*BREAST)
    breast.AnatomicRegionModifierSequence = [code("7771000", "SCT", "Left")]
    return item(
        SegmentNumber=number,
        SegmentLabel=f"Lesion {number}",
        SegmentAlgorithmType="AUTOMATIC",
        SegmentAlgorithmName="Outliner",
        SegmentationAlgorithmIdentificationSequence=[
            item(AlgorithmName="Outliner mass", AlgorithmVersion="2.1", AlgorithmParameters="threshold=0.4")
        ],
        SegmentedPropertyCategoryCodeSequence=[code("49755003", "SCT", "Morphologically Abnormal Structure")],
        SegmentedPropertyTypeCodeSequence=[code(*kind)],
        AnatomicRegionSequence=[breast],
        TrackingID=f"lesion-{number}",
        TrackingUID=f"2.25.77{number}",
    )


def frame_item(segment_number: int, source: Dataset | None) -> Dataset:
    """An item of PerFrameFunctionalGroupsSequence."""
    found = item(SegmentIdentificationSequence=[item(ReferencedSegmentNumber=segment_number)])
    if source is not None:
        found.DerivationImageSequence = [item(SourceImageSequence=[source])]
    return found


def segmentation(
    masks: np.ndarray, segments: Sequence[int] | None = None, sources: Sequence[Dataset | None] | None = None
) -> Dataset:
    """A BINARY segmentation of masks of shape (frames, rows, columns), on one mammogram if not said."""
    ds = whose(SEGMENTATION, "SEG")
    count, ds.Rows, ds.Columns = masks.shape
    ds.NumberOfFrames = count
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated = ds.BitsStored = 1
    ds.HighBit = 0
    ds.SegmentationType = "BINARY"
    numbers = segments or [1] * count
    ds.SegmentSequence = [segment(number) for number in sorted(set(numbers))]
    ds.PerFrameFunctionalGroupsSequence = [
        frame_item(number, source)
        for number, source in zip(numbers, sources or [source_item()] * count, strict=True)
    ]
    packed = np.packbits(masks.astype(bool).reshape(-1), bitorder="little").tobytes()
    ds.PixelData = packed + b"\0" * (len(packed) % 2)
    ds["PixelData"].VR = "OB"
    return ds


def fractional(fractions: np.ndarray, **more: Any) -> Dataset:
    """A FRACTIONAL segmentation, whole at 200."""
    ds = segmentation(np.zeros(fractions.shape, bool), **more)
    ds.SegmentationType, ds.SegmentationFractionalType, ds.MaximumFractionalValue = (
        "FRACTIONAL",
        "PROBABILITY",
        200,
    )
    ds.BitsAllocated = ds.BitsStored = 8
    ds.HighBit = 7
    content = np.rint(fractions * 200).astype(np.uint8).tobytes()
    ds.PixelData = content + b"\0" * (len(content) % 2)
    ds["PixelData"].VR = "OB"
    return ds


def pdf_document(content: bytes = b"%PDF-1.4\nhello\n%%EOF\n") -> Dataset:
    """An Encapsulated PDF of an odd length."""
    ds = whose(PDF, "DOC")
    ds.DocumentTitle, ds.MIMETypeOfEncapsulatedDocument = "Case report", "application/pdf"
    ds.BurnedInAnnotation = "YES"
    ds.SourceInstanceSequence = [item(ReferencedSOPClassUID=MAMMOGRAM, ReferencedSOPInstanceUID=IMAGE)]
    ds.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
    ds.EncapsulatedDocumentLength = len(content)
    return ds


def capture(pixels: np.ndarray, photometric: str = "") -> Dataset:
    """A Secondary Capture: (rows, columns) in grey or (rows, columns, 3) in colour, 8 or 16 bits."""
    ds = whose(CAPTURE, "OT")
    ds.ConversionType, ds.SeriesDescription = "WSD", "AI summary"
    ds.Rows, ds.Columns = pixels.shape[:2]
    colored = pixels.ndim == 3
    ds.SamplesPerPixel = 3 if colored else 1
    ds.PhotometricInterpretation = photometric or ("RGB" if colored else "MONOCHROME2")
    if colored:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = ds.BitsStored = 8 * pixels.dtype.itemsize
    ds.HighBit, ds.PixelRepresentation = ds.BitsStored - 1, 0
    content = pixels.tobytes()
    ds.PixelData = content + b"\0" * (len(content) % 2)
    ds["PixelData"].VR = "OW" if pixels.dtype.itemsize == 2 else "OB"
    return ds


def compressed(ds: Dataset, frames: list[bytes]) -> Dataset:
    """The same with compressed frames."""
    ds.PixelData = encapsulate(frames)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    return ds


_VALUES = {
    "TEXT": "TextValue",
    "UIDREF": "UID",
    "DATETIME": "DateTime",
    "PNAME": "PersonName",
}


def content(
    value_type: str,
    name: tuple[str, str, str] | None,
    value: Any = None,
    *children: Dataset,
    relationship: str = "CONTAINS",
) -> Dataset:
    """A content item; the value of CODE is a code, of NUM (number, unit), of SCOORD (type, coordinates), of
    IMAGE an item of ReferencedSOPSequence."""
    ds = item(RelationshipType=relationship, ValueType=value_type)
    if name is not None:
        ds.ConceptNameCodeSequence = [code(*name)]
    if value_type == "CODE":
        ds.ConceptCodeSequence = [code(*value)]
    elif value_type == "NUM":
        number, unit = value
        units = [code(unit, "UCUM")]
        ds.MeasuredValueSequence = [item(NumericValue=str(number), MeasurementUnitsCodeSequence=units)]
    elif value_type == "SCOORD":
        ds.GraphicType, ds.GraphicData = value
    elif value_type == "SCOORD3D":
        ds.GraphicType, ds.GraphicData = value
        ds.ReferencedFrameOfReferenceUID = "2.25.9"
    elif value_type == "IMAGE":
        ds.ReferencedSOPSequence = [value]
    elif value_type == "CONTAINER":
        ds.ContinuityOfContent = "SEPARATE"
    elif value_type in _VALUES:
        setattr(ds, _VALUES[value_type], value)
    if children:
        ds.ContentSequence = list(children)
    return ds


def reference(instance: str = IMAGE, sop_class_uid: str = MAMMOGRAM, *frames: int) -> Dataset:
    """An item of ReferencedSOPSequence."""
    ds = item(ReferencedSOPClassUID=sop_class_uid, ReferencedSOPInstanceUID=instance)
    if frames:
        ds.ReferencedFrameNumber = list(frames)
    return ds


def by_reference(*place: int, relationship: str = "SELECTED FROM") -> Dataset:
    """A relationship by reference to the item at that place of the tree, (1,) being the root."""
    return item(RelationshipType=relationship, ReferencedContentItemIdentifier=list(place))


def region(kind: str, points: Sequence[float], *selected_from: Dataset) -> Dataset:
    """An Image Region on an image."""
    return content("SCOORD", ("111030", "DCM", "Image Region"), (kind, list(points)), *selected_from)


def on_image(ref: Dataset) -> Dataset:
    """The image that a region is selected from, by value."""
    return content("IMAGE", None, ref, relationship="SELECTED FROM")


def group(*children: Dataset, kind: tuple[str, str, str] | None = MASS, number: int = 1) -> Dataset:
    """A Measurement Group (TID 1410)."""
    said = [
        content(
            "TEXT",
            ("112039", "DCM", "Tracking Identifier"),
            f"lesion {number}",
            relationship="HAS OBS CONTEXT",
        ),
        content(
            "UIDREF",
            ("112040", "DCM", "Tracking Unique Identifier"),
            f"2.25.88{number}",
            relationship="HAS OBS CONTEXT",
        ),
    ]
    if kind is not None:
        said.append(content("CODE", ("121071", "DCM", "Finding"), kind))
    return content("CONTAINER", ("125007", "DCM", "Measurement Group"), None, *said, *children)


def measurements(*children: Dataset) -> Dataset:
    """The container of the groups."""
    return content("CONTAINER", ("126010", "DCM", "Imaging Measurements"), None, *children)


def evaluations(*children: Dataset) -> Dataset:
    """The container of qualitative evaluations of the exam."""
    return content("CONTAINER", ("C0034375", "UMLS", "Qualitative Evaluations"), None, *children)


def library(*groups: Dataset) -> Dataset:
    """An Image Library (TID 1600) of groups."""
    return content("CONTAINER", ("111028", "DCM", "Image Library"), None, *groups)


def library_group(*children: Dataset) -> Dataset:
    """An Image Library Group."""
    return content("CONTAINER", ("126200", "DCM", "Image Library Group"), None, *children)


def structured(
    *children: Dataset,
    title: tuple[str, str, str] = ("126000", "DCM", "Imaging Measurement Report"),
    template: str = "1500",
    sop_class_uid: str = COMPREHENSIVE_3D,
) -> Dataset:
    """A structured report with these items under its root."""
    ds = whose(sop_class_uid, "SR")
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    ds.ConceptNameCodeSequence = [code(*title)]
    if template:
        ds.ContentTemplateSequence = [item(MappingResource="DCMR", TemplateIdentifier=template)]
    ds.CompletionFlag, ds.VerificationFlag = "COMPLETE", "UNVERIFIED"
    ds.ContentSequence = list(children)
    return ds
