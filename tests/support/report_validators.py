"""PixelMed's validator of structured reports, a real tool: it knows the templates, as dciodvfy does not."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

_JAR = Path("/usr/share/java/pixelmed.jar")
_RUNNER = Path(__file__).with_name("ValidateReports.java")
# Its style sheets are larger than what Java compiles without being told to; nothing is fetched by that.
_JAVA = (
    *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *(f"-Djdk.xml.xpath{limit}Limit=0" for limit in ("TotalOp", "ExprOp", "ExprGrp")),
)
_FINE = re.compile(r"Found (MammographyCADSR IOD|Root Template TID_4000 .*)|.*[Vv]alidation [Cc]omplete")
_MEANINGS = re.compile(r'has different code meaning \("(.*)"\) than code meaning in .* \("(.*)"\)$')


def complaints_of_templates(paths: Sequence[Path]) -> dict[Path, list[str]]:
    """Return everything that PixelMed's DicomSRValidator finds wrong, errors and warnings, by file.

    Code meanings that differ from its own in capitals and blanks only are no complaint: it has the template's
    spelling in one place and the dictionary's in another ("Failed  Detections").
    """
    java = shutil.which("java")
    # The compiler is needed for the runner: one start for all files, each of which would take ten seconds.
    if java is None or shutil.which("javac") is None or not _JAR.exists():
        if os.environ.get("CI"):
            pytest.fail("CI must install the Debian packages libpixelmed-java and default-jdk-headless.")
        pytest.skip("PixelMed is not installed (Debian libpixelmed-java and default-jdk-headless)")
    command = [java, *_JAVA, "-cp", str(_JAR), str(_RUNNER), *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[Path, list[str]] = {}
    for line in run.stdout.splitlines():
        if line.startswith("FILE "):
            found[Path(line.removeprefix("FILE "))] = []
        elif line and not _FINE.fullmatch(line) and not _spelt_otherwise(line):
            found[next(reversed(found))].append(line)
    assert run.stdout.count("Found Root Template TID_4000") == len(paths), run.stdout
    return found


def _spelt_otherwise(line: str) -> bool:
    meanings = _MEANINGS.search(line)
    if meanings is None:
        return False
    one, other = ("".join(meaning.split()).casefold() for meaning in meanings.groups())
    return one == other
