"""pyqtgraph's ImageView doing the same in the same run."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyqtgraph
import shiboken6
from display import THREADS, paint, screen_of

from klarsyn.imaging.frames import load_index_frame

LEVELS = (1048, 3048)


def image_view(viewport: tuple[int, int]) -> pyqtgraph.ImageView:
    """Return a fresh ImageView whose picture has the size of our viewport."""
    pyqtgraph.setConfigOptions(imageAxisOrder="row-major")
    view = pyqtgraph.ImageView()
    view.ui.roiBtn.hide()
    view.ui.menuBtn.hide()
    view.ui.histogram.hide()
    view.resize(*viewport)
    return view


def show(pixels: np.ndarray, viewport: tuple[int, int]) -> pyqtgraph.ImageView:
    """Return an ImageView with an image in it."""
    view = image_view(viewport)
    view.setImage(pixels, autoLevels=False, levels=LEVELS, autoHistogramRange=False)
    return view


def open_views(paths: Sequence[Path], viewport: tuple[int, int]) -> None:
    """Decode and paint views; our own decoder in the same threads."""
    screen = screen_of(viewport)
    with ThreadPoolExecutor(THREADS) as pool:
        for pixels in pool.map(load_index_frame, paths):
            view = show(pixels, viewport)
            paint(view.ui.graphicsView, screen)
            shiboken6.delete(view)


def frames(pixels: np.ndarray, viewport: tuple[int, int]) -> dict[str, Callable[[int], object]]:
    """Return what one frame costs here, by what the reader does; each takes a running number."""
    view, screen = show(pixels, viewport), screen_of(viewport)
    box = view.getView()

    def then_paint(change: Callable[[int], object]) -> Callable[[int], object]:
        def frame(n: int) -> None:
            change(n)
            paint(view.ui.graphicsView, screen)

        return frame

    return {
        "window change": then_paint(lambda n: view.setLevels(LEVELS[0] + n % 57 * 7, LEVELS[1] + n % 57 * 7)),
        "pan": then_paint(lambda n: box.translateBy(x=40 if n % 20 < 10 else -40, y=0)),
        "zoom": then_paint(lambda n: box.scaleBy((0.95, 0.95) if n % 20 < 10 else (1 / 0.95, 1 / 0.95))),
    }
