"""Results of our own for tests of reports: exams of small files, and one result of each kind."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from small_mammograms import write_exam
from tomo_files import tomosynthesis, write

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.study_modules import series_of
from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality
from klarsyn.domain.finding import (
    AiResult,
    ExamScore,
    Finding,
    IntendedUse,
    LesionType,
    Mark,
    Provenance,
    ResultStatus,
)

MADE_AT = datetime(2026, 1, 2, 9, 30, 15, 250, tzinfo=UTC)
SLICES = 9


class ExamFiles:
    """An exam with the files that it was read from."""

    def __init__(self, files: list[Path], exam_type: ExamType) -> None:
        instances = [read_instance(path) for path in files]
        self.files = files
        self.exam = Exam(
            exam_id="exam-1",
            key=instances[0].exam_key,
            patient=instances[0].patient,
            study_date=None,
            arrived_at=MADE_AT,
            exam_type=exam_type,
            images=tuple(instance.image for instance in instances),
        )
        self.series = {i.image.sop_instance_uid: series_of(p) for i, p in zip(instances, files, strict=True)}


def ffdm_files(folder: Path) -> ExamFiles:
    """Four views."""
    return ExamFiles(write_exam(folder), ExamType.FFDM)


def dbt_files(folder: Path) -> ExamFiles:
    """Two stacks of nine slices of 96 x 72 pixels, left CC; one of each breast would change nothing here."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in (1, 2):
        values = np.random.default_rng(number).integers(0, 1024, (SLICES, 96, 72)).astype(np.uint16)
        stack = tomosynthesis(values, SOPInstanceUID=f"2.25.700{number}1")
        paths.append(write(folder / f"{number}.dcm", stack))
    return ExamFiles(paths, ExamType.DBT)


def square(left: float, top: float, side: float) -> tuple[tuple[float, float], ...]:
    """An outline."""
    right, bottom = left + side, top + side
    return (left, top), (right, top), (right, bottom), (left, bottom)


def provenance(exam: Exam) -> Provenance:
    """Who made it, everything said."""
    return Provenance(
        engine="Klarsyn demonstration CAD",
        vendor="Klarsyn",
        version="0.1.0",
        model_sha256="ab" * 32,
        intended_use=IntendedUse.DEMONSTRATION,
        calibration="built in, 2026-01",
        operating_point=62,
        input_instances=tuple(image.sop_instance_uid for image in exam.images),
        made_at=MADE_AT,
        calibration_state=CalibrationState.PROVISIONAL,
        calibration_sha256="cd" * 32,
        calibration_id="site-1",
        source="demo",
    )


def scored(exam: Exam) -> AiResult:
    """Two lesions: calcifications with one mark, a mass with two, the second below the operating point."""
    first, second = exam.images[0], exam.images[1]
    frames = (4, (3, 6)) if first.frames > 1 else (None, None)

    def mark(image: Image, left: float, score: int) -> Mark:
        frame, ends = frames
        return Mark(image.sop_instance_uid, square(left, 20.5, 12.25), score, frame, ends, 0.1 + score / 100)

    findings = (
        Finding("f1", LesionType.CALCIFICATIONS, Laterality.RIGHT, 91, (mark(first, 10.5, 91),)),
        Finding(
            "f2",
            LesionType.SOFT_TISSUE,
            Laterality.RIGHT,
            44,
            (mark(first, 30, 44), mark(second, 31.125, 40)),
            optional=True,
        ),
    )
    return AiResult(
        "result-1",
        exam.exam_id,
        ResultStatus.SCORED,
        provenance(exam),
        ExamScore(9, 0.8765432109876543, 87.65432109876543, True),
        findings,
        considered=tuple(image.sop_instance_uid for image in exam.images),
        raw=0.8765432109876543,
        raw_finding=0.5,
    )


def of_each_kind(exam: Exam) -> dict[str, AiResult]:
    """One result of each kind by name."""
    found = scored(exam)
    none = replace(found, status=ResultStatus.NO_FINDINGS, findings=(), result_id="result-2")
    partial = replace(
        found,
        status=ResultStatus.PARTIAL,
        reason="The left MLO could not be read.",
        provenance=replace(found.provenance, input_instances=found.considered[:-1]),
        result_id="result-3",
    )
    empty = replace(none, score=None, raw=None, raw_finding=None)
    return {
        "findings": found,
        "none": none,
        "partial": partial,
        "failed": replace(empty, status=ResultStatus.FAILED, reason="It ended.", result_id="result-4"),
        "not processed": replace(empty, status=ResultStatus.NOT_PROCESSED, result_id="result-5"),
        "not for it": replace(empty, status=ResultStatus.NOT_FOR_THIS_EXAM, reason="Film.", result_id="r6"),
    }


def of_marks(exam: Exam, count: int) -> AiResult:
    """One lesion with that many marks: on as many images, or slices of one stack."""
    found = scored(exam)
    lesion = found.findings[0]
    first = lesion.marks[0]
    if exam.images[0].frames > 1:
        marks = tuple(replace(first, frame=2 + place, score=90 - place) for place in range(count))
    else:
        images = exam.images[:count]
        marks = tuple(
            replace(first, sop_instance_uid=image.sop_instance_uid, score=90 - place)
            for place, image in enumerate(images)
        )
    return replace(found, findings=(replace(lesion, marks=marks),), result_id=f"result of {count} marks")
