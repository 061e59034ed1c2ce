"""What an engine said of one exam: loaded when a reader asks for it, each look at it logged (invariant 6)."""

from klarsyn.base.clock import Clock
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.placing import place
from klarsyn.domain.read import Reveal
from klarsyn.domain.release import as_it_stands
from klarsyn.store.store import Store


class Reveals:
    """The log of one reader's looks at what an engine said of one exam. Every method touches disk [store]."""

    def __init__(self, store: Store, exam: Exam, reader: str, clock: Clock) -> None:
        """Load nothing."""
        self._store, self._exam, self._reader, self._clock = store, exam, reader, clock

    def load(self) -> AiResult | None:
        """Return the latest result with its marks in place; None when no engine has processed the exam."""
        found = self._store.results.latest([self._exam.exam_id]).get(self._exam.exam_id)
        if found is None:
            return None
        return place(as_it_stands(found, self._store.calibrations.in_force()), self._exam)

    def log(self, result: AiResult | None, *, shown: bool) -> None:
        """Log that the reader is shown a result, or that there is none, or that it is hidden again."""
        result_id = result.result_id if result is not None else None
        self._store.reads.add_reveal(
            Reveal(self._exam.exam_id, self._reader, result_id, shown, self._clock.now())
        )
