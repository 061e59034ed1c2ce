"""Spectra and attenuation against what others have published."""

import numpy as np
import pytest

from klarsyn.simulation.xray.materials import (
    apatite_attenuation,
    beam_photons,
    dense_attenuation,
    effective_spectrum,
    fat_attenuation,
)
from klarsyn.simulation.xray.vendors import VENDORS

TUBES = sorted({(v.anode, v.filter_material) for v in VENDORS.values()})


def test_tissue_at_20_kev_is_that_of_johns_and_yaffe() -> None:
    kev = np.array([20.0])
    assert fat_attenuation(kev)[0] == pytest.approx(0.0456)
    assert dense_attenuation(kev)[0] == pytest.approx(0.0802)


def test_hydroxyapatite_at_20_kev_is_the_sum_of_its_elements() -> None:
    # 0.3989 x 13.06 + 0.1850 x 5.352 + 0.4141 x 0.8651 + 0.002 x 0.3695 cm2/g at 3.18 g/cm3.
    assert apatite_attenuation(np.array([20.0]))[0] == pytest.approx(2.086, rel=1e-3)


@pytest.mark.parametrize(
    ("anode", "filter_material", "kvp", "mean_kev"),
    [("TUNGSTEN", "RHODIUM", 28, 19.0), ("TUNGSTEN", "RHODIUM", 30, 19.3)],
)
def test_the_mean_energy_is_that_of_boones_spectra(
    anode: str, filter_material: str, kvp: int, mean_kev: float
) -> None:
    """Boone, Fewell and Jennings, Med Phys 24:1863 (1997), with 0.05 mm rhodium."""
    kev, photons = beam_photons(anode, filter_material, kvp)
    assert float(kev @ photons) == pytest.approx(mean_kev, abs=0.8)


def test_a_higher_voltage_gives_a_harder_beam() -> None:
    means = [float(k @ p) for k, p in (beam_photons("TUNGSTEN", "SILVER", kvp) for kvp in (25, 29, 33))]
    assert means == sorted(means)


def test_molybdenums_lines_stand_out_of_its_bremsstrahlung() -> None:
    kev, photons = beam_photons("MOLYBDENUM", "MOLYBDENUM", 28)
    line = int(np.argmin(np.abs(kev - 17.5)))
    assert photons[line] > 4 * photons[line - 3]


@pytest.mark.parametrize("tube", TUBES)
@pytest.mark.parametrize("kvp", [24, 28, 32])
def test_a_few_energies_pass_as_the_whole_spectrum_does(tube: tuple[str, str], kvp: int) -> None:
    kev, photons = beam_photons(*tube, kvp)
    spectrum = effective_spectrum(*tube, kvp)
    assert 3 <= len(spectrum.kev) <= 5
    assert sum(spectrum.share) == pytest.approx(1)
    for fat, dense in ((0, 0), (2, 2), (20, 10), (30, 20), (60, 20)):
        whole = float(photons @ np.exp(-fat_attenuation(kev) * fat - dense_attenuation(kev) * dense))
        assert spectrum.transmission(fat, dense) == pytest.approx(whole, rel=0.015)


@pytest.mark.parametrize(("anode", "material", "kvp"), [("COPPER", "RHODIUM", 28), ("TUNGSTEN", "TIN", 28)])
def test_an_unknown_tube_is_refused_in_one_sentence(anode: str, material: str, kvp: int) -> None:
    with pytest.raises(ValueError, match="knows no tube"):
        effective_spectrum(anode, material, kvp)


def test_a_voltage_outside_mammography_is_refused() -> None:
    with pytest.raises(ValueError, match="no tube voltage of mammography"):
        effective_spectrum("TUNGSTEN", "RHODIUM", 80)
