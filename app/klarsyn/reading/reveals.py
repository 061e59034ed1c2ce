"""What an engine said of one exam: loaded when a reader asks for it, each look at it logged (invariant 6)."""

from klarsyn.base.clock import Clock
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.placing import place
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Reveal
from klarsyn.reading.choosing import choices
from klarsyn.store.store import Store


class Reveals:
    """The log of one reader's looks at what an engine said of one exam. Every method touches disk [store]."""

    def __init__(self, store: Store, exam: Exam, reader: str, clock: Clock) -> None:
        """Load nothing."""
        self._store, self._exam, self._reader, self._clock = store, exam, reader, clock

    def load(self, policy: ReadingPolicy) -> tuple[AiResult, ...]:
        """Return the newest result of each source with its marks in place, the site's choice first."""
        choice = choices(self._store, [self._exam], policy)[self._exam.exam_id]
        return tuple(place(each, self._exam) for each in choice.ordered)

    def log(self, result: AiResult | None, *, shown: bool) -> None:
        """Log that the reader is shown a result, or that there is none, or that it is hidden again."""
        result_id = result.result_id if result is not None else None
        self._store.reads.add_reveal(
            Reveal(self._exam.exam_id, self._reader, result_id, shown, self._clock.now())
        )
