"""The patient as shown to the reader; never handed to an engine or a log (invariant 9)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import day, text
from klarsyn.domain.exam import Patient


def read_patient(ds: Dataset) -> Patient:
    """Return identity from the Patient module (PS3.3 C.7.1.1)."""
    return Patient(
        text(ds, "PatientID"),
        shown_name(text(ds, "PatientName")),
        day(ds, "PatientBirthDate"),
        text(ds, "IssuerOfPatientID"),
    )


def shown_name(person_name: str) -> str:
    """Return a PN value as "Family, Given Middle" (PS3.5 6.2.1.1), from its alphabetic form if it has one."""
    written = next((form for form in person_name.split("=") if form.strip("^ ")), "")
    parts = [part.strip() for part in written.split("^")] + ["", "", ""]
    family, given = parts[0], " ".join(part for part in parts[1:3] if part)
    return ", ".join(part for part in (family, given) if part)
