"""Two threads that decode for all stacks on the screen, what is looked at before what may be scrolled to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from klarsyn.imaging.decode_order import Rank, Stage

THREADS = 2

# How often a slice is asked for that another process said it decodes; nothing tells when it is done.
_ASK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work: `begin` is called with the crew's lock held, `run` without."""

    rank: Rank
    begin: Callable[[], None]
    run: Callable[[], None]


class Offering(Protocol):
    """Who has work to offer."""

    def offer(self) -> Task | None:
        """Return what is to be done next, None if nothing; called with the lock held, and quick."""
        ...

    @property
    def waits_for_others(self) -> bool:
        """Whether the last offer left out what another process is decoding."""
        ...


class DecodingCrew:
    """The threads and the lock that all stacks share. They start with the first work, and are daemons.

    Parameters
    ----------
    threads
        How many frames are decoded at a time.
    """

    def __init__(self, threads: int = THREADS) -> None:
        self.changed = threading.Condition()
        """Guards the crew and what stacks tell each other; notified when there may be work."""
        self._most = threads
        self._threads: set[threading.Thread] = set()
        # The one that was looked at last comes last.
        self._stacks: list[Offering] = []
        self._waiting = 0
        self._closed = False

    def add(self, stack: Offering) -> None:
        """Take work from a stack from now on; again for one that has just been looked at."""
        with self.changed:
            if stack in self._stacks:
                self._stacks.remove(stack)
            self._stacks.append(stack)
            self.wake()

    def remove(self, stack: Offering) -> None:
        """Ask a stack for nothing more."""
        with self.changed:
            if stack in self._stacks:
                self._stacks.remove(stack)

    def wake(self) -> None:
        """Look for work; called with the lock held."""
        while not self._closed and len(self._threads) < self._most:
            thread = threading.Thread(target=self._work, name="klarsyn-slices", daemon=True)
            self._threads.add(thread)
            thread.start()
        self.changed.notify_all()

    def retire(self, stack: Offering) -> None:
        """Let a stack that has been closed let go of what it has, on a thread of the crew if there is one."""
        self.add(stack)
        if self._closed:
            self._release()

    @contextmanager
    def foreground_only(self) -> Iterator[None]:
        """Begin only what is looked at during the block, in which somebody waits for a first slice."""
        with self.changed:
            self._waiting += 1
        try:
            yield
        finally:
            with self.changed:
                self._waiting -= 1
                self.changed.notify_all()

    def close(self) -> None:
        """Begin nothing more, wait for what is under way, and let go of what closed stacks have left."""
        with self.changed:
            self._closed = True
            self.changed.notify_all()
            threads = [t for t in self._threads if t is not threading.current_thread()]
        for thread in threads:
            thread.join()
        self._release()

    def _release(self) -> None:
        with self.changed:
            offered = [task for stack in self._stacks if (task := stack.offer()) is not None]
            last = [task for task in offered if task.rank.stage is Stage.RELEASE]
            for task in last:
                task.begin()
        for task in last:
            task.run()

    def _work(self) -> None:
        try:
            while self._run_next():
                pass
        finally:
            with self.changed:
                self._threads.discard(threading.current_thread())
                # A thread that dies of a mistake of ours is replaced.
                self.wake()

    def _run_next(self) -> bool:
        # A function of its own: while the thread waits, it should hold no slice of the last task.
        task = self._next()
        if task is not None:
            task.run()
        return task is not None

    def _next(self) -> Task | None:
        with self.changed:
            while not self._closed:
                offered = [task for stack in reversed(self._stacks) if (task := stack.offer()) is not None]
                if self._waiting:
                    offered = [task for task in offered if task.rank.stage <= Stage.FOREGROUND]
                if offered:
                    best = min(offered, key=lambda task: task.rank)
                    best.begin()
                    return best
                others = any(stack.waits_for_others for stack in self._stacks)
                self.changed.wait(_ASK_AGAIN_S if others else None)
            return None
