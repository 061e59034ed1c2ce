"""Documents that an import brings: kept beside the exam, never hung among its images."""

from pathlib import Path

import numpy as np
import pytest
from other_report_files import capture, pdf_document, write
from pydicom import dcmread
from small_mammograms import write_exam

from klarsyn.domain.document import DocumentKind
from klarsyn.intake.importer import Importer


@pytest.fixture
def bring(installation, tmp_path: Path):
    def _bring():
        settings = installation.settings
        return Importer(installation.store, settings.folders, installation.clock, workers=1).run(
            [tmp_path / "in"], read=True
        )

    return _bring


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    return write_exam(tmp_path / "in")


def beside(images: list[Path], ds, **changes: object) -> Path:
    """Write a document into the study of `images`, of the same woman."""
    of = dcmread(images[0], stop_before_pixels=True)
    for keyword in ("StudyInstanceUID", "PatientID", "PatientName", "PatientBirthDate"):
        setattr(ds, keyword, getattr(of, keyword))
    for keyword, value in changes.items():
        setattr(ds, keyword, value)
    return write(images[0].parent / f"{ds.SOPInstanceUID[-12:]}.dcm", ds)


def page() -> np.ndarray:
    return np.zeros((60, 80, 3), np.uint8)


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_page_of_a_software_hangs_among_no_images(
    bring, images: list[Path], installation
) -> None:
    beside(images, capture(page()), SOPInstanceUID="2.25.4711")
    beside(images, pdf_document(), SOPInstanceUID="2.25.4712")
    summary = bring()
    (exam,) = installation.store.exams.many()
    assert (len(exam.images), len(summary.documents), summary.quarantined) == (4, 2, 0)
    kept = installation.store.documents.of_exam(exam.exam_id)
    assert {k.document.kind for k in kept} == {DocumentKind.PDF, DocumentKind.PICTURE}
    assert "2 documents" in str(summary)
    assert len(bring().documents) == 2


def test_a_document_that_comes_before_its_images_is_found_when_they_come(
    bring, images: list[Path], installation, tmp_path: Path
) -> None:
    beside(images, pdf_document())
    away = [path.rename(tmp_path / path.name) for path in images]
    bring()
    assert installation.store.exams.many() == []
    for source, path in zip(away, images, strict=True):
        source.rename(path)
    bring()
    (exam,) = installation.store.exams.many()
    assert len(installation.store.documents.of_exam(exam.exam_id)) == 1


def test_a_document_of_another_patient_is_listed_and_never_shown(
    bring, images: list[Path], installation
) -> None:
    beside(images, pdf_document(), PatientID="another", PatientName="Annan^Berit")
    assert bring().held == 1
    (exam,) = installation.store.exams.many()
    assert installation.store.documents.of_exam(exam.exam_id) == ()
    (held,) = installation.store.arrivals.quarantined()
    assert "another patient" in held.reason


def test_two_documents_with_one_uid_the_second_is_quarantined(bring, images: list[Path]) -> None:
    for number, content in enumerate((b"%PDF-1.4 a", b"%PDF-1.4 bc")):
        path = beside(images, pdf_document(content), SOPInstanceUID="2.25.4712")
        path.rename(path.with_name(f"{number}.dcm"))
    summary = bring()
    assert (len(summary.documents), summary.quarantined) == (1, 1)
