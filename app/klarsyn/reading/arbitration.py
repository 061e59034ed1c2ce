"""The arbiters' desk: which exams wait for arbitration, and the way into each.

An exam comes here when all reads that its policy asks for are in force, and not before (invariant 5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from klarsyn.base.clock import Clock
from klarsyn.domain.decision import DecisionRules, Stage
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.release import person
from klarsyn.reading.arbitration_session import ArbitrationSession
from klarsyn.reading.deciding import Judged, judge
from klarsyn.reading.refusal import ReadingError
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class ArbitrationRow:
    """An exam that waits. `read_by_me`: this arbiter decides it in consensus with the other reader only."""

    exam_id: str
    accession_number: str
    study_date: date | None
    exam_type: str
    days_waiting: int
    read_by_me: bool


class ArbitrationDesk:
    """One arbiter at one store. Every method touches the database; windows call it off their own thread."""

    def __init__(
        self,
        store: Store,
        policy: ReadingPolicy,
        account: str,
        clock: Clock,
        may_arbitrate: Callable[[str], bool],
        rules: DecisionRules | None = None,
    ) -> None:
        """Seat `account`; `may_arbitrate` says of an account whether it has the role of an arbiter."""
        self._store, self._policy, self._clock = store, policy, clock
        self._may_arbitrate, self._rules = may_arbitrate, rules or DecisionRules()
        self.account = account

    def waiting(self) -> tuple[ArbitrationRow, ...]:
        """Return the exams that wait for arbitration, those that wait longest first.

        Raises
        ------
        ReadingError
            If this account is no arbiter's.
        """
        self._refuse_others()
        found = self._judge(self._store.decisions.undecided())
        rows = [self._row(each) for each in found if each.verdict.stage is Stage.ARBITRATION]
        return tuple(sorted(rows, key=lambda row: (-row.days_waiting, row.exam_id)))

    def open(self, exam_id: str) -> ArbitrationSession:
        """Open an exam that waits, or one that is decided, to correct the decision.

        Raises
        ------
        ReadingError
            If this account is no arbiter's, or the exam waits for reads.
        """
        self._refuse_others()
        judged = next(iter(self._judge([exam_id])), None)
        if judged is None or judged.verdict.stage not in (Stage.ARBITRATION, Stage.DECIDED):
            # The same words whatever is missing: how many reads there are is no arbiter's to know.
            raise ReadingError("This exam does not wait for arbitration. Refresh the list.")
        return ArbitrationSession(
            self._store, judged, self._policy, self._rules, self.account, self._clock, self._may_arbitrate
        )

    def _judge(self, exam_ids: list[str]) -> list[Judged]:
        return judge(self._store, exam_ids, self._policy, self._rules, self._clock.now())

    def _refuse_others(self) -> None:
        if not self._may_arbitrate(self.account):
            raise ReadingError(
                "Your account may not arbitrate. An administrator gives the role of an arbiter."
            )

    def _row(self, judged: Judged) -> ArbitrationRow:
        exam, today = judged.exam, self._clock.now().date()
        since = max(filter(None, (exam.study_date, exam.arrived_at.date())))
        return ArbitrationRow(
            exam.exam_id,
            exam.accession_number,
            exam.study_date,
            exam.exam_type.value,
            max((today - since).days, 0),
            person(self.account) in {person(reader) for reader in judged.verdict.readers},
        )
