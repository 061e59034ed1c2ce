"""Simulated mammograms as DICOM: legal, and read back as what they were, for every maker."""

import errno
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import generate_frames
from pydicom.pixels.utils import get_expected_length
from written_images import SHAPE, STUDY, all_values, complaints, facts

from klarsyn.dicom.headers import Instance, read_instance
from klarsyn.dicom.pixels import read_frame
from klarsyn.domain.display import VoiFunction
from klarsyn.domain.exam import ExamType, Laterality, ViewPosition
from klarsyn.simulation.writing.facts import Reference
from klarsyn.simulation.writing.mammogram import write_mammogram
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_B, VENDOR_C, VENDORS, Vendor

SIDES = (Laterality.LEFT, Laterality.RIGHT)
POSITIONS = (ViewPosition.CC, ViewPosition.MLO)
KINDS = ("presentation", "raw", "synthetic")
every_maker = pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda v: v.key)


def written(folder: Path, vendor: Vendor, kind: str = "presentation") -> tuple[Path, np.ndarray]:
    """Write a right MLO of `kind`, and return its file and its pixels."""
    path, image = (
        folder / f"{kind}.dcm",
        facts(vendor, kind, spacing_mm=0.14 if kind == "synthetic" else None),
    )
    if kind == "raw":
        pixels = all_values(14)
        write_mammogram(path, pixels, STUDY, image, for_processing=True)
    elif kind == "synthetic":
        pixels = all_values(12)
        source, shown = (
            Reference.to_tomosynthesis(facts(vendor, "slices")),
            Shown.as_slices(12, (2005.4, 3276.0)),
        )
        write_mammogram(path, pixels, STUDY, image, source=source, synthetic=shown)
    else:
        pixels = all_values(vendor.grey.bits)
        write_mammogram(path, pixels, STUDY, image, source=Reference.to_raw_mammogram(facts(vendor, "raw")))
    return path, pixels


def read(folder: Path, vendor: Vendor, kind: str = "presentation") -> Instance:
    return read_instance(written(folder, vendor, kind)[0])


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
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.invariant(2)
def test_side_and_view_are_coded_and_left_is_left(
    tmp_path: Path, vendor: Vendor, side: Laterality, position: ViewPosition
) -> None:
    path, image = tmp_path / "view.dcm", facts(vendor, laterality=side, position=position)
    write_mammogram(path, all_values(vendor.grey.bits), STUDY, image)
    found = read_instance(path).image
    assert (found.laterality, found.view_position) == (side, position)
    assert found.patient_orientation == image.orientation
    assert not [n for n in found.notices if "contradiction" in n.code or "missing" in n.code.split("-")[0]]


@every_maker
def test_the_header_tells_size_technique_and_maker(tmp_path: Path, vendor: Vendor) -> None:
    found = read(tmp_path, vendor)
    assert found.image.spacing is not None
    assert found.image.spacing.row_mm == found.image.spacing.column_mm == vendor.detector.spacing_mm
    assert "29 kV" in found.image.technique
    assert "84 mAs, 56 mm, 98 N" in found.image.technique
    assert "simulated" in found.image.manufacturer
    assert found.exam_type is ExamType.FFDM
    assert not found.image.lossy


@every_maker
def test_only_the_maker_who_writes_it_tells_the_magnification(tmp_path: Path, vendor: Vendor) -> None:
    unknown = "magnification-missing" in [n.code for n in read(tmp_path, vendor).image.notices]
    assert unknown == ("EstimatedRadiographicMagnificationFactor" not in vendor.spacing_tags)


def test_vendors_a_and_b_write_sigmoid_windows_and_c_writes_tables(tmp_path: Path) -> None:
    a, b, c = (read(tmp_path, vendor).grayscale for vendor in (VENDOR_A, VENDOR_B, VENDOR_C))
    assert [w.function for w in (*a.windows, *b.windows)] == [VoiFunction.SIGMOID] * 4
    assert [w.explanation for w in b.windows] == ["NORMAL", "HARDER", "SOFTER"]
    assert [t.explanation for t in c.voi_luts] == ["STANDARD", "LIGHTER", "DARKER"]
    assert not c.windows


