"""The files that one result becomes: a CAD SR, and if wanted presentation states of its marks and a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from klarsyn import __version__
from klarsyn.dicom.cad_sr_writing.marks_state_files import marks_states
from klarsyn.dicom.cad_sr_writing.summary_page import PageSeries, write_summary_page
from klarsyn.dicom.cad_sr_writing.writer import ReportSeries, write_cad_sr
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.states.writer import StateSeries, write_presentation_state
from klarsyn.dicom.study_modules import series_of
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult
from klarsyn.domain.made_uid import made_uid
from klarsyn.domain.reports.own_report import own_report
from klarsyn.domain.reports.summary_lines import summary_lines

_STATES = 9002
"""SeriesNumber of the states; reports have 9001 (`cad_sr_writer`), pages 9003 (`summary_page`)."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where they go, and which are wanted beside the CAD SR."""

    folder: Path
    gsps: bool = False
    page: bool = False

    def path(self, exam: Exam, what: str) -> Path:
        """Return the path of a file; no name comes from the patient."""
        return self.folder / f"{exam.exam_id[:12]}-{what}.dcm"


def of_older_results(files: Files, exam: Exam, result: AiResult) -> list[str]:
    """Return the names of files in the folder that were written of other results of the exam."""
    series = {made_uid(f"series of {what}", result.result_id) for what in ("reports", "marks", "pages")}
    return [
        path.name for path in sorted(files.folder.glob(files.path(exam, "*").name)) if _not_of(path, series)
    ]


def _not_of(path: Path, series: set[str]) -> bool:
    try:
        return series_of(path) not in series
    except (UnreadableFile, OSError):
        return True


def write_result(files: Files, exam: Exam, result: AiResult, images: Mapping[str, Path]) -> int:
    """Write what one result becomes and return how many files; the same result gives the same files.

    Parameters
    ----------
    images
        The exam's files by SOPInstanceUID.

    Raises
    ------
    ValueError
        If it cannot be written; the sentence says why. Files of the same result may be there already.
    OSError
        If the folder cannot be written.
    """
    if result.is_stale_for(exam):
        raise ValueError("Images came after its result. Let it be scored again (`klarsyn score`).")
    try:
        count = _write_report(files, exam, result, images)
        if files.gsps:
            count += _write_states(files, exam, result, images)
        if files.page:
            count += _write_page(files, exam, result, images)
    except UnreadableFile as error:
        raise ValueError(str(error)) from error
    except KeyError as error:
        raise ValueError("One of its images is not kept here any more.") from error
    return count


def _write_report(files: Files, exam: Exam, result: AiResult, images: Mapping[str, Path]) -> int:
    report = own_report(result, exam, __version__)
    series = {i.sop_instance_uid: series_of(images[i.sop_instance_uid]) for i in report.images}
    study_file = images[report.images[0].sop_instance_uid]
    of_ours = ReportSeries(made_uid("series of reports", result.result_id))
    write_cad_sr(files.path(exam, "cad-sr"), report, study_file, of_ours, series)
    return 1


def _write_states(files: Files, exam: Exam, result: AiResult, images: Mapping[str, Path]) -> int:
    states = marks_states(result, exam, images, __version__)
    series = made_uid("series of marks", result.result_id)
    for number, state in enumerate(states, start=1):
        of_ours = StateSeries(series, _STATES, number, __version__)
        study_file = images[exam.images[0].sop_instance_uid]
        write_presentation_state(files.path(exam, f"marks-{number}"), state, study_file, of_ours)
    return len(states)


def _write_page(files: Files, exam: Exam, result: AiResult, images: Mapping[str, Path]) -> int:
    write_summary_page(
        files.path(exam, "page"),
        summary_lines(result, exam),
        result.provenance.made_at,
        made_uid("page", result.result_id, __version__),
        images[exam.images[0].sop_instance_uid],
        PageSeries(made_uid("series of pages", result.result_id), software=__version__),
    )
    return 1
