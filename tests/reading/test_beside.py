"""A round later: what was read in Klarsyn hangs beside the next exam, once nobody has to read it any more."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from others_files import state_file
from shelf_helpers import finish, sign
from small_mammograms import mammogram, write_exam
from window_helpers import make_result

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.finding import IntendedUse
from klarsyn.domain.policy import AiRole, StatesPolicy
from klarsyn.intake.importer import Importer
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.session import ReadingSession
from klarsyn.reading.waiting import full_queue
from klarsyn.store.image_folder import ImageFolder

HER = {"PatientName": "Testsson^Anna", "PatientID": "1958-TEST", "PatientBirthDate": "19580312"}
FIRST, SECOND = "20260102", "20271203"
"""The clock of the tests begins on 2026-01-05; the second study comes 700 days later."""


class Rounds:
    """Two rounds of screening of one woman, at one installation."""

    def __init__(self, installation, folder: Path) -> None:
        self.installation, self.folder, self._number = installation, folder, 0
        self.store, self.clock = installation.store, installation.clock

    def take_in(self, day: str, **changes: object) -> str:
        """Import a study and return its exam's id."""
        self._number += 1
        known = {exam.exam_id for exam in self.store.exams.many()}
        write_exam(
            self.folder / f"study-{self._number}", self._number, **{**HER, "StudyDate": day, **changes}
        )
        self.bring(f"study-{self._number}")
        return next(e.exam_id for e in self.store.exams.many() if e.exam_id not in known)

    def bring(self, name: str) -> None:
        """Import a folder."""
        folders = self.installation.settings.folders
        Importer(self.store, folders, self.clock, workers=1).run([self.folder / name])

    def desk(self, reader: str = "reader-one", **policy: object) -> ReadingDesk:
        """Seat a reader."""
        images = ImageFolder(self.installation.settings.folders.images)
        chosen = replace(load_policy("practice"), **policy)
        return ReadingDesk(self.store, images, chosen, reader, self.clock)

    def open(self, exam_id: str, reader: str = "reader-one", **policy: object) -> ReadingSession:
        """Let a reader open an exam."""
        return self.desk(reader, **policy).open(exam_id)

    def read(self, exam_id: str, *readers: str) -> None:
        """Let readers finish an exam, one after the other."""
        for reader in readers or ("reader-one", "reader-two"):
            finish(self.open(exam_id, reader), self.clock)

    def priors(self, exam_id: str, **policy: object) -> list[str]:
        """What hangs beside an exam."""
        return [prior.exam_id for prior in self.open(exam_id, **policy).priors]


@pytest.fixture
def rounds(installation, tmp_path: Path) -> Rounds:
    return Rounds(installation, tmp_path / "rounds")


def test_an_exam_that_was_read_hangs_as_the_prior_of_the_next_round_and_waits_for_nobody(
    rounds: Rounds,
) -> None:
    first = rounds.take_in(FIRST)
    rounds.read(first)
    rounds.clock.advance(timedelta(days=700))
    second = rounds.take_in(SECOND)
    session = rounds.open(second)
    assert session.priors == (rounds.store.exams.get(first),)
    assert [f"{day:%Y%m%d}" for day in session.prior_dates] == [FIRST]
    policy, now = load_policy("practice"), rounds.clock.now()
    for reader in ("reader-one", "reader-two", "reader-three"):
        waiting = full_queue(rounds.store, policy, reader=reader, now=now)
        assert [row.exam.exam_id for row in waiting] == [second]


def test_its_images_are_decoded_ahead_and_given_to_the_window(rounds: Rounds) -> None:
    first = rounds.take_in(FIRST)
    rounds.read(first)
    second = rounds.take_in(SECOND)
    both = {
        image.sop_instance_uid for each in (first, second) for image in rounds.store.exams.get(each).images
    }
    desk = rounds.desk()
    assert {each.image.sop_instance_uid for each in desk.images_ahead([second])} == both
    given = desk.images_of_session(desk.open(second))
    assert {each.image.sop_instance_uid for each in given} == both


