"""The breast in the window: chest wall on the left, nothing cut off that fits, and every point finds back."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.engine.conformance_inputs import breast
from klarsyn.engine.contract import EngineView
from klarsyn_gmic.running.window import COLUMNS, GRID, ROWS, window_of

L, R = Laterality.LEFT, Laterality.RIGHT


def view_of(shape: tuple[int, int], side: Laterality) -> EngineView:
    pixels = cv2.resize(breast((832, 640), side, 1), shape[::-1], interpolation=cv2.INTER_LINEAR)
    return EngineView("view", side, ViewPosition.CC, None, pixels)


@pytest.fixture(
    scope="module", params=[((2294, 1914), L), ((1664, 1280), R), ((3328, 2560), R), ((5000, 3200), L)]
)
def pair(request):
    """A view smaller than the window, with less of either, larger, and so large that it is shrunk."""
    view = view_of(*request.param)
    return view, window_of(view)


def test_the_window_is_standardised_by_itself(pair):
    image = pair[1].image

    assert (image.shape, image.dtype) == ((ROWS, COLUMNS), np.float32)
    assert float(image.mean(dtype=np.float64)) == pytest.approx(0, abs=1e-4)
    assert float(image.std(dtype=np.float64)) == pytest.approx(1, abs=1e-4)


def test_the_chest_wall_is_on_the_left(pair):
    mask = pair[1].breast

    assert mask[:, 0].sum() > 100
    assert mask[:, -1].sum() < mask[:, 0].sum() / 4


def test_no_breast_is_cut_off(pair):
    view, window = pair
    area = (view.pixels > 300).sum() / (GRID * window.place.scale) ** 2

    assert window.breast.sum() == pytest.approx(area, rel=0.05)


def test_every_point_of_the_view_finds_back(pair):
    view, window = pair
    rows, columns = view.pixels.shape
    points = np.random.default_rng(0).uniform(0, 1, (50, 2)) * (columns, rows)

    assert np.allclose(window.place.to_view(window.place.from_view(points)), points)


def test_a_point_in_the_window_shows_what_stands_at_its_place_in_the_view(pair):
    view, window = pair
    points = (
        np.stack(np.meshgrid(np.arange(300, 1200, 37), np.arange(900, 2000, 41)), -1).reshape(-1, 2) + 0.5
    )
    at = window.place.to_view(points.astype(float))
    there = cv2.remap(view.pixels, (at - 0.5).astype(np.float32)[None], None, cv2.INTER_LINEAR)[0]
    here = window.image[points[:, 1].astype(int), points[:, 0].astype(int)]

    assert np.corrcoef(there, here)[0, 1] > (0.999 if window.place.scale == 1 else 0.97)


def test_left_and_right_of_one_breast_look_alike_to_the_network():
    left = view_of((1664, 1280), L)
    right = replace(left, laterality=R, pixels=np.ascontiguousarray(left.pixels[:, ::-1]))

    assert np.array_equal(window_of(left).image, window_of(right).image)


@pytest.mark.parametrize("value", [0, 4095])
def test_an_image_of_one_grey_has_no_breast(value):
    pixels = np.full((1664, 1280), value, np.uint16)

    assert window_of(EngineView("view", L, ViewPosition.CC, None, pixels)) is None


def test_a_window_larger_than_the_image_is_filled_up_with_air():
    window = window_of(view_of((1664, 1280), L))

    assert np.unique(window.image[:640]).size == np.unique(window.image[:, 1280:]).size == 1
    assert window.place.top == -640
