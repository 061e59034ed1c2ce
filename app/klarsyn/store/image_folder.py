"""Image files by content: named after their SHA-256, so that the same file twice is one file.

A file appears under its name whole or not at all: it is written beside, forced to the disk, then renamed.
"""

import contextlib
import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

_CHUNK = 1 << 20


class SourceUnreadable(Exception):
    """A file that was to be copied in cannot be read: that file is to blame, and no other.

    Parameters
    ----------
    reason
        A sentence: what is wrong with it.
    advice
        A sentence: what to do about it.
    """

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason, advice)
        self.reason = reason
        self.advice = advice

    @classmethod
    def because(cls, error: OSError) -> "SourceUnreadable":
        """Say in words what the operating system answered."""
        if error.errno in (errno.EACCES, errno.EPERM):
            return cls(
                "The file may not be read by this account, or another program holds it.",
                "Give read permission, or wait for that program, and import the file again.",
            )
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return cls("The file is not there (any more).", "Import its folder again.")
        return cls(
            f"The file cannot be read to its end: {error.strerror or 'reading failed'}.",
            "Check the disc or the share that it lies on, and import it again.",
        )

    @classmethod
    def growing(cls) -> "SourceUnreadable":
        """Say that the file changed while it was read."""
        return cls("The file was still being written.", "Import it again when it is complete.")


class CannotKeep(OSError):
    """Klarsyn's own folder cannot be written: full, read-only or gone. No source file is to blame."""


class ImageFolder:
    """The folder of one installation's DICOM files."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`; made when something is put into it."""
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the file of that content lies: names never come from a file's own words."""
        return self._folder / sha256[:2] / f"{sha256}.dcm"

    def holds(self, sha256: str, size: int) -> bool:
        """True when the file of that content lies here with its `size` in bytes."""
        try:
            return self.path(sha256).stat().st_size == size
        except OSError:
            return False

    def put(self, source: Path) -> str:
        """Copy a file in and return its SHA-256; nothing is copied when it is here already.

        Raises
        ------
        SourceUnreadable
            If the source cannot be read, or changes meanwhile.
        CannotKeep
            If this folder cannot be written, e.g. on a full disk. Nothing half-written stays behind.
        """
        digest, size = hashlib.sha256(), 0
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
        sha256 = digest.hexdigest()
        try:
            if not self.holds(sha256, size):
                self._copy(source, sha256)
        except OSError as error:
            raise CannotKeep(*error.args) from error
        return sha256

    def put_made(self, make: Callable[[Path], None]) -> str:
        """Keep a file of our own, which `make` writes to the path that it is given; return its SHA-256.

        Raises
        ------
        CannotKeep
            If this folder cannot be written. What else `make` raises is passed on; nothing stays behind.
        """
        beside = self._folder / "made" / f"{secrets.token_hex(8)}.part"
        try:
            beside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            make(beside)
            return self.put(beside)
        except OSError as error:
            raise CannotKeep(*error.args) from error
        finally:
            with contextlib.suppress(OSError):
                beside.unlink()

    def _copy(self, source: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = target.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
        digest = hashlib.sha256()
        try:
            with beside.open("xb") as writing:
                for chunk in _chunks(source):
                    digest.update(chunk)
                    writing.write(chunk)
                writing.flush()
                os.fsync(writing.fileno())
            if digest.hexdigest() != sha256:
                raise SourceUnreadable.growing()
            beside.replace(target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()

    def sweep(self) -> int:
        """Remove what a killed import left half-written; return how many. No import may be running."""
        left = list(self._folder.glob("??/*.part"))
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def _chunks(source: Path) -> Iterator[bytes]:
    # What the consumer does between two chunks is outside this try: its errors stay its own.
    try:
        with source.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise SourceUnreadable.because(error) from error
