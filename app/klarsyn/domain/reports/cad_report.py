"""What a report of another maker's software says, in its own words: nothing is converted, nothing is guessed.

Whatever form it came in (Mammography CAD SR, TID 4000; measurements, TID 1500; segmentations), it is told in
these words; what they mean here is declared per maker (`vendor_rule.py`), and which of its marks may stand
where is decided against the exam (`source_placing.py`, invariant 3).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from klarsyn.domain.finding import LesionType
from klarsyn.domain.view_names import Laterality, ViewModifier, ViewPosition


class ReportForm(StrEnum):
    """How a report was written down."""

    CAD = "Mammography CAD SR"
    MEASUREMENTS = "Measurement report SR"
    SEGMENTATION = "Segmentation"


class ReportStatus(StrEnum):
    """What a report says of its own completeness (CAD SR 111017, 111064 and 111065)."""

    FINDINGS = "findings"
    NO_FINDINGS = "no_findings"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"


class Rendering(StrEnum):
    """111056 Rendering Intent (PS3.16 CID 6034)."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NOT_FOR_PRESENTATION = "not for presentation"


class GraphicKind(StrEnum):
    """GraphicType of SCOORD (PS3.3 C.18.6.1.1)."""

    POINT = "POINT"
    MULTIPOINT = "MULTIPOINT"
    POLYLINE = "POLYLINE"
    CIRCLE = "CIRCLE"
    ELLIPSE = "ELLIPSE"


class Purpose(StrEnum):
    """What a region is of a finding."""

    CENTER = "center"
    OUTLINE = "outline"
    OTHER = "other"


class ScoreConcept(StrEnum):
    """What a stated number is, by its concept name."""

    CERTAINTY_OF_FINDING = "certainty of finding"
    """111012."""
    CERTAINTY_OF_FEATURE = "certainty of feature"
    """111011."""
    CERTAINTY_OF_IMPRESSION = "certainty of impression"
    """111013."""
    PROBABILITY_OF_CANCER = "probability of cancer"
    """111047."""
    OTHER = "other"
    """Of a maker's own code, or a measurement of another name."""


@dataclass(frozen=True, slots=True)
class Code:
    """A coded concept as it stands in the file."""

    value: str
    scheme: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class StatedScore:
    """A number, or a text, that says how sure or how suspicious: `value` in `unit` (UCUM: "%", "1")."""

    concept: ScoreConcept
    name: Code
    value: float | None = None
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """Anything else that is said of a finding, in words: e.g. ("Number of calcifications", "12")."""

    name: Code
    text: str


@dataclass(frozen=True, slots=True)
class Algorithm:
    """Who found it: 111001, 111003 and 111002."""

    name: str
    version: str = ""
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportImage:
    """One image that a report speaks of, with what it says of it (Image Library, TID 4020).

    `frames` are those named, from 1; () means the whole instance. `spacing` is (row step, column step) in mm.
    """

    sop_instance_uid: str
    sop_class_uid: str = ""
    frames: tuple[int, ...] = ()
    laterality: Laterality | None = None
    view_position: ViewPosition | None = None
    modifiers: tuple[ViewModifier, ...] = ()
    patient_orientation: tuple[str, str] | None = None
    rows: int | None = None
    columns: int | None = None
    spacing: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A place on one image as the report draws it.

    `points` are (column, row), (0, 0) being the top-left corner of the top-left pixel, as many as the kind
    needs: CIRCLE centre and a point of its rim, ELLIPSE the ends of both axes.
    """

    sop_instance_uid: str
    frame: int | None
    kind: GraphicKind
    points: tuple[tuple[float, float], ...]
    purpose: Purpose = Purpose.OUTLINE


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """A Single Image Finding (111059), or a Composite Feature (111015) with its `members`.

    `kind` is the finding's own code; `lesion_type` what family it belongs to, None for what is no lesion (a
    nipple, a breast's density). `rendering` is the one in force for it: its own or that of what it stands
    under. `unusable` are regions that cannot be drawn, each with a reason.
    """

    kind: Code
    lesion_type: LesionType | None
    rendering: Rendering = Rendering.REQUIRED
    regions: tuple[Region, ...] = ()
    scores: tuple[StatedScore, ...] = ()
    features: tuple[Feature, ...] = ()
    algorithm: Algorithm | None = None
    tracking_uid: str = ""
    tracking_id: str = ""
    laterality: Laterality | None = None
    members: tuple["ReportFinding", ...] = ()
    unusable: tuple[str, ...] = ()

    @property
    def is_composite(self) -> bool:
        """True for one finding on several images."""
        return bool(self.members)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """111071 CAD Operating Point, 111081 its description."""

    number: float | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One detection or analysis that was tried (TID 4015, TID 4016): of what, by which algorithm, on which
    images (SOPInstanceUIDs; () where not said), and what came of it."""

    what: Code
    status: ReportStatus
    analysis: bool = False
    algorithm: Algorithm | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CadReport:
    """One report, whole. No patient is named here.

    `scores` and `texts` speak of the exam: of the overall impression and those of its parts that name no
    finding (111013, 111033, 111047, makers' own codes); `texts` are Impression Descriptions (111033), and
    `remarks` whatever else is said of it, each with its name. `problems` are sentences on what was not sound
    and has been left out.
    """

    form: ReportForm
    status: ReportStatus
    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    manufacturer: str = ""
    model: str = ""
    software_versions: str = ""
    made_at: datetime | None = None
    algorithms: tuple[Algorithm, ...] = ()
    images: tuple[ReportImage, ...] = ()
    findings: tuple[ReportFinding, ...] = ()
    scores: tuple[StatedScore, ...] = ()
    texts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    operating_points: tuple[OperatingPoint, ...] = ()
    reason: str = ""
    """Why the status is not "findings" or "no_findings", in a sentence."""
    problems: tuple[str, ...] = field(default=())

    def image(self, sop_instance_uid: str) -> ReportImage | None:
        """Return what the report says of an image, or None."""
        return next((i for i in self.images if i.sop_instance_uid == sop_instance_uid), None)
