"""How a simulated view was exposed: what automatic exposure control would have chosen."""

from dataclasses import dataclass

import numpy as np

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.vendors import Vendor


@dataclass(frozen=True, slots=True)
class Technique:
    """How one view was exposed; units as a radiographer says them."""

    kvp: int
    exposure_mas: float
    exposure_ms: int
    force_n: float
    thickness_mm: float
    dose_mgy: float
    angle_deg: float


def choose_technique(
    vendor: Vendor, position: ViewPosition, thickness_mm: float, glandular: float, rng: np.random.Generator
) -> Technique:
    """Return what automatic exposure control would choose for a breast of this thickness and density."""
    thick = thickness_mm * (1.06 if position is ViewPosition.MLO else 1.0)
    kvp = round(26 + (thick - 35) / 10) if vendor.anode == "TUNGSTEN" else round(25 + (thick - 30) / 10)
    mas = float(np.clip((38 + 1.4 * thick) * (1 + 0.5 * glandular) * rng.normal(1, 0.04), 30, 240))
    return Technique(
        kvp=int(np.clip(kvp, 24, 34)),
        exposure_mas=round(mas, 1),
        exposure_ms=int(mas * 9),
        force_n=round(float(np.clip(rng.normal(105, 18), 60, 160)), 1),
        thickness_mm=round(thick),
        dose_mgy=round(float(0.35 + 0.016 * thick * (1 + 0.3 * glandular)), 2),
        angle_deg=round(float(rng.uniform(42, 52))) if position is ViewPosition.MLO else 0.0,
    )
