"""What X-rays of mammography meet: spectra of a few energies, and how tissue attenuates them.

Fat and fibroglandular tissue are those of Johns and Yaffe, "X-ray characterisation of normal and neoplastic
breast tissues", Phys Med Biol 32:675 (1987). Hydroxyapatite and the filters are put together from Hubbell
and Seltzer's tables of the elements (NIST SRD 126). Between the tabulated energies, and below 18 keV,
attenuation follows a power of energy, as photoelectric absorption does.

The tube gives Kramers' bremsstrahlung, and a molybdenum anode its K lines; the filter cuts both; the
detector is taken to count every photon that reaches it. Forty energies would cost as many exponentials a
pixel, so a few stand for all.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

Floats = npt.NDArray[np.float64]

_NODES_KEV = (12.0, 15.0, 18.0, 21.0, 25.0)

# 1/mm at keV.
_TISSUE_KEV = (18.0, 20.0, 25.0, 30.0, 40.0)
_FAT = (0.0558, 0.0456, 0.0322, 0.0264, 0.0215)
_DENSE = (0.1028, 0.0802, 0.0506, 0.0378, 0.0281)

# Ca10(PO4)6(OH)2: shares by mass and cm2/g of its elements; 3.18 g/cm3.
_APATITE_DENSITY = 3.18
_ELEMENT_KEV = (10.0, 15.0, 20.0, 30.0, 40.0)
_APATITE = (
    (0.3989, (93.41, 29.79, 13.06, 4.080, 1.830)),  # Ca
    (0.1850, (40.35, 12.39, 5.352, 1.700, 0.8096)),  # P
    (0.4141, (5.952, 1.836, 0.8651, 0.3779, 0.2585)),  # O
    (0.0020, (0.3854, 0.3764, 0.3695, 0.3570, 0.3458)),  # H
)

# Filters: mm, g/cm3, K edge in keV; then cm2/g at keV below the edge, and from the edge on.
_Points = tuple[tuple[float, ...], tuple[float, ...]]
_FILTERS: dict[str, tuple[float, float, float, _Points, _Points]] = {
    "MOLYBDENUM": (0.030, 10.22, 20.0, ((10, 15, 20.0), (85.76, 28.54, 13.08)), ((20.0, 30), (79.62, 28.10))),
    "RHODIUM": (0.050, 12.41, 23.22, ((10, 15, 23.22), (107.7, 36.03, 10.92)), ((23.22, 30), (63.8, 32.78))),
    "SILVER": (0.050, 10.50, 25.51, ((10, 15, 25.51), (119.3, 39.98, 9.527)), ((25.51, 30), (55.39, 36.68))),
}  # fmt: skip

# K-alpha and K-beta of molybdenum with their shares.
_MO_LINES = ((17.5, 0.84), (19.6, 0.16))
_MO_EDGE_KEV = 20.0


@dataclass(frozen=True, slots=True)
class Spectrum:
    """A few energies that stand for a beam, with their shares of its photons and attenuation in 1/mm.

    The shares add up to 1 in front of the breast.
    """

    kev: tuple[float, ...]
    share: tuple[float, ...]
    fat: tuple[float, ...]
    dense: tuple[float, ...]
    apatite: tuple[float, ...]

    def transmission(self, fat_mm: float, dense_mm: float, apatite_mm: float = 0.0) -> float:
        """Return the share of photons that gets through without a collision (Beer and Lambert)."""
        terms = zip(self.share, self.fat, self.dense, self.apatite, strict=True)
        return sum(s * float(np.exp(-f * fat_mm - d * dense_mm - a * apatite_mm)) for s, f, d, a in terms)


def _power_law(kev: Floats, at: tuple[float, ...], value: tuple[float, ...]) -> Floats:
    """Interpolate straight lines on double-logarithmic paper, and lengthen the first one downwards."""
    x, y = np.log(at), np.log(value)
    inside = np.interp(np.log(kev), x, y)
    below = y[0] + (np.log(kev) - x[0]) * (y[1] - y[0]) / (x[1] - x[0])
    return np.asarray(np.exp(np.where(kev < at[0], below, inside)), np.float64)


def fat_attenuation(kev: Floats) -> Floats:
    """Return 1/mm of adipose breast tissue."""
    return _power_law(kev, _TISSUE_KEV, _FAT)


def dense_attenuation(kev: Floats) -> Floats:
    """Return 1/mm of fibroglandular tissue."""
    return _power_law(kev, _TISSUE_KEV, _DENSE)


def apatite_attenuation(kev: Floats) -> Floats:
    """Return 1/mm of hydroxyapatite."""
    mass = sum((share * _power_law(kev, _ELEMENT_KEV, at) for share, at in _APATITE), np.zeros_like(kev))
    return np.asarray(mass * _APATITE_DENSITY / 10, np.float64)


def _filter_passes(material: str, kev: Floats) -> Floats:
    thickness, density, edge, below, above = _FILTERS[material]
    low, high = _power_law(kev, *below), _power_law(kev, *above)
    return np.asarray(np.exp(-np.where(kev < edge, low, high) * density * thickness / 10), np.float64)


@lru_cache(maxsize=64)
def beam_photons(anode: str, filter_material: str, kvp: int) -> tuple[Floats, Floats]:
    """Return energies in keV, half a keV apart, and photons at each, which add up to 1.

    Kramers' law gives photons in proportion to (kVp - E) / E; the energy that an anode's own depth takes
    away is left out. K lines grow with (kVp / edge - 1) ** 1.63 (Green and Cosslett, J Phys D 1:425, 1968).

    Raises
    ------
    ValueError
        If the anode or the filter is not one that the simulator knows, or kVp is not of mammography.
    """
    if anode not in {"TUNGSTEN", "MOLYBDENUM"} or filter_material not in _FILTERS:
        raise ValueError(
            f"The simulator knows no tube with an anode of {anode} and a filter of {filter_material}. "
            f"Choose tungsten or molybdenum, and a filter of {', '.join(sorted(_FILTERS)).lower()}."
        )
    if not 20 <= kvp <= 49:
        raise ValueError(f"{kvp} kVp is no tube voltage of mammography. Choose 20 to 49.")
    kev = np.arange(8.25, kvp, 0.5)
    photons = np.maximum(kvp - kev, 0) / kev
    if anode == "MOLYBDENUM":
        lines = 0.9 * (kvp / _MO_EDGE_KEV - 1) ** 1.63 * photons.sum() if kvp > _MO_EDGE_KEV else 0.0
        for at, share in _MO_LINES:
            photons[int(np.argmin(np.abs(kev - at)))] += lines * share
    photons *= _filter_passes(filter_material, kev)
    return kev, photons / photons.sum()


@lru_cache(maxsize=64)
def effective_spectrum(anode: str, filter_material: str, kvp: int) -> Spectrum:
    """Return the beam of a tube as a few energies.

    Their shares come from non-negative least squares of the relative error behind 0 to 8 cm of fat and dense
    tissue, which stays below 1.5 %.
    """
    kev, photons = beam_photons(anode, filter_material, kvp)
    fat, dense, apatite = fat_attenuation(kev), dense_attenuation(kev), apatite_attenuation(kev)
    total, part = np.meshgrid(np.linspace(0, 80, 17), np.linspace(0, 0.8, 5))
    passed = np.exp(-np.outer(total * (1 - part), fat) - np.outer(total * part, dense))
    whole = passed @ photons
    nodes = [int(np.argmin(np.abs(kev - node))) for node in _NODES_KEV if node < kvp]
    weights, _ = nnls(passed[:, nodes] / whole[:, None], np.ones_like(whole))
    few = [node for node, weight in zip(nodes, weights, strict=True) if weight > 0]
    share = weights[weights > 0] / weights.sum()
    rows = (values.tolist() for values in (kev[few], share, fat[few], dense[few], apatite[few]))
    return Spectrum(*(tuple(row) for row in rows))
