"""Images that IHE's rejection notes take out of their exam."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from rejection_files import write_rejection
from small_mammograms import write_exam

from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.domain.rejection import RejectionReason
from klarsyn.intake.importer import Importer
from klarsyn.reading.done_list import done_rows
from klarsyn.reading.waiting import full_queue

NORMAL = Impression(Assessment.NORMAL, Assessment.NORMAL)
POLICY = ReadingPolicy("test", "Test")


@pytest.fixture
def bring(installation, tmp_path: Path):
    def _bring():
        settings = installation.settings
        return Importer(installation.store, settings.folders, installation.clock, workers=1).run(
            [tmp_path / "in"], read=True
        )

    return _bring


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    return write_exam(tmp_path / "in")


def sign(installation, reader: str) -> None:
    (exam,) = installation.store.exams.many()
    now, uids = installation.clock.now(), tuple(i.sop_instance_uid for i in exam.images)
    installation.store.reads.add(
        Read(str(uuid.uuid4()), exam.exam_id, reader, ReadKind.FINAL, NORMAL, now, now, covers=uids)
    )


def waiting(installation, reader: str) -> list[str]:
    now = installation.clock.now()
    return [row.exam.exam_id for row in full_queue(installation.store, POLICY, reader=reader, now=now)]


@pytest.mark.parametrize("reason", list(RejectionReason))
def test_rejected_images_vanish_whatever_the_reason_and_stay_as_rows(
    bring, images, installation, tmp_path: Path, reason: RejectionReason
) -> None:
    bring()
    write_rejection(tmp_path / "in" / "ko.dcm", images[:1], reason.value)
    summary = bring()
    (exam,) = installation.store.exams.many()
    assert (len(exam.images), len(summary.rejections), summary.quarantined) == (3, 1, 0)
    assert exam.missing_views == ("R CC",)
    (gone,) = installation.store.rejections.of_exam(exam.exam_id)
    assert gone.reason is reason
    assert len(installation.store.exams.files(exam.exam_id)) == 4
    assert "1 note that rejects images" in str(summary)
    assert len(bring().rejections) == 1
    assert len(installation.store.rejections.of_exam(exam.exam_id)) == 1


def test_a_rejection_that_comes_before_its_images_takes_them_when_they_come(
    bring, images, installation, tmp_path: Path
) -> None:
    write_rejection(tmp_path / "in" / "ko.dcm", images[:1])
    away = [path.rename(tmp_path / path.name) for path in images]
    assert len(bring().rejections) == 1
    for source, path in zip(away, images, strict=True):
        source.rename(path)
    bring()
    (exam,) = installation.store.exams.many()
    assert exam.missing_views == ("R CC",)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_a_read_of_a_rejected_image_is_not_in_force_and_the_exam_waits_again(
    bring, images, installation, tmp_path: Path
) -> None:
    bring()
    for reader in ("anna", "berit"):
        sign(installation, reader)
    installation.clock.advance(timedelta(minutes=1))
    assert waiting(installation, "anna") == waiting(installation, "cecilia") == []
    write_rejection(tmp_path / "in" / "ko.dcm", images[:1])
    bring()
    (exam,) = installation.store.exams.many()
    assert waiting(installation, "anna") == waiting(installation, "cecilia") == [exam.exam_id]
    for reader in ("anna", "berit"):
        sign(installation, reader)
    assert waiting(installation, "anna") == waiting(installation, "cecilia") == []


def test_a_result_of_a_rejected_image_is_stale(bring, images, installation, tmp_path: Path) -> None:
    from klarsyn.intake.scorer import Scorer

    bring()
    scorer = Scorer(installation.store, installation.settings, installation.clock)
    (exam,) = installation.store.exams.many()
    result = scorer.score(exam, engine="no such engine")
    installation.store.results.add(result)
    assert scorer.pending() == []
    write_rejection(tmp_path / "in" / "ko.dcm", images[:1])
    bring()
    (now,) = installation.store.exams.many()
    assert result.is_stale_for(now)
    assert [e.exam_id for e in scorer.pending()] == [exam.exam_id]


@pytest.mark.invariant(1)
def test_no_exam_is_lost_a_note_of_another_woman_takes_no_image_and_is_told(
    bring, images, installation, tmp_path: Path
) -> None:
    bring()
    write_rejection(tmp_path / "in" / "ko.dcm", images[:1], PatientID="another", PatientName="Annan^Berit")
    summary = bring()
    (exam,) = installation.store.exams.many()
    assert (len(exam.images), summary.held) == (4, 1)
    (told,) = installation.store.arrivals.quarantined()
    assert "names another patient" in told.reason


def test_an_exam_all_of_whose_images_were_rejected_is_none_until_others_come(
    bring, images, installation, tmp_path: Path
) -> None:
    bring()
    write_rejection(tmp_path / "in" / "ko.dcm", images)
    bring()
    assert installation.store.exams.many() == []
    write_exam(tmp_path / "in" / "again", views=(("L", "CC"),), SOPInstanceUID="2.25.4711")
    bring()
    (exam,) = installation.store.exams.many()
    assert [i.sop_instance_uid for i in exam.images] == ["2.25.4711"]


def test_a_newer_study_that_was_rejected_takes_no_older_ones_place(
    bring, installation, tmp_path: Path
) -> None:
    anna = {"PatientID": "1958-TEST", "PatientName": "Testsson^Anna"}
    write_exam(tmp_path / "in" / "old", 1, StudyDate="20250201", **anna)
    newer = write_exam(tmp_path / "in" / "new", 2, StudyDate="20260102", **anna)
    settings = installation.settings
    importer = Importer(installation.store, settings.folders, installation.clock, workers=1)
    importer.run([tmp_path / "in"])
    assert len(installation.store.exams.priors()) == 1
    write_rejection(tmp_path / "in" / "ko.dcm", newer, "113038")
    importer.run([tmp_path / "in"])
    assert installation.store.exams.priors() == []


def test_an_exam_whose_images_were_all_rejected_after_its_read_leaves_the_list_of_the_day(
    bring, images, installation, tmp_path: Path
) -> None:
    bring()
    sign(installation, "one")
    write_rejection(tmp_path / "in" / "ko.dcm", images)
    bring()
    assert done_rows(installation.store, POLICY, "one", installation.clock.now()) == ()
    assert len(installation.store.reads.all_own("one")) == 1
