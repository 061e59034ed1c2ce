"""`klarsyn serve`: files that come to a folder become exams, and exams become work for those who score.

On a shared database workers score (`klarsyn work`). On a workstation's own file this process scores, too.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.only_one import AlreadyRunning
from klarsyn.base.retrying import Retrying
from klarsyn.base.settings import Settings
from klarsyn.base.stopping import stopping_on_signals
from klarsyn.intake.drop_folder import DropFolder
from klarsyn.intake.importer import Importer, ImportStopped
from klarsyn.intake.queue_keeping import QueueKeeper
from klarsyn.intake.scorer import Scorer
from klarsyn.intake.scoring_worker import AWAY
from klarsyn.store.database import DatabaseAway
from klarsyn.store.store import Store

_log = get_logger(__name__)


class _Stopped(BaseException):
    """Asked to stop between two files or two exams: what was finished is kept."""


@dataclass(eq=False)
class Server:
    """Imports into one store from watched folders; `tell` gets sentences for whoever looks."""

    store: Store
    settings: Settings
    clock: Clock
    importer: Importer
    folders: tuple[Path, ...]
    every_s: float = 5.0
    tell: Callable[[str], None] = print
    _asked: Callable[[], bool] = field(default=lambda: False, init=False)

    def run(self, *, once: bool = False) -> None:
        """Serve until asked to stop; `once` deals with what is there now and returns."""
        drop, told = DropFolder(self.folders), ""
        with stopping_on_signals() as asked:
            self._asked, retrying = asked.is_set, Retrying(asked)
            keeper = QueueKeeper(self.store, self.settings, self.clock) if self._shared else None
            while not asked.is_set():
                trouble = ""
                try:
                    self._import(drop, at_once=once)
                    keeper.keep() if keeper else self._score()
                except _Stopped:
                    break
                except DatabaseAway:
                    trouble = AWAY
                except (ImportStopped, AlreadyRunning) as error:
                    trouble = str(error)
                if gone := drop.missing():
                    trouble = trouble or f"These folders are not there now: {', '.join(map(str, gone))}."
                if trouble and trouble != told:
                    self.tell(trouble)
                told = trouble
                if once:
                    return
                if trouble:
                    retrying.wait()
                else:
                    retrying.succeeded()
                    asked.wait(self.every_s)
        self.tell("Stopped. What was finished is kept; the next start goes on from there.")

    @property
    def _shared(self) -> bool:
        return self.store.database.is_shared

    def _import(self, drop: DropFolder, *, at_once: bool) -> None:
        ready = drop.ready(at_once=at_once)
        if not ready:
            return
        started = time.monotonic()
        summary = self.importer.run(ready, progress=self._go_on)
        drop.done(ready)
        self.tell(str(summary))
        _log.info("folder imported", files=len(ready), seconds=round(time.monotonic() - started, 1))

    def _score(self) -> None:
        scorer = Scorer(self.store, self.settings, self.clock)
        if scorer.pending():
            self.tell(str(scorer.run(progress=self._go_on)))

    def _go_on(self, _done: float, _total: int) -> None:
        if self._asked():
            raise _Stopped
