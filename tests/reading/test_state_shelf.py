"""Presentation states and overlays of others: when they may be seen, and that it is written down."""

from datetime import timedelta

import pytest
from others_files import add_overlay, state_file
from pydicom import dcmread
from shelf_helpers import finish, labels, sign
from small_mammograms import write_exam

from klarsyn.domain.policy import StatesPolicy
from klarsyn.reading.session import ReadingError
from klarsyn.reading.state_shelf import WAITING


@pytest.mark.invariant(6)
def test_first_the_eye_no_state_of_others_is_offered_before_the_first_impression(
    files, bring, open_session, tmp_path
):
    state_file(tmp_path / "incoming" / "state.dcm", files[0])
    bring()
    session, shelf = open_session()
    with pytest.raises(ReadingError, match="once your first impression is signed"):
        shelf.offered()
    sign(session)
    assert all(offered.own for offered in shelf.offered())


@pytest.mark.invariant(5)
@pytest.mark.parametrize("policy", [p for p in StatesPolicy if p is not StatesPolicy.NEVER])
@pytest.mark.parametrize("label", ["CAD_MARKS", "READ", "WINDOWED"])
def test_reads_are_blind_a_state_of_the_exam_that_is_read_waits_for_the_own_final_read_in_force(
    files, bring, open_session, installation, tmp_path, policy, label
):
    state_file(tmp_path / "incoming" / "state.dcm", files[0], label=label, creator="someone")
    bring()
    session, shelf = open_session(others_drawings=policy)

    def others():
        try:
            return [o.facts.creator for o in shelf.offered() if not o.own]
        except ReadingError:
            return []

    sign(session)
    assert (others(), shelf.waiting()) == ([], WAITING)
    session.finalise()
    assert (others(), shelf.waiting()) == ([], WAITING)
    session.withdraw()
    installation.clock.advance(timedelta(seconds=11))
    assert (others(), shelf.waiting()) == ([], WAITING)
    session.finalise()
    installation.clock.advance(timedelta(seconds=11))
    assert (others(), shelf.waiting()) == (["someone"], "")


@pytest.mark.invariant(5)
def test_reads_are_blind_the_final_read_of_another_reader_opens_nothing(
    files, bring, open_session, installation, tmp_path
):
    state_file(tmp_path / "incoming" / "state.dcm", files[0])
    bring()
    finish(open_session("reader-two")[0], installation.clock)
    session, shelf = open_session()
    sign(session)
    assert all(offered.own for offered in shelf.offered())


@pytest.mark.invariant(6)
def test_first_the_eye_overlay_planes_are_not_even_read_before_the_first_impression(
    tmp_path, bring, open_session, installation
):
    for path in write_exam(tmp_path / "incoming", 0):
        ds = dcmread(path)
        add_overlay(ds)
        ds.save_as(path)
    bring()
    session, shelf = open_session()
    with pytest.raises(ReadingError):
        shelf.overlays()
    sign(session)
    found = shelf.overlays()
    assert {planes[0].group for planes, _ in found.values()} == {0x6000}
    logged = installation.store.presentations.shown(session.exam.exam_id, "reader-one")
    assert [(row.what, row.shown) for row in logged] == [("overlays", True)]


@pytest.mark.invariant(6)
def test_first_the_eye_each_showing_of_a_state_is_logged_and_each_hiding(
    files, bring, open_session, installation, tmp_path
):
    state_file(tmp_path / "incoming" / "state.dcm", files[0])
    bring()
    session, shelf = open_session()
    finish(session, installation.clock)
    (offered,) = [o for o in shelf.offered() if o.facts.label == "CAD_MARKS"]
    state = shelf.take(offered).state
    shelf.put_back(state.sop_instance_uid)
    logged = installation.store.presentations.shown(session.exam.exam_id, "reader-one")
    uid = offered.facts.sop_instance_uid
    assert [(row.what, row.shown) for row in logged] == [(uid, True), (uid, False)]


def test_a_state_whose_file_has_gone_is_a_sentence_and_no_showing(
    files, bring, open_session, installation, tmp_path
):
    state_file(tmp_path / "incoming" / "state.dcm", files[0])
    bring()
    session, shelf = open_session()
    finish(session, installation.clock)
    (offered,) = [o for o in shelf.offered() if o.facts.label == "CAD_MARKS"]
    offered.path.unlink()
    with pytest.raises(ReadingError, match="cannot be shown"):
        shelf.take(offered)
    assert installation.store.presentations.shown(session.exam.exam_id, "reader-one") == []


def test_a_policy_may_put_all_off_to_the_final_read_or_for_good(
    two_exams, open_session, installation, tmp_path
):
    session, shelf = two_exams(
        lambda _, then: state_file(tmp_path / "incoming" / "state.dcm", then),
        others_drawings=StatesPolicy.AFTER_FINAL,
    )
    sign(session)
    for asked in (shelf.offered, shelf.overlays):
        with pytest.raises(ReadingError, match="final read"):
            asked()
    session.finalise()
    installation.clock.advance(timedelta(seconds=11))
    assert "CAD_MARKS" in labels(shelf)
    never = open_session(others_drawings=StatesPolicy.NEVER)[1]
    with pytest.raises(ReadingError, match="policy"):
        never.offered()


@pytest.mark.invariant(5)
def test_reads_are_blind_a_state_of_a_read_is_offered_when_both_final_reads_are_in_force(
    files, bring, open_session, installation
):
    bring()
    for reader in ("reader-one", "reader-two"):
        session, shelf = open_session(reader)
        sign(session)
        assert {o.own for o in shelf.offered()} == {True}
        session.finalise()
        assert {o.own for o in shelf.offered()} == {True}
    installation.clock.advance(timedelta(seconds=11))
    found = {(o.own, o.facts.description) for o in open_session("reader-one")[1].offered()}
    assert found == {
        (True, "Klarsyn, first impression"),
        (True, "Klarsyn, final"),
        (False, "Klarsyn, final"),
    }


@pytest.mark.parametrize(("layer", "drawn"), [("MARKS", {0x6000}), ("", None)])
def test_a_state_switches_overlays_of_its_images_on(
    tmp_path, bring, open_session, installation, layer, drawn
):
    paths = write_exam(tmp_path / "incoming", 0)
    for path in paths:
        ds = dcmread(path)
        add_overlay(ds)
        ds.save_as(path)
    state = dcmread(state_file(tmp_path / "incoming" / "state.dcm", paths[0]))
    state.add_new(0x60001001, "CS", layer)
    state.save_as(tmp_path / "incoming" / "state.dcm")
    bring()
    session, shelf = open_session()
    finish(session, installation.clock)
    (offered,) = [o for o in shelf.offered() if not o.own]
    planes = shelf.take(offered).planes
    assert {p.group for found in planes.values() for p in found} == (drawn or set())
    assert set(planes) == (set(offered.facts.about) if drawn else set())
