"""All hanging protocols of an installation: those that come with Klarsyn, and the site's own over them.

A site's file that cannot be used never stops the window: it is reported, and the protocol of that name which
comes with Klarsyn is used. Reads the disk, so the window calls it from a worker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from klarsyn.base.paths import resources
from klarsyn.base.toml_table import TomlFileError
from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.hanging import FOUR_UP
from klarsyn.domain.hanging_protocol import Cell, Match, Protocol, Step, Title
from klarsyn.reading.protocol_files import LARGEST_FILE, ProtocolFile, read_protocol_file

DEFAULT = "screening"
"""The protocol of a site that has chosen none."""

_TITLE = Title("Fyra vyer", "Four views")


def _place(laterality: Laterality, view: ViewPosition, row: int, column: int) -> Cell:
    return Cell(Match(laterality, (view,)), row, column)


LAST_RESORT = Protocol(
    "four-up",
    _TITLE,
    (Step(_TITLE, 2, 2, tuple(_place(s.laterality, s.view_position, s.row, s.column) for s in FOUR_UP)),),
)
"""What hangs when no file at all can be used."""


@dataclass(frozen=True, slots=True)
class Protocols:
    """The protocols that can be used, by name, and a sentence about each file that cannot."""

    by_name: Mapping[str, Protocol]
    problems: tuple[str, ...] = ()

    def choose(self, name: str = DEFAULT) -> tuple[Protocol, str]:
        """Return a protocol, and "" or the sentence that tells why it is another one than was asked for."""
        if name in self.by_name:
            return self.by_name[name], ""
        instead = self.by_name.get(DEFAULT) or self.by_name.get(LAST_RESORT.name) or LAST_RESORT
        known = ", ".join(sorted(self.by_name)) or "none"
        return instead, (
            f"There is no hanging protocol {name!r}, {instead.name!r} is used. Choose one of these: {known}."
        )


_Snapshot = Mapping[Path, bytes | str]
"""Content of each file, or the sentence that tells why it cannot be read."""


class ProtocolFolder:
    """The folders of the protocol files, read again whenever a file has changed."""

    def __init__(self, site: Path | None = None, built_in: Path | None = None) -> None:
        """Read both folders; the site's need not exist.

        Parameters
        ----------
        site
            Where the site keeps its own files.
        built_in
            The files that come with Klarsyn; resources/hanging by default.
        """
        self._folders = (built_in if built_in is not None else resources() / "hanging", site)
        self._snapshots = self._read()
        self.protocols = _understood(*self._snapshots)

    def changed(self) -> bool:
        """Return whether any file is new, gone or different since it was read; contents are compared."""
        return self._read() != self._snapshots

    def reload(self) -> Protocols:
        """Read all files again and return what they say now, also kept in `protocols`."""
        self._snapshots = self._read()
        self.protocols = _understood(*self._snapshots)
        return self.protocols

    def _read(self) -> tuple[_Snapshot, _Snapshot]:
        built_in, site = self._folders
        return _snapshot(built_in), _snapshot(site) if site is not None else {}


def _snapshot(folder: Path) -> _Snapshot:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and path.is_file())
    except FileNotFoundError:
        return {}
    except OSError as error:
        return {folder: f"The folder {folder.name} of hanging protocols cannot be read: {error.strerror}."}
    found: dict[Path, bytes | str] = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                found[path] = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            continue  # deleted since it was listed
        except OSError as error:
            found[path] = f"{path.name}:1: The file cannot be read: {error.strerror}."
    return found


def _understood(built_in: _Snapshot, site: _Snapshot) -> Protocols:
    given, problems = _usable(built_in)
    own, site_problems = _usable(site)
    files = {**given, **own}
    usable: dict[str, Protocol] = {}
    for name, file in files.items():
        try:
            usable[name] = _protocol(file, files)
        except TomlFileError as error:
            (site_problems if name in own else problems).append((name, str(error)))
    for name in given.keys() - usable.keys():
        # A site's file stands in the way: what comes with Klarsyn works by itself.
        try:
            usable[name] = _protocol(given[name], given)
        except TomlFileError as error:
            problems.append((name, str(error)))
    told = [f"{sentence} {_consequence(name, usable)}" for name, sentence in (*site_problems, *problems)]
    return Protocols(usable, tuple(dict.fromkeys(told)))


def _usable(snapshot: _Snapshot) -> tuple[dict[str, ProtocolFile], list[tuple[str, str]]]:
    """Return what each file says, and name and sentence of each that cannot be used."""
    usable: dict[str, ProtocolFile] = {}
    problems: list[tuple[str, str]] = []
    for path, content in snapshot.items():
        try:
            if isinstance(content, str):
                raise TomlFileError(content)
            usable[path.stem] = read_protocol_file(path.name, content)
        except TomlFileError as error:
            problems.append((path.stem, str(error)))
    return usable, problems


def _protocol(file: ProtocolFile, files: Mapping[str, ProtocolFile]) -> Protocol:
    """Return a protocol with the steps of those that its sequence names."""
    steps = list(file.steps)
    for name, line in file.sequence:
        named = files.get(name)
        if named is None or named.sequence:
            is_what = "is itself a sequence" if named else "is no hanging protocol that can be used"
            known = ", ".join(sorted(n for n, f in files.items() if f.steps))
            raise TomlFileError(f"{file.file}:{line}: {name!r} {is_what}. Allowed: {known}.")
        steps.extend(named.steps)
    return Protocol(file.name, file.title, tuple(steps))


def _consequence(name: str, usable: Mapping[str, Protocol]) -> str:
    if name in usable:
        return f"Until that is corrected, the protocol {name!r} that comes with Klarsyn is used."
    return "Until that is corrected, this protocol is left out."
