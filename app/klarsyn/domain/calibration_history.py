"""A calibration's history, event by event, and the state that follows from it. Nothing else is kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from klarsyn.domain.calibration_findings import FindingMap
from klarsyn.domain.calibration_key import CalibrationKey
from klarsyn.domain.calibration_sample import TIE_LIMIT
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.drift import Comparison


class EventKind(StrEnum):
    """What can happen to a calibration."""

    COMPLETED = "sample complete"
    FROZEN = "frozen"
    COMPARED = "compared"
    SIGNED = "signed"
    RELEASED = "released"
    FINDINGS = "finding scores fitted"


class Basis(StrEnum):
    """Which sample scores after a release."""

    KEPT = "the sample from before, which the comparison found alike"
    OWN = "a new sample, whole and of its own"


@dataclass(frozen=True, slots=True)
class SampleRef:
    """Which exams a sample is: the `count` that a calibration took in its rows `first` to `last`."""

    calibration_id: str
    first: int
    last: int
    count: int
    sha256: str
    tie_mass: float

    @property
    def heavy(self) -> bool:
        """True when one value holds too much of it."""
        return self.tie_mass > TIE_LIMIT


@dataclass(frozen=True, slots=True)
class CalibrationEvent:
    """One row of the history; `number` rises with time and is given by the store.

    Of a completion and a release `sample` is the sample that scores from then on. A comparison has its
    `comparison`, the sample that it took as `sample` and what could become the new one as `candidate`. A
    signature and a release name in `of` the comparison that they are about. A freeze has in `after_row` the
    last exam that was taken before it.
    """

    kind: EventKind
    at: datetime
    by: str
    reason: str = ""
    sample: SampleRef | None = None
    candidate: SampleRef | None = None
    comparison: Comparison | None = None
    of: int | None = None
    basis: Basis | None = None
    findings: FindingMap | None = None
    after_row: int = 0
    number: int = 0


@dataclass(frozen=True, slots=True)
class CalibrationRecord:
    """One calibration of the site with all that is known of it; `begun_at` is None until its first exam.

    `reference` is what the calibration in force before it scored by, where a version has replaced
    another: until two have signed, such a calibration is frozen from its first exam on. `taken` counts the
    exams of the sample, `left_out` by reason those that could not be; `factory` says whether the engine's
    maker delivers a calibration.
    """

    calibration_id: str
    key: CalibrationKey
    begun_at: datetime | None
    reference: SampleRef | None = None
    events: tuple[CalibrationEvent, ...] = ()
    taken: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    factory: bool = True

    def newest(self, *kinds: EventKind) -> CalibrationEvent | None:
        """Return the newest event of these kinds."""
        return max((e for e in self.events if e.kind in kinds), key=lambda e: e.number, default=None)

    @property
    def frozen_by(self) -> CalibrationEvent | None:
        """The event that stopped single reading and that no release has answered."""
        last = self.newest(EventKind.FROZEN, EventKind.RELEASED)
        return last if last is not None and last.kind is EventKind.FROZEN else None

    @property
    def sample(self) -> SampleRef | None:
        """The sample that scores by: the last released, else the first complete one, else the reference."""
        event = self.newest(EventKind.RELEASED)
        if event is None and self.reference is None:
            event = self.newest(EventKind.COMPLETED)
        return event.sample if event is not None else self.reference

    @property
    def state(self) -> CalibrationState:
        """The state now."""
        released = self.newest(EventKind.RELEASED)
        if self.frozen_by is not None or (self.reference is not None and released is None):
            return CalibrationState.FROZEN
        if self.sample is not None:
            return CalibrationState.INVALID if self.sample.heavy else CalibrationState.VALID
        if self.taken:
            return CalibrationState.COLLECTING
        return CalibrationState.PROVISIONAL if self.factory else CalibrationState.NONE

    @property
    def is_sound(self) -> bool:
        """True when it has a sample that a later version can be compared with."""
        released = self.newest(EventKind.RELEASED)
        own = self.reference is None or released is not None
        return own and self.sample is not None and not self.sample.heavy

    @property
    def recent_after(self) -> int:
        """Exams in rows after this are what a comparison looks at: those since the version, the freeze, or
        the sample."""
        if self.frozen_by is not None:
            return self.frozen_by.after_row
        own = self.sample is not None and self.sample.calibration_id == self.calibration_id
        return self.sample.last if own and self.sample is not None else 0
