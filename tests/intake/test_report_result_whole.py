"""Whatever a report holds: every mark on its own image, every score in range, nothing dropped."""

from dataclasses import replace

import pytest
from hanging_exams import a_volume, an_exam, an_image, four_views
from hypothesis import given
from hypothesis import strategies as st
from told_reports import (
    CAME,
    a_finding,
    a_report,
    impression,
    sure,
)

from klarsyn.domain.exam import Exam, SourceImage
from klarsyn.domain.finding import AiResult, LesionType
from klarsyn.domain.placing import why_unplaced
from klarsyn.domain.reports.cad_report import (
    GraphicKind,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ReportImage,
    ReportStatus,
    ScoreConcept,
)
from klarsyn.domain.reports.report_outline import outline_of
from klarsyn.domain.reports.score_reading import Scale, ScoreReading
from klarsyn.domain.reports.vendor_rule import VendorRule
from klarsyn.intake.report_result import result_of

EXAM = four_views()
RULE = VendorRule(
    "maker", "Maker", exam_score=ScoreReading(Scale.TENTHS, ScoreConcept.CERTAINTY_OF_IMPRESSION)
)


def made(*findings: ReportFinding, exam: Exam = EXAM, rule: VendorRule = RULE, **facts: object) -> AiResult:
    return result_of(a_report(exam, *findings, **facts), rule, exam, CAME)


UIDS = ["now R CC", "now L MLO", "dbt", "made", "raw", "elsewhere"]
MIXED = an_exam(
    *four_views().images,
    a_volume("dbt", "R CC"),
    an_image("made", "L CC", made_from=("raw",), sources=(SourceImage("raw", "YES"),)),
)
regions = st.builds(
    Region,
    st.sampled_from(UIDS),
    st.none() | st.integers(1, 45),
    st.sampled_from(list(GraphicKind)),
    st.lists(st.tuples(st.floats(-9, 3000), st.floats(-9, 3000)), max_size=4).map(tuple),
    st.sampled_from(list(Purpose)),
)
single = st.builds(
    lambda regions, rendering, scores, lesion, unusable: a_finding(
        *regions, rendering=rendering, scores=scores, lesion_type=lesion, unusable=unusable
    ),
    st.lists(regions, max_size=3),
    st.sampled_from(list(Rendering)),
    st.lists(st.floats(-10, 200).map(sure), max_size=2).map(tuple),
    st.none() | st.sampled_from(list(LesionType)),
    st.lists(st.just("it is broken"), max_size=1).map(tuple),
)
composite = st.builds(
    lambda whole, members: replace(whole, members=tuple(members)), single, st.lists(single, max_size=3)
)


STATED = tuple(ReportImage(uid, rows=3328, columns=2560) for uid in UIDS)
"""What the report says of its images: so "made" shows the pixels of "raw"."""


def kept_of(finding: ReportFinding) -> tuple[ReportFinding, ...]:
    """What of a finding may be shown; () where it is no lesion or its maker holds it back."""
    parts = [p for p in (finding, *finding.members) if p.rendering is not Rendering.NOT_FOR_PRESENTATION]
    shown = finding in parts and any(part.lesion_type for part in parts)
    return tuple(parts) if shown else ()


@pytest.mark.invariant(3)
@given(single | composite, st.sampled_from(list(ReportStatus)), st.floats(-5, 15))
def test_a_mark_stands_on_its_own_image_and_nothing_is_dropped(finding, status, number) -> None:
    result = made(finding, exam=MIXED, status=status, scores=(impression(number, ""),), images=STATED)
    parts = kept_of(finding)
    marks = [mark for found in result.findings for mark in found.marks]
    listed = [(m.sop_instance_uid, m.frame, m.outline) for found, _ in result.unplaced for m in found.marks]
    assert len(result.findings) <= 1
    assert all(why_unplaced(mark, MIXED) == "" for mark in marks)
    for found in result.findings:
        assert 0 <= found.score <= 100
        assert found.score == max(mark.score for mark in found.marks)
    assert result.score is None or 1 <= result.score.value <= 10
    expected = set()
    for part in parts:
        lines = [region for region in part.regions if region.purpose is not Purpose.CENTER]
        for region in part.regions:
            on = "made" if region.sop_instance_uid == "raw" else region.sop_instance_uid
            outline, _ = outline_of(region.kind, region.points, 2560, 3328)
            drawn = any(m.sop_instance_uid == on and m.outline == outline for m in marks)
            expected.add((on, outline))
            by_its_outline = region.purpose is Purpose.CENTER and (
                region.sop_instance_uid in {line.sop_instance_uid for line in lines} or part is finding
            )
            assert drawn or (region.sop_instance_uid, region.frame, region.points) in listed or by_its_outline
    assert {(mark.sop_instance_uid, mark.outline) for mark in marks} <= expected
    unusable = sum(len(part.unusable) for part in parts)
    assert sum(reason == "it is broken" for _, reason in result.unplaced) == unusable
    if parts:
        assert result.findings or result.unplaced
    else:
        assert result.notices


@given(st.lists(single | composite, max_size=5))
def test_findings_of_one_report_do_not_disturb_each_other(findings) -> None:
    together = made(*findings, exam=MIXED, images=STATED)
    alone = [made(finding, exam=MIXED, images=STATED) for finding in findings]

    def told(results: list[AiResult]) -> list[object]:
        drawn = [replace(f, finding_id="") for r in results for f in r.findings]
        lost = [(replace(f, finding_id=""), reason) for r in results for f, reason in r.unplaced]
        return sorted(map(repr, (*drawn, *lost)))

    assert told([together]) == told(alone)
