"""What an engine said of one exam: loaded when a reader asks for it, each look at it logged (invariant 6)."""

from klarsyn.base.clock import Clock
from klarsyn.domain.access import Access
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.placing import place
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Reveal
from klarsyn.reading.choosing import choices
from klarsyn.reading.requirements import Requirements, requirements, versions
from klarsyn.store.store import Store


class Reveals:
    """The log of one reader's looks at what an engine said of one exam. Every method touches disk [store]."""

    def __init__(self, store: Store, exam: Exam, reader: str, clock: Clock) -> None:
        """Load nothing."""
        self._store, self._exam, self._reader, self._clock = store, exam, reader, clock
        self.ordering = ""
        """The result_id of what ordered the queue when it was loaded; "" where nothing did."""
        self.readers = 0
        """How many readers the exam gets by the site's choice, whichever result is shown; 0 before a load.

        Without the audit draw, which is for nobody who reads."""

    def load(self, policy: ReadingPolicy) -> tuple[AiResult, ...]:
        """Return the results that count with their marks in place, the site's choice first."""
        choice = choices(self._store, [self._exam], policy)[self._exam.exam_id]
        self.ordering = choice.result.result_id if choice.result is not None else ""
        self.readers = self._asked(policy).told(self._exam, choice).count
        return tuple(place(each, self._exam) for each in choice.ordered)

    def _asked(self, policy: ReadingPolicy) -> Requirements:
        if self._store.reader_view.account.is_blind:
            # What became of her earlier exams is hidden from such an account.
            return Requirements(versions(self._store, policy), {})
        return requirements(self._store, [self._exam], policy, self._clock.now())

    def log(self, result: AiResult | None, *, shown: bool) -> None:
        """Log that the reader is shown a result, or that there is none, or that it is hidden again."""
        result_id = result.result_id if result is not None else None
        if shown and result is not None:
            self._store.access_log.note(Access.REVEALED, [self._exam])
        self._store.reads.add_reveal(
            Reveal(self._exam.exam_id, self._reader, result_id, shown, self._clock.now())
        )
