"""An engine as its maker hands it over: a folder with a pyproject.toml or engine.toml, or a wheel.

No network, no build. It is copied file by file, and nothing of it runs. A wheel is a zip file from outside:
its names, sizes and hashes (PyPA, binary distribution format) are checked while it is unpacked.
"""

import base64
import configparser
import csv
import hashlib
import io
import re
import stat
import tomllib
import zipfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from klarsyn.engine.package_files import Budget, copy_files
from klarsyn.engine.package_files import NotAnEngine as NotAnEngine
from klarsyn.engine.registry import EXTERNAL, GROUP

_HISTORY = (".git", ".hg", ".svn")
_LEFT_OUT = (*_HISTORY, "__pycache__", ".venv", "build", "dist", "*.egg-info")
_REQUIREMENT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Package:
    """What a package says of itself: its engines (name -> "module:Class") and what it needs beside."""

    engines: dict[str, str]
    requires: tuple[str, ...]

    def missing(self) -> tuple[str, ...]:
        """Return the names of packages that it needs and that are not part of this installation."""
        names = []
        for line in self.requires:
            match = _REQUIREMENT.fullmatch(line)
            if match is None or "extra ==" in match[2]:
                continue
            try:
                distribution(match[1])
            except PackageNotFoundError:
                names.append(match[1])
        return tuple(names)


def copy_package(source: Path, target: Path) -> Package:
    """Copy what a folder or a wheel holds into the new folder `target`.

    Raises
    ------
    NotAnEngine
        If it announces no engine, or is damaged, too large, or tries to place a file elsewhere.
    OSError
        If a file cannot be read or written.
    """
    if (source / EXTERNAL).is_file():
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
        project = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
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
    copy_files(source / "src" if (source / "src").is_dir() else source, target, leave_out=_LEFT_OUT)
    return Package(engines, requires)


def _copy_program(source: Path, target: Path) -> Package:
    """A program's folder is copied as it is, with what may be executed of it; it needs nothing beside."""
    if (source / "pyproject.toml").exists():
        raise NotAnEngine(
            f"{source} has an {EXTERNAL} and a pyproject.toml, and one of them names the engine. Ask its "
            "maker which."
        )
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
    try:
        with zipfile.ZipFile(source) as wheel:
            (about,) = {n.split("/")[0] for n in wheel.namelist() if n.split("/")[0].endswith(".dist-info")}
            record = _record(wheel.read(f"{about}/RECORD"))
            points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
            points.optionxform = str  # type: ignore[assignment, method-assign]
            if f"{about}/entry_points.txt" in wheel.namelist():
                points.read_string(wheel.read(f"{about}/entry_points.txt").decode())
            metadata = wheel.read(f"{about}/METADATA").decode()
            budget = Budget()
            for entry in wheel.infolist():
                if not entry.is_dir():
                    _unpack(wheel, entry, target, record, about, budget)
    except (
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        configparser.Error,
        EOFError,
        NotImplementedError,
    ) as error:
        raise NotAnEngine(
            f"{source} is damaged or no wheel ({type(error).__name__}). Nothing was installed; fetch it "
            "again."
        ) from error
    engines = dict(points[GROUP]) if points.has_section(GROUP) else {}
    if not engines:
        raise NotAnEngine(
            f"{source} announces no engine under {GROUP}. Ask its maker for a version made for Klarsyn."
        )
    head = metadata.split("\n\n")[0].splitlines()
    return Package(engines, tuple(x.partition(":")[2] for x in head if x.startswith("Requires-Dist:")))


def _unpack(
    wheel: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    target: Path,
    record: dict[str, str],
    about: str,
    budget: Budget,
) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    outside = name.startswith("/") or "\\" in name or ":" in name or ".." in parts
    if outside or parts[0].endswith(".data") or stat.S_ISLNK(entry.external_attr >> 16):
        raise NotAnEngine(
            f"The wheel wants to place a file outside its own folder ({name!r}), or a link. It was not "
            "installed."
        )
    if name == f"{about}/RECORD":
        return
    into = target.joinpath(*parts)
    into.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    budget.take(0)
    with wheel.open(entry) as stream, into.open("xb") as out:
        while chunk := stream.read(2**20):
            budget.grow(len(chunk))  # what comes out, whatever the header promised
            digest.update(chunk)
            out.write(chunk)
    found = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    if record.get(name) != f"sha256={found}":
        raise NotAnEngine(
            f"{name!r} is not the file that the wheel's own list declares (SHA-256 differs). Nothing was "
            "installed; fetch the wheel again from its maker."
        )


def _record(text: bytes) -> dict[str, str]:
    return {row[0]: row[1] for row in csv.reader(io.StringIO(text.decode())) if row}
