"""Letters of a day's batch: which there are, and their way into a file, each once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.domain.access import Access
from klarsyn.domain.decision import Decision
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.reading.deciding import decide, standing_decisions
from klarsyn.reading.letter import Letter
from klarsyn.reading.letter_export import LetterError, LetterFolder, finish_exports, write_export
from klarsyn.reading.letter_files import NotWritable, csv_file, hl7_file
from klarsyn.reading.letter_template import LetterTemplate
from klarsyn.store.letters import LetterExport
from klarsyn.store.store import Store

_log = get_logger(__name__)


class LetterFormat(StrEnum):
    """What a file of letters is."""

    CSV = "csv"
    HL7 = "hl7"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file of letters that was written, and sentences that whoever exports must read."""

    path: Path
    count: int
    told: tuple[str, ...]


class LetterDesk:
    """Letters of one store. Every method touches the database."""

    def __init__(
        self, store: Store, policy: ReadingPolicy, template: LetterTemplate, clock: Clock, by: str
    ) -> None:
        """Export as `by`."""
        self._store, self._policy, self._template = store, policy, template
        self._clock, self._by = clock, by

    def has_left(self, batch: date) -> bool:
        """True from the moment at which a batch may leave."""
        return self._template.rules.batch.leaves(batch) <= self._clock.now()

    def waiting(self, batch: date) -> tuple[Letter, ...]:
        """Return the letters that leave with a batch and have not; nothing before its time.

        Letters that should have left with an earlier batch are among them.

        Raises
        ------
        LetterError
            Before the batch's time: who is decided early is nobody's to see.
        """
        self._refuse_early(batch)
        self.decide()
        return self._letters(self._store.decisions.unsent(batch))

    def decide(self) -> int:
        """Write down what follows from the reads in force; return how many decisions were new."""
        return len(decide(self._store, self._policy, self._template.rules, self._clock.now()))

    def exports(self, batch: date) -> list[LetterExport]:
        """Return the files in which letters of a batch have left."""
        return self._store.letters.of_batch(batch)

    def export(self, batch: date, kind: LetterFormat, folder: Path, again: str | None = None) -> Exported:
        """Write the letters of a batch that have not left, or with the reason `again` those that have.

        Raises
        ------
        LetterError
            Before the batch's time, without letters, with an empty reason, or if the file cannot be written.
        """
        if again is not None and not again.strip():
            raise LetterError("Letters leave once more only for a reason. Give it with --again.")
        told = finish_exports(self._store.letters, self._clock.now())
        try:
            letters = self.waiting(batch) if again is None else self._again(batch)
            if not letters:
                raise LetterError(self._nothing(batch, again))
            exams = [letter.exam for letter in letters]
            self._store.access_log.note(Access.EXPORTED, exams, f"letters of {batch}, {kind.value}")
            return self._written(batch, kind, folder, letters, (again or "").strip(), told)
        except LetterError as error:
            raise LetterError(" ".join([*told, str(error)])) from error

    def _written(
        self,
        batch: date,
        kind: LetterFormat,
        folder: Path,
        letters: Sequence[Letter],
        again: str,
        told: Sequence[str],
    ) -> Exported:
        now = self._clock.now()
        try:
            content = (
                csv_file(letters, self._template.csv)
                if kind is LetterFormat.CSV
                else hl7_file(letters, self._template.hl7, now)
            )
        except NotWritable as error:
            raise LetterError(str(error)) from error
        export_id = str(uuid.uuid4())
        export = LetterExport(
            export_id,
            batch,
            kind.value,
            LetterFolder(folder).named,
            f"letters-{batch.isoformat()}-{export_id[:8]}.{kind.value}",
            sha256(content).hexdigest(),
            self._by,
            now,
            tuple(letter.decision.decision_id for letter in letters),
            again,
        )
        path = write_export(self._store.letters, export, content, folder)
        _log.info("letters exported", count=len(letters), again=bool(again))
        return Exported(path, len(letters), tuple(told))

    def _again(self, batch: date) -> tuple[Letter, ...]:
        """Return the letters that have left with a batch and still say what is so."""
        self._refuse_early(batch)
        ids = {each for export in self.exports(batch) for each in export.decisions}
        left = self._store.decisions.many(ids)
        newest = self._store.decisions.newest([each.exam_id for each in left])
        return self._letters([each for each in left if newest[each.exam_id] == each])

    def _letters(self, decisions: Sequence[Decision]) -> tuple[Letter, ...]:
        # Looked at again on the way out: no letter leaves on a read that has been taken back, or on
        # images that are not all.
        rules, now = self._template.rules, self._clock.now()
        standing = standing_decisions(self._store, decisions, self._policy, rules, now)
        exams = {e.exam_id: e for e in self._store.exams.many([d.exam_id for d in standing])}
        letters = [Letter(d, exams[d.exam_id], self._corrects(d)) for d in standing]
        return tuple(sorted(letters, key=lambda letter: letter.place))

    def _corrects(self, decision: Decision) -> bool:
        if decision.supersedes is None:
            return False
        before = [
            each.decision_id
            for each in self._store.decisions.history(decision.exam_id)
            if each.decision_id != decision.decision_id
        ]
        return bool(self._store.letters.sent(before))

    def _refuse_early(self, batch: date) -> None:
        if not self.has_left(batch):
            leaves = self._template.rules.batch
            raise LetterError(
                f"The letters of {batch} leave at {leaves.at:%H:%M} ({leaves.zone}), all together, so that "
                "nobody sees which were decided early. Give the command again then."
            )

    def _nothing(self, batch: date, again: str | None) -> str:
        before = self.exports(batch)
        if not before:
            return f"No letter waits to leave with the batch of {batch}, and none has left."
        if again is not None:
            return f"No letter that has left with the batch of {batch} still says what is so."
        last = before[-1]
        return (
            f"The letters of {batch} have left: {len(last.decisions)} by {last.by} on "
            f"{last.at:%Y-%m-%d %H:%M} UTC in {last.file_name}. To export them once more, give --again with "
            "the reason."
        )
