"""From the Enter key to four painted tomosynthesis views, in the reader's real window.

python tests/benchmarks/real_volumes.py [--rows 2457 --columns 1996 --slices 60]
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parent))

from display import Row
from pydicom import dcmread
from pydicom.dataset import Dataset
from PySide6.QtWidgets import QApplication
from real_window import CODES, HEADS, VIEWS, median, opened
from run import table
from stack_files import breast_slice, write_stack

AHEAD_MS, COLD_MS = 150, 300
"""The targets: the four views of an exam that was decoded ahead, and a first slice of one that was not."""
DISTINCT = 6
"""So many slices are drawn; they come again further up, which no decoder notices."""


def write_exam(folder: Path, shape: tuple[int, int], slices: int, codec: str) -> None:
    """Write tomosynthesis of the four standard views."""
    folder.mkdir(parents=True)
    for number, (side, view) in enumerate(VIEWS):
        drawn = [breast_slice(shape, 10 * number + n) for n in range(DISTINCT)]
        if side == "R":
            drawn = [frame[:, ::-1].copy() for frame in drawn]
        path = write_stack(folder / f"{number}.dcm", (drawn[n % DISTINCT] for n in range(slices)), codec)
        dataset = dcmread(path)
        item = Dataset()
        (item.CodeValue, item.CodeMeaning), item.CodingSchemeDesignator = CODES[view], "SCT"
        dataset.ViewCodeSequence = [item]
        dataset.PatientOrientation = HEADS[view][side]
        shared = dataset.SharedFunctionalGroupsSequence[0]
        shared.FrameAnatomySequence[0].FrameLaterality = side
        if side == "R":
            shared.PlaneOrientationSequence[0].ImageOrientationPatient = [0, 1, 0, -1, 0, 0]
        dataset.PatientID, dataset.PatientName = "bench-0", "Benchmark^0"
        dataset.StudyInstanceUID, dataset.StudyDate = "2.25.8810", "20260102"
        dataset.save_as(path, enforce_file_format=True)


def rows(folder: Path, shape: tuple[int, int], slices: int, viewport: tuple[int, int]) -> list[Row]:
    """Time opening in the window; ratios are to the target."""
    room = 4 * slices * shape[0] * shape[1] * 3
    found: list[Row] = []
    for codec in ("JPEG-LS", "JPEG 2000"):
        write_exam(folder / codec / "incoming", shape, slices, codec)
        with opened(folder / codec, room, viewport) as window:
            cold = median(window.cold, 3)
            found.append(
                (
                    f"four volumes, {codec}, cold: Enter to four painted",
                    cold,
                    cold / COLD_MS,
                    "300 ms for one",
                )
            )
            if codec == "JPEG-LS":
                ahead = median(window.ahead, 5)
                what = f"four volumes, {codec}, decoded ahead: Enter to four painted"
                found.append((what, ahead, ahead / AHEAD_MS, "150 ms"))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    for name, default in (("rows", 2457), ("columns", 1996), ("slices", 60)):
        parser.add_argument(f"--{name}", type=int, default=default)
    wanted = parser.parse_args()
    QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        print(table(rows(Path(folder), (wanted.rows, wanted.columns), wanted.slices, (1200, 1600))))


if __name__ == "__main__":
    main()
