"""Klarsyn on the same files, in a process of its own: prints one JSON line.

    python ours.py STARTED WIDTH HEIGHT FOUR_FILES FOUR_MORE_FILES

STARTED is the time (seconds since the epoch) at which the process was started: its start counts as well.
"""

import itertools
import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from display import THREADS, klarsyn_view, paint, screen_of, stored, timed
from PySide6.QtWidgets import QApplication

from klarsyn.domain.display import Window
from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.images import ImageLoader
from klarsyn.ui.view.prepared import Prepared, prepared


def main() -> None:
    """Open one exam, then another, then change a window."""
    started, viewport = float(sys.argv[1]), (int(sys.argv[2]), int(sys.argv[3]))
    files = [Path(each) for each in sys.argv[4:]]
    app = QApplication([])
    screen = screen_of(viewport)
    with tempfile.TemporaryDirectory(prefix="klarsyn-bench-") as folder:
        cache = DisplayCache(Path(folder), 1 << 31)
        loader = ImageLoader(cache)

        def load(path: Path) -> Prepared:
            return prepared(loader.load(stored(path, path.name)), viewport, None)

        def open_exam(four: list[Path], since: float) -> tuple[float, float]:
            moments = []
            with ThreadPoolExecutor(THREADS) as pool:
                for ready in pool.map(load, four):
                    with klarsyn_view(ready, viewport) as view:
                        paint(view, screen)
                    moments.append((time.time() - since) * 1000)
            return moments[0], moments[-1]

        first = open_exam(files[:4], started)
        second = open_exam(files[4:], time.time())
        with klarsyn_view(load(files[0]), viewport) as view:
            numbers = itertools.count()

            def change() -> None:
                view.view.display.window = Window(28000 + 300 * (next(numbers) % 9), 44000)
                paint(view, screen)

            window = timed(change, 30)
        cache.close()
    app.processEvents()
    print(json.dumps({"first": first, "second": second, "window": window}))


if __name__ == "__main__":
    main()
