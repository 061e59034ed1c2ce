"""Where the window's images come from: first looks for what decodes slowly, and decoding ahead behind it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from klarsyn.domain.exam import Image
from klarsyn.domain.site_window import SiteWindow
from klarsyn.imaging.cache import DisplayCache
from klarsyn.reading.ahead import ReadAhead
from klarsyn.reading.first_look import FirstLook
from klarsyn.reading.images import ImageLoader, LoadedImage, StoredImage


class ImageSupply(ImageLoader):
    """A loader with processes of its own. Any thread may call it; they start with the first need."""

    has_first_looks = True

    def __init__(
        self,
        folder: Path,
        limit_bytes: int,
        site_windows: Callable[[Image], tuple[SiteWindow, ...]] | None = None,
    ) -> None:
        """Keep what is decoded in the display cache of `folder`, up to `limit_bytes`."""
        cache = DisplayCache(folder, limit_bytes)
        self._first_look = FirstLook(cache)
        super().__init__(cache, site_windows, self._first_look.processes)
        self._ahead = ReadAhead(cache, folder, limit_bytes)

    def load(self, stored: StoredImage) -> LoadedImage:
        """As the loader does; nothing is begun ahead meanwhile."""
        with self._ahead.overtaken():
            return super().load(stored)

    def look(self, stored: StoredImage) -> LoadedImage | None:
        """Return a first look, None where the whole comes as quickly."""
        with self._ahead.overtaken():
            loaded = self._first_look.load(stored)
        if loaded is None:
            return None
        return replace(loaded, site_windows=self.site_windows_of(stored.image))

    def want(self, images: Iterable[StoredImage]) -> bool:
        """Decode these ahead, in this order, instead of what was wanted before."""
        self._ahead.want(images)
        return True

    def warm_up(self) -> None:
        """Start the processes of first looks, so that the first slow image does not wait for them."""
        self._first_look.warm_up()

    def forget(self, images: Iterable[StoredImage]) -> None:
        """Delete what was decoded of images whose exam has been deleted, and do not decode them again."""
        self._ahead.forget(images)

    def stop(self) -> None:
        """Begin nothing more in other processes; does not wait."""
        self._first_look.close()
        self._ahead.close()