def test_a_voi_table_maps_every_stored_value(tmp_path: Path) -> None:
    table = read(tmp_path, VENDOR_C).grayscale.voi_luts[0]
    assert (table.first, table.bits, table.values.size) == (0, 12, 4096)
    assert table.values[0] == 0
    assert table.values[-1] == 4095
    assert (np.diff(table.values.astype(int)) >= 0).all()


def test_padding_and_inversion_are_told_by_the_maker_who_uses_them(tmp_path: Path) -> None:
    a, b, c = (read(tmp_path, vendor).grayscale for vendor in (VENDOR_A, VENDOR_B, VENDOR_C))
    assert [g.monochrome1 for g in (a, b, c)] == [False, True, False]
    assert [g.padding for g in (a, b, c)] == [None, (16383, 16383), (0, 0)]


@every_maker
def test_a_raw_image_is_linear_and_has_no_window(tmp_path: Path, vendor: Vendor) -> None:
    path, _ = written(tmp_path, vendor, "raw")
    ds, found = pydicom.dcmread(path, stop_before_pixels=True), read_instance(path)
    assert found.image.for_processing
    assert not found.grayscale.windows
    assert not found.grayscale.voi_luts
    assert (ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign) == ("LIN", 1)
    assert list(ds.ImageType) == ["ORIGINAL", "PRIMARY"]
    assert found.grayscale.monochrome1  # Air has the highest values.


@every_maker
@pytest.mark.invariant(3)
def test_an_image_for_presentation_names_the_raw_one_whose_marks_stand_on_it(
    tmp_path: Path, vendor: Vendor
) -> None:
    raw = pydicom.dcmread(written(tmp_path, vendor, "raw")[0], stop_before_pixels=True)
    shown = pydicom.dcmread(written(tmp_path, vendor)[0], stop_before_pixels=True)
    (source,) = shown.SourceImageSequence
    assert source.ReferencedSOPInstanceUID == raw.SOPInstanceUID
    assert source.ReferencedSOPClassUID == raw.SOPClassUID
    assert source.SpatialLocationsPreserved == "YES"
    (purpose,) = source.PurposeOfReferenceCodeSequence
    assert (purpose.CodeValue, purpose.CodingSchemeDesignator) == ("121358", "DCM")
    assert shown.SeriesInstanceUID != raw.SeriesInstanceUID
    assert (shown.Rows, shown.Columns, shown.PatientOrientation) == (
        raw.Rows,
        raw.Columns,
        raw.PatientOrientation,
    )


@every_maker
def test_a_synthetic_image_names_its_tomosynthesis_and_says_what_it_is(
    tmp_path: Path, vendor: Vendor
) -> None:
    ds = pydicom.dcmread(written(tmp_path, vendor, "synthetic")[0], stop_before_pixels=True)
    assert list(ds.ImageType) == ["DERIVED", "PRIMARY", "", "GENERATED_2D"]
    (source,) = ds.SourceImageSequence
    assert source.ReferencedSOPClassUID == "1.2.840.10008.5.1.4.1.1.13.1.3"
    assert source.ReferencedSOPInstanceUID == facts(vendor, "slices").sop_instance_uid
    assert ds.PhotometricInterpretation == "MONOCHROME2"
    assert (ds.WindowCenter, ds.WindowWidth) == (2005, 3276)
    assert ds.ImagerPixelSpacing == [0.14, 0.14]


def test_the_organ_dose_is_in_decigray(tmp_path: Path) -> None:
    ds = pydicom.dcmread(written(tmp_path, VENDOR_A)[0], stop_before_pixels=True)
    assert float(ds.OrganDose) == pytest.approx(0.0131)


def test_nobody_can_take_the_woman_for_a_patient(tmp_path: Path) -> None:
    ds = pydicom.dcmread(written(tmp_path, VENDOR_A)[0], stop_before_pixels=True)
    assert "No such person" in ds.PatientComments
    assert ds.PatientName == STUDY.woman.name
    assert (ds.PatientID, ds.IssuerOfPatientID) == (STUDY.woman.patient_id, "KLARSYN SIMULATION 417")


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
