"""How an engine can fail. Whatever the kind, the exam goes on without it (invariant 1)."""

from enum import StrEnum


class FailureKind(StrEnum):
    """Stable short names, stored beside the exam."""

    RAISED = "raised"
    DEADLINE = "deadline"
    KILLED_BY_SIGNAL = "killed-by-signal"
    MEMORY = "memory"
    INVALID_RESULT = "invalid-result"
    WRONG_EXAM = "wrong-exam"
    NOT_FOUND = "not-found"
    DISK_FULL = "disk-full"
    CANCELLED = "cancelled"
    UNSEALED = "unsealed"


class EngineFailure(Exception):
    """An engine gave no usable result.

    `sentence` says what happened, what it means and what to do. It never quotes the engine's own words,
    which could hold anything.
    """

    def __init__(self, kind: FailureKind, sentence: str) -> None:
        """Keep the kind beside the sentence."""
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence


_SENTENCES = {
    FailureKind.RAISED: "The engine broke off while it analysed the exam ({detail}).",
    FailureKind.DEADLINE: "The engine did not finish before its deadline and was stopped.",
    FailureKind.KILLED_BY_SIGNAL: "The engine's process died ({detail}).",
    FailureKind.MEMORY: "The engine needed more memory than it may have and broke off.",
    FailureKind.DISK_FULL: "The engine wrote more than it may, or the disk is full, and it was stopped.",
    FailureKind.CANCELLED: "The analysis was cancelled.",
    FailureKind.UNSEALED: "The engine was not started, as this machine cannot seal it wholly: {detail}.",
}
_WHAT_TO_DO = {
    FailureKind.DEADLINE: "Score it again, or raise the setting engine_deadline_s.",
    FailureKind.MEMORY: "Raise the setting engine_memory_mb if the machine has more.",
    FailureKind.DISK_FULL: "Make room on the disk, then score it again.",
    FailureKind.CANCELLED: "Score it again when you like.",
    FailureKind.UNSEALED: "An administrator may accept that by the setting engine_allow_unsealed.",
}


def sentence(kind: FailureKind, detail: str = "") -> str:
    """Say what happened, what it means for the exam, and what to do."""
    what = _SENTENCES[kind].format(detail=detail)
    todo = _WHAT_TO_DO.get(kind, "The engine's log says more; report it to the engine's vendor.")
    return f"{what} The exam is not scored and gets two readers. {todo}"
