"""The pixels of an exam, ready to be drawn: decoded, shrunk, oriented, kept for the next look."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klarsyn.base.log import get_logger
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import read_instance
from klarsyn.domain.display import GrayscaleParameters, Window
from klarsyn.domain.exam import Image, Notice
from klarsyn.imaging.breast import breast_mask, breast_side, work_size
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.geometry import Flip, hanging_flip
from klarsyn.imaging.grayscale import index_padding, suggest_window
from klarsyn.imaging.pyramid import Pyramid

_log = get_logger(__name__)

_LOOK_ROWS = 600
"""Rows of the level in which the breast is looked for: enough for its side, quick to search."""


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image of an exam and the file that holds it."""

    image: Image
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """An image that can be painted.

    `notices` are those of the header and of the hanging; `auto_window` is offered as the preset "auto";
    `breast_centre` is (column, row) of the whole image, None where no breast was found.
    """

    image: Image
    grayscale: GrayscaleParameters
    pyramid: Pyramid
    flip: Flip
    notices: tuple[Notice, ...]
    auto_window: Window
    breast_side: str | None
    breast_centre: tuple[float, float] | None = None


class ImageLoader:
    """Loads images through the display cache. Any thread may call it."""

    def __init__(self, cache: DisplayCache) -> None:
        """Use `cache`."""
        self._cache = cache

    def load(self, stored: StoredImage) -> LoadedImage:
        """Return the image, decoded now or before; of several frames the middle one.

        Raises
        ------
        UnreadableFile
            If the file has gone or cannot be decoded; its sentence is for the reader.
        """
        try:
            instance = read_instance(stored.path)
            # Somebody waits for this one: it is shown from memory, and its file written behind.
            pyramid = self._cache.ensure(
                _key(stored),
                stored.path,
                stored.image.middle_frame,
                padding=index_padding(instance.grayscale),
                wait=False,
            )
        except FileNotFoundError as error:
            raise UnreadableFile(
                "The image file is no longer in Klarsyn's folder.", "Import the exam again."
            ) from error
        small = next((v for v in pyramid.levels if v.shape[0] <= _LOOK_ROWS), pyramid.levels[-1])
        small = work_size(small)
        breast = breast_mask(small, instance.grayscale)
        side = breast_side(small, instance.grayscale, breast)
        flip, notices = hanging_flip(stored.image, side)
        return LoadedImage(
            image=stored.image,
            grayscale=instance.grayscale,
            pyramid=pyramid,
            flip=flip,
            notices=stored.image.notices + notices,
            auto_window=suggest_window(small, instance.grayscale, breast),
            breast_side=side,
            breast_centre=_centre(breast, stored.image),
        )

    def prefetch(self, images: Iterable[StoredImage]) -> None:
        """Decode images that will be wanted soon; what cannot be decoded is reported when it is opened."""
        for stored in images:
            try:
                padding = index_padding(read_instance(stored.path).grayscale)
                frame = stored.image.middle_frame
                self._cache.ensure(_key(stored), stored.path, frame, padding=padding).close()
            except (UnreadableFile, OSError) as error:
                _log.warning("image could not be decoded ahead", error=type(error).__name__)

    def close(self) -> None:
        """Finish what is being written behind."""
        self._cache.close()


def _centre(breast: npt.NDArray[np.bool_], image: Image) -> tuple[float, float] | None:
    if not breast.any():
        return None
    rows, columns = np.nonzero(breast)
    return (
        float(columns.mean() + 0.5) * image.columns / breast.shape[1],
        float(rows.mean() + 0.5) * image.rows / breast.shape[0],
    )


def _key(stored: StoredImage) -> str:
    return f"{stored.sha256}:{stored.image.middle_frame}"
