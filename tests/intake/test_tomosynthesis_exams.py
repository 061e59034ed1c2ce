"""Exams of several kinds of objects: what they are called, what the engine gets, what it is told."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import FileDataset
from small_mammograms import ALL_VIEWS, mammogram

from klarsyn.domain.exam import Exam, ExamType
from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.hanging import hang
from klarsyn.intake.engine_input import usable_images
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer

TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"
PROJECTIONS = "1.2.840.10008.5.1.4.1.1.13.1.5"
RAW = "1.2.840.10008.5.1.4.1.1.1.2.1"


def stack(side: str, view: str, sop_class: str, frames: int, **changes: object) -> FileDataset:
    ds = mammogram(
        side,
        view,
        0,
        SOPClassUID=sop_class,
        NumberOfFrames=frames,
        SOPInstanceUID=f"2.25.{frames}{ord(side)}{len(view)}",
    )
    ds.file_meta.MediaStorageSOPClassUID = sop_class
    ds.PixelData = np.frombuffer(ds.PixelData, np.uint16)[None].repeat(frames, axis=0).tobytes()
    for keyword, value in changes.items():
        setattr(ds, keyword, value)
    return ds


def raw(side: str, view: str) -> FileDataset:
    ds = mammogram(
        side,
        view,
        0,
        SOPClassUID=RAW,
        PresentationIntentType="FOR PROCESSING",
        SOPInstanceUID=f"2.25.9{ord(side)}{len(view)}",
    )
    ds.file_meta.MediaStorageSOPClassUID = RAW
    return ds


def synthetic(side: str, view: str) -> FileDataset:
    uid = f"2.25.8{ord(side)}{len(view)}"
    return mammogram(
        side, view, 0, ImageType=["DERIVED", "PRIMARY", "TOMO", "GENERATED_2D"], SOPInstanceUID=uid
    )


@pytest.fixture
def exam_of(installation, tmp_path: Path) -> Callable[..., Exam]:
    def _exam_of(*objects: FileDataset) -> Exam:
        for number, ds in enumerate(objects):
            ds.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
        store = installation.store
        summary = Importer(store, installation.settings.folders, installation.clock, workers=1).run(
            [tmp_path]
        )
        assert summary.new == len(objects)
        (exam,) = store.exams.many()
        return exam

    return _exam_of


def test_tomosynthesis_with_its_synthetic_images_is_a_dbt_exam_of_four_views(exam_of) -> None:
    exam = exam_of(*(o for v in ALL_VIEWS for o in (stack(*v, TOMOSYNTHESIS, 31), synthetic(*v))))
    assert exam.exam_type is ExamType.DBT
    assert exam.missing_views == ()
    assert exam.notices == ()
    hanging = hang(exam.images)
    assert all(image is not None and image.synthetic for _, image in hanging.placed)
    assert {i.frames for i in hanging.more} == {31}


def test_tomosynthesis_beside_exposed_images_is_ffdm_and_dbt(exam_of) -> None:
    exam = exam_of(stack("R", "CC", TOMOSYNTHESIS, 31), mammogram("R", "CC", 0), synthetic("R", "CC"))
    assert exam.exam_type is ExamType.FFDM_DBT
    assert exam.notices == ()


def test_the_engine_gets_the_synthetic_image_of_a_view_that_was_not_exposed_in_2d(exam_of) -> None:
    exam = exam_of(
        stack("R", "CC", TOMOSYNTHESIS, 31),
        synthetic("R", "CC"),
        synthetic("L", "CC"),
        mammogram("L", "CC", 0),
    )
    assert {(i.view_label, i.synthetic) for i in usable_images(exam)} == {("R CC", True), ("L CC", False)}


def test_the_engine_never_gets_raw_images_or_projections(exam_of) -> None:
    exam = exam_of(raw("R", "CC"), mammogram("R", "CC", 0), stack("L", "CC", PROJECTIONS, 15))
    assert [(i.view_label, i.for_processing) for i in usable_images(exam)] == [("R CC", False)]


def test_raw_images_beside_those_made_from_them_change_nothing_for_the_reader(exam_of) -> None:
    exam = exam_of(*(o for v in ALL_VIEWS for o in (raw(*v), mammogram(*v, 0))))
    hanging = hang(exam.images)
    assert exam.exam_type is ExamType.FFDM
    assert exam.notices == hanging.notices == ()
    assert not any(image.for_processing for _, image in hanging.placed)
    assert all(image.for_processing for image in hanging.more)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_one_without_an_image_for_the_engine_says_why_it_is_not_scored(
    exam_of, installation
) -> None:
    exam = exam_of(raw("R", "CC"))
    result = Scorer(installation.store, installation.settings, installation.clock).score(exam)
    assert result.status is ResultStatus.NOT_FOR_THIS_EXAM
    assert "raw images only" in result.reason
    assert exam.reading_task


def test_a_projection_that_is_sent_as_a_single_mammogram_is_listed_and_no_exposure(exam_of) -> None:
    kind = ["ORIGINAL", "PRIMARY", "TOMO_PROJ"]
    single = mammogram("R", "CC", 0, ImageType=kind, SOPInstanceUID="2.25.4711")
    exam = exam_of(single, stack("R", "CC", TOMOSYNTHESIS, 31))
    assert exam.exam_type is ExamType.DBT
    assert [i.frames for i in hang(exam.images).listed] == [1]
    assert usable_images(exam) == ()
