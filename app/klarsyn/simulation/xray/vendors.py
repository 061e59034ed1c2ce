"""Three makers of mammography units that do not exist, with the habits of those that do."""

from dataclasses import dataclass
from enum import StrEnum


class Storage(StrEnum):
    """How a maker's files are coded (transfer syntax)."""

    UNCOMPRESSED = "Explicit VR Little Endian"
    JPEG_LOSSLESS = "JPEG Lossless, Process 14 SV1"
    JPEG_LS = "JPEG-LS Lossless"


class Mirroring(StrEnum):
    """Which breasts are stored with the chest wall on the other side than they hang."""

    NONE = "as hung"
    RIGHT = "right breasts mirrored"
    LEFT = "left breasts mirrored"


@dataclass(frozen=True, slots=True)
class Detector:
    """What a detector does to the image.

    `blur_mm` is the standard deviation of the Gaussian that stands for focal spot and detector together;
    `conversion` says whether noise is correlated between neighbours (a scintillator) or not (selenium);
    `photons_per_mm2_mgy` are those counted behind no breast for a milligray of glandular dose to a standard
    breast of 50 mm, the detector's efficiency included; `electronic_noise` is in photons a pixel.
    """

    spacing_mm: float
    rows: int
    columns: int
    blur_mm: float
    conversion: str
    """DetectorType (0018,7004): DIRECT or SCINTILLATOR."""
    photons_per_mm2_mgy: float
    electronic_noise: float


@dataclass(frozen=True, slots=True)
class GreyScale:
    """How a maker stores an image For Presentation.

    `windows` are (explanation, centre, width) and `curves` (explanation, gamma) in the unit of processed
    density, 0 air to 1 the densest; curves become VOI LUTs.
    """

    bits: int
    inverted: bool
    """MONOCHROME1, bright tissue in low values."""
    padding: int | None
    windows: tuple[tuple[str, float, float], ...]
    sigmoid: bool
    curves: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TomosynthesisUnit:
    """How a maker moves the tube: `projections` over `sweep_deg`, pixels binned by `binning`.

    The dose of one view is shared by the projections. There is no grid, so there is more scatter.
    """

    projections: int
    sweep_deg: float
    binning: int
    slice_mm: float


@dataclass(frozen=True, slots=True)
class Vendor:
    """One maker: its unit, grey scale and way of writing files."""

    key: str
    manufacturer: str
    model: str
    software: str
    station: str
    detector: Detector
    grey: GreyScale
    processing_strength: float
    """Of the multiscale contrast in processing.py: 0 none, 1 strong."""
    tomosynthesis: TomosynthesisUnit
    mirroring: Mirroring
    storage: Storage
    anode: str
    filter_material: str
    spacing_tags: tuple[str, ...]
    """Which attributes carry the spacing, in words of the standard."""


VENDOR_A = Vendor(
    key="A",
    manufacturer="Norrsken Imaging (simulated)",
    model="Aurora 24",
    software="AUR 3.0.0-SIM",
    station="SIMUNIT1",
    detector=Detector(0.1, 2294, 1914, 0.075, "SCINTILLATOR", 4.7e6, 6.0),
    grey=GreyScale(12, False, None, (("NORMAL", 0.53, 0.52),), True),
    processing_strength=0.35,
    tomosynthesis=TomosynthesisUnit(15, 15.0, 1, 1.0),
    mirroring=Mirroring.NONE,
    storage=Storage.UNCOMPRESSED,
    anode="TUNGSTEN",
    filter_material="RHODIUM",
    spacing_tags=("ImagerPixelSpacing",),
)

VENDOR_B = Vendor(
    key="B",
    manufacturer="Fjällbild Medical (simulated)",
    model="Klippan DR",
    software="KLP 8.0-SIM",
    station="SIMUNIT2",
    detector=Detector(0.07, 3328, 2560, 0.05, "DIRECT", 7.0e6, 4.0),
    grey=GreyScale(
        14, True, 16383, (("NORMAL", 0.52, 0.54), ("HARDER", 0.54, 0.42), ("SOFTER", 0.5, 0.8)), True
    ),
    processing_strength=0.55,
    tomosynthesis=TomosynthesisUnit(25, 50.0, 2, 1.0),
    mirroring=Mirroring.RIGHT,
    storage=Storage.JPEG_LOSSLESS,
    anode="MOLYBDENUM",
    filter_material="MOLYBDENUM",
    spacing_tags=("ImagerPixelSpacing", "PixelSpacing"),
)

VENDOR_C = Vendor(
    key="C",
    manufacturer="Skärgård Radiologi (simulated)",
    model="Kobben 4K",
    software="KOB 1.2-SIM",
    station="SIMUNIT3",
    detector=Detector(0.065, 4096, 3328, 0.055, "SCINTILLATOR", 4.2e6, 3.0),
    grey=GreyScale(
        12, False, 0, (("NORMAL", 0.5, 0.7),), False,
        (("STANDARD", 1.0), ("LIGHTER", 0.75), ("DARKER", 1.35)),
    ),
    processing_strength=0.8,
    tomosynthesis=TomosynthesisUnit(15, 25.0, 2, 1.0),
    mirroring=Mirroring.LEFT,
    storage=Storage.JPEG_LS,
    anode="TUNGSTEN",
    filter_material="SILVER",
    spacing_tags=("ImagerPixelSpacing", "PixelSpacing", "EstimatedRadiographicMagnificationFactor"),
)  # fmt: skip

VENDORS = {v.key: v for v in (VENDOR_A, VENDOR_B, VENDOR_C)}
