"""Reports as their readers tell them, for tests of what is made of them."""

from datetime import UTC, datetime

from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    CadReport,
    Code,
    GraphicKind,
    Purpose,
    Region,
    ReportFinding,
    ReportForm,
    ReportImage,
    ReportStatus,
    ScoreConcept,
    StatedScore,
)

CAME = datetime(2026, 11, 2, 12, tzinfo=UTC)
MASS = Code("129788004", "SCT", "Mammographic breast mass")
CLUSTER = Code("129769006", "SCT", "Calcification Cluster")
NIPPLE = Code("265780009", "SCT", "Nipple")
BOX = ((100.0, 100.0), (160.0, 100.0), (160.0, 150.0))


def sure(value: float, unit: str = "%") -> StatedScore:
    """111012 Certainty of Finding."""
    name = Code("111012", "DCM", "Certainty of Finding")
    return StatedScore(ScoreConcept.CERTAINTY_OF_FINDING, name, value, unit)


def impression(value: float, unit: str = "%") -> StatedScore:
    """111013 Certainty of Impression."""
    name = Code("111013", "DCM", "Certainty of Impression")
    return StatedScore(ScoreConcept.CERTAINTY_OF_IMPRESSION, name, value, unit)


def outlined(uid: str, points: tuple[tuple[float, float], ...] = BOX, frame: int | None = None) -> Region:
    """An outline on one image."""
    return Region(uid, frame, GraphicKind.POLYLINE, points)


def centred(uid: str, point: tuple[float, float] = (120.0, 120.0), frame: int | None = None) -> Region:
    """The centre of a finding on one image."""
    return Region(uid, frame, GraphicKind.POINT, (point,), Purpose.CENTER)


def a_finding(*regions: Region, kind: Code = MASS, **facts: object) -> ReportFinding:
    """A mass, unless told otherwise."""
    return ReportFinding(kind, **{"lesion_type": LesionType.SOFT_TISSUE, "regions": regions, **facts})


def a_report(exam: Exam, *findings: ReportFinding, **facts: object) -> CadReport:
    """A report of all images of an exam."""
    told = {
        "form": ReportForm.CAD,
        "status": ReportStatus.FINDINGS if findings else ReportStatus.NO_FINDINGS,
        "sop_instance_uid": "2.25.500",
        "sop_class_uid": "1.2.840.10008.5.1.4.1.1.88.50",
        "study_instance_uid": "2.25.1",
        "manufacturer": "Maker",
        "model": "Looker",
        "software_versions": "2.1",
        "algorithms": (Algorithm("Looker for masses", "2.1"),),
        "images": tuple(ReportImage(image.sop_instance_uid) for image in exam.images),
        "findings": findings,
    }
    return CadReport(**{**told, **facts})
