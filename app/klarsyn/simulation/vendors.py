"""Two makers of mammography units that do not exist, with the habits of those that do."""

from dataclasses import dataclass

from klarsyn.simulation.detector import Detector, GreyScale


@dataclass(frozen=True, slots=True)
class Vendor:
    """One maker's detector, grey scale and way of writing files.

    `windows` are (explanation, centre, width) in the signal's unit. `mirrors_right` stores right breasts
    with the chest wall at the left, so that PatientOrientation must be obeyed. `compressed` writes JPEG
    Lossless (Process 14), else Explicit VR Little Endian.
    """

    key: str
    manufacturer: str
    model: str
    software: str
    station: str
    rows: int
    columns: int
    detector: Detector
    grey: GreyScale
    windows: tuple[tuple[str, float, float], ...]
    mirrors_right: bool
    compressed: bool
    anode: str
    filter_material: str


VENDOR_A = Vendor(
    key="A",
    manufacturer="Norrsken Imaging (simulated)",
    model="Aurora 24",
    software="AUR 2.4.1-SIM",
    station="SIMUNIT1",
    rows=2294,
    columns=1914,
    detector=Detector(spacing_mm=0.1, blur_mm=0.075, noise=0.0085, noise_blur_px=0.55),
    grey=GreyScale(bits=12, offset=450.0, gain=3300.0, inverted=False, padding=None),
    windows=(("NORMAL", 0.53, 0.57),),
    mirrors_right=False,
    compressed=False,
    anode="TUNGSTEN",
    filter_material="RHODIUM",
)

VENDOR_B = Vendor(
    key="B",
    manufacturer="Fjällbild Medical (simulated)",
    model="Klippan DR",
    software="KLP 7.0-SIM",
    station="SIMUNIT2",
    rows=2560,
    columns=2048,
    detector=Detector(spacing_mm=0.09, blur_mm=0.065, noise=0.0095, noise_blur_px=0.7),
    grey=GreyScale(bits=14, offset=900.0, gain=11500.0, inverted=True, padding=16383),
    windows=(("NORMAL", 0.52, 0.58), ("HARDER", 0.54, 0.42), ("SOFTER", 0.50, 0.80)),
    mirrors_right=True,
    compressed=True,
    anode="MOLYBDENUM",
    filter_material="MOLYBDENUM",
)

VENDORS = {v.key: v for v in (VENDOR_A, VENDOR_B)}
