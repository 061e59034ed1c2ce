"""The pixels of an exam, ready to be drawn: decoded, shrunk, oriented, kept for the next look."""

from collections.abc import Callable, Iterable

from klarsyn.base.log import get_logger
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.exam import Image
from klarsyn.domain.site_window import SiteWindow
from klarsyn.imaging.cache import DisplayCache
from klarsyn.imaging.image_facts import FACTS_VERSION
from klarsyn.reading.decoder_processes import DecoderProcesses
from klarsyn.reading.loaded import LoadedImage, StoredImage, StoredVolume, loaded_image
from klarsyn.reading.ready_images import PyramidSource, ready_image
from klarsyn.reading.volumes import VolumeLoader
from klarsyn.reading.volumes_ahead import fill

__all__ = ["ImageLoader", "LoadedImage", "StoredImage", "StoredVolume", "cache_key"]

_log = get_logger(__name__)

_GONE = ("The image file is no longer in Klarsyn's folder.", "Import the exam again.")


class ImageLoader:
    """Loads images through the display cache. Any thread may call it."""

    has_first_looks = False

    def __init__(
        self,
        cache: PyramidSource,
        site_windows: Callable[[Image], tuple[SiteWindow, ...]] | None = None,
        looks: DecoderProcesses | None = None,
    ) -> None:
        """Use `cache`, the display cache or what stands in its place (`first_look`).

        `site_windows` tells what the site has saved for images like one; `looks` are processes for first
        looks at slices.
        """
        self._cache, self._site_windows = cache, site_windows
        self._volume_source = cache if isinstance(cache, DisplayCache) else None
        self._volumes = VolumeLoader(self._volume_source, looks)

    def load(self, stored: StoredImage) -> LoadedImage:
        """Return the image, decoded now or before; a tomosynthesis as soon as it has a slice to show.

        Whoever takes a tomosynthesis closes its stack.

        Raises
        ------
        UnreadableFile
            If the file has gone or cannot be decoded; its sentence is for the reader.
        """
        if stored.volume is not None:
            whole = stored.volume
            return self._volumes.load(whole.volume, whole.files, self.site_windows_of).loaded
        frame = stored.image.middle_frame
        try:
            # Somebody waits for this one: it is shown from memory, and its file written behind.
            pyramid, facts = ready_image(self._cache, cache_key(stored), stored.path, frame, wait=False)
        except FileNotFoundError as error:
            raise UnreadableFile(*_GONE) from error
        return loaded_image(stored.image, pyramid, facts, self.site_windows_of(stored.image))

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
        """Decode images that will be wanted soon; what cannot be decoded is reported when it is opened.

        Of a tomosynthesis, the slices that are shown first.
        """
        for stored in images:
            try:
                if stored.volume is not None:
                    fill(self._volume_source, stored.volume.volume, stored.volume.files)
                    continue
                frame = stored.image.middle_frame
                ready_image(self._cache, cache_key(stored), stored.path, frame, wait=True)[0].close()
            except (UnreadableFile, OSError) as error:
                _log.warning("image could not be decoded ahead", error=type(error).__name__)

    def close(self) -> None:
        """Finish what is being written behind, and let go of every stack."""
        self._volumes.close()
        self._cache.close()


def cache_key(stored: StoredImage) -> str:
    """Return the name of an image's frame in the display cache: what it is, not where it lies.

    With the version of what is kept beside its pixels: what other code has found out is found out again.
    """
    return f"{stored.sha256}:{stored.image.middle_frame}:{FACTS_VERSION}"
