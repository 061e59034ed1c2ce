"""One installation whose keeper of states is asked after each event, for tests."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from small_mammograms import ALL_VIEWS, write_exam

from klarsyn.cli.context import Context
from klarsyn.cli.states import state_keeper
from klarsyn.domain.exam_state import ExamState, Mover
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer
from klarsyn.intake.state_keeping import close_exam
from klarsyn.store.exam_closings import Closing

NORMAL = Impression(Assessment.NORMAL, Assessment.NORMAL)


class House:
    """One installation whose keeper is asked after each event."""

    def __init__(self, installation: Any, folder: Path) -> None:
        self.store, self.clock, self.settings = installation.store, installation.clock, installation.settings
        self.folder = folder
        self.context = Context(self.settings, self.store, self.clock)
        self.keeper = state_keeper(self.context)

    def bring(self, views=ALL_VIEWS, name: str = "", **changes: object) -> list[Path]:
        files = write_exam(self.folder / (name or "exam"), views=views, **changes)
        Importer(self.store, self.settings.folders, self.clock, workers=1).run([self.folder], read=True)
        return files

    @property
    def exam_id(self) -> str:
        return self.store.outcomes.by_accession(["A0"])[0][1]

    def state(self) -> ExamState:
        self.keeper.run()
        assert self.keeper.run() == 0
        return self.store.exam_moves.states([self.exam_id])[self.exam_id]

    def sign(self, reader: str, impression: Impression = NORMAL) -> Read:
        now, exam = self.clock.now(), self.store.exams.get(self.exam_id)
        uids = tuple(i.sop_instance_uid for i in exam.images)
        read = Read(
            str(uuid.uuid4()), self.exam_id, reader, ReadKind.FINAL, impression, now, now, covers=uids
        )
        self.store.reads.add(read)
        return read

    def fail_to_score(self) -> None:
        scorer = Scorer(self.store, self.settings, self.clock)
        self.store.results.add(scorer.score(self.store.exams.get(self.exam_id), engine="none such"))

    def say(self, kind: ExamState | None, reason: str = "moved", mover=Mover.ADMINISTRATOR) -> None:
        close_exam(self.store, Closing(self.exam_id, kind, "doris", mover, reason, self.clock.now()))

    def wait(self, minutes: float) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    def way(self) -> list[str]:
        return [kept.move.after.value for kept in self.store.exam_moves.of_exam(self.exam_id)]


@pytest.fixture
def house(installation: Any, tmp_path: Path) -> House:
    return House(installation, tmp_path / "in")
