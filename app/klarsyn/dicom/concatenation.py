"""Which part of a larger stack a file is: concatenations (PS3.3 C.7.6.16.2.2.4)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text, whole_number


@dataclass(frozen=True, slots=True)
class Part:
    """Its place among the parts, from 1; `parts` is 0 where the count is not stated."""

    concatenation_uid: str
    number: int
    parts: int


def read_part(ds: Dataset) -> Part | None:
    """Return which part of a concatenation a file is; None for a file that is whole by itself.

    Parts stand in the order of InConcatenationNumber; where that is missing, in that of their first frames
    (ConcatenationFrameOffsetNumber).
    """
    uid = text(ds, "ConcatenationUID")
    if not uid:
        return None
    number = whole_number(ds, "InConcatenationNumber")
    parts = whole_number(ds, "InConcatenationTotalNumber", 0) or 0
    if number is None:
        # Behind every number that a part can have, so that the offset alone decides between such parts.
        offset = whole_number(ds, "ConcatenationFrameOffsetNumber", 0) or 0
        return Part(uid[:64], offset + 1, 0)
    return Part(uid[:64], max(number, 0), parts if 0 < parts <= _MOST_PARTS else 0)


_MOST_PARTS = 1000
