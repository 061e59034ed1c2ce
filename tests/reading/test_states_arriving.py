"""Presentation states that an import brings: joined to their images, counted, held back when damaged."""

from others_files import state_file
from shelf_helpers import finish, labels, sign


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
    finish(session, installation.clock)
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
