"""Measurement reports and segmentations, from file to the marks that a reader sees."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import other_report_files as files
import pytest
from hanging_exams import a_volume, an_exam, an_image
from pydicom.dataset import Dataset

from klarsyn.dicom.report_reader import read_report
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.reports.vendor_rule import DEFAULT
from klarsyn.intake.report_result import ReportRefused, result_of

CAME = datetime(2026, 11, 2, 9, tzinfo=UTC)
LEFT_CC = replace(an_image(files.IMAGE, "L CC"), rows=40, columns=30)
EXAM = an_exam(LEFT_CC, replace(an_image("2.25.1002", "R CC"), rows=40, columns=30))
SQUARE = (10, 20, 25, 20, 25, 35, 10, 35, 10, 20)


@pytest.fixture
def result(tmp_path: Path):
    def _result(ds: Dataset, exam: Exam = EXAM, study: str = "2.25.1") -> AiResult:
        ds.StudyInstanceUID = study
        return result_of(
            read_report(files.write(tmp_path / "report", ds)).report, DEFAULT, exam, received_at=CAME
        )

    return _result


def a_segmentation(rows: int = 40, columns: int = 30, **more: object) -> Dataset:
    masks = np.zeros((1, rows, columns), bool)
    masks[0, 3:5, 6:9] = True
    return files.segmentation(masks, **more)


def a_report(*frames: int, instance: str = files.IMAGE, points: tuple[float, ...] = SQUARE) -> Dataset:
    on = files.on_image(files.reference(instance, files.MAMMOGRAM, *frames))
    return files.structured(files.measurements(files.group(files.region("POLYLINE", points, on))))


def drawn(result: AiResult) -> list[tuple[str, int | None]]:
    return [(m.sop_instance_uid, m.frame) for finding in result.findings for m in finding.marks]


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_whether_measured_or_segmented(result):
    for ds in (a_segmentation(), a_report()):
        told = result(ds)
        assert drawn(told) == [(files.IMAGE, None)]
        assert told.unplaced == ()
        assert told.findings[0].descriptor == "mass"


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_so_that_a_mask_of_another_size_is_listed(result):
    told = result(a_segmentation(rows=39))
    assert drawn(told) == []
    ((_, reason),) = told.unplaced
    assert "39" in reason


@pytest.mark.invariant(3)
@pytest.mark.parametrize("instance", ["2.25.9999", "2.25.1002.1"])
def test_a_mark_stands_on_its_own_image_and_not_on_one_of_the_same_view(result, instance):
    source = files.source_item(instance=instance)
    for ds in (a_segmentation(sources=[source]), a_report(instance=instance)):
        told = result(ds)
        assert drawn(told) == []
        assert len(told.unplaced) == 1


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_and_inside_it(result):
    told = result(a_report(points=(10, 20, 31, 20, 31, 35)))
    assert drawn(told) == []
    assert len(told.unplaced) == 1


def test_marks_on_slices_stand_on_their_frames(result):
    volume = replace(a_volume(files.VOLUME, "L CC"), rows=40, columns=30)
    source = files.source_item(files.TOMOSYNTHESIS, files.VOLUME, 17)
    for ds in (a_segmentation(sources=[source]), a_report(17, instance=files.VOLUME)):
        assert drawn(result(ds, an_exam(volume))) == [(files.VOLUME, 17)]


def test_a_report_of_another_study_is_refused(result):
    for ds in (a_segmentation(), a_report()):
        with pytest.raises(ReportRefused):
            result(ds, study="2.25.2")


def test_neither_form_makes_an_exam_score_of_its_own(result):
    for ds in (a_segmentation(), a_report()):
        told = result(ds)
        assert told.score is None
        assert told.status is ResultStatus.PARTIAL
