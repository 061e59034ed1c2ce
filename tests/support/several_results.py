"""Results of several makers, and documents, of one exam: put into the store as an import would leave them."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from other_report_files import capture, pdf_document, write
from window_helpers import make_result

from klarsyn.dicom.documents.document import read_document
from klarsyn.domain.finding import AiResult, Finding, IntendedUse, ResultOrigin, ResultStatus
from klarsyn.store.documents import DocumentRepository, KeptDocument
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.received import Received


def told_as(result: AiResult, *changed: Finding) -> AiResult:
    """The same result as a report of another maker would give it."""
    made = replace(
        result.provenance,
        engine="Imitation",
        vendor="Other maker",
        version="2.1",
        origin=ResultOrigin.REPORT,
        source="imitation",
        report_uid="2.25.1",
        model_sha256="",
        intended_use=IntendedUse.CLINICAL,
        operating_point=0,
        calibration="",
    )
    return replace(result, provenance=made, findings=changed or result.findings, raw=None)


def add_report_result(
    installation: Any,
    exam_id: str,
    result_id: str = "of-report",
    *,
    status: ResultStatus = ResultStatus.SCORED,
    age: timedelta = timedelta(0),
    findings: tuple[Finding, ...] = (),
    **provenance: Any,
) -> AiResult:
    """Store a result that another maker's report has told."""
    exam = installation.store.exams.get(exam_id)
    made = make_result(exam, status, installation.clock.now() - age)
    told = replace(told_as(made, *findings), result_id=result_id)
    told = replace(told, provenance=replace(told.provenance, **provenance))
    installation.store.results.add(told)
    return told


def pdf_of(*sizes: tuple[float, float]) -> bytes:
    """A PDF with empty pages of these sizes, in points."""
    made, into = pypdfium2.PdfDocument.new(), BytesIO()
    for size in sizes:
        made.new_page(*size)
    made.save(into)
    return into.getvalue()


def add_pdf(
    installation: Any, exam_id: str, folder: Path, content: bytes | None = None, name: str = "1"
) -> str:
    """Let a PDF be among the exam's documents; returns its hash."""
    content = pdf_of((595, 842), (842, 595)) if content is None else content
    return _keep(installation, exam_id, folder, pdf_document(content), name)


def add_picture(installation: Any, exam_id: str, folder: Path, name: str = "2") -> str:
    """Let a colour picture, red above green, be among the exam's documents; returns its hash."""
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[:30, :, 0], pixels[30:, :, 1] = 200, 150
    return _keep(installation, exam_id, folder, capture(pixels), name)


def _keep(installation: Any, exam_id: str, folder: Path, ds: Any, name: str) -> str:
    ds.SOPInstanceUID = f"2.25.77{name}"
    path = write(folder / f"document-{name}.dcm", ds)
    sha256 = ImageFolder(installation.settings.folders.images).put(path)
    exam, read = installation.store.exams.get(exam_id), read_document(path)
    key = f"study:{exam.images[0].study_instance_uid}"
    received = Received(key, exam.patient, None, "", sha256, installation.clock.now())
    with installation.store.database.writing() as session:
        DocumentRepository.add_in(session, KeptDocument(read.document, received))
    return sha256
