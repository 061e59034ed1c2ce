"""Which files lie under the given paths, in an order that does not change from run to run."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.store.arrivals import SourceFile

_log = get_logger(__name__)


def source_files(paths: Iterable[Path], repairs: str = "") -> Iterator[SourceFile]:
    """Yield every regular file under `paths`, recursively; links to folders are not followed.

    `repairs` lists the editions of the header repairs in force: under one that is new to it, a file is
    looked at anew. A file that cannot even be looked at is yielded with size 0, so that reading it says
    why. A folder that cannot be listed is logged and passed over, so that it does not stop the rest.
    """
    for path in paths:
        if path.is_dir():
            for folder, subfolders, names in os.walk(path, onerror=_cannot_list):
                subfolders.sort()
                yield from (f for name in sorted(names) if (f := _source(Path(folder, name), repairs)))
        elif found := _source(path, repairs):
            yield found


def _source(path: Path, repairs: str) -> SourceFile | None:
    try:
        found = path.stat()
    except OSError:
        return SourceFile(str(path.absolute()), 0, 0, repairs)
    if not stat.S_ISREG(found.st_mode):
        return None
    return SourceFile(str(path.resolve()), found.st_size, found.st_mtime_ns, repairs)


def _cannot_list(error: OSError) -> None:
    _log.warning("a folder cannot be listed", error=error.strerror)
