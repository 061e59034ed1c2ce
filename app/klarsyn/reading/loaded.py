"""An image with its file, or a volume with several, and what is made of it before it can be painted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import GrayscaleParameters, Window
from klarsyn.domain.exam import Image, Notice
from klarsyn.domain.shutter import Shutters
from klarsyn.domain.site_window import SiteWindow
from klarsyn.domain.volume import Slice, Volume
from klarsyn.imaging.geometry import Flip, hanging_flip
from klarsyn.imaging.image_facts import ImageFacts
from klarsyn.imaging.pyramid import Pyramid
from klarsyn.imaging.stack import SliceStack


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image of an exam and the file that holds it.

    The leading image of a tomosynthesis has the whole of it in `volume`; with `volume` None, a single frame
    is meant.
    """

    image: Image
    path: Path
    sha256: str
    volume: "StoredVolume | None" = None

    @property
    def contents(self) -> frozenset[str]:
        """SHA-256 of every file behind it."""
        parts = self.volume.files.values() if self.volume is not None else ()
        return frozenset({self.sha256, *(part.sha256 for part in parts)})


@dataclass(frozen=True, slots=True)
class StoredVolume:
    """A volume and the files of its instances, by SOPInstanceUID."""

    volume: Volume
    files: dict[str, StoredImage]


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """An image that can be painted.

    `notices` are those of the header and of the hanging; `auto_window` is offered as the preset "auto";
    `breast_centre` is (column, row) of the whole image, None where no breast was found. `breast` is the mask
    of the breast over the whole image in a small picture, bool of shape (any rows, any columns).
    `site_windows` are what the site has saved for images like this one.

    Of a tomosynthesis, `volume` and `stack` are all of it; `pyramid` and `grayscale` are those of one slice,
    and `grey_of_slice` changes the grey scale of each (a presentation state; None: as the file says).
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
    volume: Volume | None = None
    stack: SliceStack | None = None
    grey_of_slice: Callable[[Slice, GrayscaleParameters], GrayscaleParameters] | None = None


def loaded_image(
    image: Image, pyramid: Pyramid, facts: ImageFacts, site_windows: tuple[SiteWindow, ...]
) -> LoadedImage:
    """Return an image with what was found out about it, hung as its header and its pixels say."""
    flip, notices = hanging_flip(image, facts.breast_side)
    return LoadedImage(
        image=image,
        grayscale=facts.grayscale,
        pyramid=pyramid,
        flip=flip,
        notices=image.notices + notices,
        auto_window=facts.auto_window,
        breast_side=facts.breast_side,
        breast_centre=facts.breast_centre,
        breast=facts.breast,
        shutters=facts.shutters,
        site_windows=site_windows,
    )
