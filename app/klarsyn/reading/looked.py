"""What one reader has seen of an exam, pixels at 1:1 and slices, kept from one stay with it to the next.

Without it, leaving an exam for a telephone call would undo ten minutes of walking over its pixels.
"""

from datetime import datetime
from typing import Protocol

from klarsyn.store.store import Store

_SLICES = " slices"
"""Behind the UID of a volume's leading image: which of its slices have been seen, beside its pixels."""


class Seen(Protocol):
    """What can be kept: a `Coverage`, or the `SlicesSeen` of a volume."""

    def packed(self) -> str:
        """Return what has been seen as a short text, "" when nothing has."""
        ...

    def add(self, packed: str) -> bool:
        """Add what such a text has told."""
        ...


class Looked:
    """What has been seen of each image that has been on the screen, by SOP instance UID."""

    def __init__(self, store: Store, exam_id: str, reader: str) -> None:
        """Load what was seen in earlier stays [store]."""
        self._store, self._exam_id, self._reader = store, exam_id, reader
        self._kept = store.looked.of(exam_id, reader)
        self._live: dict[str, Seen] = {}

    def take_slices(self, sop_instance_uid: str, seen: Seen) -> None:
        """Add to a volume's slices which were seen before, and follow them from now on."""
        self.take(sop_instance_uid + _SLICES, seen)

    def take(self, sop_instance_uid: str, coverage: Seen) -> None:
        """Add to an image's coverage what was seen before, and follow it from now on."""
        before = self._live.get(sop_instance_uid)
        if before is coverage:
            return
        coverage.add(before.packed() if before is not None else self._kept.get(sop_instance_uid, ""))
        self._live[sop_instance_uid] = coverage

    @property
    def is_unsaved(self) -> bool:
        """True while more has been seen than is on disk."""
        return self._now() != self._kept

    def save(self, at: datetime) -> None:
        """Remember on disk what has been seen, if it is more than the last time [store]."""
        now = self._now()
        if now != self._kept:
            self._store.looked.save(self._exam_id, self._reader, now, at)
            self._kept = now

    def _now(self) -> dict[str, str]:
        # A copy first: images come on another thread while a draft is saved.
        live = {uid: coverage.packed() for uid, coverage in self._live.copy().items()}
        return self._kept | {uid: packed for uid, packed in live.items() if packed}
