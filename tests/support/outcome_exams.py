"""Exams of one unit with results whose findings have raw values, written as rows; and files of outcomes."""

from datetime import date

from calibration_samples import KEY, NOW, UNIT
from sqlalchemy.orm import Session

from klarsyn.domain.calibration_collecting import Observation
from klarsyn.domain.exam import Image, Laterality, Spacing, ViewPosition
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
from klarsyn.store.calibrations import note
from klarsyn.store.models import ExamRow, ImageRow, ResultRow
from klarsyn.store.records import image_to_json, result_to_json
from klarsyn.store.store import Store

SIDES = Laterality.RIGHT, Laterality.LEFT


def image_of(exam_id: str, side: Laterality) -> Image:
    return Image(
        f"2.25.{exam_id}.{side.value}", "1.2", f"study.{exam_id}", 1000, 800, laterality=side,
        view_position=ViewPosition.CC, spacing=Spacing(0.1, 0.1, "test"),
        manufacturer=UNIT.manufacturer, software_versions=UNIT.software_versions,
    )  # fmt: skip


def add_exam(store: Store, exam_id: str, accession: str = "") -> None:
    """An exam of 2025-12-01 with a CC view of each breast."""
    with store.database.writing() as session:
        _write_exam(session, exam_id, accession)


def _write_exam(session: Session, exam_id: str, accession: str) -> None:
    session.add(
        ExamRow(
            exam_id=exam_id, key=f"study:{exam_id}", exam_type="FFDM", reading_task=True, arrived_at=NOW,
            study_date=date(2025, 12, 1), accession_number=accession,
        )
    )  # fmt: skip
    session.flush()
    for side in SIDES:
        image = image_of(exam_id, side)
        session.add(
            ImageRow(
                sop_instance_uid=image.sop_instance_uid, exam_id=exam_id, sha256="",
                facts=image_to_json(image), arrived_at=NOW,
            )
        )  # fmt: skip


def add_result(store: Store, exam_id: str, right: float, left: float) -> AiResult:
    """A result with a finding in each breast: a square of 20 pixels around (100, 100)."""
    store.calibrations.begin(KEY, None, NOW, factory=True)
    result = result_of(exam_id, right, left)
    top = result.raw
    store.results.add(result, None, Observation(KEY, exam_id, result.result_id, top, top, ""))
    return result


def result_of(exam_id: str, right: float, left: float) -> AiResult:
    outline = ((90.0, 90.0), (110.0, 90.0), (110.0, 110.0), (90.0, 110.0))
    findings = tuple(
        Finding(
            f"{exam_id}-{side.value}", LesionType.SOFT_TISSUE, side, 50,
            (Mark(image_of(exam_id, side).sop_instance_uid, outline, 50, raw=raw),),
        )
        for side, raw in zip(SIDES, (right, left), strict=True)
    )  # fmt: skip
    uids = tuple(image_of(exam_id, side).sop_instance_uid for side in SIDES)
    made = Provenance(
        KEY.engine, "V", KEY.engine_version, KEY.model_sha256, IntendedUse.CLINICAL, "c", 1, uids, NOW
    )
    top = max(right, left)
    return AiResult(
        f"result-{exam_id}", exam_id, ResultStatus.SCORED, made, ExamScore(5, top, 50.0, provisional=True),
        findings, considered=uids, raw=top, raw_finding=top,
    )  # fmt: skip


def add_many(store: Store, count: int) -> list[tuple[str, bool]]:
    """`count` scored exams, each with whether there was cancer: the more often the higher its raw value.

    That of the right breast is the higher.
    """
    told = []
    store.calibrations.begin(KEY, None, NOW, factory=True)
    # All at once; how one is written with its entry in the ledger is tested by itself.
    with store.database.writing() as session:
        for number in range(count):
            raw, exam_id = number / count, f"e{number}"
            _write_exam(session, exam_id, f"A{number}")
            result = result_of(exam_id, right=raw, left=raw / 2)
            key, status = result.result_id, result.status.value
            body = result_to_json(result)
            session.add(ResultRow(result_id=key, exam_id=exam_id, status=status, made_at=NOW, body=body))
            note(session, Observation(KEY, exam_id, key, raw, raw, ""))
            told.append((exam_id, number % 10 < 10 * raw * raw))
    return told


def as_csv(told: list[tuple[str, bool]]) -> bytes:
    """A file that tells these exams as wholes."""
    lines = [f"{exam_id},{'cancer' if cancer else 'no cancer'}" for exam_id, cancer in told]
    return "\n".join(["exam,outcome", *lines, ""]).encode()
