"""Reports of invented makers as files, about small exams, for tests of what becomes of them on arrival."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from small_mammograms import ALL_VIEWS, write_exam

from klarsyn.dicom.cad_sr_writing.writer import ReportSeries, cad_sr
from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.study_modules import series_of
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import LesionType
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.reports.cad_report import (
    Algorithm,
    Attempt,
    CadReport,
    Code,
    GraphicKind,
    Purpose,
    Region,
    ReportFinding,
    ReportForm,
    ReportImage,
    ReportStatus,
    ScoreConcept,
    StatedScore,
)
from klarsyn.intake.import_summary import ImportSummary
from klarsyn.intake.importer import Importer
from klarsyn.reading.waiting import FullQueueRow, full_queue

MADE = datetime(2026, 1, 2, 9, tzinfo=UTC)
POLICY = ReadingPolicy("test", "Test", single_read_below=5, letter_days=0)
_CLUSTER = Code("129769006", "SCT", "Calcification Cluster")
_FINDING = Code("111012", "DCM", "Certainty of Finding")
_IMPRESSION = Code("111013", "DCM", "Certainty of Impression")
_SQUARE = ((60.0, 60.0), (80.0, 60.0), (80.0, 80.0), (60.0, 80.0), (60.0, 60.0))

RULE = """
format = 1
title = "An invented maker"
shown_as = "{maker}"
intended_use = "{use}"
scores = "tenths"
versions = ["2.1"]
devices = ["Testmaker"]
trust = {trust}
[[recognise]]
manufacturer = "{maker}"
[exam_score]
concept = "certainty of impression"
unit = "%"
scale = "percent"
"""


def report_about(files: list[Path], percent: float | None, maker: str, number: int = 1) -> CadReport:
    """A whole report on the images of `files`, with one calcification cluster on the first of them.

    `percent` is the exam's certainty of impression; None: the maker states none.
    """
    images = [read_instance(path).image for path in files]
    by = Algorithm(f"{maker} detection", "2.1")
    place = Region(images[0].sop_instance_uid, None, GraphicKind.POLYLINE, _SQUARE, Purpose.OUTLINE)
    center = Region(images[0].sop_instance_uid, None, GraphicKind.POINT, ((70.0, 70.0),), Purpose.CENTER)
    found = ReportFinding(
        _CLUSTER,
        LesionType.CALCIFICATIONS,
        regions=(center, place),
        scores=(StatedScore(ScoreConcept.CERTAINTY_OF_FINDING, _FINDING, 55.0, "%"),),
        algorithm=by,
        laterality=images[0].laterality,
    )
    stated = () if percent is None else (percent,)
    return CadReport(
        form=ReportForm.CAD,
        status=ReportStatus.FINDINGS,
        sop_instance_uid=f"2.25.66{number:03d}{images[0].study_instance_uid[-4:]}",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.88.50",
        study_instance_uid=images[0].study_instance_uid,
        manufacturer=maker,
        model=maker,
        software_versions="2.1",
        made_at=MADE + timedelta(minutes=number),
        algorithms=(by,),
        images=tuple(
            ReportImage(
                i.sop_instance_uid, i.sop_class_uid, (), i.laterality, i.view_position,
                patient_orientation=i.patient_orientation, rows=i.rows, columns=i.columns,
            )
            for i in images
        ),
        findings=(found,),
        scores=tuple(
            StatedScore(ScoreConcept.CERTAINTY_OF_IMPRESSION, _IMPRESSION, value, "%") for value in stated
        ),
        attempts=(
            Attempt(_CLUSTER, ReportStatus.FINDINGS, algorithm=by,
                    images=tuple(i.sop_instance_uid for i in images)),
        ),
    )  # fmt: skip


@dataclass
class Incoming:
    """One folder that an installation imports, and what is put into it."""

    installation: Any
    folder: Path

    def images(self, number: int = 0, views: tuple[tuple[str, str], ...] = ALL_VIEWS, **changes: object):
        """Put one exam's images there and return their paths."""
        return write_exam(self.folder / f"exam-{number}", number, views, **changes)

    def report(
        self,
        files: list[Path],
        percent: float | None = 25.0,
        maker: str = "Wise",
        number: int = 1,
        *,
        changed: Callable[[CadReport], CadReport] = lambda report: report,
        **changes: object,
    ) -> Path:
        """Put a report on `files` there and return its path; `changes` set its attributes by keyword."""
        report = changed(report_about(files, percent, maker, number))
        series = {read_instance(f).image.sop_instance_uid: series_of(f) for f in files}
        ds = cad_sr(report, files[0], ReportSeries(f"2.25.55{number}"), series)
        for keyword, value in changes.items():
            setattr(ds, keyword, value)
        path = self.folder / f"report-{report.sop_instance_uid}-{percent}.dcm"
        ds.save_as(path, enforce_file_format=True)
        return path

    def rule(self, maker: str = "Wise", *, trust: bool = True, use: str = "clinical") -> None:
        """Let the site declare a maker's percentages to be its tenths, trusted or not."""
        rules = self.installation.settings.folders.root / "vendors"
        rules.mkdir(exist_ok=True)
        text = RULE.format(maker=maker, trust=str(trust).lower(), use=use)
        (rules / f"{maker.casefold()}.toml").write_text(text)

    def bring(self) -> ImportSummary:
        """Import the folder."""
        where = self.installation
        return Importer(where.store, where.settings.folders, where.clock, workers=1).run(
            [self.folder], read=True
        )

    def queue(self, policy: ReadingPolicy = POLICY, reader: str = "reader-one") -> list[FullQueueRow]:
        """The administrator's queue."""
        where = self.installation
        return full_queue(where.store, policy, reader=reader, now=where.clock.now())

    def exam(self) -> Exam:
        """The one exam that is here."""
        (exam,) = self.installation.store.exams.many()
        return exam

    def results(self):
        """The newest result of each source of the one exam."""
        return self.installation.store.results.of_exams([self.exam().exam_id]).get(self.exam().exam_id, ())


@pytest.fixture
def incoming(installation: Any, tmp_path: Path) -> Incoming:
    """An empty folder to import from."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    return Incoming(installation, folder)


def elsewhere(report: CadReport) -> CadReport:
    """The same report about another study."""
    return replace(report, study_instance_uid="2.25.1")


__all__ = ["MADE", "POLICY", "Incoming", "elsewhere", "incoming", "report_about"]
