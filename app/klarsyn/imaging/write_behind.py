"""What is shown from memory already and still has to be written: done when nobody waits for an image."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from klarsyn.imaging.cache_names import content_of
from klarsyn.imaging.levels import Level


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """The levels of one image, and its facts (`image_facts`)."""

    levels: tuple[Level, ...]
    facts: bytes = b""


class WriteBehind:
    """One thread that writes, and what waits for it. Any thread may call it.

    Parameters
    ----------
    write
        Writes what was made under its key; not called for what has been forgotten meanwhile.
    forget
        Deletes what was written of a content while it was being forgotten.
    quiet_s
        Seconds without anybody waiting for an image before anything is written.
    """

    def __init__(
        self, write: Callable[[str, Made], None], forget: Callable[[str], None], quiet_s: float
    ) -> None:
        self._write, self._forget, self._quiet_s = write, forget, quiet_s
        self._guard = threading.Lock()
        self._changed = threading.Condition(self._guard)
        self._held: dict[str, Made] = {}
        self._writer: ThreadPoolExecutor | None = None
        self._waited_for = 0
        self._closing = False

    def get(self, key: str) -> Made | None:
        """Return what still waits under a key."""
        with self._guard:
            return self._held.get(key)

    def add(self, key: str, made: Made) -> None:
        """Have it written later; until then it is held here."""
        with self._guard:
            self._held[key] = made
            if self._writer is None:
                self._writer = ThreadPoolExecutor(1, thread_name_prefix="display-cache")
            self._writer.submit(self._write_and_let_go, key, made)

    def forget(self, content: str) -> None:
        """Write nothing more of one content."""
        with self._guard:
            for key in [key for key in self._held if content_of(key) == content]:
                # The writer looks here before it puts a file in place.
                del self._held[key]

    @contextmanager
    def somebody_waiting(self) -> Iterator[None]:
        """Write nothing during the block: it would take disk and cores from a reader who waits."""
        with self._guard:
            self._waited_for += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._guard:
                self._waited_for -= 1
                self._changed.notify_all()

    def finish(self) -> None:
        """Write what is left at once, and wait for it. May be used again."""
        with self._guard:
            writer, self._writer = self._writer, None
            self._closing = True
            self._changed.notify_all()
        if writer is not None:
            writer.shutdown(wait=True)
        with self._guard:
            self._closing = False

    def _wait_for_quiet(self) -> None:
        """Return when nobody has waited for an image for a while, so that painting is over as well."""
        with self._guard:
            while not self._closing:
                if self._waited_for:
                    self._changed.wait()
                elif not self._changed.wait(self._quiet_s):
                    return

    def _write_and_let_go(self, key: str, made: Made) -> None:
        self._wait_for_quiet()
        try:
            if self.get(key) is not None:
                self._write(key, made)
            if self.get(key) is None:
                self._forget(content_of(key))
        finally:
            with self._guard:
                self._held.pop(key, None)
