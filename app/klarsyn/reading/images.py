"""The pixels of an exam, ready to be drawn: decoded, shrunk, oriented, kept for the next look."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klarsyn.base.log import get_logger
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.display import GrayscaleParameters, Window
from klarsyn.domain.exam import Image, Notice
from klarsyn.domain.shutter import Shutters
from klarsyn.domain.site_window import SiteWindow
from klarsyn.imaging.geometry import Flip, hanging_flip
from klarsyn.imaging.image_facts import FACTS_VERSION
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.reading.ready_images import PyramidSource, ready_image

_log = get_logger(__name__)


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
    `breast_centre` is (column, row) of the whole image, None where no breast was found. `breast` is the mask
    of the breast over the whole image in a small picture, bool of shape (any rows, any columns).
    `site_windows` are what the site has saved for images like this one.
    """

    image: Image
    grayscale: GrayscaleParameters
    pyramid: Pyramid
    flip: Flip
    notices: tuple[Notice, ...]
    auto_window: Window
    breast_side: str | None
    breast_centre: tuple[float, float] | None = None
    breast: npt.NDArray[np.bool_] | None = None
    shutters: Shutters | None = None
    site_windows: tuple[SiteWindow, ...] = ()


class ImageLoader:
    """Loads images through the display cache. Any thread may call it."""

    has_first_looks = False

    def __init__(
        self, cache: PyramidSource, site_windows: Callable[[Image], tuple[SiteWindow, ...]] | None = None
    ) -> None:
        """Use `cache`, the display cache or what stands in its place (`first_look`).

        `site_windows` tells what the site has saved for images like one.
        """
        self._cache, self._site_windows = cache, site_windows

    def load(self, stored: StoredImage) -> LoadedImage:
        """Return the image, decoded now or before; of several frames the middle one.

        Raises
        ------
        UnreadableFile
            If the file has gone or cannot be decoded; its sentence is for the reader.
        """
        frame = stored.image.middle_frame
        try:
            # Somebody waits for this one: it is shown from memory, and its file written behind.
            pyramid, facts = ready_image(self._cache, cache_key(stored), stored.path, frame, wait=False)
        except FileNotFoundError as error:
            raise UnreadableFile(
                "The image file is no longer in Klarsyn's folder.", "Import the exam again."
            ) from error
        flip, notices = hanging_flip(stored.image, facts.breast_side)
        return LoadedImage(
            image=stored.image,
            grayscale=facts.grayscale,
            pyramid=pyramid,
            flip=flip,
            notices=stored.image.notices + notices,
            auto_window=facts.auto_window,
            breast_side=facts.breast_side,
            breast_centre=facts.breast_centre,
            breast=facts.breast,
            shutters=facts.shutters,
            site_windows=self.site_windows_of(stored.image),
        )

    def site_windows_of(self, image: Image) -> tuple[SiteWindow, ...]:
        """Return what the site has saved for images like this one."""
        return self._site_windows(image) if self._site_windows is not None else ()

    def look(self, stored: StoredImage) -> LoadedImage | None:  # noqa: ARG002  `image_supply` has some
        """Return a first look at an image that decodes slowly; None where there is none."""
        return None

    def want(self, images: Iterable[StoredImage]) -> bool:  # noqa: ARG002  `image_supply` does
        """Have images decoded behind the reader's back; False when nobody does: then ask `prefetch`."""
        return False

    def warm_up(self) -> None:
        """Make ready what takes long to start; here nothing does."""

    def stop(self) -> None:
        """Begin nothing more; does not wait."""

    def prefetch(self, images: Iterable[StoredImage]) -> None:
        """Decode images that will be wanted soon; what cannot be decoded is reported when it is opened."""
        for stored in images:
            try:
                frame = stored.image.middle_frame
                ready_image(self._cache, cache_key(stored), stored.path, frame, wait=True)[0].close()
            except (UnreadableFile, OSError) as error:
                _log.warning("image could not be decoded ahead", error=type(error).__name__)

    def close(self) -> None:
        """Finish what is being written behind."""
        self._cache.close()


def cache_key(stored: StoredImage) -> str:
    """Return the name of an image's frame in the display cache: what it is, not where it lies.

    With the version of what is kept beside its pixels: what other code has found out is found out again.
    """
    return f"{stored.sha256}:{stored.image.middle_frame}:{FACTS_VERSION}"
