"""What was seen at 1:1 stays when an exam is left, and belongs to the reader who saw it."""

from dataclasses import replace

import pytest

from klarsyn.domain.read import Assessment
from klarsyn.imaging.coverage import Coverage
from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.transform import ViewTransform
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.session import ReadingSession
from klarsyn.store.image_folder import ImageFolder

COLUMNS, ROWS = 190, 240


@pytest.fixture
def sit_down(installation, import_exams):
    """Open the one exam as a reader."""
    (exam_id,) = import_exams(1)
    folder = ImageFolder(installation.settings.folders.images)

    def _sit_down(reader: str = "reader-one") -> ReadingSession:
        policy = replace(load_policy("practice"))
        return ReadingDesk(installation.store, folder, policy, reader, installation.clock).open(exam_id)

    return _sit_down


def _shown(session: ReadingSession, *, rows: int = 0) -> Coverage:
    """The coverage of the first image once it has come to the screen, and so many rows were looked at."""
    coverage = Coverage(COLUMNS, ROWS)
    session.looked.take(session.exam.images[0].sop_instance_uid, coverage)
    coverage.look(ViewTransform(COLUMNS, ROWS, Flip(), 1.0, 1.0), (COLUMNS, rows))
    return coverage


def test_what_was_seen_before_an_exam_was_left_counts_when_it_is_opened_again(sit_down) -> None:
    session = sit_down()
    seen = _shown(session, rows=128)
    session.leave()
    assert 0 < seen.share < 1
    assert _shown(sit_down()).share == seen.share


def test_the_next_stay_adds_to_what_was_seen(sit_down) -> None:
    session = sit_down()
    _shown(session, rows=128)
    session.leave()
    again = sit_down()
    uid = again.exam.images[0].sop_instance_uid
    lower = Coverage(COLUMNS, ROWS)
    again.looked.take(uid, lower)
    lower.look(ViewTransform(COLUMNS, ROWS, Flip(), 1.0, 1.0, (0.0, -128.0)), (COLUMNS, ROWS - 128))
    assert lower.all_seen
    again.leave()
    assert _shown(sit_down()).all_seen


@pytest.mark.invariant(5)
def test_no_reader_is_given_what_another_has_seen(sit_down) -> None:
    session = sit_down("reader-two")
    _shown(session, rows=ROWS)
    session.leave()
    assert _shown(sit_down("reader-one")).share == 0


def test_an_image_that_is_shown_anew_in_one_stay_keeps_what_was_seen_of_it(sit_down) -> None:
    session = sit_down()
    seen = _shown(session, rows=128)
    assert _shown(session).share == seen.share


def test_what_is_on_disk_already_is_not_asked_to_be_saved_again(sit_down) -> None:
    session = sit_down()
    assert not session.looked.is_unsaved
    _shown(session, rows=128)
    assert session.looked.is_unsaved
    session.save_draft()
    assert not session.looked.is_unsaved


def test_a_signed_read_names_what_had_not_been_seen_and_the_next_opening_still_says_so(sit_down) -> None:
    session = sit_down()
    uids = tuple(image.sop_instance_uid for image in session.exam.images)
    for side in session.breasts:
        session.assess(side, Assessment.NORMAL)
    session.seen_in_part_now = uids[1:]
    assert session.sign().seen_in_part == uids[1:]
    session.leave()
    again = sit_down()
    assert again.seen_in_part == uids[1:]
    again.seen_in_part_now = uids[3:]
    assert again.finalise().seen_in_part == uids[3:]
    # What is said on the images is what the first impression rests on.
    assert again.seen_in_part == uids[1:]
