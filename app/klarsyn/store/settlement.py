"""A file that an import has seen, and what became of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as the import found it; `repairs` lists the editions of the header repairs in force then."""

    path: str
    size: int
    mtime_ns: int
    repairs: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a file became: an image of an exam, a presentation `state`, a `report`, a `document` or a
    `rejection` (the UID of each), or nothing that anybody misses."""

    exam_id: str | None = None
    new: bool = False
    state: bool = False
    report: str = ""
    document: str = ""
    rejection: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A file that could not be read: reason, and what to do."""

    path: str
    reason: str
    advice: str
    seen_at: datetime
