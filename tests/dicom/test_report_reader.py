"""One door for reports of other makers, whatever form they come in; what is none is told by name."""

import contextlib
from datetime import date

import numpy as np
import other_report_files as files
import pytest
from pydicom import uid

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.report_reader import is_report, read_report
from klarsyn.domain.reports.cad_report import ReportForm, ReportStatus

CAD_TITLE = ("111036", "DCM", "Mammography CAD Report")
ABSENT = files.evaluations(
    files.content("CODE", ("121071", "DCM", "Finding"), ("272519000", "SCT", "Absent"))
)


@pytest.fixture
def written(tmp_path):
    return lambda ds, syntax=uid.ExplicitVRLittleEndian: files.write(tmp_path / "report", ds, syntax)


@pytest.mark.parametrize(
    ("ds", "form"),
    [
        (files.structured(ABSENT), ReportForm.MEASUREMENTS),
        (files.structured(ABSENT, template=""), ReportForm.MEASUREMENTS),
        (files.structured(ABSENT, title=("X", "99X", "AI result")), ReportForm.MEASUREMENTS),
        (
            files.structured(ABSENT, sop_class_uid="1.2.840.10008.5.1.4.1.1.88.33"),
            ReportForm.MEASUREMENTS,
        ),
        (
            files.structured(ABSENT, sop_class_uid="1.2.840.10008.5.1.4.1.1.88.22"),
            ReportForm.MEASUREMENTS,
        ),
        (
            files.structured(title=CAD_TITLE, template="4000", sop_class_uid="1.2.840.10008.5.1.4.1.1.88.50"),
            ReportForm.CAD,
        ),
        (
            files.structured(title=CAD_TITLE, template="4000", sop_class_uid="1.2.840.10008.5.1.4.1.1.88.33"),
            ReportForm.CAD,
        ),
        (files.segmentation(np.ones((1, 4, 4), bool)), ReportForm.SEGMENTATION),
    ],
)
def test_each_form_is_read_with_the_exam_and_patient_it_is_about(written, ds, form):
    path = written(ds)
    assert is_report(path)
    received = read_report(path)
    assert received.report.form is form
    assert received.report.sop_instance_uid == files.REPORT
    assert (received.exam_key, received.accession_number) == ("study:2.25.1000", "ACC7")
    assert (received.patient.patient_id, received.patient.name) == ("TEST-1", "Prov, Anna")
    assert received.study_date == date(2026, 1, 5)


@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.DeflatedExplicitVRLittleEndian])
def test_other_transfer_syntaxes_are_read(written, syntax):
    assert read_report(written(files.structured(ABSENT), syntax)).report.form is ReportForm.MEASUREMENTS


@pytest.mark.parametrize(
    ("ds", "said"),
    [
        (
            files.structured(
                title=("113701", "DCM", "X-Ray Radiation Dose Report"),
                template="10001",
                sop_class_uid="1.2.840.10008.5.1.4.1.1.88.67",
            ),
            "X-Ray Radiation Dose SR",
        ),
        (
            files.structured(
                title=("18748-4", "LN", "Diagnostic Imaging Report"),
                template="2000",
                sop_class_uid="1.2.840.10008.5.1.4.1.1.88.11",
            ),
            "Basic Text SR",
        ),
        (
            files.structured(
                title=("18748-4", "LN", "Diagnostic Imaging Report"),
                template="2000",
                sop_class_uid="1.2.840.10008.5.1.4.1.1.88.33",
            ),
            "Comprehensive SR.*18748-4",
        ),
        (files.whose("1.2.840.10008.5.1.4.1.1.66.7", "SEG"), "label map"),
    ],
)
def test_reports_of_people_and_devices_are_told_by_name(written, ds, said):
    path = written(ds)
    assert is_report(path)
    with pytest.raises(UnreadableFile, match=said) as refused:
        read_report(path)
    assert refused.value.advice
    assert "Prov" not in str(refused.value)


def test_an_image_is_no_report(written):
    path = written(files.capture(np.zeros((4, 4), np.uint8)))
    assert not is_report(path)
    with pytest.raises(UnreadableFile, match="Secondary Capture"):
        read_report(path)


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SOPInstanceUID"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: files.structured(ABSENT),
        lambda: files.structured(title=CAD_TITLE, sop_class_uid="1.2.840.10008.5.1.4.1.1.88.50"),
        lambda: files.segmentation(np.ones((1, 4, 4), bool)),
    ],
)
def test_a_report_without_uids_belongs_to_no_exam(written, make, keyword):
    ds = make()
    delattr(ds, keyword)
    with pytest.raises(UnreadableFile, match=keyword):
        read_report(written(ds))


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian])
def test_a_report_that_breaks_off_never_passes_for_one_with_fewer_findings(written, tmp_path, syntax):
    marked = files.group(files.region("POLYLINE", (1, 2, 3, 4, 5, 6), files.on_image(files.reference())))
    whole = written(files.structured(files.measurements(marked, marked)), syntax).read_bytes()
    cut = tmp_path / "cut"
    for length in range(0, len(whole), 41):
        cut.write_bytes(whole[:length])
        with contextlib.suppress(UnreadableFile):
            report = read_report(cut).report
            # Cut before the content begins: nothing is claimed.
            assert (report.status, report.findings) == (ReportStatus.PARTIAL, ())


def test_what_is_no_dicom_is_a_sentence(tmp_path):
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(b"\xff\xd8\xff\xe0" + b"0" * 400)
    for asked in (is_report, read_report):
        with pytest.raises(UnreadableFile, match="not DICOM"):
            asked(picture)
