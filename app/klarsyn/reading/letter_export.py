"""A file of letters gets its name in three steps, each of which a crash may follow.

Its content is written under another name; the database notes which letters are in it; it gets its own name.
Before the second step nothing has left, after it everything has, and whoever comes next finishes the third.
"""

import os
import platform
import time
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from klarsyn.store.letters import ExportedAlready, LetterExport, LetterRepository

_LEFT_BEHIND_S = 3600.0
"""Seconds after which a file without a name and a row is nobody's: no export takes so long."""


class LetterError(Exception):
    """Letters could not be exported as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class LetterFolder:
    """Where files of letters go on this machine."""

    path: Path

    @property
    def named(self) -> str:
        """How rows name it: with the machine, since another may have a folder of the same name."""
        return f"{platform.node()}:{self.path.resolve()}"

    @staticmethod
    def of(export: LetterExport) -> Path | None:
        """Return the folder of an export that was begun on this machine; None for another's."""
        machine, _, path = export.folder.partition(":")
        return Path(path) if machine == platform.node() else None


def write_export(letters: LetterRepository, export: LetterExport, content: bytes, folder: Path) -> Path:
    """Write, note, and name a file of letters, and return its path [store].

    Raises
    ------
    LetterError
        If the letters have left meanwhile, or the file cannot be written; what has happened is said.
    """
    part, named = _part(folder, export), folder / export.file_name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(letters, folder)
        _write(part, content)
    except OSError as error:
        raise LetterError(f"{folder} cannot be written ({error.strerror}). Nothing was exported.") from error
    try:
        letters.add(export)
    except ExportedAlready as error:
        part.unlink()
        raise LetterError(str(error)) from error
    try:
        _name(part, named)
    except OSError as error:
        raise LetterError(
            f"The letters are noted as exported, but their file could not get its name ({error.strerror}). "
            "Free the folder and give the command again: it finishes this export first."
        ) from error
    letters.delivered(export.export_id, export.at)
    return named


def finish_exports(letters: LetterRepository, now: datetime) -> list[str]:
    """Finish the third step of exports that were interrupted, and return a sentence on each [store]."""
    return [_finish(letters, export, now) for export in letters.open_exports()]


def _finish(letters: LetterRepository, export: LetterExport, now: datetime) -> str:
    folder = LetterFolder.of(export)
    which = f"The export {export.file_name} of {export.at:%Y-%m-%d %H:%M} was interrupted"
    if folder is None or not folder.is_dir():
        return f"{which}; finish it on {export.folder.partition(':')[0]}, with its folder there."
    part, named = _part(folder, export), folder / export.file_name
    if part.exists():
        if sha256(part.read_bytes()).hexdigest() != export.sha256:
            return f"{which}, and {part} has been changed since. Export the batch again with --again."
        try:
            _name(part, named)
        except OSError as error:
            return f"{which}, and its file still cannot get its name ({error.strerror})."
        letters.delivered(export.export_id, now, "finished later")
        return f"{which}; its file is now {named}."
    if named.exists():
        letters.delivered(export.export_id, now, "found under its name")
        return f"{which} after its file was complete: {named}."
    letters.delivered(export.export_id, now, "not found")
    return f"{which} and its file is gone: ask the receiver. If it has not come, export with --again."


def _sweep(letters: LetterRepository, folder: Path) -> None:
    """Remove what crashes before the second step have left: it holds names, and nobody waits for it."""
    wanted = {_part(folder, export).name for export in letters.open_exports()}
    for path in folder.glob(".letters-*.part"):
        if path.name not in wanted and time.time() - path.stat().st_mtime > _LEFT_BEHIND_S:
            path.unlink(missing_ok=True)


def _part(folder: Path, export: LetterExport) -> Path:
    return folder / f".{export.file_name}.part"


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _name(part: Path, named: Path) -> None:
    part.replace(named)
    if os.name == "posix":
        # Windows has no way to make a folder's entry durable.
        folder = os.open(named.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
