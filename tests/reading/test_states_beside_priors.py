"""Presentation states about priors: earlier than those about the exam that is read, and never instead."""

from copy import deepcopy
from datetime import timedelta

import pytest
from others_files import state_file
from pydicom import dcmread
from shelf_helpers import finish, labels, sign

from klarsyn.domain.annotation import Annotation, AnnotationKind


def test_a_state_about_a_prior_is_offered_after_the_first_impression(two_exams, tmp_path):
    session, shelf = two_exams(lambda _, then: state_file(tmp_path / "incoming" / "state.dcm", then))
    sign(session)
    assert "CAD_MARKS" in labels(shelf)


@pytest.mark.invariant(5)
def test_reads_are_blind_a_state_about_a_prior_and_the_exam_that_is_read_waits_as_one_of_the_latter(
    two_exams, tmp_path, installation
):
    def about_both(now, then):
        ds = dcmread(state_file(tmp_path / "incoming" / "state.dcm", then))
        item, image = ds.ReferencedSeriesSequence[0], dcmread(now, stop_before_pixels=True)
        other = deepcopy(item)
        other.SeriesInstanceUID = image.SeriesInstanceUID
        other.ReferencedImageSequence[0].ReferencedSOPInstanceUID = image.SOPInstanceUID
        ds.ReferencedSeriesSequence.append(other)
        ds.save_as(tmp_path / "incoming" / "state.dcm")

    session, shelf = two_exams(about_both)
    sign(session)
    assert "CAD_MARKS" not in labels(shelf)
    session.finalise()
    installation.clock.advance(timedelta(seconds=11))
    assert "CAD_MARKS" in labels(shelf)


def test_what_a_reader_drew_on_a_prior_is_offered_when_the_exam_is_opened_again(
    two_exams, open_session, installation
):
    session, _ = two_exams()
    uid = session.priors[0].images[0].sop_instance_uid
    line = Annotation("a", uid, AnnotationKind.LENGTH, ((1.0, 2.0), (30.0, 2.0)))
    session.drawings.change(lambda history: history.added(line))
    finish(session, installation.clock)
    _, shelf = open_session()
    on_the_prior = [o for o in shelf.offered() if o.facts.about == (uid,)]
    assert [o.own for o in on_the_prior] == [True, True]
    assert [bool(shelf.take(o).state.drawn_on(uid)) for o in on_the_prior] == [True, True]


@pytest.mark.invariant(5)
def test_reads_are_blind_what_another_reader_drew_on_a_prior_waits_for_both_final_reads(
    two_exams, open_session, installation
):
    theirs, _ = two_exams(reader="reader-two")
    uid = theirs.priors[0].images[0].sop_instance_uid
    line = Annotation("a", uid, AnnotationKind.LENGTH, ((1.0, 2.0), (30.0, 2.0)))
    theirs.drawings.change(lambda history: history.added(line))
    finish(theirs, installation.clock)
    session, shelf = open_session()
    sign(session)
    assert all(o.own for o in shelf.offered())
    session.finalise()
    installation.clock.advance(timedelta(seconds=11))
    found = [o.facts.description for o in shelf.offered() if not o.own and o.facts.about == (uid,)]
    assert found == ["Klarsyn, final"]
