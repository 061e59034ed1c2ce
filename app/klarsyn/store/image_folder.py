"""Image files by content: named after their SHA-256, so that the same file twice is one file.

A file appears under its name whole or not at all: it is written beside, forced to the disk, then renamed.
"""

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

_CHUNK = 1 << 20


def digest_of(source: Path) -> str:
    """Return the SHA-256 of a file's content."""
    digest = hashlib.sha256()
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class ImageFolder:
    """The folder of one installation's DICOM files."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; made when something is put into it."""
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the file of that content lies: names never come from a file's own words."""
        return self._folder / sha256[:2] / f"{sha256}.dcm"

    def put(self, source: Path) -> str:
        """Copy a file in and return its SHA-256; nothing is copied when it is here already.

        Raises
        ------
        OSError
            If the source cannot be read or the disk is full; nothing half-written stays behind.
        """
        sha256 = digest_of(source)
        target = self.path(sha256)
        if target.exists() and target.stat().st_size == source.stat().st_size:
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = target.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
        digest = hashlib.sha256()
        try:
            with source.open("rb") as reading, beside.open("xb") as writing:
                while chunk := reading.read(_CHUNK):
                    digest.update(chunk)
                    writing.write(chunk)
                writing.flush()
                os.fsync(writing.fileno())
            if digest.hexdigest() != sha256:
                raise OSError(f"{source} changed while it was read. Import it again when it is complete.")
            beside.replace(target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
        return sha256

    def sweep(self) -> int:
        """Remove what a killed import left half-written; return how many. No import may be running."""
        left = list(self._folder.glob("??/*.part"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)
