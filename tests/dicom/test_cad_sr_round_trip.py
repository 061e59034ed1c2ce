"""A result, its report as a file, and the result read from it again: equal, whatever the result."""

import pydicom
import pytest
from any_results import results
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_results import ExamFiles, dbt_files, ffdm_files, of_each_kind, of_marks

from klarsyn.dicom.cad_sr.reader import cad_report
from klarsyn.dicom.cad_sr_writing.writer import ReportSeries, write_cad_sr
from klarsyn.domain.finding import AiResult
from klarsyn.domain.reports.cad_report import CadReport
from klarsyn.domain.reports.own_report import own_report, own_result

SERIES = ReportSeries("2.25.4444")
ROUNDED = 0.0005
"""px: half of the last place of a 32-bit float below 16 384."""


@pytest.fixture(scope="module", params=["FFDM", "DBT"])
def exam_files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ExamFiles:
    made = {"FFDM": ffdm_files, "DBT": dbt_files}[request.param]
    return made(tmp_path_factory.mktemp("exam"))


def through_a_file(report: CadReport, exam_files: ExamFiles) -> CadReport:
    path = exam_files.files[0].with_name("report.sr")
    write_cad_sr(path, report, exam_files.files[0], SERIES, exam_files.series)
    return cad_report(pydicom.dcmread(path))


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_result_comes_back_from_its_file_unchanged(exam_files: ExamFiles, data: st.DataObject) -> None:
    result = data.draw(results(exam_files.exam))
    read = through_a_file(own_report(result, exam_files.exam), exam_files)
    assert own_result(read, exam_files.exam) == result


def test_forty_findings_come_back(exam_files: ExamFiles) -> None:
    result = of_each_kind(exam_files.exam)["findings"]
    many = tuple(
        type(f)(f"{f.finding_id} {n}", f.lesion_type, f.laterality, f.score, f.marks)
        for n in range(20)
        for f in result.findings
    )
    result = AiResult(result.result_id, result.exam_id, result.status, result.provenance, result.score, many)
    read = through_a_file(own_report(result, exam_files.exam), exam_files)
    assert own_result(read, exam_files.exam) == result


@pytest.mark.parametrize("kind", ["findings", "none", "partial", "failed", "not processed", "not for it"])
def test_each_kind_reads_like_what_was_written(exam_files: ExamFiles, kind: str) -> None:
    result = of_each_kind(exam_files.exam)[kind]
    written = own_report(result, exam_files.exam, "0.1.0")
    read = through_a_file(written, exam_files)
    assert read.problems == ()
    assert own_result(read, exam_files.exam) == result
    for name in (
        *("status", "sop_instance_uid", "sop_class_uid", "study_instance_uid", "manufacturer", "model"),
        *("software_versions", "images"),
    ):
        assert getattr(read, name) == getattr(written, name), name
    assert [f.rendering for f in read.findings] == [f.rendering for f in written.findings]
    assert [f.regions for f in read.findings] == [f.regions for f in written.findings]
    assert [[m.regions for m in f.members] for f in read.findings] == [
        [m.regions for m in f.members] for f in written.findings
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_lesion_of_several_marks_comes_back_with_each_in_its_place(
    exam_files: ExamFiles, count: int
) -> None:
    result = of_marks(exam_files.exam, count)
    read = through_a_file(own_report(result, exam_files.exam), exam_files)
    assert read.problems == ()
    assert own_result(read, exam_files.exam) == result
    # A composite has two parts (TID 4004).
    waiting = list(read.findings)
    for finding in waiting:
        assert len(finding.members) in (0, 2)
        waiting += finding.members


def test_an_outline_of_finer_corners_moves_by_less_than_a_thousandth(exam_files: ExamFiles) -> None:
    result = of_each_kind(exam_files.exam)["findings"]
    finding = result.findings[0]
    mark = finding.marks[0]
    fine = tuple((column + 0.1, row + 1 / 3) for column, row in mark.outline)
    finding = type(finding)(
        *("f", finding.lesion_type, finding.laterality, finding.score),
        (type(mark)(mark.sop_instance_uid, fine, mark.score, mark.frame, mark.frame_range),),
    )
    result = AiResult("r", result.exam_id, result.status, result.provenance, findings=(finding,))
    read = own_result(through_a_file(own_report(result, exam_files.exam), exam_files), exam_files.exam)
    assert read.findings[0].marks[0].outline == tuple(pytest.approx(p, abs=ROUNDED) for p in fine)
