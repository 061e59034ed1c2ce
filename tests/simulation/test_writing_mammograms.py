"""Simulated mammograms as DICOM: legal, and read back as what they were, for every maker."""

import errno
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import get_expected_length
from written_images import SHAPE, STUDY, all_values, complaints, facts
from written_mammograms import KINDS, read, written

from klarsyn.dicom.pixels import read_frame
from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.writing.mammogram import write_mammogram
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_B, VENDOR_C, VENDORS, Vendor

every_maker = pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda v: v.key)


@every_maker
@pytest.mark.parametrize("kind", KINDS)
def test_dciodvfy_finds_no_error(tmp_path: Path, vendor: Vendor, kind: str) -> None:
    errors, said = complaints(written(tmp_path, vendor, kind)[0])
    assert f"MammographyImageFor{'Processing' if kind == 'raw' else 'Presentation'}" in said
    assert errors == []


@pytest.mark.parametrize(
    ("vendor", "left_out"),
    [
        (VENDOR_A, {"PixelPaddingValue", "EstimatedRadiographicMagnificationFactor"}),
        (VENDOR_B, {"EstimatedRadiographicMagnificationFactor"}),
        (VENDOR_C, {"VOILUTFunction"}),
    ],
)
def test_the_ihe_mammography_profile_misses_only_what_a_maker_is_known_to_leave_out(
    tmp_path: Path, vendor: Vendor, left_out: set[str]
) -> None:
    errors, _ = complaints(written(tmp_path, vendor)[0], "IHEMammo")
    assert {e.split("Element=<")[1].split(">")[0] for e in errors} == left_out


@every_maker
@pytest.mark.parametrize("kind", KINDS)
def test_pixels_come_back_as_they_were(tmp_path: Path, vendor: Vendor, kind: str) -> None:
    path, pixels = written(tmp_path, vendor, kind)
    assert np.array_equal(read_frame(path), pixels)


def test_a_view_of_full_size_is_legal_and_comes_back(tmp_path: Path) -> None:
    path, detector = tmp_path / "full.dcm", VENDOR_C.detector
    pixels = np.zeros((detector.rows, detector.columns), np.uint16)
    pixels[500:2000, :900] = all_values(12, (1500, 900))
    write_mammogram(path, pixels, STUDY, facts(VENDOR_C))
    assert complaints(path)[0] == []
    assert np.array_equal(read_frame(path), pixels)


@every_maker
def test_bits_stored_agree_with_the_codestream(tmp_path: Path, vendor: Vendor) -> None:
    """PS3.5 8.2: what the attributes say and what the stream says have to be one."""
    ds = pydicom.dcmread(written(tmp_path, vendor)[0])
    if not ds.file_meta.TransferSyntaxUID.is_encapsulated:
        assert len(ds.PixelData) == get_expected_length(ds)
        return
    stream = next(generate_frames(ds.PixelData, number_of_frames=1))
    start = next(stream.find(b"\xff" + marker) for marker in (b"\xc3", b"\xf7") if b"\xff" + marker in stream)
    assert stream[start + 4] == ds.BitsStored >= vendor.grey.bits


def test_makers_use_three_transfer_syntaxes(tmp_path: Path) -> None:
    syntaxes = {read(tmp_path, vendor).transfer_syntax_uid for vendor in VENDORS.values()}
    assert syntaxes == {"1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"}


@every_maker
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_image_is_the_same_bytes(tmp_path: Path, vendor: Vendor, kind: str) -> None:
    first = written(tmp_path, vendor, kind)[0].read_bytes()
    assert written(tmp_path, vendor, kind)[0].read_bytes() == first


def test_a_full_disk_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="could not be written") as caught:
        written(tmp_path, VENDOR_A)
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        (np.zeros(SHAPE, np.float32), "float32"),
        (np.full(SHAPE, 4096, np.uint16), "which 12 bits cannot store"),
    ],
)
def test_pixels_of_another_type_or_depth_are_refused(tmp_path: Path, pixels: np.ndarray, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        write_mammogram(tmp_path / "view.dcm", pixels, STUDY, facts(VENDOR_A))
    assert list(tmp_path.iterdir()) == []


def test_a_view_that_is_not_simulated_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="CC and MLO"):
        write_mammogram(tmp_path / "v.dcm", all_values(12), STUDY, facts(VENDOR_A, position=ViewPosition.ML))
