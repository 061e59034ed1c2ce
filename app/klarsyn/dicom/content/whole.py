"""The content tree of a file, whatever report it is: for whoever wants to see it as it stands."""

from pathlib import Path

from pydicom import uid

from klarsyn.dicom.attributes import short, text
from klarsyn.dicom.content.tree import ContentItem, read_tree
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.source import open_source

_STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."


def report_tree(path: Path) -> tuple[ContentItem, str, tuple[str, ...]]:
    """Return the root of a structured report's tree, the name of its SOP class, and what is not sound in it.

    Raises
    ------
    UnreadableFile
        If the file cannot be read, or is no structured report.
    """
    with open_source(path) as source:
        sop_class_uid = text(source.header, "SOPClassUID") or text(source.meta, "MediaStorageSOPClassUID")
        known = uid.UID(sop_class_uid)
        if not sop_class_uid.startswith(_STRUCTURED_REPORTS):
            what = known.name if sop_class_uid and known.name != sop_class_uid else short(sop_class_uid)
            raise UnreadableFile(
                f"The file is no structured report ({what or 'it states no SOP class'}).",
                "Name a CAD SR or another structured report.",
            )
        problems: list[str] = []
        try:
            return read_tree(source.header, problems), known.name, tuple(problems)
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"The report's tree is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
            ) from error
