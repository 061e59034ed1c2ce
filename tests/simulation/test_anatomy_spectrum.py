"""The texture of the finished breast has the power spectrum of mammograms."""

import numpy as np
import pytest
from power_spectrum import EDGES, FIT, MIDDLES, SIDE, SPACING_MM, exponent, radial, spectra

from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.noise import power_law_field


@pytest.mark.parametrize("density", [Density.B, Density.C, Density.D])
def test_the_power_of_log_exposure_falls_with_an_exponent_of_2_6_to_2_8(density: Density) -> None:
    # Burgess, Jacobson, Judy, Med Phys 2001;28:419. One square scatters by about 0.35, a woman by 0.15.
    assert 2.6 < exponent(np.mean(spectra(density, 4), axis=0)) < 2.8


@pytest.mark.parametrize("beta", [2.0, 2.7, 3.4])
def test_the_measurement_finds_the_exponent_of_a_known_texture(beta: float) -> None:
    rng = np.random.default_rng(3)
    squares = [
        power_law_field(rng, (512, 512), SPACING_MM, 200.0, beta=beta)[:SIDE, :SIDE] for _ in range(12)
    ]
    assert exponent(np.mean([radial(square) for square in squares], axis=0)) == pytest.approx(beta, abs=0.12)


def test_the_rings_of_the_fit_are_all_filled() -> None:
    power = radial(np.random.default_rng(1).standard_normal((SIDE, SIDE)).astype(np.float32))
    fitted = (FIT[0] <= MIDDLES) & (FIT[1] >= MIDDLES)
    assert len(power) == len(EDGES) - 1
    assert np.isfinite(power[fitted]).all()
