"""Who saw which patient, when, from where: one entry of the access log, and the code that seals it.

HSLF-FS 2016:40, chapter 4, asks for it. Each entry is sealed with HMAC-SHA-256 over itself and the seal
before it; the key lies outside the database, so that whoever can write there can change nothing unseen.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class Access(StrEnum):
    """What somebody did."""

    STARTED = "log started"
    OPENED = "opened"
    PRIOR_SHOWN = "prior shown"
    REVEALED = "AI revealed"
    SEARCHED = "searched"
    EXPORTED = "exported"
    LOG_READ = "access log read"
    DRAW_SHOWN = "audit draw shown"


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One entry. `chain_id` is one workstation's program from start to end, `position` counts from 0.

    `patient` is the number and its issuer as they were at that moment, joined by ^; `detail` says more, e.g.
    what was searched for. `seal` is HMAC-SHA-256 in hex.
    """

    chain_id: str
    position: int
    at: datetime
    who: str
    workstation: str
    what: str
    exam_id: str
    patient: str
    detail: str
    seal: str = ""


def seal_of(key: bytes, entry: AccessEntry, before: str) -> str:
    """Return the seal of an entry that stands behind one with the seal `before` (empty for the first)."""
    return _sealed(
        key, "entry", entry.chain_id, entry.position, entry.at.astimezone(UTC).isoformat(), entry.who,
        entry.workstation, entry.what, entry.exam_id, entry.patient, entry.detail, before,
    )  # fmt: skip


def anchor_seal(key: bytes, chain_id: str, position: int, seal: str) -> str:
    """Return what proves that a chain had reached a position with that seal."""
    return _sealed(key, "anchor", chain_id, position, seal)


def _sealed(key: bytes, *parts: str | int) -> str:
    # As JSON, so that no two different entries are the same bytes.
    return hmac.digest(key, json.dumps(["klarsyn access log 1", *parts]).encode(), "sha256").hex()
