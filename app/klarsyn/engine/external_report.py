"""Answers that are DICOM reports: Mammography CAD SR (TID 4000) or measurements (TID 1500).

Read with suspicion, like every answer: what the report itself calls incomplete, what does not speak of every
image that was given, or what is not sound in it, is no result. Which of its numbers are the engine's evidence
its `engine.toml` declares (`engine/report_words.py`).
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from klarsyn.dicom.cad_sr.codes import is_of_a_maker
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.report_reader import read_report
from klarsyn.domain.finding import LesionType
from klarsyn.domain.reports.cad_report import (
    CadReport,
    GraphicKind,
    Purpose,
    Region,
    Rendering,
    ReportFinding,
    ReportStatus,
)
from klarsyn.domain.reports.report_cover import named_images, not_looked_for
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
    _refuse_incomplete(report, views)
    return RawResult(
        received.patient.patient_id,
        _one(words.exam, words.exam.values(report.scores), "the exam"),
        tuple(_regions(report, views, words.finding)),
    )


def _refuse_incomplete(report: CadReport, views: Mapping[str, str]) -> None:
    if report.status not in _WHOLE:
        raise unusable(f"its report says of itself that it is not complete ({report.status.value})")
    if report.problems:
        raise unusable(f"its report is not sound: {report.problems[0].rstrip('.')}")
    if lacking := not_looked_for(report.attempts):
        raise unusable(f"its report says that something was not done: {lacking[0][:64]}")
    if missing := set(views) - named_images(report):
        raise unusable(f"its report does not speak of {len(missing)} of the {len(views)} images given to it")


def _regions(report: CadReport, views: Mapping[str, str], number: NamedNumber) -> Iterator[RawRegion]:
    count = 0
    for order, finding in enumerate(report.findings, start=1):
        for part, kind, values in _parts(finding, None, number, set()):
            score = _one(number, values, "a mark")
            for region, outline in _drawn(part, report):
                count += 1
                if count > MAX_REGIONS:
                    raise unusable(f"it holds more than the {MAX_REGIONS} marks that are plausible")
                view_id = views.get(region.sop_instance_uid)
                if view_id is None:
                    raise unusable("a mark names an image that the engine was not given")
                yield RawRegion(view_id, region.frame, outline, kind, score, finding=str(order))


def _parts(
    part: ReportFinding, within: LesionType | None, number: NamedNumber, stated: set[float]
) -> Iterator[tuple[ReportFinding, LesionType, set[float]]]:
    """Give what of a finding is drawn, of which family it is, and its numbers.

    That is itself where it has an outline, as a cluster has whose single calcifications are its members; else
    its members. What must not be shown is no mark, nor what is no lesion, as a nipple; a member that only its
    maker has a code for is of the family of what it belongs to.
    """
    if part.rendering is Rendering.NOT_FOR_PRESENTATION:
        return
    if part.lesion_type is None and not part.members and not is_of_a_maker(part.kind):
        return
    kind = part.lesion_type or within
    values = number.values(part.scores) or stated
    if kind is not None and (part.unusable or _shapes(part) or not part.members):
        yield part, kind, values
        return
    for member in part.members:
        yield from _parts(member, kind, number, values)


def _shapes(part: ReportFinding) -> list[Region]:
    """Return the regions that surround something: a centre does not."""
    return [region for region in part.regions if region.kind is not GraphicKind.POINT]


def _drawn(member: ReportFinding, report: CadReport) -> list[tuple[Region, Outline]]:
    """Return the outlines of a finding on one image; its centre is none."""
    if member.unusable:
        raise unusable(f"a mark cannot be drawn: {member.unusable[0].rstrip('.')}")
    flat = _shapes(member)
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
