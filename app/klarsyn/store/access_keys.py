"""What the access log keeps outside the database: its keys, and how far each chain of this machine has come.

One folder a data folder, readable by its account alone. `access-log.key` seals what is written here; further
`*.key` files, copied from other workstations, let an auditor check their chains too.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from klarsyn.store.schema_version import StoreError

_NAME = "access-log.key"
_HEADS = "access-log-heads"


class KeyUnusable(StoreError):
    """A key file does not hold a key; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far one chain has come."""

    chain_id: str
    position: int
    seal: str


def key_id(key: bytes) -> str:
    """Return the name by which a chain says which key seals it; it tells nothing of the key."""
    return hashlib.sha256(b"klarsyn access log key\x00" + key).hexdigest()[:16]


class AccessKeys:
    """The folder `keys` of one data folder."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; it is made when something is written."""
        self._folder = folder

    def own(self) -> bytes:
        """Return the key of this data folder; made at the first call, and never replaced [disk].

        Raises
        ------
        KeyUnusable
            If the file does not hold a key.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / _NAME
        if not path.exists():
            # Whole before it has its name: of two programs that start at once one makes the key.
            new = self._folder / f".{secrets.token_hex(8)}.new"
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(secrets.token_hex(32))
                stream.flush()
                os.fsync(stream.fileno())
            try:
                os.link(new, path)
            except FileExistsError:
                pass
            except OSError:
                # A disk without hard links: the first of two that start at once may lose its key, no more.
                if not path.exists():
                    new.replace(path)
            finally:
                new.unlink(missing_ok=True)
        return _read(path)

    def all(self) -> dict[str, bytes]:
        """Return every key of the folder by its name [disk]."""
        keys = [_read(path) for path in sorted(self._folder.glob("*.key"))]
        return {key_id(key): key for key in keys}

    def reached(self, head: Head) -> None:
        """Remember how far a chain has come [disk]."""
        folder = self._folder / _HEADS
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = folder / f".{head.chain_id}.new"
        new.write_text(json.dumps([head.position, head.seal]))
        new.replace(folder / head.chain_id)

    def heads(self) -> Iterator[Head]:
        """Return how far each chain that was written here has come, the newest first [disk]."""
        folder = self._folder / _HEADS
        found = (
            [path for path in folder.glob("*") if not path.name.startswith(".")] if folder.is_dir() else []
        )
        for path in sorted(found, key=lambda each: (each.stat().st_mtime_ns, each.name), reverse=True):
            position, seal = json.loads(path.read_text())
            yield Head(path.name, position, seal)


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise KeyUnusable(
            f"{path} does not hold a key of the access log, so nothing can be sealed or checked with it. Put "
            "the file back from a backup; without one move it away: what it has sealed can then be read and "
            "not checked."
        )
    return key
