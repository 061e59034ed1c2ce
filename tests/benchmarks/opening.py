"""From "next" to four painted views: decoded ahead, and cold in each compression."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
import peer
from display import (
    THREADS,
    Row,
    fitted,
    klarsyn_view,
    paint,
    screen_of,
    stored,
    timed_once,
    turn_by_turn,
)
from pydicom import dcmread
from pydicom.encaps import get_frame

from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.frames import shrink_to
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.first_look import FirstLook
from klarsyn.reading.images import ImageLoader
from klarsyn.ui.view.prepared import Prepared, prepared

OWN = {
    "JPEG lossless": ("imagecodecs", imagecodecs.jpeg8_decode, "at most 1.2"),
    "JPEG-LS": ("imagecodecs", imagecodecs.jpegls_decode, "at most 1.2"),
    "HTJ2K": ("imagecodecs, OpenJPEG", imagecodecs.jpeg2k_decode, ""),
    "JPEG 2000": ("imagecodecs", imagecodecs.jpeg2k_decode, "at most 1.1"),
}


def read_and_shrink(paths: Sequence[Path], shape: tuple[int, int], viewport: tuple[int, int]) -> None:
    """The floor of uncompressed views: the bytes of the pixels, and one shrink, in as many threads."""

    def one(path: Path) -> np.ndarray:
        offset = path.stat().st_size - shape[0] * shape[1] * 2
        pixels = np.fromfile(path, dtype=np.uint16, count=shape[0] * shape[1], offset=offset)
        return shrink_to(pixels.reshape(shape), fitted(shape, viewport))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, paths))


class Opening:
    """Opens four views as the window does: loads on two workers, paints on this thread."""

    def __init__(self, folder: Path, shape: tuple[int, int], viewport: tuple[int, int]) -> None:
        # Room for two exams, so that a run evicts the one before it as on a full disk.
        self.cache = DisplayCache(folder / "cache", 24 * shape[0] * shape[1])
        self._loader = ImageLoader(self.cache)
        self._viewport, self._screen = viewport, screen_of(viewport)
        self._runs = itertools.count()

    def cold(self, paths: Sequence[Path]) -> None:
        """Open views that nobody has decoded before."""
        self._open(paths, f"cold-{next(self._runs)}")

    def ahead(self, paths: Sequence[Path]) -> float:
        """Return how long it takes to open views that lie in the cache, in ms."""
        self.cache.close()
        key = f"ahead-{next(self._runs)}"
        self._loader.prefetch(stored(path, f"{key}-{path.name}") for path in paths)
        return timed_once(partial(self._open, paths, key))

    def first_looks(self, paths: Sequence[Path], first_look: FirstLook) -> None:
        """Paint what there is to see of each view before it is decoded."""
        key = f"first-{next(self._runs)}"

        def look(path: Path) -> Prepared:
            loaded = first_look.load(stored(path, f"{key}-{path.name}"))
            if loaded is None:
                raise RuntimeError("There was no first look: the benchmark would measure nothing.")
            return prepared(loaded, self._viewport, None)

        with ThreadPoolExecutor(THREADS) as pool:
            self._paint(pool.map(look, paths))

    def _open(self, paths: Sequence[Path], key: str) -> None:
        def load(path: Path) -> Prepared:
            return prepared(self._loader.load(stored(path, f"{key}-{path.name}")), self._viewport, None)

        with ThreadPoolExecutor(THREADS) as pool:
            self._paint(pool.map(load, paths))

    def _paint(self, views: Iterable[Prepared]) -> None:
        for ready in views:
            with klarsyn_view(ready, self._viewport) as view:
                paint(view, self._screen)


def uncompressed(
    folder: Path, paths: list[Path], shape: tuple[int, int], viewport: tuple[int, int], turns: int
) -> list[Row]:
    """Time uncompressed views; ratios are to reading and shrinking alone."""
    opening, ahead = Opening(folder, shape, viewport), []
    floor, cold, theirs, _ = turn_by_turn(
        [
            partial(read_and_shrink, paths, shape, viewport),
            partial(opening.cold, paths),
            partial(peer.open_views, paths, viewport),
            lambda: ahead.append(opening.ahead(paths)),
        ],
        turns,
    )
    ready = float(np.median(ahead[1:] or ahead))
    opening.cache.close()
    return [
        ("four views, reading and shrinking alone", floor, 1.0, ""),
        ("four views, uncompressed, cold, painted", cold, cold / floor, "at most 1.3"),
        ("four views, decoded ahead, painted", ready, ready / floor, "100 ms"),
        ("four views, uncompressed, painted by pyqtgraph ImageView", theirs, theirs / floor, ""),
    ]


def compressed(
    folder: Path, codec: str, paths: list[Path], shape: tuple[int, int], viewport: tuple[int, int], turns: int
) -> list[Row]:
    """Time views of one compression; ratios are to the library's decoding of the same frames alone."""
    whose, decode, target = OWN[codec]
    frames = [get_frame(dcmread(path).PixelData, 0, number_of_frames=1) for path in paths]
    opening = Opening(folder, shape, viewport)

    def alone(function: Callable[[bytes], object]) -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(function, frames))

    actions = [partial(alone, decode), partial(opening.cold, paths)]
    if codec == "HTJ2K":
        actions.append(partial(alone, imagecodecs.htj2k_decode))
    own, cold, *quickest = turn_by_turn(actions, turns)
    opening.cache.close()
    rows = [
        (f"four views, {codec}, decoded by {whose} alone", own, 1.0, ""),
        (f"four views, {codec}, cold, painted", cold, cold / own, target),
    ]
    for each in quickest:
        rows.append((f"four views, {codec}, decoded by imagecodecs, OpenJPH alone", each, each / own, ""))
        rows.append((f"four views, {codec}, cold, painted, to OpenJPH", cold, cold / each, "at most 1.2"))
    return rows


def first_looks(
    folder: Path, paths: list[Path], shape: tuple[int, int], viewport: tuple[int, int], turns: int, own: float
) -> list[Row]:
    """Time first looks at JPEG 2000; the ratio is to decoding the whole views."""
    opening, processes = Opening(folder, shape, viewport), DecoderProcesses(THREADS)
    first_look = FirstLook(opening.cache, processes)
    try:
        (one,) = turn_by_turn([partial(opening.first_looks, paths[:1], first_look)], turns)
        (four,) = turn_by_turn([partial(opening.first_looks, paths, first_look)], turns)
    finally:
        first_look.close()
    return [
        ("first view, JPEG 2000, first look painted", one, one / own, ""),
        ("four views, JPEG 2000, first looks painted", four, four / own, "300 ms"),
    ]
