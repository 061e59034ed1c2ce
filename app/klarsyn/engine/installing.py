"""Installing an engine into the data folder: copied, asked for its manifest behind the seal, then kept."""

import secrets
import shutil
from datetime import datetime
from pathlib import Path

from klarsyn.engine import registry
from klarsyn.engine.asking import declared
from klarsyn.engine.contract import Manifest
from klarsyn.engine.identity import code_sha256
from klarsyn.engine.installed import CODE, NAME, Installed, announce, hashes, write_record
from klarsyn.engine.package import NotAnEngine, check_one_description, copy_package
from klarsyn.engine.registry import EngineSpec
from klarsyn.engine.server_file import SERVER_FILE
from klarsyn.engine.server_package import copy_server_package, server_of


def install(
    source: Path,
    engines: Path,
    *,
    work_root: Path,
    memory_mb: int,
    by: str,
    at: datetime,
    name: str | None = None,
    allow_unsealed: bool = False,
) -> tuple[Installed, Manifest]:
    """Install the engine in a folder or wheel, and return its record and what it declares.

    Parameters
    ----------
    source, engines
        What was handed over, and the folder of installed engines.
    name
        Name to know it by; that of its entry point when absent. A name never changes what it stands for: the
        next version gets a name of its own, so that both can be compared.
    by, at
        Who installs it, and when.

    Raises
    ------
    NotAnEngine
        If it cannot be installed.
    EngineFailure
        If it cannot be loaded, has no manifest, speaks another contract, or a model file has another SHA-256.
    """
    engines.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = engines / f".part-{secrets.token_hex(8)}"
    part.mkdir(mode=0o700)
    try:
        (part / CODE).mkdir()
        check_one_description(source)
        copy = copy_server_package if (source / SERVER_FILE).is_file() else copy_package
        package = copy(source, part / CODE)
        if len(package.engines) != 1:
            raise NotAnEngine(
                f"{source} announces {len(package.engines)} engines, and one at a time is installed. Ask its "
                "maker for a package of each."
            )
        ((own_name, target),) = package.engines.items()
        chosen = _free_name(name or own_name, engines)
        if missing := package.missing():
            raise NotAnEngine(
                f"The engine needs {', '.join(missing)}, which this installation has not, and nothing is "
                "fetched from a network. Ask its maker for a package that brings it along."
            )
        files = hashes(part / CODE)
        code = code_sha256(files, server_of(part / CODE))
        spec = EngineSpec(chosen, target, (str((part / CODE).resolve()),), code_sha256=code)
        manifest = declared(spec, work_root=work_root, memory_mb=memory_mb, allow_unsealed=allow_unsealed)
        record = Installed(chosen, target, source.name, files, at.isoformat(), by)
        write_record(part, record)
        part.rename(engines / chosen)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    announce(engines)
    return record, manifest


def _free_name(name: str, engines: Path) -> str:
    if not NAME.fullmatch(name):
        raise NotAnEngine(
            f"{name!r} cannot be an engine's name: small letters, digits, - and _, at most "
            "40. Choose one by --as."
        )
    if (engines / name).exists() or name in registry.packaged():
        raise NotAnEngine(
            f'There is an engine "{name}" already, and a name stands for one version for good. Install this '
            f"one under another name (--as {name}-2) and let it run in the shadow, or remove the old one."
        )
    return name
