"""The simulated second maker's report as a file beside the exam's images."""

from pathlib import Path

from klarsyn.dicom.cad_sr_writing.writer import ReportSeries, write_cad_sr
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.study_modules import series_of
from klarsyn.simulation.lists.truth import SimulatedExam
from klarsyn.simulation.second_vendor import report_of
from klarsyn.simulation.writing.identifiers import make_uid

FILE = "second-maker.dcm"


def add_report(exam: SimulatedExam, seed: int) -> Path | None:
    """Write the maker's report of an exam into the exam's folder; again for the same exam it stays as it is.

    Returns the file, or None where the maker sends none. It is no part of the list's truth: the list is the
    same with it and without it.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left behind then.
    """
    path = exam.folder / FILE
    if path.exists():
        return path
    images = [read_instance(file).image for file in exam.files]
    report = report_of(exam.truth, images, seed)
    if report is None:
        return None
    series = {image.sop_instance_uid: series_of(file) for image, file in zip(images, exam.files, strict=True)}
    of_ours = make_uid(seed, exam.truth.request, "second maker", "series")
    write_cad_sr(path, report, exam.files[0], ReportSeries(of_ours), series)
    return path
