"""How a screen is judged, on panels of which the answer is known."""

import numpy as np
import pytest
from panels import gamma_panel, gsdf_panel, measured

from klarsyn.domain.screen_curve import assumed_curve
from klarsyn.imaging.conformance import MAMMOGRAPHY, PRIMARY, SECONDARY, conformance, jnd_steps
from klarsyn.imaging.gsdf import gsdf_jnd
from klarsyn.imaging.screen import screen_lut


def test_a_screen_on_the_display_function_deviates_by_nothing_and_passes():
    found = conformance(measured(gsdf_panel(0.5, 450.0)), None, MAMMOGRAPHY)
    assert found.largest_deviation < 1e-4
    assert found.luminance_ratio == pytest.approx(900)
    assert found.passed


def test_a_gamma_panel_as_it_is_fails_and_passes_through_its_own_table():
    curve = measured(gamma_panel(), 52)
    assert not conformance(curve, None, SECONDARY).passed
    assert conformance(curve, screen_lut(curve), PRIMARY).passed


def test_the_deviation_is_that_of_contrast_per_jnd_written_out():
    panel = gamma_panel()
    found = conformance(measured(panel), None, PRIMARY)
    low, high = panel[0], panel[15]
    first, last = gsdf_jnd([panel[0], panel[255]])
    wanted_low, wanted_high = found.expected_luminance[:2]
    assert gsdf_jnd(wanted_high) == pytest.approx(first + (last - first) / 17, abs=1e-4)
    by_hand = ((high - low) / (high + low)) / ((wanted_high - wanted_low) / (wanted_high + wanted_low)) - 1
    assert found.deviation[0] == pytest.approx(by_hand, abs=1e-9)


def test_a_dent_of_one_level_shows_at_the_steps_beside_it():
    panel = gsdf_panel()
    panel[120] *= 1.03
    deviation = np.abs(conformance(measured(panel), None, PRIMARY).deviation)
    assert set(np.flatnonzero(deviation > 0.05)) == {7, 8}


def test_every_limit_is_named_with_what_was_found_and_what_it_asks_for():
    found = conformance(measured(gamma_panel(2.2, 2.0, 160.0)), None, PRIMARY)
    assert [v.passed for v in found.verdicts] == [False, False, False]
    assert "80 times" in found.verdicts[1].sentence
    assert "160 cd/m²; AAPM TG18, primary asks for 170" in found.verdicts[2].sentence


def test_room_light_lowers_the_luminance_ratio():
    assert conformance(measured(gsdf_panel(), ambient=0.5), None, PRIMARY).luminance_ratio == pytest.approx(
        450.5
    )


def test_values_between_measured_levels_are_told_from_measured_ones():
    found = conformance(measured(gsdf_panel(), 18), None, PRIMARY)
    assert all(found.measured)
    other = conformance(measured(gsdf_panel(), 20), None, PRIMARY)
    assert other.measured[0]
    assert not all(other.measured)


def test_a_screen_that_was_never_measured_gets_no_verdict():
    with pytest.raises(ValueError, match="never measured"):
        conformance(assumed_curve(), None, PRIMARY)


def test_two_perfect_blacks_are_contrast_lost_and_no_error():
    panel = gamma_panel(2.2, 0.0, 600.0)
    panel[:16] = 0.0
    found = conformance(measured(panel), None, PRIMARY)
    assert found.deviation[0] == -1.0
    assert found.luminance_ratio == float("inf")


def test_the_jnd_steps_that_eight_bits_lose_are_counted():
    steps = jnd_steps(measured(gsdf_panel(0.5, 450.0)), None)
    jnd = gsdf_jnd(gsdf_panel(0.5, 450.0))
    assert steps.levels == steps.levels_of_8_bit_p_values == 256
    assert steps.in_range == pytest.approx(jnd[-1] - jnd[0], abs=1e-3)
    assert steps.largest_step == pytest.approx(steps.mean_step, abs=1e-3)
    # All steps are wider than one JND, so what is not one of the 255 steps is lost.
    assert steps.lost == int(steps.in_range - 255)


def test_a_table_for_a_gamma_panel_merges_eight_bit_p_values():
    curve = assumed_curve()
    steps = jnd_steps(curve, screen_lut(curve))
    assert steps.levels == 256
    assert steps.levels_of_8_bit_p_values < 256
    assert steps.largest_step > steps.mean_step > 1


def test_steps_finer_than_the_eye_lose_nothing():
    assert jnd_steps(measured(gsdf_panel(10.0, 20.0)), None).lost == 0


def test_the_steps_are_told_in_one_sentence():
    assert str(jnd_steps(assumed_curve(), screen_lut(assumed_curve()))) == (
        "607 just noticeable differences between black and white; eight bits show 256 levels, 2.4 JND apart "
        "on average and 4.2 at most: 353 steps are lost."
    )
