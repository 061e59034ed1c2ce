"""How a view is exposed: what automatic exposure control chooses for a breast."""

from dataclasses import dataclass

import numpy as np

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.xray.vendors import Vendor

STANDARD_THICKNESS_MM = 50.0
_KVP_RANGE = (24, 34)


@dataclass(frozen=True, slots=True)
class Technique:
    """How one view was exposed; units as a radiographer says them.

    `dose_mgy` is the mean glandular dose, `angle_deg` the tilt of the unit (0 in CC).
    """

    kvp: int
    exposure_mas: float
    exposure_ms: int
    force_n: float
    thickness_mm: float
    dose_mgy: float
    angle_deg: float


def choose_technique(
    vendor: Vendor, position: ViewPosition, thickness_mm: float, dense_share: float, rng: np.random.Generator
) -> Technique:
    """Return what automatic exposure control would choose.

    Thick breasts get harder beams and more dose: about 0.85 mGy at 30 mm, 1.2 at 50, 1.9 at 80, which is
    what European programmes report (EUREF protocol, 4th ed., 2013, acceptable doses are twice that).
    `dense_share` is the share of fibroglandular tissue, 0 to 1.

    Raises
    ------
    ValueError
        If the thickness is not one of a compressed breast.
    """
    if not 5 <= thickness_mm <= 150:
        raise ValueError(
            f"A compressed breast cannot be {thickness_mm:g} mm thick. Give a thickness of 5 to 150 mm."
        )
    softest = 26.5 if vendor.anode == "TUNGSTEN" else 25.0
    kvp = int(np.clip(round(softest + (thickness_mm - 30) / 10), *_KVP_RANGE))
    spread = float(np.clip(rng.normal(1, 0.05), 0.85, 1.15))
    dose = (0.36 + 0.0155 * thickness_mm + 0.00005 * thickness_mm**2) * (0.94 + 0.25 * dense_share) * spread
    # More mAs for the same dose behind soft beams; molybdenum's lines give more photons a mAs.
    per_mgy = 62.0 if vendor.anode == "TUNGSTEN" else 48.0
    mas = per_mgy * dose * (thickness_mm / STANDARD_THICKNESS_MM) ** 0.8 * (28 / kvp) ** 3
    return Technique(
        kvp=kvp,
        exposure_mas=round(mas, 1),
        exposure_ms=round(mas * 9),
        force_n=round(float(np.clip(rng.normal(105, 18), 60, 160)), 1),
        thickness_mm=round(thickness_mm, 1),
        dose_mgy=round(dose, 3),
        angle_deg=float(round(rng.uniform(42, 52))) if position is ViewPosition.MLO else 0.0,
    )
