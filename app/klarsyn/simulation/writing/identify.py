"""Who, where and when: patient, study, series, equipment and SOP common (PS3.3 C.7.1 to C.7.5, C.12.1)."""

from datetime import date

from pydicom.dataset import Dataset

from klarsyn.simulation.writing.facts import ImageFacts, StudyFacts

COMMENT = "Simulated exam. No such person exists."


def identify(ds: Dataset, sop_class_uid: str, study: StudyFacts, image: ImageFacts) -> None:
    """Fill in everything that says which object of which study of whom `ds` is."""
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = sop_class_uid
    ds.SOPInstanceUID = image.sop_instance_uid
    _describe_patient(ds, study)
    _describe_study(ds, study)
    ds.Modality = "MG"
    ds.SeriesInstanceUID = image.series_instance_uid
    ds.SeriesNumber = image.series_number
    ds.SeriesDescription = image.series_description
    ds.SeriesDate, ds.SeriesTime = ds.StudyDate, ds.StudyTime
    ds.OperatorsName = "Simulator^Klarsyn"
    _describe_equipment(ds, image)
    ds.InstanceNumber = ds.AcquisitionNumber = image.instance_number
    ds.ContentDate = ds.InstanceCreationDate = f"{image.acquired:%Y%m%d}"
    ds.ContentTime = ds.InstanceCreationTime = f"{image.acquired:%H%M%S}"
    ds.ImageComments = f"Simulated image, {image.laterality.value} {image.position.value}"
    ds.AcquisitionContextSequence = []


def _describe_patient(ds: Dataset, study: StudyFacts) -> None:
    woman = study.woman
    ds.PatientName = woman.name
    ds.PatientID = woman.patient_id
    ds.IssuerOfPatientID = woman.issuer
    ds.PatientBirthDate = f"{woman.birth_date:%Y%m%d}"
    ds.PatientSex = "F"
    ds.PatientAge = f"{_years(woman.birth_date, study.acquired.date()):03d}Y"
    ds.PatientComments = COMMENT


def _describe_study(ds: Dataset, study: StudyFacts) -> None:
    ds.StudyInstanceUID = study.study_instance_uid
    ds.StudyDate = f"{study.acquired:%Y%m%d}"
    ds.StudyTime = f"{study.acquired:%H%M%S}"
    ds.StudyID = study.study_id
    ds.StudyDescription = study.description
    ds.AccessionNumber = study.accession_number
    ds.ReferringPhysicianName = ""


def _describe_equipment(ds: Dataset, image: ImageFacts) -> None:
    vendor = image.vendor
    ds.Manufacturer = vendor.manufacturer
    ds.ManufacturerModelName = vendor.model
    ds.SoftwareVersions = vendor.software
    ds.StationName = vendor.station
    ds.DeviceSerialNumber = f"SIM-{vendor.key}-001"
    ds.GantryID = f"GANTRY-{vendor.key}"
    ds.InstitutionName = "Simulated screening unit"
    ds.InstitutionAddress = "Nowhere"


def _years(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
