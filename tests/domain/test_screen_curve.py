"""What is a display curve, and what is not."""

from datetime import date

import numpy as np
import pytest

from klarsyn.domain.screen_curve import DisplayCurve, assumed_curve, curve_faults

LEVELS = np.arange(0, 256, 15)
RISING = np.linspace(0.5, 350, 18)


def test_the_assumed_curve_is_gamma_2_2_from_half_a_candela_to_350():
    curve = assumed_curve()
    assert curve.assumed
    assert curve.luminance[[0, 255]].tolist() == [0.5, 350.0]
    middle = np.log((curve.luminance[128] - 0.5) / 349.5) / np.log(128 / 255)
    assert middle == pytest.approx(2.2)


def test_room_light_is_added_unless_the_meter_saw_it():
    without = DisplayCurve("M", LEVELS, RISING, date(2026, 1, 1), ambient=0.5)
    with_it = DisplayCurve("M", LEVELS, RISING, date(2026, 1, 1), ambient=0.5, ambient_included=True)
    assert without.luminance_ratio == pytest.approx(350.5)
    assert with_it.luminance_ratio == pytest.approx(700)


def test_every_fault_is_told_with_its_point():
    luminance = RISING.copy()
    luminance[4], luminance[9] = 1.0, -3.0
    assert [index for index, _ in curve_faults(LEVELS, luminance)] == [4, 9]


def test_levels_that_give_the_same_luminance_are_a_poor_screen_but_a_curve():
    luminance = RISING.copy()
    luminance[:3] = luminance[0]
    assert list(curve_faults(LEVELS, luminance)) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"luminance": RISING[::-1]}, "falls from 350 at level 0"),
        ({"luminance": RISING[:-1]}, "one luminance for each level"),
        ({"ambient": -1.0}, "ambient luminance -1"),
        ({"ambient": 3900.0}, "ends at 4000"),
        ({"measured_on": None}, "date of its measurement"),
    ],
)
def test_a_curve_that_cannot_be_used_is_refused_in_a_sentence(change, sentence):
    good = {"levels": LEVELS, "luminance": RISING, "measured_on": date(2026, 1, 1)}
    DisplayCurve("M", **good)
    with pytest.raises(ValueError, match=sentence):
        DisplayCurve("M", **(good | change))
