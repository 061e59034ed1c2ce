"""The benchmark itself works; what it measures is judged by people, on a quiet machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("run.py")


@pytest.fixture
def page(tmp_path) -> Path:
    path = tmp_path / "measurements.md"
    path.write_text(
        "# Before\n<!-- bench:display:begin -->\nold\n<!-- bench:display:end -->\nafter\n", encoding="utf-8"
    )
    return path


def run(*arguments) -> str:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONIOENCODING": "utf-8",
    }
    size = ["--rows", "420", "--columns", "330", "--viewport", "120", "160", "--repeats", "1"]
    command = [sys.executable, str(SCRIPT), *size, *map(str, arguments)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, encoding="utf-8").stdout


def test_the_display_benchmark_writes_its_table_between_the_markers(page):
    printed = run("--write", page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Before\n<!-- bench:display:begin -->\nViews of 330 × 420")
    assert text.endswith("<!-- bench:display:end -->\nafter\n")
    assert "old" not in text
    rows = re.findall(r"^\| (.+?) \| ([\d.]+) \| ([\d.]+) \|", text, re.M)
    assert len(rows) == 7
    assert sum("pyqtgraph" in what for what, *_ in rows) == 3
    assert all(float(ratio) > 0 for *_, ratio in rows)
    assert text.split("-->\n")[1].split("\n<!--")[0] in printed


def test_a_missing_page_is_said_and_not_made(tmp_path):
    page = tmp_path / "none.md"
    assert "nothing was written" in run("--write", page)
    assert not page.exists()
