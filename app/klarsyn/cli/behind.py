"""Work that goes on behind a window or a service, again and again, on a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeated_behind(
    name: str, work: Callable[[], object], seconds: float, *, once_more: bool = False
) -> Iterator[None]:
    """Do `work` at once and then every so many seconds while the block runs, `once_more` when it has ended.

    What is under way then is waited for. `work` catches what may fail.
    """
    over = threading.Event()

    def _run() -> None:
        while not over.is_set():
            work()
            over.wait(seconds)
        if once_more:
            work()

    thread = threading.Thread(target=_run, name=name)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
