"""Documents beside the images: Encapsulated PDF, and Secondary Capture that is a page and not a mammogram."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import day, items, text, whole_number
from klarsyn.dicom.documents.encapsulated_pdf import pdf_in
from klarsyn.dicom.documents.pages import is_page
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.person import read_patient
from klarsyn.dicom.report_facts import (
    class_name,
    class_of,
    legal_uid,
    made_at,
    referenced_classes,
    require_whole,
    required_uid,
)
from klarsyn.dicom.source import Source, open_source
from klarsyn.domain.document import Document, DocumentKind
from klarsyn.domain.exam import Patient

ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
_LONGEST = 256
"""Letters of a title or maker that are kept; LO has 64, ST (DocumentTitle) 1024."""


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """A document with the exam and patient it came for. `exam_key` is as `headers.Instance.exam_key`."""

    document: Document
    exam_key: str
    patient: Patient
    study_date: date | None
    accession_number: str = ""

    @property
    def kind(self) -> DocumentKind:
        """How it is shown."""
        return self.document.kind

    @property
    def title(self) -> str:
        """What it is called, "" where nothing is said."""
        return self.document.title

    @property
    def maker(self) -> str:
        """Who made it."""
        return self.document.maker

    @property
    def made_at(self) -> datetime | None:
        """When, by its maker's clock."""
        return self.document.made_at

    @property
    def sop_instance_uid(self) -> str:
        """Its SOPInstanceUID."""
        return self.document.sop_instance_uid


def document_kind(path: Path) -> DocumentKind | None:
    """Return what kind of document a file is; None for whatever is none.

    Raises
    ------
    UnreadableFile
        If the header cannot be read.
    """
    with open_source(path) as source:
        return _kind(source)


def is_document(path: Path) -> bool:
    """True for a file that `read_document` is meant for; asked before it is read as an image.

    Raises
    ------
    UnreadableFile
        If the header cannot be read.
    """
    return document_kind(path) is not None


def read_document(path: Path) -> ReceivedDocument:
    """Return the facts of a document; its pages are not looked at.

    Raises
    ------
    UnreadableFile
        If it is none, is damaged, or belongs to no exam.
    """
    with open_source(path) as source:
        require_whole(source.header)
        kind = _require_kind(source)
        try:
            if kind is DocumentKind.PDF:
                pdf_in(source.header)
            return _received(source, kind)
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"The document is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
            ) from error


def document_pdf(path: Path) -> bytes:
    """Return the PDF in a file, 64 MiB at most.

    It comes from outside: whoever renders it does so in a process of its own, with limits.

    Raises
    ------
    UnreadableFile
        If the file is no Encapsulated PDF, or what is in it is too large or no PDF.
    """
    with open_source(path) as source:
        require_whole(source.header)
        if _require_kind(source) is not DocumentKind.PDF:
            raise UnreadableFile("The document is a picture, not a PDF.", "Open it as a picture.")
        return pdf_in(source.header)


def _kind(source: Source) -> DocumentKind | None:
    try:
        named = class_of(source.header, source.meta)
        if named == ENCAPSULATED_PDF:
            return DocumentKind.PDF
        return DocumentKind.PICTURE if is_page(source.header, named) else None
    except PARSE_FAILURES as error:
        raise UnreadableFile(
            f"The header is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
        ) from error


def _require_kind(source: Source) -> DocumentKind:
    kind = _kind(source)
    if kind is None:
        raise UnreadableFile(
            f"The object is {class_name(class_of(source.header, source.meta))}, not a document.",
            "Encapsulated PDF and pages as Secondary Capture are read as documents.",
        )
    return kind


def _received(source: Source, kind: DocumentKind) -> ReceivedDocument:
    ds = source.header
    study = required_uid(ds, "StudyInstanceUID", "document")
    named = [text(one, "ReferencedSOPInstanceUID") for one in items(ds, "SourceImageSequence")]
    sources = (*(uid for uid in named if legal_uid(uid)), *referenced_classes(ds))
    pages = whole_number(ds, "NumberOfFrames", 1) or 1
    document = Document(
        kind=kind,
        sop_instance_uid=required_uid(ds, "SOPInstanceUID", "document"),
        sop_class_uid=class_of(ds, source.meta),
        study_instance_uid=study,
        title=_title(ds),
        maker=_maker(ds),
        made_at=made_at(ds),
        pages=pages if kind is DocumentKind.PICTURE else 0,
        refers_to=tuple(dict.fromkeys(sources)),
    )
    return ReceivedDocument(
        document, f"study:{study}", read_patient(ds), day(ds, "StudyDate"), text(ds, "AccessionNumber")
    )


def _title(ds: Dataset) -> str:
    coded = [text(one, "CodeMeaning") for one in items(ds, "ConceptNameCodeSequence")]
    stated = [text(ds, "DocumentTitle"), *coded, text(ds, "SeriesDescription")]
    return next((words[:_LONGEST] for words in stated if words), "")


def _maker(ds: Dataset) -> str:
    for keywords in (
        ("Manufacturer", "ManufacturerModelName"),
        ("SecondaryCaptureDeviceManufacturer", "SecondaryCaptureDeviceManufacturerModelName"),
    ):
        words = " ".join(word for word in (text(ds, keyword) for keyword in keywords) if word)
        if words:
            return words[:_LONGEST]
    return ""
