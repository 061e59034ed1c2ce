"""What of an exam a report speaks of: what its maker's software has not looked at, or for, is unread."""

from collections.abc import Collection, Iterable, Iterator

from klarsyn.domain.exam import Exam
from klarsyn.domain.reports.cad_report import Attempt, CadReport, ReportFinding, ReportStatus
from klarsyn.domain.volumes import hanging_images


def seen_images(report: CadReport, exam: Exam) -> tuple[str, ...]:
    """Return the exam's images that a report has looked at, as far as it says.

    An image counts as seen when the report names it (Image Library, TID 4020, or a finding on it), when it
    was made from one that is named, when one that was made from it is seen, and when it belongs to a volume
    of which a slice is named: reports list key frames only. It does not where a detection or analysis failed
    on it or was not attempted (111025, 111024).
    """
    named = named_images(report)
    seen = {i.sop_instance_uid for i in exam.images if named & {i.sop_instance_uid, *i.made_from}}
    volumes = {i.volume_key for i in exam.images if i.is_tomosynthesis and i.sop_instance_uid in seen}
    seen |= {i.sop_instance_uid for i in exam.images if i.volume_key in volumes}
    raw = {uid for i in exam.images if i.sop_instance_uid in seen and not i.synthetic for uid in i.made_from}
    seen |= {i.sop_instance_uid for i in exam.images if i.for_processing and i.sop_instance_uid in raw}
    return tuple(i.sop_instance_uid for i in exam.images if i.sop_instance_uid in seen)


def named_images(report: CadReport) -> set[str]:
    """Return the SOPInstanceUIDs that a report names, but for those on which something was not done."""
    named = {image.sop_instance_uid for image in report.images} | set(_of_findings(report))
    return named - {
        uid
        for attempt in report.attempts
        if attempt.status in (ReportStatus.FAILED, ReportStatus.NOT_ATTEMPTED)
        for uid in attempt.images
    }


def unseen_views(report: CadReport, exam: Exam) -> tuple[str, ...]:
    """Return the labels of what a reader reads of an exam and a report does not speak of."""
    return views_without(seen_images(report, exam), exam)


def views_without(seen: Collection[str], exam: Exam) -> tuple[str, ...]:
    """Return the labels of what a reader reads of an exam that is not among the images `seen`."""
    processed = {uid for i in exam.images if not i.for_processing for uid in i.made_from}
    unseen = [
        f"{image.view_label}{image.kind_label}"
        for image in hanging_images(exam)
        if image.hangs and image.sop_instance_uid not in {*seen, *(processed if image.for_processing else ())}
    ]
    return tuple(dict.fromkeys(unseen))


def not_looked_for(attempts: Iterable[Attempt]) -> tuple[str, ...]:
    """Return the names of what failed, and of detections that were not attempted.

    Analyses that were not attempted take nothing from what was detected: most makers analyse nothing.
    """
    names = [
        attempt.what.meaning or attempt.what.value
        for attempt in attempts
        if attempt.status is ReportStatus.FAILED
        or (attempt.status is ReportStatus.NOT_ATTEMPTED and not attempt.analysis)
    ]
    return tuple(dict.fromkeys(names))


def _of_findings(report: CadReport) -> Iterator[str]:
    waiting: list[ReportFinding] = list(report.findings)
    known: set[int] = set()
    while waiting:
        finding = waiting.pop()
        if id(finding) in known:
            continue
        known.add(id(finding))
        waiting += finding.members
        yield from (region.sop_instance_uid for region in finding.regions)
