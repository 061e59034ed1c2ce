"""What a report of the cases says once read: its marks one by one, and its words."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pydicom.dataset import FileDataset
from sr_all_cases import a_case
from sr_files import write

from klarsyn.dicom.report_reader import read_report
from klarsyn.domain.reports.cad_report import CadReport, ReportFinding

Drawn = tuple[str, str, int | None, str, tuple[tuple[float, float], ...], str]
"""Code of the finding, SOP instance, frame, kind of graphic, points, purpose."""


def read(what: str | FileDataset) -> CadReport:
    """Write a case (by name) or a data set as a file, and read it as any report that arrives."""
    return _case(what) if isinstance(what, str) else _through_a_file(what)


@cache
def _case(name: str) -> CadReport:
    return _through_a_file(a_case(name).dataset)


def _through_a_file(ds: FileDataset) -> CadReport:
    with TemporaryDirectory() as folder:
        return read_report(write(Path(folder) / "report.dcm", ds)).report


def all_findings(report: CadReport) -> Iterator[ReportFinding]:
    """Findings and what they are made of."""
    todo = list(reversed(report.findings))
    while todo:
        finding = todo.pop()
        yield finding
        todo += reversed(finding.members)


def drawn(finding: ReportFinding) -> list[Drawn]:
    """The regions of one finding, without its members'."""
    return [
        (finding.kind.value, r.sop_instance_uid, r.frame, r.kind.value, r.points, r.purpose.value)
        for r in finding.regions
    ]


def marks(report: CadReport) -> list[Drawn]:
    """All regions of a report, members' as well, sorted."""
    return sorted((each for finding in all_findings(report) for each in drawn(finding)), key=repr)


def scores(finding: ReportFinding) -> list[tuple[str, float | None, str]]:
    """Concept, value and unit of each number."""
    return [(s.concept.value, s.value, s.unit) for s in finding.scores]
