"""Which engines are installed, and how one is loaded.

An engine announces itself under the entry-point group `klarsyn.engines`; `register` adds one by hand.
Finding an engine imports none of its code: only the sealed worker calls `load`.
"""

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.engine.contract import CONTRACT, Engine, Manifest

if TYPE_CHECKING:
    from klarsyn.engine.server_file import ServerFile

GROUP = "klarsyn.engines"
BUILT_IN = ("demo_cad", "klarsyn_demo_cad.engine:DemoCad")
"""The one engine that is part of Klarsyn, and may run where a machine cannot seal completely."""


EXTERNAL = "engine.toml"
"""The target of an engine that is a program, and the file in its folder that describes it."""


class EngineNotFound(Exception):
    """An engine is not installed, or not what its maker delivered; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class EngineSpec:
    """Where an engine's class is: `target` is "module:Class", `search_path` holds folders to import from."""

    name: str
    target: str
    search_path: tuple[str, ...] = ()
    server: "ServerFile | None" = None
    """The server that its model runs in, for an engine that is a `server.toml`."""
    code_sha256: str = ""
    """The hash of its files, for an engine of the data folder (`engine/identity.py`)."""

    @property
    def external(self) -> bool:
        """True for a program or a container, whose code is no Python."""
        return self.target == EXTERNAL

    @property
    def built_in(self) -> bool:
        """True for the engine that comes with Klarsyn."""
        return (self.name, self.target) == BUILT_IN


_registered: dict[str, tuple[EngineSpec, Callable[[], None]]] = {}


def register(
    name: str,
    target: str,
    search_path: tuple[str, ...] = (),
    intact: Callable[[], None] = lambda: None,
    server: "ServerFile | None" = None,
    code_sha256: str = "",
) -> None:
    """Make an engine known without an entry point, for this process only.

    `intact` is called whenever the engine is asked for, and may refuse it with `EngineNotFound`.
    """
    _registered[name] = EngineSpec(name, target, search_path, server, code_sha256), intact


def unregister(name: str) -> None:
    """Forget an engine that `register` made known."""
    _registered.pop(name, None)


def available() -> tuple[str, ...]:
    """Return the names of all engines, in alphabetical order, without loading any."""
    return tuple(sorted({*packaged(), *_registered}))


def packaged() -> tuple[str, ...]:
    """Return the names of the engines that installed Python packages announce."""
    return tuple(entry.name for entry in entry_points(group=GROUP))


def resolve(name: str) -> EngineSpec:
    """Find an engine without importing it.

    Raises
    ------
    EngineNotFound
        If no installed package announces it, or it was changed since it was installed.
    """
    if name in _registered:
        spec, intact = _registered[name]
        intact()
        return spec
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            return EngineSpec(name, entry.value, _folder_of(entry.module))
    known = ", ".join(available()) or "none"
    raise EngineNotFound(
        f'The engine "{name}" is not installed on this machine, so exams cannot be scored by it. '
        f"Install its package, or choose another in the settings (installed: {known})."
    )


def _folder_of(module: str) -> tuple[str, ...]:
    """Return the folder from which the top-level package is imported; finding it runs no code."""
    top = module.partition(".")[0]
    spec = importlib.util.find_spec(top)
    if spec is None:
        return ()
    folders = [str(Path(place).parent) for place in spec.submodule_search_locations or ()]
    if not folders and spec.origin:
        folders = [str(Path(spec.origin).parent)]
    return tuple(folders)


def load(name: str) -> Engine:
    """Import an engine, verify its model files and make it. Runs foreign code in this process.

    Raises
    ------
    EngineNotFound
        If it is not installed, cannot be imported, has no manifest, or a model file was changed.
    """
    return load_spec(resolve(name))


def load_spec(spec: EngineSpec) -> Engine:
    """Do what `load` does, for an engine that was found before."""
    _make_importable(spec.search_path)
    module_name, _, class_name = spec.target.partition(":")
    try:
        engine_class = getattr(importlib.import_module(module_name), class_name)
    except MemoryError:
        raise
    except Exception as error:
        raise EngineNotFound(
            f'The engine "{spec.name}" is installed but cannot be loaded '
            f"({type(error).__name__} in {spec.target}). Exams are not scored by it; install it again."
        ) from error
    manifest = getattr(engine_class, "manifest", None)
    if not isinstance(manifest, Manifest) or not callable(getattr(engine_class, "analyse", None)):
        raise EngineNotFound(
            f'The engine "{spec.name}" does not follow the contract (a manifest and analyse). '
            "Exams are not scored by it; ask its vendor for a version made for Klarsyn."
        )
    if manifest.contract != CONTRACT:
        said = f"was made for version {manifest.contract} of it" if manifest.contract else "names none"
        raise EngineNotFound(
            f"This Klarsyn speaks version {CONTRACT} of the contract for engines, and the engine "
            f'"{spec.name}" {said}. Exams are not scored by it; '
            f"ask its vendor for a version for contract {CONTRACT}."
        )
    verify(manifest, model_folder(module_name))
    engine: Engine = engine_class()
    return engine


def _make_importable(folders: tuple[str, ...]) -> None:
    """Add folders to where modules come from: behind the standard library, before other packages."""
    first = next((n for n, place in enumerate(sys.path) if place.endswith("-packages")), len(sys.path))
    sys.path[first:first] = [folder for folder in folders if folder not in sys.path]


def model_folder(module_name: str) -> Path:
    """Return the folder that an engine's model files are named from: that of its own module."""
    return Path(str(sys.modules[module_name].__file__)).resolve().parent


def verify(manifest: Manifest, folder: Path) -> None:
    """Compare each model file with the hash that the manifest declares.

    Raises
    ------
    EngineNotFound
        If a file is missing, lies outside `folder`, or differs.
    """
    for file in manifest.model_files:
        path = (folder / file.name).resolve()
        if not path.is_relative_to(folder) or not path.is_file():
            raise EngineNotFound(
                f'The engine "{manifest.name}" lacks its model file {file.name}. '
                "Exams are not scored by it; install it again."
            )
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != file.sha256:
            raise EngineNotFound(
                f'The model file {file.name} of the engine "{manifest.name}" is not the one that its '
                "manifest declares (SHA-256 differs). Exams are not scored by it; install it again."
            )
