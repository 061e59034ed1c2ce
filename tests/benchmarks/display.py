"""What is measured of the display, ours and pyqtgraph's ImageView beside it, in one process and one run.

Both are widgets of the same size that are drawn by `QWidget.grab`, so that both pay for the same painting.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyqtgraph
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    generate_uid,
)
from PySide6.QtGui import QImage

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Image
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.frames import load_index_frame, shrink_to
from klarsyn.reading.images import ImageLoader, StoredImage
from klarsyn.ui.corners import Corners
from klarsyn.ui.prepared import Prepared, prepared
from klarsyn.ui.viewport import Viewport

# As many as the machine that the targets were set on has cores.
THREADS = 2


def write_views(folder: Path, shape: tuple[int, int], count: int = 4) -> list[Path]:
    """Write uncompressed 16-bit views of `shape` (rows, columns), each of its own texture."""
    paths = []
    for n in range(count):
        rng = np.random.default_rng(n)
        rows, columns = np.ogrid[: shape[0], : shape[1]]
        smooth = 2000 + 1500 * np.sin(rows / (90 + n)) * np.cos(columns / 70)
        pixels = (smooth + rng.integers(0, 300, shape)).astype("<u2")
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
        dataset.SOPInstanceUID, dataset.StudyInstanceUID = generate_uid(), generate_uid()
        dataset.Modality = "MG"
        dataset.Rows, dataset.Columns = shape
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
        dataset.PixelRepresentation = 0
        dataset.PatientOrientation, dataset.ImageLaterality = ["A", "R"], "L"
        dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = 2048, 2000, "SIGMOID"
        dataset.PixelData = pixels.tobytes()
        paths.append(folder / f"view-{n}.dcm")
        dataset.save_as(paths[-1], enforce_file_format=True)
    return paths


def fitted(shape: tuple[int, ...], viewport: tuple[int, int]) -> tuple[int, int]:
    """Return the (rows, columns) of a whole image in a viewport (width, height)."""
    scale = min(viewport[0] / shape[1], viewport[1] / shape[0], 1.0)
    return int(shape[0] * scale), int(shape[1] * scale)


def klarsyn_view(ready: Prepared, viewport: tuple[int, int]) -> Viewport:
    """Return the viewer's own viewport with an image in it that a worker has made ready."""
    widget = Viewport()
    widget.resize(*viewport)
    widget.show_image(*ready, Corners("L CC", right=True, identity="Benchmark"))
    return widget


def pyqtgraph_view(viewport: tuple[int, int]) -> pyqtgraph.ImageView:
    """Return a fresh ImageView whose picture has the size of our viewport."""
    pyqtgraph.setConfigOptions(imageAxisOrder="row-major")
    view = pyqtgraph.ImageView()
    view.ui.roiBtn.hide()
    view.ui.menuBtn.hide()
    view.ui.histogram.hide()
    view.resize(*viewport)
    return view


def timed_once(action: Callable[[], object]) -> float:
    """Return the duration of one call in ms."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def timed(action: Callable[[], object], repeats: int) -> float:
    """Return the median duration in ms, one warming-up call left out."""
    action()
    return statistics.median(timed_once(action) for _ in range(repeats))


def read_and_shrink(paths: Sequence[Path], shape: tuple[int, int], viewport: tuple[int, int]) -> None:
    """The floor: the bytes of the pixels, and one shrink, in as many threads as we take."""

    def one(path: Path) -> np.ndarray:
        offset = path.stat().st_size - shape[0] * shape[1] * 2
        pixels = np.fromfile(path, dtype=np.uint16, count=shape[0] * shape[1], offset=offset)
        return shrink_to(pixels.reshape(shape), fitted(shape, viewport))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(one, paths))


def open_views(
    paths: Sequence[Path], cache: DisplayCache, viewport: tuple[int, int], run: str
) -> list[QImage]:
    """From files to four painted viewports as the viewer does it: loading in threads, painting in this one.

    `run` names the cache's entries: a new name is a cold start, one used before was decoded ahead.
    """
    loader = ImageLoader(cache)
    painted = []
    with ThreadPoolExecutor(THREADS) as pool:
        stored = [StoredImage(image_of(path), path, f"{run}/{path.name}") for path in paths]
        for ready in pool.map(lambda each: prepared(loader.load(each), viewport, None), stored):
            painted.append(klarsyn_view(ready, viewport).grab().toImage())
    return painted


def image_of(path: Path) -> Image:
    """Return the header facts of a view that was written here."""
    return read_instance(path).image


def open_with_pyqtgraph(paths: Sequence[Path], viewport: tuple[int, int]) -> list[object]:
    """Decode and paint four views with ImageView; our own decoder in the same threads."""
    painted = []
    with ThreadPoolExecutor(THREADS) as pool:
        for pixels in pool.map(load_index_frame, paths):
            view = pyqtgraph_view(viewport)
            view.setImage(pixels, autoLevels=False, levels=(1048, 3048), autoHistogramRange=False)
            painted.append(view.ui.graphicsView.grab().toImage())
    return painted
