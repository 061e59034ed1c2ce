from io import BytesIO

import pytest
from pydicom import uid
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset

from klarsyn.dicom.sniff import is_dicom


def test_a_dicom_file_is_known_by_its_content_not_its_name(write, a_mammogram):
    path = write(a_mammogram())
    assert is_dicom(path.rename(path.with_name("holiday.jpg")))


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 200, b"just text, named .dcm " * 20, b"\xff\xd8\xff\xe0JFIF" * 40]
)
def test_other_content_named_dcm_is_not_dicom(tmp_path, content):
    path = tmp_path / "image.dcm"
    path.write_bytes(content)
    assert not is_dicom(path)


@pytest.mark.parametrize(
    "syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian]
)
def test_an_old_file_without_preamble_is_dicom(tmp_path, a_mammogram, syntax):
    path = tmp_path / "old"
    path.write_bytes(bare(a_mammogram(), syntax))
    assert is_dicom(path)


def test_a_folder_is_not_dicom(tmp_path):
    assert not is_dicom(tmp_path)


def test_a_file_that_cannot_be_opened_is_not_passed_by_in_silence(tmp_path):
    assert is_dicom(tmp_path / "vanished")


def bare(ds, syntax) -> bytes:
    """The data set alone, as it was stored before Part 10."""
    buffer = DicomBytesIO()
    buffer.is_implicit_VR, buffer.is_little_endian = syntax.is_implicit_VR, syntax.is_little_endian
    write_dataset(buffer, ds)
    assert isinstance(buffer.parent, BytesIO)
    return buffer.getvalue()
