"""What one file says of its exam, and what the reader is told."""

from datetime import date, datetime

import pytest
from pydicom import Dataset, uid

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import ExamType, SourceImage


def test_a_file_says_which_exam_it_belongs_to(write, a_mammogram):
    instance = read_instance(write(a_mammogram()))
    assert instance.exam_key == "study:2.25.1000"
    assert instance.patient.patient_id == "TEST-1"
    assert instance.patient.name == "Prov, Anna Maria"
    assert instance.patient.birth_date == date(1960, 2, 29)
    assert instance.study_date == date(2026, 1, 5)
    assert instance.accession_number == "ACC7"
    assert instance.exam_type is ExamType.FFDM
    assert instance.transfer_syntax_uid == uid.ExplicitVRLittleEndian
    assert instance.repairs_applied == ()


def test_the_image_keeps_device_and_exposure(write, a_mammogram):
    image = read_instance(write(a_mammogram())).image
    assert (image.rows, image.columns, image.frames) == (24, 20, 1)
    assert image.manufacturer == "Imitation One"
    assert image.software_versions == "1.0, p2"
    assert image.technique == "29 kV, W/Rh, 84 mAs, 56 mm, 98 N"
    assert image.acquired == datetime(2026, 1, 5, 8, 15, 30)


def test_the_image_names_those_that_it_was_made_from(write, a_mammogram):
    ds = a_mammogram()
    ds.SourceImageSequence = [Dataset(), Dataset(), Dataset()]
    for item, value in zip(ds.SourceImageSequence, ("2.25.77", "no uid", ""), strict=True):
        item.ReferencedSOPInstanceUID = value
    assert read_instance(write(ds)).image.made_from == ("2.25.77",)
    assert read_instance(write(a_mammogram())).image.made_from == ()


def test_the_image_keeps_what_it_says_of_its_sources(write, a_mammogram):
    ds = a_mammogram()
    said = [("2.25.1", "YES", None), ("2.25.2", "REORIENTED_ONLY", ["A", "F"]), ("2.25.3", None, ["A", "P"])]
    ds.SourceImageSequence = []
    for uid_, preserved, orientation in said:
        item = Dataset()
        item.ReferencedSOPInstanceUID = uid_
        if preserved is not None:
            item.SpatialLocationsPreserved = preserved
        if orientation is not None:
            item.PatientOrientation = orientation
        ds.SourceImageSequence.append(item)
    assert read_instance(write(ds)).image.sources == (
        SourceImage("2.25.1", "YES", None),
        SourceImage("2.25.2", "REORIENTED_ONLY", ("A", "F")),
        # Rows and columns cannot both run from front to back.
        SourceImage("2.25.3", "", None),
    )


@pytest.mark.parametrize(
    ("decigray", "said"), [(0.0164, "29 kV, W/Rh, 84 mAs, 56 mm, 98 N, 1.6 mGy"), (0.0, ""), (-1.0, "")]
)
def test_the_glandular_dose_is_told_in_milligray_where_the_header_has_one(
    write, a_mammogram, decigray: float, said: str
):
    # Organ Dose is in dGy (PS3.3 C.8.7.2).
    ds = a_mammogram()
    ds.OrganDose = decigray
    image = read_instance(write(ds)).image
    assert image.technique == (said or "29 kV, W/Rh, 84 mAs, 56 mm, 98 N")


@pytest.mark.parametrize(
    ("keyword", "value", "code"),
    [
        ("PartialView", "YES", "partial-view"),
        ("BreastImplantPresent", "YES", "implant"),
        ("BurnedInAnnotation", "YES", "burned-in"),
        ("LossyImageCompression", "01", "lossy"),
        ("PresentationIntentType", "FOR PROCESSING", "for-processing"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.1.2.1", "for-processing"),
        ("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7", "secondary-capture"),
    ],
)
@pytest.mark.invariant(4)
def test_grey_values_are_honest_what_an_image_is_not_is_flagged_on_it(
    write, a_mammogram, keyword, value, code
):
    ds = a_mammogram()
    setattr(ds, keyword, value)
    notices = read_instance(write(ds)).image.notices
    assert [n.code for n in notices] == [code]
    assert "{" not in notices[0].text


def test_tomosynthesis_is_a_dbt_exam(write, a_tomosynthesis):
    assert read_instance(write(a_tomosynthesis())).exam_type is ExamType.DBT


def test_a_digitised_film_in_secondary_capture_is_film(write, a_mammogram):
    ds = a_mammogram()
    ds.SOPClassUID, ds.ConversionType = "1.2.840.10008.5.1.4.1.1.7", "DF"
    assert read_instance(write(ds)).exam_type is ExamType.FILM


@pytest.mark.parametrize("name", ["", "^^^", "  "])
def test_an_empty_name_is_empty(write, a_mammogram, name):
    ds = a_mammogram()
    ds.PatientName = name
    assert read_instance(write(ds)).patient.name == ""


def test_a_name_in_other_letters_is_shown_as_written(write, a_mammogram):
    ds = a_mammogram()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName = "Åström^Märta"
    assert read_instance(write(ds)).patient.name == "Åström, Märta"


@pytest.mark.parametrize(
    ("keyword", "value"), [("PatientBirthDate", "19601399"), ("StudyDate", "soon"), ("AcquisitionTime", "99")]
)
def test_a_malformed_date_does_not_lose_the_image(write, a_mammogram, keyword, value):
    ds = a_mammogram()
    ds[keyword]._value = value
    assert read_instance(write(ds)).image.sop_instance_uid == "2.25.1001"


@pytest.mark.parametrize(
    "syntax",
    [
        uid.ImplicitVRLittleEndian,
        uid.ExplicitVRBigEndian,
        uid.DeflatedExplicitVRLittleEndian,
    ],
)
def test_the_header_reads_the_same_in_every_encoding(write, a_mammogram, syntax):
    one, other = read_instance(write(a_mammogram())), read_instance(write(a_mammogram(), syntax))
    assert one.image == other.image
    assert one.grayscale.windows == other.grayscale.windows


@pytest.mark.invariant(4)
@pytest.mark.parametrize("syntax", [uid.JPEG2000, uid.HTJ2K])
@pytest.mark.parametrize(("stated", "lossy"), [(None, True), ("", True), ("01", True), ("00", False)])
def test_grey_values_are_honest_what_may_be_lossy_is_flagged_unless_the_header_says_that_it_is_not(
    write, a_mammogram, syntax, stated, lossy
):
    ds = a_mammogram()
    if stated is None:
        ds.pop("LossyImageCompression", None)
    else:
        ds.LossyImageCompression = stated
    image = read_instance(write(ds, syntax, [b"\xff\x4f" * 20])).image
    assert (image.lossy, "lossy" in [n.code for n in image.notices]) == (lossy, lossy)
