"""The benchmarks themselves work; what they measure is judged by people, on a quiet machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MARKED = "# Before\n<!-- bench:{0}:begin -->\nold\n<!-- bench:{0}:end -->\nafter\n"


@pytest.fixture
def page(tmp_path):
    def _page(part: str) -> Path:
        path = tmp_path / "measurements.md"
        path.write_text(MARKED.format(part), encoding="utf-8")
        return path

    return _page


def run(part: str, *arguments) -> str:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONIOENCODING": "utf-8",
    }
    size = ["--rows", "420", "--columns", "330", "--viewport", "120", "160", "--repeats", "1", "--exams", "3"]
    command = [sys.executable, str(HERE / "run.py"), "--only", part, *size, *map(str, arguments)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, encoding="utf-8").stdout


def rows_of(text: str) -> dict[str, float]:
    return {
        what: float(ratio) for what, ratio in re.findall(r"^\| (.+?) \| [\d.]+ \| ([\d.]+) \|", text, re.M)
    }


@pytest.mark.slow
def test_opening_an_exam_is_measured_in_every_compression_beside_its_own_decoder(page):
    path = page("opening")
    printed = run("opening", "--write", path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Before\n<!-- bench:opening:begin -->\nViews of 330 × 420")
    assert text.endswith("<!-- bench:opening:end -->\nafter\n")
    assert "\nold\n" not in text
    assert text.split("-->\n")[1].split("\n<!--")[0] in printed
    rows = rows_of(text)
    for codec in ("uncompressed", "JPEG lossless", "JPEG-LS", "HTJ2K", "JPEG 2000"):
        assert rows[f"four views, {codec}, cold, painted"] > 0
    assert rows["four views, JPEG 2000, first looks painted"] > 0
    assert rows["Enter to four painted views in the window, decoded ahead"] > 0
    assert rows["Enter to four first looks in the window, JPEG 2000"] > 0


@pytest.mark.slow
def test_every_change_is_measured_on_one_view_and_on_four_and_a_missing_page_is_said(tmp_path):
    missing = tmp_path / "none.md"
    printed = run("moving", "--write", missing)
    rows = rows_of(printed)
    for change in ("window change", "pan", "zoom"):
        assert f"one {change}" in rows
        assert f"one {change}, pyqtgraph ImageView" in rows
        assert any(what.startswith(f"four linked views, {change},") for what in rows)
    assert "nothing was written" in printed
    assert not missing.exists()


@pytest.mark.slow
def test_memory_is_told_for_the_first_and_the_last_exam():
    told = re.findall(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", run("memory"), re.M)
    assert [row[0] for row in told] == ["1", "2", "3"]
    assert all(int(megabytes) > 20 for row in told for megabytes in row[1:])


def test_ohif_that_is_not_there_is_said_in_a_sentence(tmp_path):
    environment = os.environ | {"PATH": str(tmp_path), "KLARSYN_BENCH_CACHE": str(tmp_path)}
    environment["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
    command = [sys.executable, str(HERE / "ohif" / "run.py")]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "OHIF cannot be measured here. There is no chromium on this machine." in done.stderr
    assert "Traceback" not in done.stderr
