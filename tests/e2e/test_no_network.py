"""Nothing private escapes: a whole scoring, watched by the kernel."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.store.store import Store

NETWORK = ("socket", "connect", "bind", "sendto", "sendmsg", "sendmmsg")
# A question mark lets strace pass over calls that a machine does not have.
FILES = ("?open", "openat", "?openat2", "?creat", "?mkdir", "mkdirat")
UPLOADER = re.compile("microsoft", re.IGNORECASE)
"""The inference runtime's usage uploader keeps its queue in ~/.cache/Microsoft. The worker's home is gone
when the run has ended, so only the kernel can tell that the folder was never asked for."""


def watch(command: Sequence[str], environment: Mapping[str, str], trace: Path) -> tuple[list[str], list[str]]:
    """Run a command with all its children; return its calls of the network and those about files."""
    assert shutil.which("strace"), "strace is one of packaging/debian-packages.txt; run make sync."
    strace = ["strace", "-f", "-qq", "-e", f"trace={','.join((*NETWORK, *FILES))}", "-o", str(trace)]
    subprocess.run([*strace, *command], env=dict(environment), check=True, timeout=150)
    calls = [line for line in trace.read_text().splitlines() if re.match(r"\d+ +\w+\(", line)]
    network = [line for line in calls if re.match(rf"\d+ +(?:{'|'.join(NETWORK)})\(", line)]
    return network, [line for line in calls if line not in network]


@pytest.mark.slow
@pytest.mark.invariant(9)
def test_nothing_private_escapes_scoring_opens_no_socket_and_leaves_no_uploader(tmp_path: Path) -> None:
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    write_exam(tmp_path / "in")
    # The uploader of the inference runtime keeps quiet where it sees CI, so it must not see it here.
    environment = {
        k: v for k, v in os.environ.items() if k not in ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    }
    environment |= {"HOME": str(home), "KLARSYN_DATA_FOLDER": str(data), "KLARSYN_WORKERS": "1"}
    klarsyn = [sys.executable, "-m", "klarsyn.cli.main"]
    subprocess.run([*klarsyn, "import", "--read", str(tmp_path / "in")], env=environment, check=True)

    network, files = watch([*klarsyn, "score"], environment, tmp_path / "trace")

    store = Store.file(data / "klarsyn.sqlite")
    (result,) = store.results.latest().values()
    store.close()
    assert result.is_scored, result.reason
    assert network == []
    assert any("onnxruntime" in call for call in files), "the engine's process was not watched"
    assert [call for call in files if UPLOADER.search(call)] == []
    assert [p for p in (data / "engine-work").iterdir() if p.is_dir()] == []


@pytest.mark.invariant(9)
def test_nothing_private_escapes_the_watch_sees_a_socket_and_the_uploaders_folder(tmp_path: Path) -> None:
    program = "import os, socket; os.makedirs('.cache/Microsoft'); socket.socket().close()"
    child = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {program!r}], cwd={str(tmp_path)!r})"
    )

    network, files = watch([sys.executable, "-c", child], os.environ, tmp_path / "trace")

    assert len(network) == 1
    assert [call for call in files if UPLOADER.search(call)]
