"""The benchmark of tomosynthesis works; what it measures is judged by people, on a quiet machine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parent / "stack.py"


@pytest.mark.slow
def test_first_slice_scroll_slab_and_memory_are_measured():
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONIOENCODING": "utf-8",
    }
    size = [
        "--rows",
        "420",
        "--columns",
        "330",
        "--slices",
        "4",
        "--viewport",
        "120",
        "160",
        "--repeats",
        "1",
    ]
    command = [sys.executable, str(BENCHMARK), *size]
    printed = subprocess.run(
        command, env=environment, check=True, capture_output=True, encoding="utf-8"
    ).stdout
    for codec in ("uncompressed", "JPEG lossless", "JPEG-LS", "JPEG 2000"):
        assert re.search(rf"^\| first slice, {codec}, cold, painted \| [\d.]+ \|", printed, re.M)
    assert re.search(r"^\| mean of 10 slices, next, painted \| [\d.]+ \|", printed, re.M)
    assert re.search(r"^\| next slice scrolled to in the view \| [\d.]+ \|", printed, re.M)
    assert re.search(r"^\| 4 of four stacks of 4 slices scrolled \| \d+ \| \d+ \|", printed, re.M)
