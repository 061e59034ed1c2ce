"""Key Object Selection documents that reject images (IHE IOCM)."""

from pathlib import Path

import pytest
from pydicom.sequence import Sequence
from rejection_files import rejection, write_rejection
from small_mammograms import write_exam

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.rejection import is_key_objects, read_rejection
from klarsyn.domain.rejection import RejectionReason


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    return write_exam(tmp_path / "exam")


@pytest.mark.parametrize("reason", list(RejectionReason))
def test_a_rejection_says_which_images_and_why(images: list[Path], tmp_path: Path, reason) -> None:
    path = write_rejection(tmp_path / "ko.dcm", images[:2], reason.value)
    assert is_key_objects(path)
    said = read_rejection(path)
    assert said.rejection.reason is reason
    assert said.rejection.images == (("2.25.880000", "2.25.7700000"), ("2.25.880000", "2.25.7700001"))
    assert said.patient.patient_id == "19580000-TEST"


def test_images_of_interest_are_no_rejection(images: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"title 113000 \(DCM\), which rejects no image"):
        read_rejection(write_rejection(tmp_path / "ko.dcm", images, "113000"))
    assert not is_key_objects(images[0])


def test_a_rejection_is_taken_whole_or_not_at_all(images: list[Path], tmp_path: Path) -> None:
    nothing = {"CurrentRequestedProcedureEvidenceSequence": Sequence([])}
    with pytest.raises(UnreadableFile, match="names no image"):
        read_rejection(write_rejection(tmp_path / "none.dcm", images, **nothing))
    wrong = rejection(images[:2])
    series = wrong.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    series[1].ReferencedSOPSequence[0].ReferencedSOPInstanceUID = "no uid"
    wrong.save_as(tmp_path / "wrong.dcm", enforce_file_format=True)
    with pytest.raises(UnreadableFile, match="no legal UID"):
        read_rejection(tmp_path / "wrong.dcm")


def test_whatever_is_cut_off_a_rejection_is_told(images: list[Path], tmp_path: Path) -> None:
    path = write_rejection(tmp_path / "ko.dcm", images)
    whole, said = path.read_bytes(), read_rejection(path)
    cut = tmp_path / "cut.dcm"
    for length in range(200, len(whole), 37):
        cut.write_bytes(whole[:length])
        try:
            found = read_rejection(cut)
        except UnreadableFile:
            continue
        assert found.rejection.images == said.rejection.images, length
