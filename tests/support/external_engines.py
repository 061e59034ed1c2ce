"""Engines that are programs: the sample of tests/engine, compiled and in folders; a stand-in for docker."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "engine" / "external_sample.c"
DIGEST = "ab" * 32
IMAGE = f"registry.example/detect@sha256:{DIGEST}"

TOML = """\
contract = 2
name = "Brightest square"
vendor = "Test"
version = "1.0"
intended_use = "research"
lesion_types = ["soft tissue"]
memory_mb = 1024
price_per_exam = "1.50"
currency = "SEK"
{how}
[accepts]
volumes = true
"""

REPORT = """\
[report.exam]
code = "111013"
scheme = "DCM"
unit = "%"
[report.finding]
code = "111012"
scheme = "DCM"
unit = "%"
"""
"""Behind TOML: which numbers of the sample's report are its evidence."""


def compiled(into: Path, *, static: bool = True) -> Path:
    """Compile the sample; where there is no compiler, CI fails and a machine of its own skips."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        if os.environ.get("CI"):
            pytest.fail("A C compiler is missing: CI must install the Debian packages gcc and libc6-dev.")
        pytest.skip("no C compiler is installed (Debian packages gcc and libc6-dev)")
    options = ["-static"] if static else []
    subprocess.run([compiler, "-O1", *options, "-pthread", "-o", into, SOURCE], check=True)
    return into


def write_program(folder: Path, detect: Path, mode: str = "polite", path: str = "", toml: str = TOML) -> Path:
    """Write an engine's folder as its maker would hand it over."""
    folder.mkdir()
    shutil.copy(detect, folder / "detect")
    words = ["./detect", mode, "{input}", "{output}", *([path] if path else [])]
    (folder / "engine.toml").write_text(toml.format(how=f"command = {words!r}"))
    return folder


def write_container(folder: Path, mode: str = "polite", path: str = "", image: str = IMAGE) -> Path:
    """Write a folder whose engine is a container; its image is what the stand-in has for it."""
    folder.mkdir()
    words = ["detect", mode, "{input}", "{output}", *([path] if path else [])]
    how = f'container = "{image}"\ncommand = {words!r}'
    (folder / "engine.toml").write_text(TOML.format(how=how))
    return folder


@cache
def _docker() -> str:
    return f"""#!{sys.executable} -I
import json, os, signal, subprocess, sys
from pathlib import Path
state = Path(__file__).parent
words = sys.argv[1:]
with (state / "calls").open("a") as calls:
    calls.write(json.dumps(words) + "\\n")
if (state / "away").exists():
    print("Cannot connect to the daemon", file=sys.stderr)
    sys.exit(125)
if words[0] == "run":
    named = dict(zip(words, words[1:]))
    mounts = dict(line.split(",")[2:0:-1] for f, line in zip(words, words[1:]) if f == "--mount")
    folders = {{k.removeprefix("dst="): v.removeprefix("src=") for k, v in mounts.items()}}
    image = next(n for n, word in enumerate(words) if "sha256:" in word)
    inside = [folders.get(word, word) for word in words[image + 2:]]
    # As a daemon's child: the client's end is not its end.
    child = subprocess.Popen([str(state / "detect"), *inside], start_new_session=True)
    (state / named["--name"]).write_text(str(child.pid))
    code = child.wait()
    sys.exit(code if code >= 0 else 128 - code)
if words[0] == "inspect":
    print("true" if (state / "oom").exists() else "false")
if words[0] == "ps":
    print("\\n".join(path.name for path in state.glob("klarsyn-*")))
if words[0] == "rm":
    for pid in [state / word for word in words if word.startswith("klarsyn-")]:
        if (state / "stuck").exists() or not pid.exists():
            sys.exit(1)
        try:
            os.kill(int(pid.read_text()), signal.SIGKILL)
        except ProcessLookupError:
            pass
        pid.rename(state / f"removed-{{pid.name}}")
"""


def write_docker(folder: Path, detect: Path) -> Path:
    """Write a stand-in for docker: it keeps its arguments, and truly runs the sample, without any wall."""
    folder.mkdir()
    shutil.copy(detect, folder / "detect")
    docker = folder / "docker"
    docker.write_text(_docker())
    docker.chmod(0o755)
    return folder
