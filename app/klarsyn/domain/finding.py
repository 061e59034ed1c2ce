"""What an engine says of an exam: findings, their marks, their scores, and who made them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, Laterality


class LesionType(StrEnum):
    """The two families of lesions that screening CAD marks."""

    CALCIFICATIONS = "calcifications"
    SOFT_TISSUE = "soft tissue"


class ResultStatus(StrEnum):
    """How a result ended; each looks different to the reader (CAD SR 111017, 111064 and 111065)."""

    SCORED = "scored"
    NO_FINDINGS = "no findings"
    PARTIAL = "partially processed"
    FAILED = "failed"
    NOT_PROCESSED = "not processed"
    NOT_FOR_THIS_EXAM = "not for this exam"


class ResultOrigin(StrEnum):
    """Where a result comes from."""

    ENGINE = "engine"
    """An engine that Klarsyn ran."""
    REPORT = "report"
    """A report (CAD SR, TID 1500, segmentation) that arrived beside the images."""


class IntendedUse(StrEnum):
    """What the maker declares; only "clinical" may ever route an exam to one reader."""

    DEMONSTRATION = "demonstration"
    RESEARCH = "research"
    CLINICAL = "clinical"


@dataclass(frozen=True, slots=True)
class Mark:
    """The drawing of a finding on one image.

    `outline` is a closed polygon of (column, row) in pixels, (0, 0) being the top-left corner of the
    top-left pixel (PS3.3 C.18.6.1.1). `frame` is the frame's number in its instance, from 1, the best one of
    a tomosynthesis; None for single-frame images. `frame_range` are the numbers of the lowest and highest
    frame of the same instance that show the finding: what lies between is by position (`Volume.index_of`),
    so that the first may be the larger number. `score` is 1-100; `raw` is the engine's own value behind it,
    which outcomes are set against; None of results from before it was kept.
    """

    sop_instance_uid: str
    outline: tuple[tuple[float, float], ...]
    score: int
    frame: int | None = None
    frame_range: tuple[int, int] | None = None
    raw: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One lesion, seen on one or more images. `score` (1-100) is the highest of its marks'.

    Of a report: the score is 0 where its maker states none; `descriptor` is what it calls the lesion (mass),
    `stated` its score as it stands there ("certainty 87 %"), `algorithm` what found it; `optional` findings
    are below its maker's operating point (111151 Presentation Optional).
    """

    finding_id: str
    lesion_type: LesionType
    laterality: Laterality | None
    score: int
    marks: tuple[Mark, ...]
    descriptor: str = ""
    stated: str = ""
    algorithm: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who made a result (invariant 7).

    `calibration` names what its scores come from, `calibration_sha256` is the hash of that sample,
    `calibration_state` how far it was trusted then, `calibration_id` the site's calibration. `source` is
    the name of the engine or of the maker's rules (`resources/vendors`) that the site chooses results by,
    `report_uid` the SOPInstanceUID of the report that it was read from, and `report_form` its form.
    """

    engine: str
    vendor: str
    version: str
    model_sha256: str
    intended_use: IntendedUse
    calibration: str
    operating_point: int
    input_instances: tuple[str, ...]
    made_at: datetime
    calibration_state: CalibrationState = CalibrationState.NONE
    calibration_sha256: str = ""
    calibration_id: str = ""
    origin: ResultOrigin = ResultOrigin.ENGINE
    source: str = ""
    report_uid: str = ""
    report_form: str = ""


@dataclass(frozen=True, slots=True)
class ExamScore:
    """Score 1-10 of an exam. `percentile` is 100 F(raw); provisional scores never route to one reader."""

    value: int
    raw: float
    percentile: float
    provisional: bool

    def __post_init__(self) -> None:
        """Refuse values outside the scale."""
        if not 1 <= self.value <= 10:
            raise ValueError(f"An exam score is 1 to 10, not {self.value}.")


@dataclass(frozen=True, slots=True)
class AiResult:
    """All that one run of one engine said of one exam.

    `reason` says in a sentence why the status is not "scored". `unplaced` are marks that cannot be
    drawn, each with the reason; they are listed, never dropped (invariant 3). `considered` are the
    exam's images at that time: when others come later, the result speaks of another exam. `raw` is the
    engine's own value and `raw_finding` the highest of its regions: kept also where no calibration makes
    scores of them, since calibrations are made of them. `notices` are sentences on the whole result that its
    reader must know: what its maker does not want shown, marks that stand where they stand on trust.
    """

    result_id: str
    exam_id: str
    status: ResultStatus
    provenance: Provenance
    score: ExamScore | None = None
    findings: tuple[Finding, ...] = ()
    unplaced: tuple[tuple[Finding, str], ...] = field(default=())
    reason: str = ""
    considered: tuple[str, ...] = ()
    raw: float | None = None
    raw_finding: float | None = None
    notices: tuple[str, ...] = ()

    def is_stale_for(self, exam: Exam) -> bool:
        """True when the exam has other images now than this result speaks of."""
        return bool(self.considered) and set(self.considered) != {i.sop_instance_uid for i in exam.images}

    def score_for(self, exam: Exam) -> ExamScore | None:
        """Return the score that may order and be shown now: whole, and of the images that the exam has."""
        return self.score if self.is_scored and not self.is_stale_for(exam) else None

    def lifting_score_for(self, exam: Exam) -> ExamScore | None:
        """Return the score of a part of the exam: it may lift the exam, never lower it or stand for it."""
        partial = self.status is ResultStatus.PARTIAL and not self.is_stale_for(exam)
        return self.score if partial else None

    def why_not_scored(self, exam: Exam) -> str:
        """Say why `score_for` is None."""
        if self.is_stale_for(exam):
            return "images came after the result"
        return self.reason or self.status.value

    @property
    def raw_value(self) -> float | None:
        """The engine's own value; results from before it was kept by itself have it in their score."""
        return self.raw if self.raw is not None or self.score is None else self.score.raw

    @property
    def is_scored(self) -> bool:
        """True when an exam score exists that may order the queue."""
        return self.score is not None and self.status in (ResultStatus.SCORED, ResultStatus.NO_FINDINGS)
