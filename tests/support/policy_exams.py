"""An exam with everything in order and a result that lets one reader do, for tests of policies."""

from dataclasses import replace
from datetime import UTC, datetime

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, ViewPosition
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.policy import ReadingPolicy

NOW = datetime(2026, 1, 5, tzinfo=UTC)
REGION = ReadingPolicy("region", "Region", single_read_below=5)
IMAGES = tuple(
    Image(f"2.25.{side.value}{view.value}", "1.2", "2.25.9", 100, 80, laterality=side, view_position=view)
    for view in (ViewPosition.CC, ViewPosition.MLO)
    for side in (Laterality.RIGHT, Laterality.LEFT)
)
EXAM = Exam("e", "study:2.25.9", Patient(), None, NOW, ExamType.FFDM, IMAGES, accession_number="A1")


def low(score: int = 1, **changes: object) -> AiResult:
    """A result under which one reader does."""
    uids = tuple(i.sop_instance_uid for i in IMAGES)
    use, state = IntendedUse.CLINICAL, CalibrationState.VALID
    made = Provenance("E", "V", "1", "00", use, "site", 1, uids, NOW, state, "aa" * 32, "one")
    made = replace(made, **changes)
    return AiResult("r", "e", ResultStatus.SCORED, made, ExamScore(score, 0.1, 30.0, provisional=False))
