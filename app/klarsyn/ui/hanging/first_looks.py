"""First looks go before whole images: decoding a whole one takes a core that the last first look needs."""

import threading
from collections.abc import Callable

_ASK_AGAIN_S = 0.1


class FirstLooks:
    """The first looks of one request. Workers call it, from any thread.

    The pool begins work in the order in which it was asked for: when it comes to the first whole image, every
    first look has begun, and those that have not ended are known here.
    """

    def __init__(self) -> None:
        """None is under way."""
        self._changed = threading.Condition()
        self._under_way: set[str] = set()
        self._taken: set[str] = set()

    def take(self, uid: str, look: Callable[[], object | None]) -> object | None:
        """Return what a first look at an image gives, which may be nothing."""
        with self._changed:
            self._under_way.add(uid)
        found = None
        try:
            found = look()
        finally:
            with self._changed:
                self._under_way.discard(uid)
                if found is not None:
                    self._taken.add(uid)
                self._changed.notify_all()
        return found

    def wait(self, uid: str, still_wanted: Callable[[], bool]) -> None:
        """Return when the whole of an image may be decoded: at once where it had no first look.

        Who has none is in the cache or quick, and others' looks are not worth waiting for.
        """
        with self._changed:
            while self._under_way and uid in self._under_way | self._taken and still_wanted():
                self._changed.wait(_ASK_AGAIN_S)
