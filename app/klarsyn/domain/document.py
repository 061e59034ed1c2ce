"""What comes beside images and reports for a human to look at: another maker's page, as a picture or a PDF.

Nothing in it is parsed, and nobody sees it, its name, or that it is there before the first impression is
signed (invariant 6): it may hold what an AI thinks.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DocumentKind(StrEnum):
    """How a document is shown."""

    PDF = "pdf"
    """Encapsulated PDF (PS3.3 A.45.1)."""
    PICTURE = "picture"
    """Secondary Capture (PS3.3 A.8) that is a page and not a mammogram."""


@dataclass(frozen=True, slots=True)
class Document:
    """The facts of one document, without identity.

    `pages` is known of pictures; 0 for a PDF, whose pages only its renderer counts. `refers_to` are the
    instances that it names as its sources. `title` and `maker` are as they stand in the file, "" where
    nothing does.
    """

    kind: DocumentKind
    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    title: str = ""
    maker: str = ""
    made_at: datetime | None = None
    pages: int = 0
    refers_to: tuple[str, ...] = ()