@pytest.mark.invariant(5)
@pytest.mark.parametrize("reads", ["none", "one", "two of which one can be taken back", "one twice over"])
def test_reads_are_blind_an_exam_that_somebody_still_has_to_read_hangs_beside_nothing(
    rounds: Rounds, reads: str
) -> None:
    first, second = rounds.take_in(FIRST), rounds.take_in(SECOND)
    if reads != "none":
        rounds.read(first, "reader-one")
    if reads.startswith("two"):
        session = rounds.open(first, "reader-two")
        sign(session)
        session.finalise()
    if reads.endswith("over"):
        # The same reader once more, over an image that came since: still nobody else.
        late = mammogram("R", "CC", 1, **{**HER, "StudyDate": FIRST, "SOPInstanceUID": "2.25.779"})
        late.save_as(_folder(rounds, "late") / "late.dcm", enforce_file_format=True)
        rounds.bring("late")
        rounds.read(first, "reader-one")
    assert rounds.priors(second) == []


@pytest.mark.invariant(5)
def test_reads_are_blind_an_image_that_comes_after_the_reads_takes_the_exam_down_until_it_is_read(
    rounds: Rounds,
) -> None:
    first, second = rounds.take_in(FIRST), rounds.take_in(SECOND)
    rounds.read(first)
    assert rounds.priors(second) == [first]
    late = mammogram("R", "CC", 1, **{**HER, "StudyDate": FIRST, "SOPInstanceUID": "2.25.779"})
    late.save_as(_folder(rounds, "late") / "late.dcm", enforce_file_format=True)
    rounds.clock.advance(timedelta(minutes=1))
    rounds.bring("late")
    assert rounds.priors(second) == []
    rounds.read(first)
    assert rounds.priors(second) == [first]


def test_where_the_policy_asks_for_one_reader_one_final_read_is_the_end(rounds: Rounds) -> None:
    first, second = rounds.take_in(FIRST), rounds.take_in(SECOND)
    rounds.read(first, "reader-one")
    result = make_result(rounds.store.exams.get(first), moment=rounds.clock.now())
    clinical = replace(
        result.provenance, intended_use=IntendedUse.CLINICAL, calibration_state=CalibrationState.VALID
    )
    score = replace(result.score, value=2, provisional=False)
    rounds.store.results.add(replace(result, provenance=clinical, score=score))
    role = AiRole.SINGLE_READING
    assert rounds.priors(second, single_read_below=5, ai_role=role) == [first]
    assert rounds.priors(second, single_read_below=2, ai_role=role) == []
    assert rounds.priors(second) == []


@pytest.mark.parametrize("changes", [{"PatientID": "1959-TEST"}, {"PatientBirthDate": "19580313"}])
def test_an_exam_of_another_woman_hangs_beside_nothing(rounds: Rounds, changes: dict) -> None:
    first = rounds.take_in(FIRST, **changes)
    rounds.read(first)
    assert rounds.priors(rounds.take_in(SECOND)) == []


def test_nothing_hangs_beside_an_exam_that_is_no_older(rounds: Rounds) -> None:
    first, second = rounds.take_in(FIRST), rounds.take_in(SECOND)
    rounds.read(second)
    assert rounds.priors(first) == []
    same_day = rounds.take_in(SECOND)
    assert rounds.priors(same_day) == []


def test_what_was_read_here_and_what_came_as_a_prior_hang_together_newest_first(rounds: Rounds) -> None:
    archived, first, second = rounds.take_in("20231220"), rounds.take_in(FIRST), rounds.take_in(SECOND)
    assert rounds.priors(second) == [archived]
    rounds.read(first)
    assert rounds.priors(second) == [first, archived]


@pytest.mark.invariant(5)
def test_reads_are_blind_what_was_drawn_on_a_prior_elsewhere_waits_for_the_final_read_of_this_exam(
    rounds: Rounds,
) -> None:
    first, second = rounds.take_in(FIRST), rounds.take_in(SECOND)
    rounds.read(first)
    image = next((rounds.folder / "study-1").iterdir())
    # Another workstation's read: whether it is of the first round or of this one, nobody here knows.
    state_file(_folder(rounds, "state") / "state.dcm", image, label="READ", creator="elsewhere")
    rounds.bring("state")
    desk = rounds.desk(others_drawings=StatesPolicy.OVERLAYS_AND_PRIORS_AFTER_FIRST_IMPRESSION)
    session = desk.open(second)
    shelf = desk.shelf(session)
    sign(session)
    assert _from_elsewhere(shelf) == []
    session.finalise()
    assert _from_elsewhere(shelf) == []
    rounds.clock.advance(timedelta(seconds=11))
    assert _from_elsewhere(shelf) == ["elsewhere"]


def _from_elsewhere(shelf) -> list[str]:
    return [o.facts.creator for o in shelf.offered() if o.facts.creator == "elsewhere"]


def _folder(rounds: Rounds, name: str) -> Path:
    made = rounds.folder / name
    made.mkdir()
    return made
