"""How an image was exposed, in one line (PS3.3 C.8.11.7 and C.8.7.2), and when."""

from datetime import datetime

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, moment, number, text
from klarsyn.dicom.functional_groups import group_item

_METAL = {
    "MOLYBDENUM": "Mo",
    "RHODIUM": "Rh",
    "TUNGSTEN": "W",
    "SILVER": "Ag",
    "ALUMINUM": "Al",
    "COPPER": "Cu",
    "TITANIUM": "Ti",
}


def read_technique(ds: Dataset) -> str:
    """Return e.g. "29 kV, W/Rh, 84 mAs, 56 mm, 98 N, 1.6 mGy"; parts that the header lacks are left out.

    The dose is the mean glandular one, which only Organ Dose gives; entrance dose is another quantity.
    """
    if acquisitions := items(ds, "XRay3DAcquisitionSequence"):
        ds = acquisitions[0]  # Tomosynthesis, C.8.21.3; of the whole sweep.
    micro = number(ds, "ExposureInuAs")
    mas = micro / 1000 if micro is not None else number(ds, "ExposureInmAs")
    mas = number(ds, "Exposure") if mas is None else mas
    anode, foil = (text(ds, keyword).upper() for keyword in ("AnodeTargetMaterial", "FilterMaterial"))
    metals = "/".join(_METAL.get(name, name.title()[:12]) for name in (anode, foil) if name)
    parts = [
        _with_unit(number(ds, "KVP"), "kV"),
        metals,
        _with_unit(mas, "mAs"),
        _with_unit(number(ds, "BodyPartThickness"), "mm"),
        _with_unit(number(ds, "CompressionForce"), "N"),
        _dose(ds),
    ]
    return ", ".join(part for part in parts if part)


def acquired_at(ds: Dataset) -> datetime | None:
    """Return when the image was acquired, in the modality's local time; content time if nothing else."""
    found = moment(ds, "AcquisitionDateTime", "AcquisitionDate", "AcquisitionTime")
    if found is None and (frame := group_item(ds, "FrameContentSequence")) is not None:
        found = moment(frame, "FrameAcquisitionDateTime", "", "")
    return found or moment(ds, "", "ContentDate", "ContentTime")


def _dose(ds: Dataset) -> str:
    decigray = number(ds, "OrganDose")
    return f"{decigray * 100:.1f} mGy" if decigray is not None and 0 < decigray < 10 else ""


def _with_unit(value: float | None, unit: str) -> str:
    return f"{value:.0f} {unit}" if value is not None and 0 < value < 10_000 else ""
