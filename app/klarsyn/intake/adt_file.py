"""HL7 v2 files with patient merges (ADT^A40, HL7 v2.5 section 3.3.40) -> changes of identity.

PID-3 holds the number that stays, MRG-1 the one that goes. Other messages in a file are counted and left.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

import hl7

from klarsyn.domain.task import TaskRule
from klarsyn.intake.identity_changes import change_identity
from klarsyn.store.identity_events import IdentityChange, IdentityRefused
from klarsyn.store.store import Store

LARGEST = 64 * 2**20
_CHARSETS = {"UNICODE UTF-8": "utf-8", "8859/1": "latin-1", "8859/15": "iso8859-15", "ASCII": "ascii"}


@dataclass(slots=True)
class MergesTaken:
    """What became of a file: merges noted now and before, exams that followed, other messages, and errors."""

    merges: int = 0
    known: int = 0
    exams: int = 0
    others: int = 0
    refused: tuple[str, ...] = ()


def take_merges(
    store: Store, path: Path, *, by: str, at: datetime, rule: TaskRule, issuers: bool = False
) -> MergesTaken:
    """Note every merge of a file, in its order; what was noted of the same file before is passed over.

    `issuers`: the assigning authorities of the numbers (CX-4) are the issuers of images' patient numbers;
    else issuers are found by the exams that are here.

    Raises
    ------
    IdentityRefused
        If the file holds no message at all.
    """
    content = path.read_bytes() if path.stat().st_size <= LARGEST else b""
    digest = hashlib.sha256(content).hexdigest()
    taken = MergesTaken()
    number = 0
    for number, message in enumerate(_messages(content), start=1):
        try:
            merges = _merges(hl7.parse(message))
        except (hl7.HL7Exception, LookupError, ValueError, TypeError):
            taken.refused += (f"Message {number} is no merge that can be understood.",)
            continue
        taken.others += merges is None
        for place, (stays, goes, name, born) in enumerate(merges or (), start=1):
            source = f"ADT A40, message {number}.{place} of the file {digest}"
            if store.identities.noted(source):
                taken.known += 1
                continue
            change = IdentityChange(
                "merge", goes[0], stays[0], by, "merged by the hospital's patient index", at,
                goes[1] if issuers else None, stays[1] if issuers else None, name, born, source=source,
            )  # fmt: skip
            try:
                taken.exams += len(change_identity(store, change, rule))
                taken.merges += 1
            except IdentityRefused as error:
                taken.refused += (f"Message {number}: {error}",)
    if not number:
        raise IdentityRefused("The file holds no HL7 v2 message. A message begins with MSH.")
    return taken


def _messages(content: bytes) -> Iterator[str]:
    for line_end in (b"\r\n", b"\n", b"\x0b", b"\x1c"):
        content = content.replace(line_end, b"\r")
    at = [found.end() - 3 for found in re.finditer(rb"(?:\A|\r)MSH", content)]
    for start, end in pairwise([*at, len(content)]):
        part = content[start:end]
        fields = part.split(b"\r", 1)[0].split(part[3:4] or b"|")
        named = fields[17].decode("ascii", "replace").split("~")[0] if len(fields) > 17 else ""
        yield part.decode(_CHARSETS.get(named.strip(), "utf-8"), "replace").strip("\r") + "\r"


_Merge = tuple[tuple[str, str], tuple[str, str], str, date | None]


def _merges(message: hl7.Message) -> list[_Merge] | None:
    """Return the merges of one message; None for a message of another kind."""
    kind = message.segment("MSH")[9]
    if (_part(kind, 1), _part(kind, 2)) != ("ADT", "A40"):
        return None
    found: list[_Merge] = []
    pid: hl7.Segment | None = None
    for segment in message:
        if str(segment[0]) == "PID":
            pid = segment
        elif str(segment[0]) == "MRG":
            if pid is None:
                raise ValueError("A merge without the patient that stays.")
            found.append((_number(pid[3]), _number(segment[1]), _name(pid), _born(pid)))
    if not found:
        raise ValueError("No patient goes.")
    return found


def _number(field: hl7.Field) -> tuple[str, str]:
    number = _part(field, 1)
    if not number:
        raise ValueError("No number.")
    return number, _part(field, 4).split("&")[0]


def _name(pid: hl7.Segment) -> str:
    family = _part(pid[5], 1).split("&")[0] if len(pid) > 5 else ""
    given = " ".join(part for part in (_part(pid[5], 2), _part(pid[5], 3)) if part) if len(pid) > 5 else ""
    return ", ".join(part for part in (family, given) if part)


def _born(pid: hl7.Segment) -> date | None:
    digits = str(pid[7])[:8] if len(pid) > 7 else ""
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None


def _part(field: hl7.Field, number: int) -> str:
    """Return one component of a field's first repetition, counted from 1; "" where it has none."""
    text = str(field).split("~")[0].split("^")
    return text[number - 1].strip() if len(text) >= number else ""
