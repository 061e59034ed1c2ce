"""Two readers at two desks of one store, and what each is told."""

from datetime import timedelta

import pytest
from claimed_exams import add_exams, let_time_pass

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Assessment
from klarsyn.reading.claiming import BEATS, ClaimDesk, ExamTaken
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.session import ReadingError, ReadingSession
from klarsyn.store.access_keys import AccessKeys, KeyUnusable
from klarsyn.store.claims import LEASE
from klarsyn.store.image_folder import ImageFolder

SINGLE = ReadingPolicy("single", "Single below 5", single_read_below=5, letter_days=0)
"""Without a result every exam needs two readers; with a score of 1 from `score_one`, one."""


def desk_of(installation, reader: str, policy: ReadingPolicy = SINGLE) -> ReadingDesk:
    images = ImageFolder(installation.settings.folders.images)
    return ReadingDesk(installation.store, images, policy, reader, installation.clock)


@pytest.fixture
def exam_ids(installation) -> list[str]:
    add_exams(installation.store, ["a", "b", "c"])
    return ["a", "b", "c"]


def score_one(installation, exam_id: str) -> None:
    """A valid, clinical score of 1: this exam needs one reader."""
    exam = installation.store.exams.get(exam_id)
    uids = tuple(image.sop_instance_uid for image in exam.images)
    made = Provenance(
        "Engine", "Vendor", "1.0", "00", IntendedUse.CLINICAL, "", 1, uids, installation.clock.now(),
        calibration_state=CalibrationState.VALID,
    )  # fmt: skip
    score = ExamScore(1, 0.01, 1.0, provisional=False)
    installation.store.results.add(AiResult(f"r-{exam_id}", exam_id, ResultStatus.SCORED, made, score))


@pytest.fixture
def scored(installation, exam_ids: list[str]) -> list[str]:
    for exam_id in exam_ids:
        score_one(installation, exam_id)
    return exam_ids


def finish(session: ReadingSession) -> None:
    for side in Laterality.RIGHT, Laterality.LEFT:
        session.assess(side, Assessment.NORMAL)
    session.sign()
    session.finalise()


def test_an_exam_that_another_reads_is_refused_in_a_sentence_that_names_nobody(installation, scored) -> None:
    desk_of(installation, "one").open(scored[0])
    with pytest.raises(ExamTaken) as refused:
        desk_of(installation, "two").open(scored[0])
    assert str(refused.value) == "This exam is being read; the next one opens."
    assert isinstance(refused.value, ReadingError)


def test_the_next_one_opens_and_says_so(installation, scored) -> None:
    desk_of(installation, "one").open(scored[0])
    session = desk_of(installation, "two").open_or_next(scored[0])
    assert session is not None
    assert session.exam.exam_id in scored[1:]
    assert "being read" in session.told
    assert desk_of(installation, "three").open_or_next(scored[2]).told in ("", session.told)


@pytest.mark.invariant(5)
def test_reads_are_blind_an_exam_for_two_is_opened_by_both_at_once_without_a_word(
    installation, exam_ids
) -> None:
    one, two = desk_of(installation, "one"), desk_of(installation, "two")
    rows = two.queue()
    one.open(exam_ids[0])
    assert two.queue() == rows
    assert two.open(exam_ids[0]).told == ""


def test_three_readers_get_three_exams(installation, scored) -> None:
    opened = [desk_of(installation, name).open_next() for name in ("one", "two", "three")]
    assert sorted(session.exam.exam_id for session in opened) == sorted(scored)
    assert desk_of(installation, "four").open_next() is None


@pytest.mark.invariant(6)
def test_first_the_eye_so_no_gap_in_the_numbers_shows_that_others_are_at_an_exam(
    installation, scored
) -> None:
    two = desk_of(installation, "two")
    first = two.queue()[0].exam_id
    desk_of(installation, "one").open(first)
    rows = two.queue()
    assert first not in [row.exam_id for row in rows]
    assert [row.position for row in rows] == [1, 2]


def test_an_exam_that_is_left_comes_back_to_its_place(installation, scored) -> None:
    two = desk_of(installation, "two")
    before = two.queue()
    session = desk_of(installation, "one").open(before[1].exam_id)
    assert len(two.queue()) == 2
    session.leave()
    assert two.queue() == before


def test_an_exam_that_was_left_is_not_claimed_again_by_the_pulse_of_the_desk(installation, scored) -> None:
    desk = desk_of(installation, "one")
    desk.open(scored[0]).leave()
    desk.state()
    assert installation.store.claims.holders() == {}


