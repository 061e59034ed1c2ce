"""What every command needs: settings, folders, log, store. Loaded when the command runs, not before."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klarsyn.base import log
from klarsyn.base.clock import Clock, SystemClock
from klarsyn.base.settings import Settings, load_settings

if TYPE_CHECKING:
    from klarsyn.domain.task import TaskRule
    from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """One command's surroundings."""

    settings: Settings
    store: "Store"
    clock: Clock

    @property
    def task_rule(self) -> "TaskRule":
        """What tells reading tasks from priors here."""
        from klarsyn.domain.task import TaskRule

        settings = self.settings
        return TaskRule(
            settings.task_window_days, settings.reading_task_max_age_days, settings.prior_gap_days
        )

    @property
    def reader(self) -> str:
        """The reader's account: the operating system's, unless the settings name another."""
        return self.settings.reader or getpass.getuser()


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Context]:
    """Open the installation that the settings name, and close it afterwards."""
    from klarsyn.engine.installed import announce
    from klarsyn.engine.sweep import sweep
    from klarsyn.store.store import Store

    settings = settings or load_settings()
    settings.folders.create()
    log.configure(settings.folders.logs)
    sweep(settings.folders.engine_work)
    announce(settings.folders.engines, settings.engine_servers)
    store = Store.file(settings.folders.database)
    try:
        yield Context(settings, store, SystemClock())
    finally:
        store.close()
