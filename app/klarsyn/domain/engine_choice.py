"""Which engine orders the queue, and which run in its shadow: derived from rows that are only added.

What an engine in the shadow says is stored for comparison and reaches nobody who reads (invariant 6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from klarsyn.domain.finding import IntendedUse


class EngineRole(StrEnum):
    """What an engine's results are for."""

    ACTIVE = "active"
    """The one whose scores order the queue and whose marks readers see."""
    SHADOW = "shadow"
    """It sees the same exams; its results are kept apart."""
    OFF = "off"


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """One decision of somebody: from `chosen_at` on the engine has this role.

    Version, model and intended use are those that the engine declared then, so that a later change of its
    files is seen as one.
    """

    engine: str
    role: EngineRole
    version: str
    model_sha256: str
    intended_use: IntendedUse
    chosen_at: datetime
    chosen_by: str


def in_force(choices: Sequence[EngineChoice]) -> dict[str, EngineChoice]:
    """Return the last choice of each engine, of `choices` in the order in which they were made.

    An engine that was made active takes the place of the one before.
    """
    last: dict[str, EngineChoice] = {}
    for choice in choices:
        if choice.role is EngineRole.ACTIVE:
            last = {name: c for name, c in last.items() if c.role is not EngineRole.ACTIVE}
        last[choice.engine] = choice
    return last


def active_engine(choices: Sequence[EngineChoice], default: str) -> str:
    """Return the name of the engine that orders the queue: the chosen one, else the settings' `default`."""
    for name, choice in in_force(choices).items():
        if choice.role is EngineRole.ACTIVE:
            return name
    return default


def shadow_engines(choices: Sequence[EngineChoice], default: str) -> tuple[str, ...]:
    """Return the engines in the shadow, in alphabetical order; never the active one."""
    active = active_engine(choices, default)
    shadows = (name for name, c in in_force(choices).items() if c.role is EngineRole.SHADOW)
    return tuple(sorted(name for name in shadows if name != active))
