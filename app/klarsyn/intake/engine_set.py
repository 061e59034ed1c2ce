"""The engines of one installation: which orders the queue, which run in its shadow, what each declares."""

from collections.abc import Callable, Mapping

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.settings import Settings
from klarsyn.domain.engine_choice import (
    EngineChoice,
    EngineRole,
    active_engine,
    in_force,
    shadow_engines,
)
from klarsyn.engine.asking import LOADING_S, manifest_of
from klarsyn.engine.contract import Manifest
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.installed import announce
from klarsyn.store.store import Store

_PASSING = (FailureKind.DEADLINE, FailureKind.MEMORY, FailureKind.DISK_FULL)
"""Trouble of the machine rather than the engine, which may be over when the next exam comes."""

_log = get_logger(__name__)


class EngineSet:
    """Roles of engines are rows of the store; without any, the setting `engine` names the active one."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Make the engines of the data folder known to this process."""
        self._store, self._settings = store, settings
        self._declared: dict[str, Manifest | EngineFailure] = {}
        announce(settings.folders.engines, settings.engine_servers)

    @property
    def active(self) -> str:
        """The engine whose results readers and the queue get."""
        return active_engine(self._store.engine_choices.all(), self._settings.engine)

    @property
    def shadows(self) -> tuple[str, ...]:
        """The engines whose results nobody who reads gets."""
        return shadow_engines(self._store.engine_choices.all(), self._settings.engine)

    @property
    def choices(self) -> Mapping[str, EngineChoice]:
        """What is in force of each engine that somebody has chosen for a role."""
        return in_force(self._store.engine_choices.all())

    def declared(self, name: str, cancelled: Callable[[], bool] = lambda: False) -> Manifest:
        """Return an engine's manifest; it is asked once, in a process of its own, and so is one that fails.

        Raises
        ------
        EngineFailure
            If it cannot be loaded or declares nothing that can be used; or when cancelled.
        """
        if name not in self._declared:
            try:
                self._declared[name] = manifest_of(
                    name,
                    work_root=self._settings.folders.engine_work,
                    memory_mb=self._settings.engine_memory_mb,
                    allow_unsealed=self._settings.engine_allow_unsealed,
                    deadline_s=min(LOADING_S, self._settings.engine_deadline_s),
                    cancelled=cancelled,
                )
            except EngineFailure as failure:
                if failure.kind is FailureKind.CANCELLED:
                    raise
                self._declared[name] = failure
        answer = self._declared[name]
        if isinstance(answer, EngineFailure):
            # A new one each time: a raised exception collects tracebacks.
            raise EngineFailure(answer.kind, answer.sentence)
        return answer

    def ask_again(self) -> None:
        """Forget what engines have declared, so that a new version or a mended engine is seen."""
        self._declared.clear()

    def forget_passing_trouble(self) -> None:
        """Let an engine be asked again that could not answer for want of time, memory or room on the disk."""
        for name, answer in list(self._declared.items()):
            if isinstance(answer, EngineFailure) and answer.kind in _PASSING:
                del self._declared[name]

    def change_since_choice(self, name: str) -> str:
        """Say in words how an engine differs from what was chosen; empty when it does not.

        Raises
        ------
        EngineFailure
            As `declared` does.
        """
        choice = self.choices.get(name)
        if choice is None or choice.role is EngineRole.OFF:
            return ""
        now = self.declared(name)
        changes = []
        if now.version != choice.version:
            changes.append(f"it is version {now.version} now, and was {choice.version}")
        if now.model_sha256 != choice.model_sha256:
            changes.append("its model or its code is another")
        if now.intended_use is not choice.intended_use:
            changes.append(f"it is declared for {now.intended_use.value} now")
        return f"{name} has changed since it was chosen: {', '.join(changes)}" if changes else ""

    def choose(self, name: str, role: EngineRole, clock: Clock, by: str) -> Manifest | None:
        """Give an engine a role, and return what it declares; an engine that goes need not be loadable.

        Raises
        ------
        EngineFailure
            If it cannot be loaded, or speaks another contract; its role stays what it was.
        """
        if role is EngineRole.OFF:
            before = self.choices.get(name)
            if before is not None and before.role is not EngineRole.OFF:
                kept = (before.version, before.model_sha256, before.intended_use)
                self._store.engine_choices.add(EngineChoice(name, role, *kept, clock.now(), by))
            return None
        now = self.declared(name)
        declared = (now.version, now.model_sha256, now.intended_use)
        self._store.engine_choices.add(EngineChoice(name, role, *declared, clock.now(), by))
        _log.info("An engine got a role.", engine=name, role=role.value)
        return now
