"""Installing an engine that is a `server.toml`: no code of its maker's, only what the file says.

The module written beside the file names the one class that speaks to servers (plugins/triton), so that from
here on it is an engine as any other: loaded behind the seal, its files under their hashes.
"""

import shutil
from pathlib import Path

from klarsyn.engine.package import NotAnEngine, Package
from klarsyn.engine.registry import EngineNotFound
from klarsyn.engine.server_file import SERVER_FILE, ServerFile, ServerFileError, read_server_file

MODEL = "model.json"
"""What stands for the model's weights: `ServerFile.fingerprint`."""

_MODULE = "served_model"
_CODE = '''"""Written by Klarsyn when the engine was installed."""

from pathlib import Path

from klarsyn_triton.engine import served

Served = served(Path(__file__).resolve().parent)
'''
_MOST_BYTES = 2**20


def copy_server_package(source: Path, target: Path) -> Package:
    """Check a folder with a `server.toml` and put what is needed of it into `target`.

    Raises
    ------
    NotAnEngine
        If anything of the file is not what it must be.
    """
    try:
        file = read_server_file(_plain(source / SERVER_FILE))
    except ServerFileError as error:
        raise NotAnEngine(
            f"The {SERVER_FILE} in {source} cannot be used: {error}. Correct it (docs/engines.md, An engine "
            "in a server); nothing was installed."
        ) from error
    for name in (SERVER_FILE, *([file.ca] if file.ca else ())):
        shutil.copyfile(_plain(source / name), target / name)
    (target / MODEL).write_bytes(file.fingerprint())
    (target / f"{_MODULE}.py").write_text(_CODE, encoding="utf-8")
    return Package({file.name: f"{_MODULE}:Served"}, ("klarsyn-triton",))


def server_of(code: Path) -> ServerFile | None:
    """Return the server of an installed engine; None for an engine without, or of which nothing can be read.

    A package that brings a `server.toml` beside code of its own is none: it gets no line out.
    """
    try:
        file = read_server_file(code / SERVER_FILE)
        ours = {SERVER_FILE, MODEL, f"{_MODULE}.py", *([file.ca] if file.ca else ())}
        found = {path.name for path in code.iterdir()}
        return file if found == ours and (code / f"{_MODULE}.py").read_text("utf-8") == _CODE else None
    except (OSError, ValueError, ServerFileError):
        return None


def check_consent(name: str, file: ServerFile, servers: tuple[str, ...]) -> None:
    """Let pixels leave this machine only for an address that the site names in its settings, word for word.

    Raises
    ------
    EngineNotFound
        If the settings do not name it.
    """
    if file.stays_here or file.url in servers:
        return
    plain = "" if file.url.startswith("grpcs:") else ", without encryption"
    raise EngineNotFound(
        f'The engine "{name}" sends the pixels of exams to {file.url}{plain}, and the setting engine_servers '
        "does not name that address. Exams are not scored by it; whoever answers for the data of this site "
        f'may add "{file.url}" there.'
    )


def _plain(path: Path) -> Path:
    """Return `path` when it is a plain file of a sensible size."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise NotAnEngine(
            f"{path} is missing, a link, or larger than 1 MiB. Put the plain file in its place; nothing was "
            "installed."
        )
    return path
