"""The exams that the cases' reports speak of, as the domain knows them."""

from datetime import UTC, date, datetime

import sr_concepts as c
from sr_cases import FOUR
from sr_files import STUDY
from sr_mammography import FOR_PROCESSING, TOMOSYNTHESIS, Seen

from klarsyn.domain.exam import Exam, ExamType, Image, Patient
from klarsyn.domain.view_names import Laterality, ViewPosition

WHEN = datetime(2026, 1, 2, 8, 20, tzinfo=UTC)
SLICES = 60


def image_of(seen: Seen, study: str = STUDY) -> Image:
    """One image; tomosynthesis has SLICES frames."""
    return Image(
        seen.uid,
        seen.sop_class,
        study,
        seen.rows,
        seen.columns,
        frames=SLICES if seen.sop_class == TOMOSYNTHESIS else 1,
        laterality=Laterality.RIGHT if seen.side == c.RIGHT else Laterality.LEFT,
        view_position=ViewPosition.CC if seen.view == c.CC else ViewPosition.MLO,
        patient_orientation=seen.orientation,
        for_processing=seen.sop_class == FOR_PROCESSING,
    )


def exam_of(*images: Seen, study: str = STUDY) -> Exam:
    """An exam of these images, the four views by default."""
    return Exam(
        exam_id="exam",
        key=f"study:{study}",
        patient=Patient("19580000-TEST", "Testsson^Anna0", date(1958, 3, 12)),
        study_date=date(2026, 1, 2),
        arrived_at=WHEN,
        exam_type=ExamType.FFDM,
        images=tuple(image_of(seen, study) for seen in images or FOUR),
    )
