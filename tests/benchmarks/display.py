"""What the display benchmarks share: views as files in each compression, a viewport, a clock."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import shiboken6
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from klarsyn.dicom.headers import read_instance
from klarsyn.reading.images import StoredImage
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.prepared import Prepared
from klarsyn.ui.view.viewport import Viewport

# As many as the machine that the targets were set on has cores.
THREADS = 2
BITS = 12

CORNERS = Corners("L CC", right=True, identity="Benchmark")

Row = tuple[str, float, float, str]
"""What was measured, ms, ratio, and what the ratio should be."""

ENCODERS: dict[str, tuple[uid.UID, Callable[[np.ndarray], bytes] | None]] = {
    "uncompressed": (uid.ExplicitVRLittleEndian, None),
    "JPEG lossless": (uid.JPEGLosslessSV1, lambda v: imagecodecs.ljpeg_encode(v, bitspersample=BITS)),
    "JPEG-LS": (uid.JPEGLSLossless, imagecodecs.jpegls_encode),
    "HTJ2K": (uid.HTJ2KLossless, lambda v: imagecodecs.htj2k_encode(v, reversible=True)),
    "JPEG 2000": (
        uid.JPEG2000Lossless,
        lambda v: imagecodecs.jpeg2k_encode(
            v, level=0, reversible=True, codecformat="j2k", bitspersample=BITS
        ),
    ),
}


def breast(shape: tuple[int, int], seed: int) -> np.ndarray:
    """Return 12-bit tissue of structures of many sizes with noise: no easier to compress than a real view."""
    rng = np.random.default_rng(seed)
    tissue = np.zeros(shape, np.float32)
    for cells in (6, 24, 96, 384):
        coarse = rng.normal(0, 1, (cells, cells)).astype(np.float32)
        tissue += cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC) * (400 / cells**0.35)
    tissue += rng.normal(2000, 14, shape).astype(np.float32)
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    inside = ((rows / shape[0] - 0.5) / 0.46) ** 2 + (columns / (shape[1] * 0.75)) ** 2 < 1
    return np.where(inside, tissue.clip(60, 4095), 20).astype(np.uint16)


def write_views(
    folder: Path, shape: tuple[int, int], count: int = 4, codecs: Sequence[str] = ("uncompressed",)
) -> dict[str, list[Path]]:
    """Write views of `shape` (rows, columns), 12 of 16 bits, in each of the compressions."""
    written: dict[str, list[Path]] = {codec: [] for codec in codecs}
    for n in range(count):
        pixels = breast(shape, n)
        for codec in codecs:
            path = folder / f"{codec.replace(' ', '-')}-{n}.dcm"
            view_of(pixels, codec).save_as(path, enforce_file_format=True)
            written[codec].append(path)
    return written


def view_of(pixels: np.ndarray, codec: str) -> Dataset:
    """Return one view as a data set, a left one of an invented maker."""
    syntax, encode = ENCODERS[codec]
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.SOPClassUID = uid.DigitalMammographyXRayImageStorageForPresentation
    dataset.SOPInstanceUID, dataset.StudyInstanceUID = uid.generate_uid(), uid.generate_uid()
    dataset.Modality, dataset.Manufacturer = "MG", "Benchmark"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, BITS, BITS - 1
    dataset.PixelRepresentation = 0
    dataset.PatientOrientation, dataset.ImageLaterality = ["A", "R"], "L"
    dataset.ImagerPixelSpacing = [0.07, 0.07]
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = 2048, 2000, "SIGMOID"
    if encode is None:
        dataset.PixelData = pixels.astype("<u2").tobytes()
    else:
        dataset.PixelData = encapsulate([encode(pixels)])
        dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
    return dataset


def stored(path: Path, key: str) -> StoredImage:
    """Return a view as the store hands it out; `key` stands for the hash of its content."""
    return StoredImage(read_instance(path).image, path, key)


def fitted(shape: tuple[int, ...], viewport: tuple[int, int]) -> tuple[int, int]:
    """Return the (rows, columns) of a whole image in a viewport (width, height)."""
    scale = min(viewport[0] / shape[1], viewport[1] / shape[0], 1.0)
    return int(shape[0] * scale), int(shape[1] * scale)


@contextmanager
def klarsyn_view(ready: Prepared, viewport: tuple[int, int]) -> Iterator[Viewport]:
    """Give the viewer's own viewport with an image in it that a worker has made ready."""
    with empty_view(viewport) as widget:
        widget.show_image(*ready, CORNERS)
        yield widget


@contextmanager
def empty_view(viewport: tuple[int, int]) -> Iterator[Viewport]:
    """Give the viewer's own viewport, to be used for one image after the other as the window does."""
    widget = Viewport()
    widget.resize(*viewport)
    try:
        yield widget
    finally:
        # Here and now: Python's collector would do it on whichever thread it runs, and Qt would crash.
        shiboken6.delete(widget)


def screen_of(viewport: tuple[int, int]) -> QImage:
    """Return what stands for the screen: a window paints into the same buffer again and again."""
    return QImage(*viewport, QImage.Format.Format_RGB32)


def paint(widget: QWidget, screen: QImage) -> None:
    """Paint as the window system would ask for it."""
    QWidget.render(widget, screen)


def timed_once(action: Callable[[], object]) -> float:
    """Return the duration of one call in ms."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def timed(action: Callable[[], object], repeats: int) -> float:
    """Return the median duration in ms, one warming-up call left out."""
    action()
    return statistics.median(timed_once(action) for _ in range(repeats))


def turn_by_turn(actions: Sequence[Callable[[], object]], turns: int) -> list[float]:
    """Return the median duration of each in ms; in turns, so that a busy moment is everybody's.

    The first turn warms up.
    """
    samples = [[timed_once(action) for action in actions] for _ in range(turns + 1)]
    return [float(median) for median in np.median(samples[1:] or samples, axis=0)]
