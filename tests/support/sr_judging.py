"""What may become of a report that arrives, however it was spoiled: the judgement of one file."""

import math
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sr_cases import L_CC
from sr_exam import exam_of, image_of
from sr_reference_cases import RAW_CC, SLICES_CC, SLICES_MLO

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.report_reader import read_report
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, ResultStatus
from klarsyn.domain.placing import place, why_unplaced
from klarsyn.domain.reports.cad_report import CadReport, ReportStatus
from klarsyn.domain.reports.vendor_rule import DEFAULT, VendorRule
from klarsyn.domain.source_image import SourceImage
from klarsyn.intake.report_result import ReportRefused, result_of
from klarsyn.intake.vendor_rules import load_vendor_rules

_FINDING = re.compile(
    rb"\x40\0\x40\xa0CS\x04\0CODE\x40\0\x43\xa0SQ\0\0.{4}"
    rb"\xfe\xff\0\xe0.{4}\x08\0\0\x01SH.{2}(?:111059|111015)",
    re.DOTALL,
)
"""A CODE whose concept name (0040,A043) is 111059 or 111015: something in the file is a finding."""

RECEIVED = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


@cache
def exams() -> tuple[Exam, ...]:
    """What the reports are about: four views, two stacks, a view whose raw image was reported on."""
    source = SourceImage(RAW_CC.uid, "REORIENTED_ONLY", RAW_CC.orientation)
    hanging = replace(image_of(L_CC), made_from=(RAW_CC.uid,), sources=(source,))
    return exam_of(), exam_of(SLICES_CC, SLICES_MLO), replace(exam_of(), images=(hanging,))


@cache
def rules() -> tuple[VendorRule, ...]:
    """The rule of unknown makers, and every built-in one: a spoiled header may look like any maker's."""
    return (DEFAULT, *load_vendor_rules().rules)


def judge(path: Path, number: int) -> str:
    """Read a file as any that arrives, and return what became of it.

    "refused" (in sentences), or the result's status. `number` chooses the maker's rule and the exam.
    Anything else is an error: an exception, a mark off its image, a score off its scale, "no findings" of a
    report with one.
    """
    try:
        report = read_report(path).report
    except UnreadableFile as error:
        return _refusal(error.reason, error.advice)
    judge_report(report, path.read_bytes())
    rule, exam = rules()[number % len(rules())], exams()[number % len(exams())]
    try:
        result = result_of(report, rule, exam, RECEIVED)
    except ReportRefused as error:
        return _refusal(str(error))
    judge_result(place(result, exam), report, exam)
    return result.status.value


def _refusal(*sentences: str) -> str:
    assert all(each.endswith(".") for each in sentences), sentences
    return "refused"


def judge_report(report: CadReport, data: bytes) -> None:
    """Sentences, no identity, and "no findings" only where the file holds none."""
    assert all(each.endswith(".") and "Testsson" not in each for each in report.problems), report.problems
    if report.status is ReportStatus.NO_FINDINGS:
        assert b"111241" in data
        assert not _FINDING.search(data), "a report with a finding says that there is none"


def judge_result(result: AiResult, report: CadReport, exam: Exam) -> None:
    """Marks stand inside images that the report names; scores keep to their scale; a doubt is said."""
    named = str(report)
    for finding in result.findings:
        assert 0 <= finding.score <= 100
        assert finding.marks
        for mark in finding.marks:
            assert not why_unplaced(mark, exam)
            image = exam.image(mark.sop_instance_uid)
            assert image is not None
            assert any(uid in named for uid in (image.sop_instance_uid, *image.made_from))
            assert 0 <= mark.score <= 100
            assert all(math.isfinite(number) for point in mark.outline for number in point)
    assert all(reason for _, reason in result.unplaced)
    assert result.reason or result.status in (ResultStatus.SCORED, ResultStatus.NO_FINDINGS)
    if result.status is ResultStatus.NO_FINDINGS:
        assert report.status is ReportStatus.NO_FINDINGS
