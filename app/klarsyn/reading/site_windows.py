"""The windows that a site has saved for its devices: offered by name, changed by whoever reads there.

Every method touches the database; windows call it off their own thread.
"""

from dataclasses import replace

from klarsyn.base.clock import Clock
from klarsyn.domain.display import Window
from klarsyn.domain.exam import Image
from klarsyn.domain.site_window import SiteWindow, key_of
from klarsyn.reading.session import ReadingError
from klarsyn.store.store import Store


class SiteWindowDesk:
    """Where windows are saved, made the first of their kind, and forgotten."""

    def __init__(self, store: Store, clock: Clock, who: str) -> None:
        """Keep windows in `store` in the name of `who`."""
        self._store, self._clock, self._who = store, clock, who

    def for_image(self, image: Image) -> tuple[SiteWindow, ...]:
        """Return what was saved for images like this one, by name."""
        return self._store.site_windows.for_image(image)

    def save(self, image: Image, window: Window, name: str) -> tuple[SiteWindow, ...]:
        """Save a window for images like this one and return all of them; one of the same name is replaced.

        Raises
        ------
        ReadingError
            If the name is empty or too long, or the image does not say which device made it.
        """
        name = " ".join(name.split())
        try:
            saved = SiteWindow(
                *key_of(image),
                replace(window, explanation=name),
                is_default=any(w.name == name and w.is_default for w in self.for_image(image)),
                saved_by=self._who,
                saved_at=self._clock.now(),
            )
        except ValueError as error:
            raise ReadingError(str(error)) from error
        self._store.site_windows.save(saved)
        return self.for_image(image)

    def show_first(self, image: Image, saved: SiteWindow, first: bool) -> tuple[SiteWindow, ...]:
        """Make a saved window what images like this one are shown with at first, or no longer."""
        changed = replace(saved, is_default=first, saved_by=self._who, saved_at=self._clock.now())
        self._store.site_windows.save(changed)
        return self.for_image(image)

    def forget(self, image: Image, saved: SiteWindow) -> tuple[SiteWindow, ...]:
        """Delete a saved window and return those that are left."""
        self._store.site_windows.remove(saved)
        return self.for_image(image)
