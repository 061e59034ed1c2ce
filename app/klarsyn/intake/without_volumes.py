"""When the tomosynthesis of an exam is too much for an engine, its 2D images are analysed alone.

What is sent of a volume is fifty times as much as of a mammogram: it is what fills a disk, a memory or the
time. An exam must not be worse off than if it had no tomosynthesis (invariant 1). The result is partial and
says why; its score may lift the exam in the queue, and nothing else (`domain/queue.py`).
"""

from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.intake.engine_input import EngineInput

FIRST_SHARE = 0.75
"""Of the deadline, for the run with volumes where another can follow: both end before it."""

_WHY = {
    FailureKind.DISK_FULL: ("the disk has not the room", "make room on it, then score it again"),
    FailureKind.DEADLINE: ("the time did not suffice", "raise the setting engine_deadline_s"),
    FailureKind.MEMORY: ("the memory did not suffice", "raise the setting engine_memory_mb if there is more"),
    FailureKind.KILLED_BY_SIGNAL: ("the engine's process died", "the machine may be short of memory"),
    FailureKind.RAISED: ("the engine broke off", "its log says more"),
}
"""Ends that volumes may have brought about. An answer that was thrown away is none: it is not trusted."""


def can_do_without(sent: EngineInput) -> bool:
    """True when something is left to analyse without the tomosynthesis."""
    return bool(sent.volumes and sent.instances)


def why_without(error: EngineFailure | MemoryError | ValueError) -> str:
    """Say why an engine has seen the 2D images only; empty when volumes cannot be to blame."""
    if isinstance(error, EngineFailure):
        if error.kind not in _WHY:
            return ""
        what, todo = _WHY[error.kind]
    elif isinstance(error, MemoryError):
        what, todo = _WHY[FailureKind.MEMORY][0], "close other programs, then score it again"
    else:
        what, todo = "a slice has another size than announced", "fetch its images again"
    return f"the engine has seen the 2D images only, as with the tomosynthesis {what} ({todo})"
