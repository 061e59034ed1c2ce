"""What a reader draws: his or hers alone, kept as a draft, and with each signed read as a state."""

import errno
import shutil
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_history import AnnotationHistory
from klarsyn.domain.display import DisplayState, GrayscaleParameters, Window
from klarsyn.domain.exam import Laterality
from klarsyn.domain.graphic import GraphicType
from klarsyn.domain.read import Assessment
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.reading.read_keeping import ShownImage
from klarsyn.store.image_folder import ImageFolder

BOTH = (Laterality.RIGHT, Laterality.LEFT)


@pytest.fixture
def desk(installation):
    def _desk(reader="reader-one"):
        folder = ImageFolder(installation.settings.folders.images)
        return ReadingDesk(installation.store, folder, load_policy("practice"), reader, installation.clock)

    return _desk


@pytest.fixture
def exam_id(import_exams) -> str:
    return import_exams(1)[0]


def draw(session, *points, kind=AnnotationKind.LENGTH, words="", number=0) -> Annotation:
    uid = session.exam.images[number].sop_instance_uid
    drawn = Annotation(session.drawings.new_id(), uid, kind, points, words)
    assert session.drawings.change(lambda history: history.added(drawn))
    return drawn


def assess(session):
    for side in BOTH:
        session.assess(side, Assessment.NORMAL)


def kept(installation, session):
    uids = [i.sop_instance_uid for i in session.exam.images]
    return installation.store.presentations.about(uids)


def test_drawings_survive_leaving_the_exam(desk, exam_id):
    session = desk().open(exam_id)
    drawn = draw(session, (10.0, 10.0), (60.0, 10.0))
    session.leave()
    assert desk().open(exam_id).drawings.history.present == (drawn,)


@pytest.mark.invariant(5)
def test_reads_are_blind_another_reader_never_gets_drawings_of_the_first(desk, exam_id):
    first = desk().open(exam_id)
    draw(first, (10.0, 10.0), (60.0, 10.0))
    assess(first)
    first.sign()
    first.finalise()
    assert desk("reader-two").open(exam_id).drawings.history == AnnotationHistory()


def test_a_signed_read_keeps_its_drawings_and_windows_in_a_presentation_state(installation, desk, exam_id):
    session = desk().open(exam_id)
    draw(session, (10.0, 20.0), (60.0, 20.0))
    draw(session, (5.0, 5.0), kind=AnnotationKind.TEXT, words="här", number=1)
    uids = [i.sop_instance_uid for i in session.exam.images]
    window = Window(1500, 700, explanation="a\\b")
    session.drawings.shown = {
        uid: ShownImage(GrayscaleParameters(12), DisplayState(window=window), (10, 20, 110, 200))
        for uid in uids
    }
    assess(session)
    read = session.sign()
    (row,) = kept(installation, session)
    folder = ImageFolder(installation.settings.folders.images)
    state = read_presentation_state(folder.path(row.sha256))
    assert (row.read_id, state.creator, state.label) == (read.read_id, "reader-one", "READ")
    assert {i.sop_instance_uid for i in state.images} == set(uids)
    (line,) = state.drawn_on(uids[0])
    assert line.graphics[0].type is GraphicType.POLYLINE
    assert line.graphics[0].points == ((10.0, 20.0), (60.0, 20.0))
    assert line.texts[0].text == "5.0 mm (4.7 to 5.3)"
    assert state.drawn_on(uids[1])[0].texts[0].text == "här"
    (voi,) = state.voi_of(uids[0]).windows
    assert (voi.center, voi.width, voi.explanation) == (1500, 700, "a/b")
    assert state.area_of(uids[0]).region == (10, 20, 110, 200)


def test_the_final_read_keeps_what_was_drawn_after_the_first_impression(installation, desk, exam_id):
    session = desk().open(exam_id)
    assess(session)
    session.drawings.shown = _shown(session)
    first = session.sign()
    draw(session, (10.0, 20.0), (60.0, 20.0))
    final = session.finalise()
    by_read = {row.read_id: row for row in kept(installation, session)}
    folder = ImageFolder(installation.settings.folders.images)
    states = {key: read_presentation_state(folder.path(row.sha256)) for key, row in by_read.items()}
    assert not states[first.read_id].annotations
    assert len(states[final.read_id].annotations) == 1


