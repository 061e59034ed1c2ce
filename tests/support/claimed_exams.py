"""Exams of nobody with four views each, in a store, for claims; and reads signed for them."""

import uuid
from datetime import date, timedelta
from typing import Any

from calibration_samples import NOW
from sqlalchemy import update

from klarsyn.domain.exam import Image, Laterality, ViewPosition
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.store.claim_models import ClaimRow
from klarsyn.store.models import ExamRow, ImageRow
from klarsyn.store.records import image_to_json
from klarsyn.store.store import Store

NORMAL = Impression(Assessment.NORMAL, Assessment.NORMAL)


_VIEWS = [
    (side, view)
    for side in (Laterality.RIGHT, Laterality.LEFT)
    for view in (ViewPosition.CC, ViewPosition.MLO)
]


def images_of(exam_id: str) -> list[str]:
    return [f"1.2.{exam_id}.{n}" for n in range(len(_VIEWS))]


def _facts(exam_id: str, number: int) -> dict[str, Any]:
    side, view = _VIEWS[number]
    sop_class = "1.2.840.10008.5.1.4.1.1.1.2"
    uid = images_of(exam_id)[number]
    return image_to_json(
        Image(uid, sop_class, f"1.2.{exam_id}", 100, 80, laterality=side, view_position=view)
    )


def add_exams(store: Store, exam_ids: list[str]) -> None:
    with store.database.writing() as session:
        session.add_all(
            ExamRow(
                exam_id=each,
                key=f"study:{each}",
                exam_type="FFDM",
                reading_task=True,
                study_date=date(2026, 1, 5),
                accession_number=f"ACC-{each}",
                arrived_at=NOW,
            )
            for each in exam_ids
        )
        session.flush()
        session.add_all(
            ImageRow(
                sop_instance_uid=uid,
                exam_id=each,
                sha256=f"{n:064}",
                facts=_facts(each, n),
                arrived_at=NOW,
            )
            for each in exam_ids
            for n, uid in enumerate(images_of(each))
        )


def sign(store: Store, exam_id: str, reader: str, covers: list[str] | None = None) -> Read:
    read = Read(
        str(uuid.uuid4()), exam_id, reader, ReadKind.FINAL, NORMAL, NOW, NOW + timedelta(seconds=10),
        covers=tuple(images_of(exam_id) if covers is None else covers),
    )  # fmt: skip
    store.reads.add(read)
    return read


def take_back(store: Store, read: Read) -> None:
    store.reads.add(
        Read(
            str(uuid.uuid4()),
            read.exam_id,
            read.reader,
            ReadKind.WITHDRAWAL,
            None,
            NOW,
            NOW,
            reason="undone",
            supersedes=read.read_id,
            covers=read.covers,
        )
    )


def let_time_pass(store: Store, reader: str, span: timedelta) -> None:
    """As if the claim had been made so much earlier: the database's clock cannot be turned."""
    with store.database.writing() as session:
        row = session.get_one(ClaimRow, reader)
        session.execute(
            update(ClaimRow)
            .where(ClaimRow.reader == reader)
            .values(claimed_at=row.claimed_at - span, expires_at=row.expires_at - span)
        )
