"""Engines of the data folder: which are there, whether they are what was installed, and taking one away.

engines/NAME/installed.json   who installed what and when, and the SHA-256 of every file
engines/NAME/code/            what can be imported, behind the seal only
"""

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.engine import registry
from klarsyn.engine.identity import code_sha256
from klarsyn.engine.registry import EngineNotFound
from klarsyn.engine.server_file import ServerFile
from klarsyn.engine.server_package import check_consent, server_of

RECORD, CODE = "installed.json", "code"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_announced: set[str] = set()
_servers: tuple[str, ...] = ()
_log = get_logger("engine.installed")


@dataclass(frozen=True, slots=True)
class Installed:
    """One installed engine. `files` maps a path below `code` to its SHA-256; `source` is a file's name."""

    name: str
    target: str
    source: str
    files: dict[str, str]
    installed_at: str
    installed_by: str


def installed(engines: Path) -> dict[str, Installed]:
    """Return the engines of a data folder by their names. One whose record cannot be read is left out."""
    found = {}
    for folder in sorted(engines.iterdir()) if engines.is_dir() else ():
        if not NAME.fullmatch(folder.name):
            continue
        try:
            record = Installed(**json.loads((folder / RECORD).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            _log.warning("An installed engine has no readable record.", engine=folder.name)
            continue
        if record.name == folder.name:
            found[record.name] = record
    return found


def announce(engines: Path, servers: tuple[str, ...] | None = None) -> None:
    """Make the engines of a data folder known to this process, and forget those of another.

    `servers` are the addresses that the site lets exams' pixels go to; those given before when absent.
    """
    global _servers
    _servers = _servers if servers is None else servers
    while _announced:
        registry.unregister(_announced.pop())
    taken = set(registry.packaged())
    for name, record in installed(engines).items():
        if name in taken:
            # Nobody takes the place of an engine that came as a package, least of all of the built-in one.
            _log.warning("An installed engine has the name of a package's, and is left out.", engine=name)
            continue
        code = engines / name / CODE
        server = server_of(code)
        intact = partial(_check, record, code, server, _servers)
        place = (str(code.resolve()),)
        registry.register(name, record.target, place, intact, server, code_sha256(record.files, server))
        _announced.add(name)


def _check(record: Installed, code: Path, server: ServerFile | None, servers: tuple[str, ...]) -> None:
    check_files(record, code)
    if server is not None:
        check_consent(record.name, server, servers)


def check_files(record: Installed, code: Path) -> None:
    """Compare the engine's files with those that were installed.

    Raises
    ------
    EngineNotFound
        If one is missing, changed or new.
    """
    if hashes(code) != record.files:
        raise EngineNotFound(
            f'Files of the engine "{record.name}" are not those that were installed. Exams are not scored by '
            f"it; find out who changed them, then remove it and install it again."
        )


def hashes(code: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below a folder, by its path there; a link has none that is right."""
    found = {}
    for path in sorted(code.rglob("*")):
        name = path.relative_to(code).as_posix()
        if path.is_symlink():
            found[name] = "a link"
        elif path.is_file():
            with path.open("rb") as stream:
                found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return found


def write_record(folder: Path, record: Installed) -> None:
    """Write an engine's record beside its code."""
    (folder / RECORD).write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")


def remove(engines: Path, name: str) -> bool:
    """Take an installed engine away; its results stay in the store. False when there is none of that name."""
    if not NAME.fullmatch(name) or not (engines / name).is_dir():
        return False
    # Out of sight in one step, whatever happens during the rest.
    gone = engines / f".removed-{name}"
    shutil.rmtree(gone, ignore_errors=True)
    (engines / name).rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
    registry.unregister(name)
    _announced.discard(name)
    return True
