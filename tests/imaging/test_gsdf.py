"""The display function against the values that PS3.14 prints, and against its own inverse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.imaging.gsdf import gsdf_jnd, gsdf_luminance, gsdf_of_p_values


@pytest.mark.parametrize(
    ("jnd", "luminance"),
    [(1, 0.0500), (2, 0.0547), (3, 0.0594), (4, 0.0643), (5, 0.0696), (512, 130.0653), (1023, 3993.4040)],
)
def test_luminances_are_those_that_the_standard_tabulates(jnd, luminance):
    # PS3.14, table B-1, printed to four decimals; the coefficients of 7.1 meet its last row to 2 in 100 000.
    assert float(gsdf_luminance(jnd)) == pytest.approx(luminance, rel=3e-5, abs=5e-5)


def test_the_worked_example_of_the_standard_begins_at_its_jnd():
    # PS3.14, annex D.2.2: 12.0 cd/m² is JND 233.32, by the approximate inverse of the standard.
    assert float(gsdf_jnd(12.0)) == pytest.approx(233.32, abs=0.08)


def test_the_inverse_agrees_with_the_polynomial_that_the_standard_prints():
    # PS3.14, section 7.1, note 1: its own approximation, coefficients A to I in powers of log10(L).
    coefficients = (
        *(71.498068, 94.593053, 41.912053, 9.8247004, 0.28175407),
        *(-1.1878455, -0.18014349, 0.14710899, -0.017046845),
    )
    luminance = np.geomspace(0.06, 3900, 300)
    printed = np.polynomial.polynomial.polyval(np.log10(luminance), coefficients)
    assert np.abs(gsdf_jnd(luminance) - printed).max() < 0.1


@given(st.floats(1, 1023))
def test_a_jnd_index_comes_back_from_its_luminance(jnd):
    assert float(gsdf_jnd(gsdf_luminance(jnd))) == pytest.approx(jnd, abs=1e-5)


def test_luminance_rises_with_every_jnd():
    assert (np.diff(gsdf_luminance(np.arange(1, 1024))) > 0).all()


@pytest.mark.parametrize(("luminance", "jnd"), [(0.0, 1.0), (0.01, 1.0), (5000.0, 1023.0)])
def test_luminances_beyond_the_function_get_its_nearest_end(luminance, jnd):
    assert float(gsdf_jnd(luminance)) == jnd


@pytest.mark.parametrize("jnd", [0, 0.99, 1023.1, float("nan")])
def test_a_jnd_index_outside_the_function_is_refused(jnd):
    with pytest.raises(ValueError, match="1 to 1023"):
        gsdf_luminance(jnd)


@pytest.mark.parametrize("luminance", [-0.1, float("nan")])
def test_a_luminance_that_cannot_be_is_refused(luminance):
    with pytest.raises(ValueError, match="0 cd/m² or more"):
        gsdf_jnd(luminance)


@given(st.floats(0.05, 10), st.floats(100, 3000))
def test_equal_steps_of_p_value_are_equal_steps_of_jnd_from_black_to_white(black, white):
    luminance = gsdf_of_p_values(np.linspace(0, 1, 18), black, white)
    steps = np.diff(gsdf_jnd(luminance))
    assert np.ptp(steps) < 1e-4
    assert luminance[[0, -1]] == pytest.approx([black, white], rel=1e-6)
