"""An engine as its maker hands it over: a folder with a pyproject.toml or engine.toml, or a wheel.

No network, no build. It is copied file by file, and nothing of it runs.
"""

import os
import re
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from klarsyn.engine.package_files import NotAnEngine as NotAnEngine
from klarsyn.engine.package_files import check_plain, copy_files
from klarsyn.engine.registry import EXTERNAL, GROUP
from klarsyn.engine.server_file import SERVER_FILE
from klarsyn.engine.wheel import unpack_wheel

_HISTORY = (".git", ".hg", ".svn")
_LEFT_OUT = (*_HISTORY, "__pycache__", ".venv", "build", "dist", "*.egg-info")
_PROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Package:
    """What a package says of itself: its engines (name -> "module:Class") and what it needs beside."""

    engines: dict[str, str]
    requires: tuple[str, ...]

    def missing(self) -> tuple[str, ...]:
        """Return the packages that it needs and that this installation has not, or in another version.

        Raises
        ------
        NotAnEngine
            If what it says of them cannot be understood.
        """
        lacking = []
        for line in self.requires:
            try:
                need = Requirement(line.strip())
                wanted = need.marker is None or need.marker.evaluate({"extra": ""})
            except ValueError as error:
                raise NotAnEngine(
                    f"The engine says that it needs {line.strip()!r}, which is no requirement (PEP 508). "
                    "Nothing was installed; ask its maker for a package that says what it needs."
                ) from error
            if not wanted:
                continue
            words = f"{need.name}{need.specifier}"
            try:
                here = distribution(need.name).version
            except PackageNotFoundError:
                lacking.append(words)
                continue
            if not need.specifier.contains(here, prereleases=True):
                lacking.append(f"{words} (here is {here})")
        return tuple(lacking)


def check_one_description(source: Path) -> None:
    """Refuse a folder in which two files say what the engine is.

    Raises
    ------
    NotAnEngine
        If there are two.
    """
    # A link that leads nowhere is there too.
    found = [name for name in (_PROJECT, EXTERNAL, SERVER_FILE) if os.path.lexists(source / name)]
    if len(found) > 1:
        raise NotAnEngine(
            f"{source} has {' and '.join(found)}, and one file says what an engine is. Nothing was "
            "installed; ask its maker which."
        )


def copy_package(source: Path, target: Path) -> Package:
    """Copy what a folder or a wheel holds into the new folder `target`.

    Raises
    ------
    NotAnEngine
        If it announces no engine, or is damaged, too large, or tries to place a file elsewhere.
    OSError
        If a file cannot be read or written.
    """
    if check_plain(source / EXTERNAL).is_file():
        return _copy_program(source, target)
    if source.is_dir():
        return _copy_folder(source, target)
    if source.suffix == ".whl" and source.is_file():
        return _unpack_wheel(source, target)
    raise NotAnEngine(
        f"{source} is neither a folder nor a wheel (.whl). Name what the engine's maker delivered."
    )


def _copy_folder(source: Path, target: Path) -> Package:
    try:
        project = tomllib.loads(check_plain(source / _PROJECT).read_text(encoding="utf-8"))["project"]
        engines = {str(n): str(t) for n, t in project["entry-points"][GROUP].items()}
        requires = tuple(map(str, project.get("dependencies", ())))
    except FileNotFoundError as error:
        raise NotAnEngine(
            f"{source} has no pyproject.toml, which names the engine's class, and no {EXTERNAL}, which names "
            "its program. Ask its maker for the whole folder."
        ) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotAnEngine(
            f'The pyproject.toml in {source} announces no engine under [project.entry-points."{GROUP}"]. '
            "Ask its maker for a version made for Klarsyn."
        ) from error
    below = check_plain(source / "src")
    copy_files(below if below.is_dir() else source, target, leave_out=_LEFT_OUT)
    return Package(engines, requires)


def _copy_program(source: Path, target: Path) -> Package:
    """A program's folder is copied as it is, with what may be executed of it; it needs nothing beside."""
    copy_files(source, target, leave_out=_HISTORY, executable=True)
    try:
        with (target / EXTERNAL).open("rb") as stream:
            name = str(tomllib.load(stream)["name"])
    except (KeyError, ValueError) as error:
        raise NotAnEngine(
            f"The {EXTERNAL} in {source} is damaged or gives the engine no name. Ask its maker for the whole "
            "folder."
        ) from error
    return Package({re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]: EXTERNAL}, ())


def _unpack_wheel(source: Path, target: Path) -> Package:
    engines, requires = unpack_wheel(source, target, GROUP)
    if not engines:
        raise NotAnEngine(
            f"{source} announces no engine under {GROUP}. Ask its maker for a version made for Klarsyn."
        )
    return Package(engines, requires)