def test_signing_lets_the_exam_go_and_nobody_gets_it_while_it_can_be_taken_back(installation, scored) -> None:
    finish(desk_of(installation, "one").open(scored[0]))
    assert installation.store.claims.holders() == {}
    two = desk_of(installation, "two")
    assert scored[0] not in [row.exam_id for row in two.queue()]
    with pytest.raises(ExamTaken):
        two.open(scored[0])


def test_who_takes_a_read_back_has_the_exam_again(installation, scored) -> None:
    one = desk_of(installation, "one")
    session = one.open(scored[0])
    finish(session)
    following = one.open(scored[1])
    session.withdraw()
    following.leave()
    assert installation.store.claims.of("one") == scored[0]
    with pytest.raises(ExamTaken):
        desk_of(installation, "two").open(scored[0])


def test_an_exam_that_the_reader_has_read_can_be_looked_at_and_is_not_claimed(installation, exam_ids) -> None:
    one = desk_of(installation, "one")
    finish(one.open(exam_ids[0]))
    assert one.open(exam_ids[0]).final is not None
    assert installation.store.claims.holders() == {}


def test_a_dead_workstation_gives_its_exam_back(installation, scored) -> None:
    desk_of(installation, "one").open(scored[0])
    let_time_pass(installation.store, "one", LEASE + timedelta(minutes=1))
    assert desk_of(installation, "two").open(scored[0]).exam.exam_id == scored[0]


def test_a_workstation_that_starts_again_has_its_exam_again(installation, scored) -> None:
    desk_of(installation, "one").open(scored[0])
    resumed = desk_of(installation, "one").resume()
    assert resumed is not None
    assert resumed.exam.exam_id == scored[0]


def test_a_restart_after_another_took_the_exam_opens_the_next_and_says_so(installation, scored) -> None:
    desk_of(installation, "one").open(scored[0])
    let_time_pass(installation.store, "one", LEASE + timedelta(minutes=1))
    desk_of(installation, "two").open(scored[0])
    resumed = desk_of(installation, "one").resume()
    assert resumed is not None
    assert resumed.exam.exam_id != scored[0]
    assert "being read" in resumed.told


class Pulse:
    """A claim whose workstation's seconds are turned by hand."""

    def __init__(self, installation, exam_id: str) -> None:
        self.store, self.at = installation.store, 0.0
        self.claims = ClaimDesk(self.store, SINGLE, "one", installation.clock, seconds=lambda: self.at)
        self.claims.take(self.store.exams.get(exam_id))

    def beat(self, passed: timedelta) -> None:
        let_time_pass(self.store, "one", passed)
        self.at += passed.total_seconds()
        self.claims.keep()


def test_a_claim_lives_as_long_as_the_desk_is_asked(installation, scored) -> None:
    pulse = Pulse(installation, scored[0])
    for _ in range(4):
        pulse.beat(LEASE - timedelta(minutes=1))
    assert installation.store.claims.of("one") == scored[0]


def test_between_beats_nothing_is_written(installation, scored) -> None:
    pulse = Pulse(installation, scored[0])
    let_time_pass(installation.store, "one", LEASE - timedelta(minutes=1))
    pulse.at += LEASE.total_seconds() / BEATS - 1
    pulse.claims.keep()
    let_time_pass(installation.store, "one", timedelta(minutes=2))
    assert installation.store.claims.of("one") is None


def test_a_workstation_that_slept_claims_its_exam_anew(installation, scored) -> None:
    pulse = Pulse(installation, scored[0])
    pulse.beat(LEASE + timedelta(minutes=5))
    assert installation.store.claims.of("one") == scored[0]


def test_a_read_that_was_begun_can_be_signed_though_another_has_the_exam_by_now(installation, scored) -> None:
    one = desk_of(installation, "one")
    session = one.open(scored[0])
    let_time_pass(installation.store, "one", LEASE + timedelta(minutes=5))
    desk_of(installation, "two").open(scored[0])
    one.state()
    finish(session)
    assert session.final is not None


def test_an_opening_that_cannot_be_logged_claims_nothing(installation, scored, tmp_path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "access-log.key").write_text("no key")
    installation.store.access_log.seat("one", "room 4", AccessKeys(folder))
    with pytest.raises(KeyUnusable):
        desk_of(installation, "one").open(scored[0])
    assert installation.store.claims.of("one") is None
