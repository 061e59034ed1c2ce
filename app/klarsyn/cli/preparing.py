"""Practice exams are prepared in a process of its own, while the window is open.

It is made to be stopped at any moment: whole exams stay, a half one is swept, and the next start goes on
from there.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from klarsyn.base.only_one import only_one
from klarsyn.base.orphans import end_with_parent
from klarsyn.base.settings import Settings
from klarsyn.cli.context import opened
from klarsyn.cli.failures import sentence
from klarsyn.cli.practice_list import make_practice_list, sweep_unfinished
from klarsyn.engine.sweep import sweep
from klarsyn.intake.practice import OnExam, PracticeIntake, Told

_PATIENCE_S = 5.0
"""How long a stopped preparation may take to put its things away before it is ended outright."""

_CUT_OFF = "its process was ended. What was finished is kept; start the demonstration again to go on."


Maker = Callable[[Path, int, Callable[[int, int], None], OnExam], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be prepared: `real` exams that lie there, then `exams` that `make` makes in `folder`."""

    settings: Settings
    folder: Path
    exams: int
    real: Path | None = None
    make: Maker = make_practice_list


def prepare(order: Order, tell: Callable[[Told], None]) -> None:
    """Prepare in this process, to the end."""
    with (
        only_one(order.settings.folders.root / "preparing.lock", "preparing exams"),
        opened(order.settings) as context,
    ):
        sweep_unfinished(order.folder)
        intake = PracticeIntake(context.store, order.settings, context.clock, context.task_rule, tell)
        if order.real is not None:
            intake.take_real(order.real)
        intake.take_made(partial(order.make, order.folder, order.exams))
        intake.end()


class Preparation:
    """The process that prepares, as its parent sees it. Any thread may ask."""

    def __init__(self, order: Order) -> None:
        """Start it at once."""
        # Spawned, not forked: a fork would copy the store's connection and its locks.
        context = multiprocessing.get_context("spawn")
        self._order, self._told, self._guard = order, Told(), threading.Lock()
        self._ear, mouth = context.Pipe(duplex=False)
        self._process = context.Process(target=_run, args=(order, mouth), name="klarsyn-preparing")
        self._process.start()
        mouth.close()

    def told(self, wait_s: float = 0.0) -> Told:
        """Return how far it has come, waiting at most `wait_s` for news."""
        with self._guard:
            try:
                while not self._told.ended and self._ear.poll(wait_s):
                    self._told, wait_s = self._ear.recv(), 0.0
            except (EOFError, OSError):
                # The other end has gone without a last word.
                self._told = replace(self._told, ended=True, trouble=_CUT_OFF)
            return self._told

    def line(self) -> str:
        """Return the queue page's line."""
        return str(self.told())

    def stop(self) -> None:
        """End it now, with everything that it has started, and sweep what it leaves half done."""
        self._process.terminate()
        self._process.join(_PATIENCE_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        self._ear.close()
        sweep_unfinished(self._order.folder)
        sweep(self._order.settings.folders.engine_work)


def _run(order: Order, mouth: Connection) -> None:
    """Be the process."""
    end_with_parent()
    # The parent answers Ctrl+C for both; it stops this process then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(os, "nice"):
        # The reader comes first.
        os.nice(10)
    last = Told()

    def tell(told: Told) -> None:
        nonlocal last
        last = told
        with contextlib.suppress(OSError):
            mouth.send(told)

    try:
        prepare(order, tell)
    except Exception as error:  # the reader gets a sentence; an error without one keeps its traceback
        said = sentence(error)
        tell(replace(last, ended=True, trouble=said or f"{type(error).__name__}; see the terminal."))
        if said is None:
            raise


def _stop(_signal: int, _frame: object) -> None:
    # Makers in the middle of an exam are not waited for; the exam is made again next time.
    for worker in multiprocessing.active_children():
        worker.terminate()
    raise SystemExit(0)