def test_a_final_read_cannot_be_drawn_on_until_it_is_taken_back(installation, desk, exam_id):
    session = desk().open(exam_id)
    drawn = draw(session, (10.0, 20.0), (60.0, 20.0))
    assess(session)
    session.sign()
    session.finalise()
    again = desk().open(exam_id)
    assert again.drawings.history.present == (drawn,)
    assert not again.drawings.change(lambda history: history.removed(drawn.annotation_id))
    session.withdraw()
    assert session.drawings.change(lambda history: history.removed(drawn.annotation_id))


def test_a_read_is_signed_although_its_state_cannot_be_kept_and_the_reader_is_told(
    installation, desk, exam_id, monkeypatch
):
    session = desk().open(exam_id)
    drawn = draw(session, (10.0, 20.0), (60.0, 20.0))
    assess(session)

    def full(_self, _make):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ImageFolder, "put_made", full)
    session.sign()
    assert session.first is not None
    assert "No space left" in session.drawings.not_kept
    assert kept(installation, session) == []
    assert desk().open(exam_id).drawings.history.present == (drawn,)


def test_nothing_half_made_stays_in_the_folder(installation, desk, exam_id):
    session = desk().open(exam_id)
    draw(session, (10.0, 20.0), (60.0, 20.0))
    assess(session)
    session.sign()
    images = installation.settings.folders.images
    assert [p for p in images.rglob("*") if p.is_file() and p.suffix != ".dcm"] == []


def test_drawings_on_a_prior_are_kept_in_a_state_of_its_own_study(installation, desk, tmp_path):
    from small_mammograms import write_exam

    from klarsyn.intake.importer import Importer

    write_exam(tmp_path / "in" / "now", 0, PatientID="one", PatientBirthDate="19580312")
    write_exam(
        tmp_path / "in" / "then", 1, PatientID="one", PatientBirthDate="19580312", StudyDate="20240102"
    )
    Importer(installation.store, installation.settings.folders, installation.clock, workers=1).run(
        [tmp_path / "in"]
    )
    session = desk().open_next()
    (prior,) = session.priors
    uid = prior.images[0].sop_instance_uid
    drawn = Annotation("a", uid, AnnotationKind.LENGTH, ((1.0, 2.0), (30.0, 2.0)))
    session.drawings.change(lambda history: history.added(drawn))
    assess(session)
    session.drawings.shown = _shown(session)
    session.sign()
    states = installation.store.presentations.about([uid])
    assert [s.facts.study_instance_uid for s in states] == [prior.images[0].study_instance_uid]
    assert states[0].facts.about == (uid,)


def test_a_drawing_on_an_image_whose_file_has_gone_does_not_stop_the_read(installation, desk, exam_id):
    session = desk().open(exam_id)
    draw(session, (10.0, 20.0), (60.0, 20.0))
    assess(session)
    shutil.rmtree(installation.settings.folders.images)
    session.sign()
    assert session.first is not None
    assert "could not be kept" in session.drawings.not_kept


@pytest.mark.invariant(5)
@pytest.mark.parametrize("table", ["presentation_state", "presentation_state_image", "opinion_shown"])
@pytest.mark.parametrize(
    "change",
    ["DELETE FROM {0}", "UPDATE {0} SET rowid = rowid", "INSERT OR REPLACE INTO {0} SELECT * FROM {0}"],
)
def test_reads_are_append_only_their_states_and_what_was_shown_too(
    installation, desk, exam_id, table, change
):
    session = desk().open(exam_id)
    assess(session)
    session.drawings.shown = _shown(session)
    session.sign()
    shelf = desk().shelf(session)
    shelf.take(shelf.offered()[0])
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as rows:
        rows.execute(text(change.format(table)))


def test_a_withdrawn_read_keeps_its_state(installation, desk, exam_id):
    session = desk().open(exam_id)
    assess(session)
    session.drawings.shown = _shown(session)
    session.sign()
    session.finalise()
    session.withdraw()
    installation.clock.advance(timedelta(seconds=1))
    session.finalise()
    assert len(kept(installation, session)) == 3


def _shown(session):
    grey = GrayscaleParameters(12, windows=(Window(1600, 800),))
    return {i.sop_instance_uid: ShownImage(grey, DisplayState()) for i in session.exam.images}
