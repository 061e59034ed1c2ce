"""What headers of simulated mammograms tell, each maker in its own way."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from written_images import STUDY, all_values, facts
from written_mammograms import read, written

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.display import VoiFunction
from klarsyn.domain.exam import ExamType, Laterality, ViewPosition
from klarsyn.simulation.writing.mammogram import write_mammogram
from klarsyn.simulation.xray.vendors import VENDOR_A, VENDOR_B, VENDOR_C, VENDORS, Vendor

SIDES = (Laterality.LEFT, Laterality.RIGHT)
POSITIONS = (ViewPosition.CC, ViewPosition.MLO)
every_maker = pytest.mark.parametrize("vendor", VENDORS.values(), ids=lambda v: v.key)


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


def test_nobody_can_take_the_woman_for_a_patient(tmp_path: Path) -> None:
    ds = pydicom.dcmread(written(tmp_path, VENDOR_A)[0], stop_before_pixels=True)
    assert "No such person" in ds.PatientComments
    assert ds.PatientName == STUDY.woman.name
    assert (ds.PatientID, ds.IssuerOfPatientID) == (STUDY.woman.patient_id, "KLARSYN SIMULATION 417")
