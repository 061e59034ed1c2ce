"""Nothing private escapes: a whole scoring, watched by the kernel."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_mammograms import write_exam

from klarsyn.store.store import Store


@pytest.mark.slow
@pytest.mark.invariant(9)
def test_nothing_private_escapes_scoring_opens_no_socket_and_leaves_no_uploader(tmp_path: Path) -> None:
    assert shutil.which("strace"), "strace is one of packaging/debian-packages.txt; run make sync."
    home, data, trace = tmp_path / "home", tmp_path / "data", tmp_path / "trace"
    home.mkdir()
    write_exam(tmp_path / "in")
    # The uploader of the inference runtime keeps quiet where it sees CI, so it must not see it here.
    environment = {
        k: v for k, v in os.environ.items() if k not in ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    }
    environment |= {"HOME": str(home), "KLARSYN_DATA_FOLDER": str(data), "KLARSYN_WORKERS": "1"}
    klarsyn = [sys.executable, "-m", "klarsyn.cli.main"]
    subprocess.run([*klarsyn, "import", "--read", str(tmp_path / "in")], env=environment, check=True)
    watched = ["strace", "-f", "-qq", "-e", "trace=socket,connect,bind,sendto,sendmsg", "-o", str(trace)]
    subprocess.run([*watched, *klarsyn, "score"], env=environment, check=True, timeout=150)

    store = Store.file(data / "klarsyn.sqlite")
    (result,) = store.results.latest().values()
    store.close()
    assert result.is_scored, result.reason
    calls = [line for line in trace.read_text().splitlines() if "(" in line and "+++" not in line]
    assert calls == []
    assert list(home.rglob(".cache/Microsoft*")) == []
    assert [p for p in (data / "engine-work").iterdir() if p.is_dir()] == []
