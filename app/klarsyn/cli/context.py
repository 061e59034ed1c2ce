"""What every command needs: settings, folders, log, store. Loaded when the command runs, not before."""

import getpass
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    from klarsyn.store.access_keys import AccessKeys
    from klarsyn.store.schema_version import StoreError
    from klarsyn.store.store import Store

    settings = settings or load_settings()
    settings.folders.create()
    log.configure(settings.folders.logs)
    sweep(settings.folders.engine_work)
    announce(settings.folders.engines, settings.engine_servers)
    if settings.database_url:
        store = Store.shared(settings.database_url)
    else:
        store = Store.file(settings.folders.database)
    for note in filter(None, (store.database.note, store.database.moved)):
        print(note, file=sys.stderr)
    context = Context(settings, store, SystemClock())
    store.access_log.seat(lambda: context.reader, platform.node(), AccessKeys(settings.folders.keys))
    try:
        yield context
    finally:
        # A database that is away now has what was anchored before.
        with suppress(StoreError):
            store.access_log.anchor()
        store.close()
