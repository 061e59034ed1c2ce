"""Presentation states and overlays of others: when they may be seen, and that it is written down."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from others_files import add_overlay, state_file
from pydicom import dcmread
from small_mammograms import write_exam

from klarsyn.domain.display import DisplayState, GrayscaleParameters
from klarsyn.domain.exam import Laterality
from klarsyn.domain.policy import StatesPolicy
from klarsyn.domain.read import Assessment
from klarsyn.intake.importer import Importer
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.read_keeping import ShownImage
from klarsyn.reading.session import ReadingError
from klarsyn.store.image_folder import ImageFolder


@pytest.fixture
def files(tmp_path) -> list[Path]:
    return write_exam(tmp_path / "incoming", 0)


@pytest.fixture
def bring(installation, tmp_path):
    def _bring():
        importer = Importer(installation.store, installation.settings.folders, installation.clock, workers=1)
        return importer.run([tmp_path / "incoming"], read=True)

    return _bring


@pytest.fixture
def open_session(installation):
    def _open(reader="reader-one", **changes):
        policy = replace(load_policy("practice"), **changes)
        folder = ImageFolder(installation.settings.folders.images)
        desk = ReadingDesk(installation.store, folder, policy, reader, installation.clock)
        (exam,) = installation.store.exams.many()
        session = desk.open(exam.exam_id)
        return session, desk.shelf(session)

    return _open


def sign(session):
    for side in (Laterality.RIGHT, Laterality.LEFT):
        session.assess(side, Assessment.NORMAL)
    session.drawings.shown = {
        i.sop_instance_uid: ShownImage(GrayscaleParameters(12), DisplayState()) for i in session.exam.images
    }
    session.sign()


def labels(shelf):
    return [offered.facts.label for offered in shelf.offered()]


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
    assert "CAD_MARKS" in labels(shelf)


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
    sign(session)
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
    sign(session)
    (offered,) = [o for o in shelf.offered() if o.facts.label == "CAD_MARKS"]
    offered.path.unlink()
    with pytest.raises(ReadingError, match="cannot be shown"):
        shelf.take(offered)
    assert installation.store.presentations.shown(session.exam.exam_id, "reader-one") == []


def test_a_policy_may_put_it_off_to_the_final_read_or_for_good(files, bring, open_session, tmp_path):
    state_file(tmp_path / "incoming" / "state.dcm", files[0])
    bring()
    session, shelf = open_session(others_drawings=StatesPolicy.AFTER_FINAL)
    sign(session)
    with pytest.raises(ReadingError, match="final read"):
        shelf.offered()
    session.finalise()
    assert "CAD_MARKS" in labels(shelf)
    with pytest.raises(ReadingError, match="policy"):
        open_session(others_drawings=StatesPolicy.NEVER)[1].offered()


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


@pytest.mark.invariant(5)
def test_reads_are_blind_a_read_that_came_from_another_workstation_waits_for_the_own_final_one(
    files, bring, open_session, installation, tmp_path
):
    state_file(tmp_path / "incoming" / "state.dcm", files[0], label="READ", creator="someone")
    bring()
    session, shelf = open_session()
    sign(session)
    assert all(o.own for o in shelf.offered())
    session.finalise()
    installation.clock.advance(timedelta(seconds=11))
    assert [o.facts.creator for o in shelf.offered() if not o.own] == ["someone"]


def test_a_state_that_comes_before_its_images_is_found_when_they_come(
    files, bring, open_session, tmp_path, installation
):
    state_file(files[0].parent / "state.dcm", files[0])
    images = [p.rename(tmp_path / p.name) for p in files]
    assert str(bring()).startswith("1 files: 0 new images")
    for path in images:
        path.rename(tmp_path / "incoming" / path.name)
    bring()
    session, shelf = open_session()
    sign(session)
    assert "CAD_MARKS" in labels(shelf)


def test_an_import_counts_states_apart_and_knows_them_again(files, bring, tmp_path):
    state_file(tmp_path / "incoming" / "state.dcm", files[0])
    for known in (False, True):
        summary = bring()
        assert (summary.states, summary.quarantined, summary.other) == (1, 0, 0), known
    assert "1 presentation states" in str(summary)


def test_two_states_with_one_uid_the_second_is_quarantined(files, bring, installation, tmp_path):
    state_file(tmp_path / "incoming" / "a.dcm", files[0])
    state_file(tmp_path / "incoming" / "b.dcm", files[0], description="another")
    summary = bring()
    assert (summary.states, summary.quarantined) == (1, 1)
    (held,) = installation.store.arrivals.quarantined()
    assert "same SOPInstanceUID" in held.reason


def test_a_damaged_state_is_quarantined_and_stops_nothing(files, bring, installation, tmp_path):
    whole = state_file(tmp_path / "incoming" / "state.dcm", files[0])
    whole.write_bytes(whole.read_bytes()[:700])
    assert (bring().quarantined, len(installation.store.exams.many())) == (1, 1)


def test_a_state_of_our_own_that_comes_back_is_no_other_readers(files, bring, open_session, tmp_path):
    bring()
    session, shelf = open_session()
    sign(session)
    (own,) = shelf.offered()
    (tmp_path / "incoming" / "back.dcm").write_bytes(own.path.read_bytes())
    assert bring().states == 1
    assert [o.own for o in shelf.offered()] == [True]


@pytest.mark.parametrize(("layer", "drawn"), [("MARKS", {0x6000}), ("", None)])
def test_a_state_switches_overlays_of_its_images_on(tmp_path, bring, open_session, layer, drawn):
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
    sign(session)
    (offered,) = [o for o in shelf.offered() if not o.own]
    planes = shelf.take(offered).planes
    assert {p.group for found in planes.values() for p in found} == (drawn or set())
    assert set(planes) == (set(offered.facts.about) if drawn else set())
