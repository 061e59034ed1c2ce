"""Grey values against the formulas of PS3.3 C.11, written out value by value."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.display import DisplayState, GrayscaleParameters, LutTable, VoiFunction, Window
from klarsyn.imaging import grayscale

NORMAL = Window(2000, 800, explanation="NORMAL")
HARDER = Window(2000, 400, VoiFunction.SIGMOID, "HARDER")
TABLE = LutTable(100, 8, np.array([0, 10, 200, 255], dtype=np.uint16), "TABLE")


def voi_of_the_standard(x: float, window: Window) -> float:
    """PS3.3 C.11.2.1.2.1 and C.11.2.1.3 with y_min 0 and y_max 255."""
    c, w = window.center, window.width
    if window.function is VoiFunction.LINEAR:
        if x <= c - 0.5 - (w - 1) / 2:
            return 0.0
        if x > c - 0.5 + (w - 1) / 2:
            return 255.0
        return ((x - (c - 0.5)) / (w - 1) + 0.5) * 255
    if window.function is VoiFunction.LINEAR_EXACT:
        if x <= c - w / 2:
            return 0.0
        if x > c + w / 2:
            return 255.0
        return ((x - c) / w + 0.5) * 255
    exponent = -4 * (x - c) / w
    return 0.0 if exponent > 700 else 255 / (1 + math.exp(exponent))


windows = st.builds(
    Window,
    center=st.floats(-3000, 70000),
    width=st.floats(1, 70000),
    function=st.sampled_from(VoiFunction),
)
parameters = st.builds(
    GrayscaleParameters,
    bits_stored=st.integers(8, 16),
    signed=st.booleans(),
    monochrome1=st.booleans(),
    rescale_slope=st.floats(-4, 4).filter(lambda slope: abs(slope) > 0.01),
    rescale_intercept=st.floats(-2000, 2000),
)


def stored_samples(params: GrayscaleParameters) -> list[int]:
    low = -(1 << params.bits_stored - 1) if params.signed else 0
    return sorted({*np.linspace(low, low + (1 << params.bits_stored) - 1, 97).astype(int).tolist()})


def grey(lut: np.ndarray, stored: int, params: GrayscaleParameters) -> int:
    return int(lut[stored + (32768 if params.signed else 0)])


@given(params=parameters, window=windows, inverted=st.booleans())
def test_every_window_function_follows_the_formula_of_the_standard(params, window, inverted):
    lut = grayscale.build_lut(params, DisplayState(window=window, inverted=inverted))
    for stored in stored_samples(params):
        wanted = voi_of_the_standard(stored * params.rescale_slope + params.rescale_intercept, window)
        if params.monochrome1 != inverted:
            wanted = 255 - wanted
        assert abs(grey(lut, stored, params) - wanted) <= 0.5 + 1e-6


def test_a_linear_window_of_width_one_is_a_step_half_a_value_below_its_centre():
    lut = grayscale.build_lut(GrayscaleParameters(12), DisplayState(window=Window(100, 1)))
    assert (lut[99], lut[100]) == (0, 255)


@pytest.mark.parametrize("function", list(VoiFunction))
def test_a_forbidden_width_of_zero_is_a_step_and_no_error(function):
    lut = grayscale.build_lut(GrayscaleParameters(12), DisplayState(window=Window(100, 0, function)))
    assert (lut[98], lut[102]) == (0, 255)


def test_a_sigmoid_window_shows_its_centre_as_middle_grey_and_never_overflows():
    window = Window(2048, 1e-3, VoiFunction.SIGMOID)
    with np.errstate(all="raise"):
        lut = grayscale.build_lut(GrayscaleParameters(12), DisplayState(window=window))
    assert (lut[2047], lut[2048], lut[2049]) == (0, 128, 255)


def test_a_window_that_is_not_a_number_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="not a number"):
        grayscale.build_lut(GrayscaleParameters(12), DisplayState(window=Window(math.nan, 10)))


def test_a_voi_lut_maps_values_outside_it_to_its_ends():
    params = GrayscaleParameters(12, voi_luts=(TABLE,))
    lut = grayscale.build_lut(params, DisplayState())
    assert [int(lut[v]) for v in (0, 99, 100, 101, 102, 103, 104, 4095)] == [0, 0, 0, 10, 200, 255, 255, 255]


def test_a_voi_lut_of_more_than_eight_bits_is_scaled_by_the_bits_of_its_descriptor():
    table = LutTable(0, 12, np.array([0, 2048, 4095], dtype=np.uint16))
    lut = grayscale.build_lut(GrayscaleParameters(8, voi_luts=(table,)), DisplayState())
    assert [int(v) for v in lut[:3]] == [0, 128, 255]


def test_a_modality_lut_comes_before_the_window():
    table = LutTable(10, 12, np.array([0, 1000, 4000], dtype=np.uint16))
    params = GrayscaleParameters(8, modality_lut=table)
    lut = grayscale.build_lut(params, DisplayState(window=Window(2000, 4000, VoiFunction.LINEAR_EXACT)))
    assert [int(lut[v]) for v in (0, 10, 11, 12, 255)] == [0, 0, 64, 255, 255]


def test_without_any_window_the_bits_stored_span_black_to_white():
    lut = grayscale.build_lut(GrayscaleParameters(12), DisplayState())
    assert (lut[0], lut[2048], lut[4095], lut[65535]) == (0, 128, 255, 255)


def test_signed_values_span_black_to_white_around_the_middle_of_the_table():
    lut = grayscale.build_lut(GrayscaleParameters(12, signed=True), DisplayState())
    assert (lut[32768 - 2048], lut[32768], lut[32768 + 2047]) == (0, 128, 255)


def test_a_monochrome1_image_that_the_reader_inverts_looks_like_a_monochrome2_image():
    plain = GrayscaleParameters(12, windows=(NORMAL,))
    twice = grayscale.build_lut(replace(plain, monochrome1=True), DisplayState(inverted=True))
    assert np.array_equal(twice, grayscale.build_lut(plain, DisplayState()))


def test_monochrome1_inverts_once():
    plain = GrayscaleParameters(12, windows=(Window(2048, 4096, VoiFunction.LINEAR_EXACT),))
    lut = grayscale.build_lut(replace(plain, monochrome1=True), DisplayState())
    assert (lut[0], lut[4095]) == (255, 0)


@given(params=parameters, window=windows, inverted=st.booleans(), data=st.data())
def test_padding_is_black_under_every_window_and_inversion(params, window, inverted, data):
    stored = st.sampled_from(stored_samples(params))
    padding = (data.draw(stored), data.draw(stored))
    params = replace(params, padding=padding)
    lut = grayscale.build_lut(params, DisplayState(window=window, inverted=inverted))
    for value in (min(padding), sum(padding) // 2, max(padding)):
        assert grey(lut, value, params) == 0


def test_padding_leaves_the_values_beside_it_alone():
    params = GrayscaleParameters(12, windows=(NORMAL,), padding=(0, 30))
    lut = grayscale.build_lut(params, DisplayState(inverted=True))
    assert (lut[30], lut[31]) == (0, 255)


def test_all_windows_and_then_all_voi_luts_are_offered_by_name():
    params = GrayscaleParameters(12, windows=(NORMAL, HARDER, Window(1, 2)), voi_luts=(TABLE,))
    assert grayscale.presets(params) == ("NORMAL", "HARDER", "window 3", "TABLE")


def test_a_file_that_offers_nothing_says_full_range():
    assert grayscale.presets(GrayscaleParameters(12)) == ("full range",)


def test_presets_count_through_windows_and_voi_luts_and_begin_again():
    params = GrayscaleParameters(12, windows=(NORMAL, HARDER), voi_luts=(TABLE,))
    luts = [grayscale.build_lut(params, DisplayState(preset=n)) for n in range(4)]
    assert len({lut.tobytes() for lut in luts}) == 3
    assert np.array_equal(luts[0], luts[3])


def test_the_readers_own_window_goes_before_the_preset():
    own = Window(5, 6)
    state = DisplayState(preset=1, window=own)
    assert grayscale.active_window(GrayscaleParameters(12, windows=(NORMAL, HARDER)), state) == own


def test_no_window_is_in_force_while_a_voi_lut_is():
    params = GrayscaleParameters(12, windows=(NORMAL,), voi_luts=(TABLE,))
    assert grayscale.active_window(params, DisplayState(preset=1)) is None
    assert grayscale.active_window(params, DisplayState(preset=1), default=HARDER) == HARDER


@given(params=parameters)
def test_the_full_range_window_shows_what_a_file_without_windows_shows(params):
    window = grayscale.full_range_window(params)
    explicit = grayscale.build_lut(params, DisplayState(window=window))
    assert np.array_equal(explicit, grayscale.build_lut(params, DisplayState()))


def test_dragging_right_widens_and_dragging_up_brightens():
    dragged = grayscale.window_of_drag(NORMAL, dx=10, dy=-5, scale=4)
    assert (dragged.center, dragged.width, dragged.function) == (1980, 840, NORMAL.function)
    assert dragged.explanation == ""


@given(window=windows, dx=st.floats(-1e6, 1e6), scale=st.floats(0, 100))
def test_no_drag_makes_an_illegal_width(window, dx, scale):
    dragged = grayscale.window_of_drag(window, dx, 0, scale)
    assert dragged.width >= (1 if window.function is VoiFunction.LINEAR else 0)
    assert dragged.width > 0


@pytest.mark.parametrize("shape", [(7, 5), (64, 48)])
def test_applying_the_table_looks_up_every_pixel(shape):
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 65536, shape, dtype=np.uint16)
    lut = rng.integers(0, 256, 65536, dtype=np.uint8)
    out = np.empty(shape, dtype=np.uint8)
    assert grayscale.apply_lut(pixels, lut, out) is out
    assert np.array_equal(out, lut[pixels])
    assert np.array_equal(grayscale.apply_lut(pixels, lut), lut[pixels])


def test_the_table_is_applied_into_the_rows_of_a_wider_buffer():
    pixels = np.arange(12, dtype=np.uint16).reshape(3, 4)
    lut = np.arange(65536, dtype=np.uint32).astype(np.uint8)
    buffer = np.full((3, 8), 77, dtype=np.uint8)
    grayscale.apply_lut(pixels, lut, buffer[:, :4])
    assert np.array_equal(buffer[:, :4], pixels)
    assert (buffer[:, 4:] == 77).all()


def test_read_only_pixels_of_a_crop_are_looked_up():
    pixels = np.arange(24, dtype=np.uint16).reshape(4, 6)
    pixels.flags.writeable = False
    lut = np.arange(65536, dtype=np.uint32).astype(np.uint8)
    assert np.array_equal(grayscale.apply_lut(pixels[1:, 2:5], lut), pixels[1:, 2:5])


def test_a_buffer_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="do not go into a buffer"):
        grayscale.apply_lut(
            np.zeros((2, 3), np.uint16), np.zeros(65536, np.uint8), np.zeros((3, 2), np.uint8)
        )


@pytest.mark.invariant(4)
@given(
    params=parameters, window=windows, inverted=st.booleans(), zoom=st.floats(0.1, 9), seed=st.integers(0, 99)
)
def test_grey_values_are_honest_a_pure_function_of_stored_value_header_and_visible_state(
    params, window, inverted, zoom, seed
):
    state = DisplayState(window=window, inverted=inverted)
    lut = grayscale.build_lut(params, state)
    # Given the same header and state, whatever was shown in between and however it is zoomed
    grayscale.build_lut(replace(params, monochrome1=not params.monochrome1), DisplayState())
    again = grayscale.build_lut(params, replace(state, zoom=zoom, pan=(zoom, -zoom)))
    assert np.array_equal(lut, again)
    # then a pixel's grey depends on its own value only: not on its place, not on its neighbours
    pixels = np.random.default_rng(seed).integers(0, 65536, (16, 16), dtype=np.uint16)
    shuffled = np.random.default_rng(seed).permutation(pixels.ravel()).reshape(16, 16)
    expected = dict(
        zip(pixels.ravel().tolist(), grayscale.apply_lut(pixels, lut).ravel().tolist(), strict=True)
    )
    shown = grayscale.apply_lut(shuffled, lut)
    assert [expected[v] for v in shuffled.ravel().tolist()] == shown.ravel().tolist()


@pytest.mark.invariant(4)
@given(params=parameters, window=windows)
def test_grey_values_are_honest_brighter_never_turns_darker(params, window):
    lut = grayscale.build_lut(params, DisplayState(window=window)).astype(int)
    offset = 32768 if params.signed else 0
    steps = np.diff(lut[np.array(stored_samples(params)) + offset])
    rising = (params.rescale_slope > 0) != params.monochrome1
    assert (steps >= 0).all() if rising else (steps <= 0).all()
