"""P-values on their way to the screen: tables of measured curves, and the grey table that uses them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import LEVELS, MONITOR, gamma_panel, gsdf_panel, measured

from klarsyn.domain.display import DisplayState, GrayscaleParameters, Window
from klarsyn.domain.screen_check import CheckKind, ScreenCheck
from klarsyn.domain.screen_curve import assumed_curve
from klarsyn.imaging.grayscale import build_lut
from klarsyn.imaging.gsdf import gsdf_jnd, gsdf_of_p_values
from klarsyn.imaging.screen import screen_lut, screen_lut_for, screen_values
from klarsyn.imaging.screen_response import screen_response

FINE = np.linspace(0, 1, 4096)
PADDED = GrayscaleParameters(12, windows=(Window(2048, 4096),), padding=(4000, 4095))


def jnd_error(panel: np.ndarray, points: int) -> np.ndarray:
    """How far, in JND, the true panel is from the display function at finely stepped P-values."""
    shown = panel[screen_lut(measured(panel, points)).levels(FINE)]
    return np.abs(gsdf_jnd(shown) - gsdf_jnd(gsdf_of_p_values(FINE, panel[0], panel[-1])))


@pytest.mark.parametrize("points", [18, 52, 256])
def test_a_screen_that_follows_the_display_function_gets_p_values_as_they_are(points):
    assert screen_lut(measured(gsdf_panel(), points)).table().tolist() == LEVELS.tolist()


@pytest.mark.parametrize("points", [18, 52, 256])
@pytest.mark.parametrize("gamma", [1.8, 2.2, 2.6])
def test_a_gamma_panel_follows_the_display_function_within_a_step_of_its_levels(gamma, points):
    panel = gamma_panel(gamma)
    assert jnd_error(panel, points).max() < np.diff(gsdf_jnd(panel)).max()


def test_a_panel_known_at_every_level_is_never_further_off_than_half_a_step():
    panel = gamma_panel()
    half_steps = np.diff(gsdf_jnd(panel)).max() / 2
    assert jnd_error(panel, 256).max() <= half_steps + 1e-6


def test_eighteen_points_of_a_gamma_panel_tell_all_its_levels_within_half_a_jnd():
    panel = gamma_panel()
    assert np.abs(screen_response(measured(panel)).jnd - gsdf_jnd(panel)).max() < 0.5


@given(
    st.lists(st.floats(0, 50), min_size=17, max_size=17).filter(lambda rises: sum(rises) > 0.1),
    st.floats(0, 2),
)
def test_whatever_was_measured_the_table_never_falls_and_reaches_both_ends(rises, black):
    panel = np.interp(LEVELS, np.arange(0, 256, 15), np.cumsum([black, *rises]))
    curve = measured(panel)
    response = screen_response(curve)
    table = screen_lut(curve).table(12).astype(int)
    assert (np.diff(response.jnd) >= 0).all()
    assert (np.diff(response.luminance) >= 0).all()
    assert (response.luminance[curve.levels] == curve.seen).all()
    assert (np.diff(table) >= 0).all()
    assert table[-1] == 255 or panel[-1] == panel[table[-1]]


def test_room_light_is_part_of_what_the_table_levels_out():
    dark = screen_lut(measured(gamma_panel())).table()
    bright = screen_lut(measured(gamma_panel(), ambient=5.0)).table()
    seen_with_it = screen_lut(measured(gamma_panel() + 5.0, ambient=5.0, ambient_included=True)).table()
    assert bright.tolist() == seen_with_it.tolist()
    # What the room drowns near black is passed over.
    assert bright[64] > dark[64]


def test_ten_bits_of_p_value_are_not_cut_to_eight_before_the_table():
    lut = screen_lut(assumed_curve())
    assert np.unique(lut.table(10)).size > np.unique(lut.table(8)).size


def test_without_a_table_p_values_are_only_rounded():
    assert screen_values(np.array([-0.5, 0.0, 0.4999 / 255, 0.5001 / 255, 1.0, 2.0])).tolist() == [
        *(0, 0, 0, 1, 255, 255)
    ]


def test_p_values_outside_0_to_1_are_black_and_white_on_a_table_too():
    assert screen_lut(assumed_curve()).levels(np.array([-1.0, 2.0])).tolist() == [0, 255]


def test_a_screen_that_nobody_measured_gets_the_assumed_gamma_and_is_called_so():
    lut = screen_lut_for(None)
    assert lut is not None
    assert lut.assumed
    assert lut.table().tolist() == screen_lut(assumed_curve()).table().tolist()
    assert not screen_lut(measured(gamma_panel())).assumed


def test_only_a_screen_declared_to_follow_the_display_function_goes_without_a_table():
    def check(own_gsdf):
        curve = measured(gsdf_panel())
        return ScreenCheck(MONITOR, CheckKind.MEASUREMENT, curve.measured_on, "A", True, (), curve, own_gsdf)

    assert screen_lut_for(check(True)) is None
    assert screen_lut_for(check(False)) is not None


@pytest.mark.invariant(4)
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("monochrome1", [False, True])
def test_grey_values_are_honest_the_screens_table_comes_after_the_inversion(inverted, monochrome1):
    params = GrayscaleParameters(12, monochrome1=monochrome1, windows=(Window(2048, 4096),))
    screen = screen_lut(assumed_curve())
    lut = build_lut(params, DisplayState(inverted=inverted), screen)
    p_value = np.clip((np.arange(4096) - 2047.5) / 4095 + 0.5, 0, 1)
    if inverted != monochrome1:
        p_value = 1 - p_value
    assert lut[:4096].tolist() == screen.levels(p_value).tolist()


@pytest.mark.invariant(4)
@pytest.mark.parametrize("inverted", [False, True])
def test_grey_values_are_honest_padding_is_black_on_every_screen(inverted):
    for screen in (None, screen_lut(assumed_curve()), screen_lut(measured(gsdf_panel(0.0, 600.0)))):
        lut = build_lut(PADDED, DisplayState(inverted=inverted), screen)
        assert not lut[4000:4096].any()


def test_the_grey_table_without_a_screen_is_that_of_a_screen_on_the_display_function():
    state = DisplayState(window=Window(1000, 700))
    plain = build_lut(GrayscaleParameters(12), state)
    on_gsdf = build_lut(GrayscaleParameters(12), state, screen_lut(measured(gsdf_panel(), 256)))
    assert plain.tolist() == on_gsdf.tolist()
