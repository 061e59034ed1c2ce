"""Signed reads and impressions <-> the columns that hold them."""

from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.store.models import ReadRow


def value_of(assessment: Assessment | None) -> str | None:
    """Return what a column holds of one breast's assessment."""
    return assessment.value if assessment else None


def impression_of(right: str | None, left: str | None) -> Impression:
    """Return the impression that two columns hold."""
    return Impression(Assessment(right) if right else None, Assessment(left) if left else None)


def row_of(read: Read) -> ReadRow:
    """Return the row of a signed read."""
    return ReadRow(
        read_id=read.read_id,
        exam_id=read.exam_id,
        reader=read.reader,
        kind=read.kind.value,
        right=value_of(read.impression.right) if read.impression else None,
        left=value_of(read.impression.left) if read.impression else None,
        signed_at=read.signed_at,
        effective_at=read.effective_at,
        reason=read.reason,
        supersedes=read.supersedes,
        software=read.software,
        covers=list(read.covers),
        seen_in_part=None if read.seen_in_part is None else list(read.seen_in_part),
    )


def read_of(row: ReadRow) -> Read:
    """Return the signed read that a row holds."""
    kind = ReadKind(row.kind)
    return Read(
        read_id=row.read_id,
        exam_id=row.exam_id,
        reader=row.reader,
        kind=kind,
        impression=None if kind is ReadKind.WITHDRAWAL else impression_of(row.right, row.left),
        signed_at=row.signed_at,
        effective_at=row.effective_at,
        reason=row.reason,
        supersedes=row.supersedes,
        software=row.software,
        covers=tuple(row.covers),
        seen_in_part=None if row.seen_in_part is None else tuple(row.seen_in_part),
    )
