"""Whether the access log is as it was written: every seal, every place, every end."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import select

from klarsyn.domain.access import Access, AccessEntry, anchor_seal, seal_of
from klarsyn.store.access_keys import AccessKeys, Head
from klarsyn.store.access_log import entry_of
from klarsyn.store.access_models import AccessAnchorRow, AccessRow
from klarsyn.store.database import Database

_AT_ONCE = 1000


@dataclass
class LogCheck:
    """What was looked at, and each thing that is not as it was written, as a sentence."""

    entries: int = 0
    chains: int = 0
    anchors: int = 0
    troubles: list[str] = field(default_factory=list)


@dataclass
class _Chain:
    """What one chain holds, and where else it is said how far it had come."""

    seals: dict[int, str] = field(default_factory=dict)
    key: bytes | None = None
    said: list[tuple[Head, str]] = field(default_factory=list)


def check_log(database: Database, keys: AccessKeys) -> LogCheck:
    """Check all entries and anchors with the keys that are here [store, disk].

    It finds an entry that was changed, is missing, or stands where another stood, an end that was cut off,
    and a chain that is gone. An end is missed by anchors, by what this machine remembers, and by its later
    chains.

    Raises
    ------
    KeyUnusable
        If a key file does not hold a key.
    """
    found, known, chains = LogCheck(), keys.all(), dict[str, _Chain]()
    for head in keys.heads():
        chains.setdefault(head.chain_id, _Chain()).said.append((head, "this machine remembers"))
    for chain_id, entries in groupby(_entries(database), key=lambda entry: entry.chain_id):
        found.chains += 1
        _check_chain(chain_id, entries, known, chains, found)
    for row in _anchors(database):
        found.anchors += 1
        chain = chains.setdefault(row.chain_id, _Chain())
        if chain.key is not None and row.seal != anchor_seal(
            chain.key, row.chain_id, row.position, row.entry_seal
        ):
            found.troubles.append(f"Chain {row.chain_id}: its anchor at entry {row.position} was changed.")
            continue
        chain.said.append((Head(row.chain_id, row.position, row.entry_seal), "an anchor says"))
    for chain_id, chain in sorted(chains.items()):
        found.troubles += _ends(chain_id, chain)
    return found


def _check_chain(
    chain_id: str,
    entries: Iterable[AccessEntry],
    known: dict[str, bytes],
    chains: dict[str, _Chain],
    found: LogCheck,
) -> None:
    chain = chains.setdefault(chain_id, _Chain())
    expected, before, wrong = 0, "", found.troubles
    for entry in entries:
        found.entries += 1
        if expected == 0:
            chain.key, earlier = _start_of(entry, known)
            if chain.key is None:
                wrong.append(
                    f"Chain {chain_id} ({entry.workstation}) cannot be checked: its key is not in the folder "
                    "of keys, or its first entry was changed."
                )
            for head in earlier:
                chains.setdefault(head.chain_id, _Chain()).said.append((head, "a later chain says"))
        if entry.position != expected:
            wrong.append(f"Chain {chain_id}: entries {expected} to {entry.position - 1} are missing.")
        elif chain.key is not None and entry.seal != seal_of(chain.key, entry, before):
            wrong.append(
                f"Chain {chain_id}: entry {entry.position} was changed, or stands where another stood."
            )
        # From what stands there: one wrong entry is told once. Behind a gap the seal before is not known.
        expected, before = entry.position + 1, entry.seal
        chain.seals[entry.position] = entry.seal


def _start_of(entry: AccessEntry, known: dict[str, bytes]) -> tuple[bytes | None, list[Head]]:
    if entry.position != 0 or entry.what != Access.STARTED:
        # Whichever key is here may be its own; with the first entry went what says so.
        return None, []
    try:
        said = json.loads(entry.detail)
        key = known.get(said["key"])
        earlier = [Head(str(c), int(p), str(s)) for c, p, s in said["before"]]
    except (ValueError, TypeError, KeyError):
        return None, []
    return key, earlier


def _ends(chain_id: str, chain: _Chain) -> Iterator[str]:
    if not chain.said:
        return
    furthest, who = max(chain.said, key=lambda each: each[0].position)
    if not chain.seals:
        yield f"Chain {chain_id} is missing: {who} that it had {furthest.position + 1} entries."
        return
    last = max(chain.seals)
    if furthest.position > last:
        yield (
            f"Chain {chain_id}: its end is missing, entries {last + 1} to {furthest.position} at least: "
            f"{who} so."
        )
    differing = {h.position for h, _ in chain.said if chain.seals.get(h.position, h.seal) != h.seal}
    for position in sorted(differing):
        yield f"Chain {chain_id}: entry {position} is not the one that stood there before."


def _entries(database: Database) -> Iterator[AccessEntry]:
    query = select(AccessRow).order_by(AccessRow.chain_id, AccessRow.position)
    with database.reading() as session:
        for row in session.scalars(query.execution_options(yield_per=_AT_ONCE)):
            yield entry_of(row)


def _anchors(database: Database) -> list[AccessAnchorRow]:
    with database.reading() as session:
        return list(session.scalars(select(AccessAnchorRow)))
