"""Tomosynthesis in one file or many, whole or damaged: one volume to read, every file in the exam."""

from collections.abc import Callable
from pathlib import Path

import pytest
import tomo_files
from pydicom import uid
from pydicom.dataset import Dataset
from tomo_files import changed, ct_slices, encoded, pixels, reordered, tomosynthesis

from klarsyn.domain.exam import Exam, ExamType
from klarsyn.domain.read import Assessment
from klarsyn.domain.volume import SliceFault
from klarsyn.domain.volumes import hanging_images, volumes_of
from klarsyn.intake.importer import Importer
from klarsyn.reading.policies import load_policy
from klarsyn.reading.session import ReadingSession, Step


@pytest.fixture
def bring(installation, tmp_path: Path) -> Callable[..., list[Exam]]:
    """Import data sets, or files that are written already, and return all exams."""
    folder = tmp_path / "incoming"
    folder.mkdir()

    def _bring(*objects: Dataset) -> list[Exam]:
        for number, ds in enumerate(objects):
            tomo_files.write(folder / f"{number}.dcm", ds)
        store, settings = installation.store, installation.settings
        Importer(store, settings.folders, installation.clock, workers=1).run([folder], read=True)
        return store.exams.many()

    return _bring


def parts(sizes: list[int]) -> list[Dataset]:
    """One stack split into a concatenation, the last part first."""
    whole, start, found = sum(sizes), 0, []
    for number, size in enumerate(sizes, 1):
        ds = tomosynthesis(pixels(whole)[start : start + size], heights=range(start, start + size))
        changed(
            ds,
            SOPInstanceUID=f"2.25.72{number}",
            ConcatenationUID="2.25.730",
            SOPInstanceUIDOfConcatenationSource="2.25.731",
            InConcatenationNumber=number,
            InConcatenationTotalNumber=len(sizes),
            ConcatenationFrameOffsetNumber=start,
        )
        found.append(ds)
        start += size
    return found[::-1]


def test_a_concatenation_is_one_volume_that_hangs_once_and_all_its_files_are_of_the_exam(bring) -> None:
    (exam,) = bring(*parts([3, 4, 2]))
    (volume,) = volumes_of(exam)
    assert len(volume.slices) == 9
    assert volume.image.sop_instance_uid == "2.25.721"
    assert [i.frames for i in hanging_images(exam)] == [9]
    assert len(exam.images) == 3
    assert exam.notices == ()


@pytest.mark.invariant(5)
def test_reads_are_signed_for_every_file_of_a_volume_and_a_late_part_opens_the_reading_again(
    bring, installation
) -> None:
    late, *here = parts([2, 2, 2])
    (exam,) = bring(*here)
    assert "parts-missing" in {n.code for n in exam.notices}
    policy = load_policy("practice")
    session = ReadingSession(installation.store, exam, policy, "reader-one", installation.clock)
    for side in session.breasts:
        session.assess(side, Assessment.NORMAL)
    assert set(session.sign().covers) == {"2.25.721", "2.25.722"}
    (exam,) = bring(*here, late)
    assert exam.notices == ()
    again = ReadingSession(installation.store, exam, policy, "reader-one", installation.clock)
    assert again.step is Step.READING


def test_old_tomosynthesis_as_ct_slices_is_one_volume_with_a_flag(bring) -> None:
    slices = ct_slices(6)
    (exam,) = bring(*(slices[n] for n in (3, 0, 5, 1, 4, 2)))
    assert exam.exam_type is ExamType.DBT
    (volume,) = volumes_of(exam)
    assert [s.sop_instance_uid for s in volume.slices] == [f"2.25.71{n:03d}" for n in (5, 4, 3, 2, 1, 0)]
    assert volume.step_mm == pytest.approx(1.0, abs=1e-3)
    (hung,) = hanging_images(exam)
    assert (hung.view_label, hung.kind_label, hung.frames) == ("R MLO", " tomosynthesis 1 mm", 6)
    assert "ct-slices" in {n.code for n in hung.notices}
    assert hung.spacing is not None
    assert hung.spacing.row_mm == 0.085
    assert exam.notices == ()


def test_a_ct_slice_that_has_not_come_is_told_for_the_exam(bring) -> None:
    slices = ct_slices(6)
    (exam,) = bring(*slices[:2], *slices[3:])
    assert [n.code for n in exam.notices] == ["slices-missing"]
    assert "1 slice seems to be missing between 3 and 4" in exam.notices[0].text


def test_ct_of_a_breast_unit_without_a_view_code_counts_by_body_part_and_side(bring) -> None:
    without = {"ViewCodeSequence": None, "ImageLaterality": None}
    (exam,) = bring(
        *(changed(ds, **without, BodyPartExamined="BREAST", Laterality="R") for ds in ct_slices(3))
    )
    (hung,) = hanging_images(exam)
    assert (hung.view_label, hung.frames) == ("R ?", 3)
    assert "view-missing" in {n.code for n in hung.notices}


@pytest.mark.parametrize(
    "says", [{}, {"BodyPartExamined": "BREAST"}, {"BodyPartExamined": "CHEST", "Laterality": "R"}], ids=str
)
def test_any_other_ct_is_refused_with_advice(bring, installation, says: dict[str, str]) -> None:
    without = {"ViewCodeSequence": None, "ImageLaterality": None}
    assert bring(changed(ct_slices(1)[0], **without, **says)) == []
    (refused,) = installation.store.arrivals.quarantined()
    assert "CT Image Storage" in refused.reason
    assert "Breast Tomosynthesis" in refused.advice


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_corrupt_slice_it_is_flagged_by_its_place_and_the_others_stay(
    bring, tmp_path: Path
) -> None:
    ds = reordered(tomosynthesis(), [4, 3, 2, 1, 0])
    coded = [encoded(one, uid.JPEGLSLossless) for one in pixels(5)]
    coded[0] = b"\0" * 40  # The first frame of the file is the fifth slice.
    tomo_files.write(tmp_path / "incoming" / "stack.dcm", ds, uid.JPEGLSLossless, frames=coded)
    (exam,) = bring()
    (volume,) = volumes_of(exam)
    assert [s.fault for s in volume.slices] == [None, None, None, None, SliceFault.UNREADABLE]
    assert [n.text for n in exam.notices] == [
        "L CC tomosynthesis 1 mm: Slice 5 cannot be decoded and cannot be shown."
    ]


def test_a_stack_that_breaks_off_is_read_and_the_exam_is_flagged(bring, tmp_path: Path) -> None:
    path = tomo_files.write(tmp_path / "incoming" / "stack.dcm", tomosynthesis(pixels(20)))
    path.write_bytes(path.read_bytes()[: -7 * tomo_files.ROWS * tomo_files.COLUMNS * 2])
    (exam,) = bring()
    assert exam.images[0].frames == 13
    assert [n.code for n in exam.notices] == ["frames-missing"]


def test_thin_and_thick_reconstructions_of_one_view_both_hang(bring) -> None:
    thick = tomosynthesis(pixels(3), heights=[0, 3, 6], SOPInstanceUID="2.25.74", SeriesInstanceUID="2.25.75")
    thick.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness = "6"
    (exam,) = bring(tomosynthesis(), thick)
    assert [(i.kind_label, i.frames) for i in hanging_images(exam)] == [
        (" tomosynthesis 1 mm", 5),
        (" tomosynthesis 6 mm", 3),
    ]
    assert exam.notices == ()
