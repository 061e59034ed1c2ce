"""Answers that are DICOM reports: Mammography CAD SR (TID 4000), measurements (TID 1500), segmentations.

Read with suspicion, like every answer: what the report itself calls incomplete, or what is not sound in
it, is no result. Which of its numbers are the engine's evidence its `engine.toml` declares
(`engine/report_words.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.report_reader import read_report
from klarsyn.domain.reports.cad_report import (
    CadReport,
    GraphicKind,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ReportStatus,
)
from klarsyn.domain.reports.report_outline import Outline, outline_of
from klarsyn.engine.answer import unusable
from klarsyn.engine.contract import RawRegion, RawResult
from klarsyn.engine.limits import MAX_REGIONS
from klarsyn.engine.report_words import NamedNumber, ReportWords

SUFFIX = ".dcm"
PREAMBLE = 132
"""Bytes before the first attribute of a DICOM file: 128, and then DICM (PS3.10 7.1)."""

_MOST_BYTES = 32 * 2**20
_ANY_SIZE = 2**31
"""Of an image whose size the report does not state: what leaves it is refused by the check of the result."""
_WHOLE = (ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS)

ReportReader = Callable[[Path, Mapping[str, str]], RawResult]
"""Reads a report; it is given which SOPInstanceUID is which view."""


def is_dicom(start: bytes) -> bool:
    """True for the first `PREAMBLE` bytes of a DICOM file."""
    return start[128:PREAMBLE] == b"DICM"


def report_reader(words: ReportWords | None) -> ReportReader:
    """Return what reads the reports of an engine whose `engine.toml` declares `words`."""
    return lambda path, views: read_structured_report(path, views, words)


def read_structured_report(
    path: Path, views: Mapping[str, str], words: ReportWords | None = None
) -> RawResult:
    """Return the result that a report states.

    Parameters
    ----------
    views
        Which SOPInstanceUID is which view.
    words
        Which of its numbers count; without them no report can be used.

    Raises
    ------
    EngineFailure
        If it is no report, is incomplete or unsound, or states no number of the declared name.
    """
    if words is None:
        raise unusable(
            "it is a DICOM report, and the engine.toml does not declare which of its numbers count"
        )
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise unusable("its report is too large")
        received = read_report(path)
    except UnreadableFile as error:
        raise unusable(f"its report cannot be read: {error.reason.rstrip('.')}") from error
    except OSError as error:
        raise unusable("its report cannot be read") from error
    report = received.report
    _refuse_incomplete(report)
    return RawResult(
        received.patient.patient_id,
        _one(words.exam, words.exam.values(report.scores), "the exam"),
        tuple(_regions(report, views, words.finding)),
    )


def _refuse_incomplete(report: CadReport) -> None:
    if report.status not in _WHOLE:
        raise unusable(f"its report says of itself that it is not complete ({report.status.value})")
    if report.problems:
        raise unusable(f"its report is not sound: {report.problems[0].rstrip('.')}")


def _regions(report: CadReport, views: Mapping[str, str], number: NamedNumber) -> Iterator[RawRegion]:
    count = 0
    for order, finding in enumerate(report.findings, start=1):
        # A nipple and a breast's density are no lesions, and what must not be shown is no mark.
        if finding.lesion_type is None or finding.rendering is Rendering.NOT_FOR_PRESENTATION:
            continue
        for member in finding.members or (finding,):
            score = _one(number, number.values(member.scores) or number.values(finding.scores), "a mark")
            for region, outline in _drawn(member, report):
                count += 1
                if count > MAX_REGIONS:
                    raise unusable(f"it holds more than the {MAX_REGIONS} marks that are plausible")
                view_id = views.get(region.sop_instance_uid)
                if view_id is None:
                    raise unusable("a mark names an image that the engine was not given")
                kind = member.lesion_type or finding.lesion_type
                yield RawRegion(view_id, region.frame, outline, kind, score, finding=str(order))


def _drawn(member: ReportFinding, report: CadReport) -> list[tuple[Region, Outline]]:
    """Return the outlines of a finding on one image; its centre is none."""
    if member.unusable:
        raise unusable(f"a mark cannot be drawn: {member.unusable[0].rstrip('.')}")
    flat = [region for region in member.regions if region.kind is not GraphicKind.POINT]
    drawn = []
    for region in [r for r in flat if r.purpose is Purpose.OUTLINE] or flat:
        image = report.image(region.sop_instance_uid)
        columns, rows = (image.columns, image.rows) if image is not None else (None, None)
        outline, why = outline_of(region.kind, region.points, columns or _ANY_SIZE, rows or _ANY_SIZE)
        if why:
            raise unusable(f"the outline of a mark cannot be drawn: {why}")
        drawn.append((region, outline))
    if not drawn:
        raise unusable("a mark has no outline")
    return drawn


def _one(number: NamedNumber, found: set[float], of: str) -> float:
    if len(found) != 1:
        several = "several different numbers" if found else "no number"
        raise unusable(f"its report states {several} of {of} under the declared name ({number})")
    return found.pop()
