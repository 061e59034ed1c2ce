"""Unpacking a wheel: a zip file from outside, of which nothing is believed.

Its names, sizes and hashes (PyPA, binary distribution format) are checked while it is unpacked, and so is
that its own list and what it holds are the same.
"""

import base64
import configparser
import csv
import errno
import hashlib
import io
import lzma
import stat
import zipfile
import zlib
from collections import Counter
from pathlib import Path, PurePosixPath

from klarsyn.engine.package_files import Budget, NotAnEngine

_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    configparser.Error,
    csv.Error,
    KeyError,
    ValueError,
    EOFError,
    RuntimeError,  # encrypted; NotImplementedError of a way to compress that Python does not know is one
)
_NAMES = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, None)
_LIST_LIMIT = 8 * 2**20
_SIGNATURES = ("RECORD.jws", "RECORD.p7s")  # of the list, and so not in it


def unpack_wheel(source: Path, target: Path, group: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Unpack a wheel into the folder `target`; return what it announces under `group`, and its requirements.

    Raises
    ------
    NotAnEngine
        If it is damaged, encrypted, too large, not what its own list says, or tries to place a file
        elsewhere.
    OSError
        If a file cannot be read or written.
    """
    try:
        with zipfile.ZipFile(source) as wheel:
            return _unpacked(wheel, target, group)
    except _DAMAGE as error:
        raise _damaged(source, error) from error
    except OSError as error:
        # What is no trouble of this machine is one of the wheel: a name that is too long, or a file's and a
        # folder's at once; a bz2 stream that breaks off has no number.
        if (
            isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError)
            or error.errno in _NAMES
        ):
            raise _damaged(source, error) from error
        raise


def _unpacked(wheel: zipfile.ZipFile, target: Path, group: str) -> tuple[dict[str, str], tuple[str, ...]]:
    (about,) = {n.split("/")[0] for n in wheel.namelist() if n.split("/")[0].endswith(".dist-info")}
    entries = [entry for entry in wheel.infolist() if not entry.is_dir()]
    record = _record(_read(wheel, f"{about}/RECORD"))
    _check_names([entry.filename for entry in entries], record, about)
    points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    points.optionxform = str  # type: ignore[assignment, method-assign]
    if f"{about}/entry_points.txt" in record:
        points.read_string(_read(wheel, f"{about}/entry_points.txt"))
    head = _read(wheel, f"{about}/METADATA").split("\n\n")[0].splitlines()
    budget = Budget()
    for entry in entries:
        _unpack(wheel, entry, target, record, about, budget)
    needs = tuple(x.partition(":")[2] for x in head if x.startswith("Requires-Dist:"))
    return dict(points[group]) if points.has_section(group) else {}, needs


def _read(wheel: zipfile.ZipFile, name: str) -> str:
    with wheel.open(name) as stream:
        content = stream.read(_LIST_LIMIT + 1)
    if len(content) > _LIST_LIMIT:
        raise ValueError(f"{name} is too large")
    return content.decode()


def _record(text: str) -> dict[str, str]:
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if any(len(row) != 3 for row in rows):
        raise ValueError("a row of its list has not three cells")
    if doubled := _doubled([row[0] for row in rows]):
        raise NotAnEngine(f"The wheel's own list names {doubled!r} twice. It was not installed.")
    return {row[0]: row[1] for row in rows}


def _check_names(names: list[str], record: dict[str, str], about: str) -> None:
    """Refuse doubled names, and a list that is not that of the files."""
    if doubled := _doubled(names):
        raise NotAnEngine(
            f"The wheel holds {doubled!r} twice, and nobody can say which of them its maker meant. It was "
            "not installed; ask its maker for another."
        )
    unlisted = {f"{about}/RECORD", *(f"{about}/{name}" for name in _SIGNATURES)}
    if lacking := sorted(set(record) - set(names) - unlisted):
        raise NotAnEngine(
            f"The wheel lacks {lacking[0]!r}, which its own list names. It was not installed; fetch it again "
            "from its maker."
        )


def _doubled(names: list[str]) -> str:
    """Return a name that stands twice, also where only the case differs: some disks see no other."""
    counted = Counter(name.casefold() for name in names)
    return next((name for name in names if counted[name.casefold()] > 1), "")


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
    outside = not parts or name.startswith("/") or "\\" in name or ":" in name or ".." in parts
    if outside or parts[0].endswith(".data") or stat.S_ISLNK(entry.external_attr >> 16):
        raise NotAnEngine(
            f"The wheel wants to place a file outside its own folder ({name!r}), or a link. It was not "
            "installed."
        )
    if name == f"{about}/RECORD" or name in {f"{about}/{signature}" for signature in _SIGNATURES}:
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


def _damaged(source: Path, error: Exception) -> NotAnEngine:
    return NotAnEngine(
        f"{source} is damaged, encrypted or no wheel ({type(error).__name__}). Nothing was installed; fetch "
        "it again."
    )
