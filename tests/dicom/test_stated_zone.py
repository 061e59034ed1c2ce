"""Times of what we write are in the zone that the study states, or in UTC, and say so."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pydicom
import pytest
from own_results import ffdm_files, of_each_kind
from pydicom.dataset import Dataset
from written_images import complaints

from klarsyn.dicom.cad_sr_writing.writer import ReportSeries, write_cad_sr
from klarsyn.dicom.report_reader import read_report
from klarsyn.dicom.stated_zone import in_zone, zone_of
from klarsyn.domain.reports.own_report import own_report

AT = datetime(2026, 1, 2, 9, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(("stated", "written"), [("", f"{AT.astimezone():%H%M%S}"), ("-0330", "060015")])
def test_a_report_is_written_in_the_zone_of_its_study_and_states_it_only_as_that_does(
    tmp_path: Path, stated: str, written: str
) -> None:
    exam_files = ffdm_files(tmp_path / "exam")
    ds = pydicom.dcmread(exam_files.files[0])
    if stated:
        ds.TimezoneOffsetFromUTC = stated
    ds.save_as(exam_files.files[0])
    report = own_report(of_each_kind(exam_files.exam)["findings"], exam_files.exam)
    path = tmp_path / "report.dcm"
    write_cad_sr(path, report, exam_files.files[0], ReportSeries("2.25.4444"), exam_files.series)
    found = pydicom.dcmread(path)
    assert (found.get("TimezoneOffsetFromUTC", ""), found.ContentTime) == (stated, written)
    assert read_report(path).report.made_at == (AT if stated else AT.astimezone().replace(tzinfo=None))
    assert complaints(path)[0] == []


@pytest.mark.parametrize(
    ("stated", "offset"),
    [("+0530", timedelta(hours=5, minutes=30)), ("+1500", None), ("CET", None), ("", None), ("+0060", None)],
)
def test_a_zone_that_does_not_exist_is_none(stated: str, offset: timedelta | None) -> None:
    ds = Dataset()
    ds.TimezoneOffsetFromUTC = stated
    assert zone_of(ds) == (timezone(offset) if offset is not None else None)
    at = datetime(2026, 1, 2, 9)
    assert in_zone(at, ds).utcoffset() == offset
    assert in_zone(None, ds) is None
