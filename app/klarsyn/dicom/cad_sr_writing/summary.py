"""What was tried and what came of it, in a report that we write: PS3.16 TID 4001, 4002 and 4015 to 4018."""

from pydicom.dataset import Dataset

from klarsyn.dicom.cad_sr_writing import codes as code
from klarsyn.dicom.cad_sr_writing.findings import algorithm_items, impression_item, score_item
from klarsyn.dicom.cad_sr_writing.items import (
    CONTAINS,
    HAS_PROPERTIES,
    INFERRED_FROM,
    by_reference,
    code_item,
    container,
    text_item,
)
from klarsyn.dicom.cad_sr_writing.library import WrittenLibrary
from klarsyn.domain.reports.cad_report import Algorithm, Attempt, CadReport, ReportStatus, ScoreConcept

_CONTAINERS = {
    False: (code.SUCCESSFUL_DETECTIONS, code.FAILED_DETECTIONS, code.DETECTION_PERFORMED),
    True: (code.SUCCESSFUL_ANALYSES, code.FAILED_ANALYSES, code.ANALYSIS_PERFORMED),
}
_WELL = (ReportStatus.FINDINGS, ReportStatus.NO_FINDINGS, ReportStatus.PARTIAL)
_ILL = (ReportStatus.FAILED, ReportStatus.PARTIAL)


def findings_item(report: CadReport, library: WrittenLibrary) -> Dataset:
    """Return CAD Processing and Findings Summary (111017) with the overall impression and all findings.

    Raises
    ------
    ValueError
        If status and findings contradict each other, or a finding cannot be written.
    """
    summary = code.SUMMARIES.get((report.status, bool(report.findings)))
    if summary is None:
        raise ValueError(
            f'A report of the status "{report.status.value}" with {len(report.findings)} findings '
            "contradicts itself; it is not written."
        )
    fallback = _first_algorithm(report)
    impressions = [impression_item(finding, library, fallback) for finding in report.findings]
    return code_item(CONTAINS, code.SUMMARY, summary, [*_overall(report), *impressions])


def attempts_item(report: CadReport, library: WrittenLibrary, analyses: bool) -> Dataset:
    """Return the Summary of Detections (111064) or of Analyses (111065).

    Raises
    ------
    ValueError
        If something tried names no image or no algorithm.
    """
    tried = [
        attempt
        for attempt in report.attempts
        if attempt.analysis is analyses and attempt.status is not ReportStatus.NOT_ATTEMPTED
    ]
    well = [attempt for attempt in tried if attempt.status in _WELL]
    ill = [attempt for attempt in tried if attempt.status in _ILL]
    successful, failed, performed = _CONTAINERS[analyses]
    fallback = _first_algorithm(report)

    def one(attempt: Attempt) -> Dataset:
        algorithm = attempt.algorithm or fallback
        if not attempt.images or algorithm is None:
            raise ValueError("What was tried is written with the algorithm and the images.")
        entries = [place for uid in attempt.images for place in library.positions(uid)]
        references = [by_reference(HAS_PROPERTIES, place) for place in entries]
        return code_item(CONTAINS, performed, attempt.what, [*algorithm_items(algorithm), *references])

    parts = [
        container(INFERRED_FROM, name, [one(attempt) for attempt in attempts])
        for name, attempts in ((successful, well), (failed, ill))
        if attempts
    ]
    if not tried:
        value = code.NOT_ATTEMPTED
    elif well and ill:
        value = code.PARTIALLY_SUCCEEDED
    else:
        value = code.SUCCEEDED if well else code.FAILED
    return code_item(CONTAINS, code.ANALYSES if analyses else code.DETECTIONS, value, parts)


def _overall(report: CadReport) -> list[Dataset]:
    """Return what is said of the exam as a whole (TID 4002): a text must be there where a certainty is."""
    certainties = [s for s in report.scores if s.concept is ScoreConcept.CERTAINTY_OF_IMPRESSION]
    others = [s for s in report.scores if s.concept is not ScoreConcept.CERTAINTY_OF_IMPRESSION]
    if len(certainties) > 1:
        raise ValueError("A report states one certainty of its impression.")
    reason = report.reason if not any(report.reason in text for text in report.texts) else ""
    text = "\n".join(line for line in (*report.texts, reason) if line)
    if not text and certainties:
        text = f"Certainty of impression {certainties[0].value} %"
    if not text and not others:
        return []
    said = [text_item(HAS_PROPERTIES, code.IMPRESSION_DESCRIPTION, text)] if text else []
    said += [score_item(score) for score in certainties]
    for algorithm in report.algorithms if text else ():
        said += algorithm_items(algorithm)
    return said + [score_item(score) for score in others]


def _first_algorithm(report: CadReport) -> Algorithm | None:
    first = next(iter(report.algorithms), None)
    return Algorithm(first.name, first.version) if first is not None else None
