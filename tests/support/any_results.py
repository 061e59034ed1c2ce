"""Any result on an exam: whatever an engine, a calibration and a site might say, for tests of reports."""

from datetime import UTC, timedelta, timezone

from hypothesis import strategies as st

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, Image, Laterality
from klarsyn.domain.finding import (
    AiResult,
    ExamScore,
    Finding,
    IntendedUse,
    LesionType,
    Mark,
    Provenance,
    ResultOrigin,
    ResultStatus,
)

_WORDS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", " ends with a blank ", '"quoted', "Röntgen Åäö", "乳房 CAD", "back\\slash", "two\nlines", "[", "a=b"]
)
_NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def results(exam: Exam, most: int = 40) -> st.SearchStrategy[AiResult]:
    """Any result on an exam whose marks can be drawn, corners as 32-bit floats."""
    maybe = st.none() | _NUMBERS
    uids = st.lists(st.sampled_from([i.sop_instance_uid for i in exam.images]) | _WORDS, max_size=5)
    made = st.builds(
        Provenance,
        engine=_WORDS,
        vendor=_WORDS,
        version=_WORDS,
        model_sha256=_WORDS,
        intended_use=st.sampled_from(IntendedUse),
        calibration=_WORDS,
        operating_point=st.integers(0, 100),
        input_instances=uids.map(tuple),
        made_at=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=2))])),
        calibration_state=st.sampled_from(CalibrationState),
        calibration_sha256=_WORDS,
        calibration_id=_WORDS,
        origin=st.sampled_from(ResultOrigin),
        source=_WORDS,
        report_uid=_WORDS,
        report_form=_WORDS,
    )
    score = st.builds(
        ExamScore,
        value=st.integers(1, 10),
        raw=_NUMBERS,
        percentile=st.floats(0, 100),
        provisional=st.booleans(),
    )
    drawn = st.lists(_findings(exam, _marks(exam), least=1), max_size=most).map(tuple)
    undrawn = st.tuples(_findings(exam, _lost_marks(), least=0), _WORDS)
    return st.builds(
        AiResult,
        result_id=_WORDS,
        exam_id=st.just(exam.exam_id),
        status=st.sampled_from(ResultStatus),
        provenance=made,
        score=st.none() | score,
        findings=drawn,
        unplaced=st.lists(undrawn, max_size=3).map(tuple),
        reason=_WORDS,
        considered=uids.map(tuple),
        raw=maybe,
        raw_finding=maybe,
        notices=st.lists(_WORDS, max_size=3).map(tuple),
    )


def _findings(exam: Exam, marks: st.SearchStrategy[Mark], least: int) -> st.SearchStrategy[Finding]:
    return st.builds(
        Finding,
        finding_id=_WORDS,
        lesion_type=st.sampled_from(LesionType),
        laterality=st.none() | st.sampled_from(Laterality),
        score=st.integers(0, 100),
        marks=st.lists(marks, min_size=least, max_size=4).map(tuple),
        descriptor=_WORDS,
        stated=_WORDS,
        algorithm=_WORDS,
        optional=st.booleans(),
    )


def _marks(exam: Exam) -> st.SearchStrategy[Mark]:
    def on(image: Image) -> st.SearchStrategy[Mark]:
        point = st.tuples(st.floats(0, image.columns, width=32), st.floats(0, image.rows, width=32))
        frames = st.integers(1, image.frames)
        return st.builds(
            Mark,
            sop_instance_uid=st.just(image.sop_instance_uid),
            outline=st.lists(point, min_size=1, max_size=12).map(tuple),
            score=st.integers(0, 100),
            frame=frames if image.frames > 1 else st.none() | frames,
            frame_range=st.none() | st.tuples(frames, frames),
            raw=st.none() | _NUMBERS,
        )

    return st.sampled_from(exam.images).flatmap(on)


def _lost_marks() -> st.SearchStrategy[Mark]:
    return st.builds(
        Mark,
        sop_instance_uid=_WORDS,
        outline=st.lists(st.tuples(_NUMBERS, _NUMBERS), max_size=3).map(tuple),
        score=st.integers(0, 100),
        frame=st.none() | st.integers(1, 99),
        frame_range=st.none() | st.just((1, 2)),
        raw=st.none() | _NUMBERS,
    )
