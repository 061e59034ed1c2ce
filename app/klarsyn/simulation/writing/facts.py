"""What a writer must know of a study and of an image besides its pixels."""

from dataclasses import dataclass
from datetime import datetime

from pydicom import uid

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.writing.people import InventedWoman
from klarsyn.simulation.xray.storage import is_mirrored, patient_orientation
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import Vendor


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """One visit of one woman. `acquired` is the local time of the first view."""

    woman: InventedWoman
    study_instance_uid: str
    acquired: datetime
    accession_number: str
    study_id: str
    description: str = "Mammografi screening (simulerad)"


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """One object of a study; its pixels lie as xray/storage.py lays them down for this maker.

    Parameters
    ----------
    acquired
        Local time of the exposure.
    spacing_mm
        Of a pixel, which may be a binned one; None for the detector's own.
    """

    laterality: Laterality
    position: ViewPosition
    vendor: Vendor
    technique: Technique
    instance_number: int
    sop_instance_uid: str
    series_instance_uid: str
    series_number: int
    acquired: datetime
    spacing_mm: float | None = None
    series_description: str = "Screening"

    @property
    def pixel_mm(self) -> float:
        """Spacing of a pixel."""
        return self.spacing_mm or self.vendor.detector.spacing_mm

    @property
    def orientation(self) -> tuple[str, str]:
        """PatientOrientation (0020,0020) of the stored pixels: row direction, column direction."""
        return patient_orientation(self.laterality, self.position, self.vendor)

    @property
    def mirrored(self) -> bool:
        """True when the pixels are stored mirrored to how the view hangs."""
        return is_mirrored(self.laterality, self.vendor)


@dataclass(frozen=True, slots=True)
class Reference:
    """Another SOP instance of the same study."""

    sop_class_uid: str
    series_instance_uid: str
    series_number: int
    instance_number: int
    sop_instance_uid: str

    @classmethod
    def to_raw_mammogram(cls, image: ImageFacts) -> "Reference":
        """Refer to a For Processing mammogram."""
        return cls._to(uid.DigitalMammographyXRayImageStorageForProcessing, image)

    @classmethod
    def to_tomosynthesis(cls, image: ImageFacts) -> "Reference":
        """Refer to a Breast Tomosynthesis Image."""
        return cls._to(uid.BreastTomosynthesisImageStorage, image)

    @classmethod
    def to_projections(cls, image: ImageFacts) -> "Reference":
        """Refer to a Breast Projection X-Ray Image For Processing."""
        return cls._to(uid.BreastProjectionXRayImageStorageForProcessing, image)

    @classmethod
    def _to(cls, sop_class: uid.UID, image: ImageFacts) -> "Reference":
        return cls(
            sop_class_uid=str(sop_class),
            series_instance_uid=image.series_instance_uid,
            series_number=image.series_number,
            instance_number=image.instance_number,
            sop_instance_uid=image.sop_instance_uid,
        )
