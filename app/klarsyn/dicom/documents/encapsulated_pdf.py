"""The PDF inside an Encapsulated PDF object (PS3.3 A.45.1 and C.24.2)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import raw, text, whole_number
from klarsyn.dicom.errors import SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import MAX_ELEMENT

_PDF_HEAD = 1024
"""ISO 32000-1 annex H: readers accept the header within the first 1024 bytes."""


def pdf_in(ds: Dataset) -> bytes:
    """Return the bytes of the PDF.

    Raises
    ------
    UnreadableFile
        If there is none, something else is in its place, or it is larger than what is read of one element.
    """
    mime = text(ds, "MIMETypeOfEncapsulatedDocument").lower()
    if mime not in ("", "application/pdf"):
        raise UnreadableFile(f"The document is of the type {mime[:32]}, not a PDF.", "Ask for it as a PDF.")
    content = raw(ds, "EncapsulatedDocument")
    if not isinstance(content, bytes) or not content:
        raise UnreadableFile(
            f"The document is empty, damaged or larger than {MAX_ELEMENT // 2**20} MiB.", SEND_AGAIN
        )
    # The value is padded to an even length; its own is stated beside it (PS3.3 C.24.2).
    length = whole_number(ds, "EncapsulatedDocumentLength")
    if length is not None and 0 < length <= len(content):
        content = content[:length]
    if b"%PDF-" not in content[:_PDF_HEAD]:
        raise UnreadableFile("What the document holds is no PDF.", SEND_AGAIN)
    return content
