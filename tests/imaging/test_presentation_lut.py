"""A Presentation LUT between the VOI step and the screen (PS3.3 C.11.6)."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.display import DisplayState, GrayscaleParameters, LutTable, VoiFunction, Window
from klarsyn.imaging.grayscale import build_lut

WHOLE = GrayscaleParameters(bits_stored=12, windows=(Window(2047.5, 4095, VoiFunction.LINEAR_EXACT),))


def through(values, bits=16, state=None, **changes):
    table = LutTable(0, bits, np.array(values, np.uint16))
    return build_lut(replace(WHOLE, presentation_lut=table, **changes), state or DisplayState())


def test_the_whole_output_of_the_window_spans_the_tables_entries():
    lut = through([0, 65535, 0])
    assert lut[0] == lut[4095] == 0
    assert lut[2047] == 255
    assert set(np.unique(lut[:4096])) == {0, 255}


@pytest.mark.parametrize(("bits", "entries"), [(8, 256), (12, 4096), (16, 65536), (10, 4096)])
def test_a_straight_table_changes_nothing_whatever_its_bits_and_entries(bits, entries):
    straight = np.linspace(0, (1 << bits) - 1, entries).round().astype(np.uint16)
    plain = build_lut(WHOLE, DisplayState()).astype(int)
    assert np.abs(through(straight, bits).astype(int) - plain).max() <= 1


def test_the_readers_inversion_comes_after_the_table():
    curved = (np.linspace(0, 1, 256) ** 2 * 255).round().astype(np.uint16)
    plain, inverted = through(curved, 8), through(curved, 8, DisplayState(inverted=True))
    assert np.abs(255 - plain[:4096].astype(int) - inverted[:4096]).max() <= 1


def test_padding_stays_black_whatever_the_table_says():
    assert through([65535, 65535], padding=(7, 9))[7:10].max() == 0


@given(st.lists(st.integers(0, 65535), min_size=2, max_size=50))
def test_every_grey_is_that_of_an_entry(values):
    wanted = {round(v / 65535 * 255) for v in values}
    assert all(min(abs(int(g) - w) for w in wanted) <= 1 for g in np.unique(through(values)[:4096]))
