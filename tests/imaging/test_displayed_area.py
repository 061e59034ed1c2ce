"""Which part of an image a presentation state brings to the screen, and how large."""

import pytest
from presentation_states import whole_state

from klarsyn.domain.exam import Image, Spacing
from klarsyn.domain.presentation_state import DisplayedArea, SizeMode
from klarsyn.imaging.displayed_area import flip_of, shows_whole, transform_of
from klarsyn.imaging.orientation import Flip

IMAGE = Image("1.2", "1.9", "1.1", rows=300, columns=200, spacing=Spacing(0.1, 0.1, "PixelSpacing"))
SIZE = (400, 500)


def area(mode=SizeMode.FIT, **more):
    return DisplayedArea((51, 101), (150, 200), mode, **more)


@pytest.mark.parametrize("flip", [Flip(), Flip(horizontal=True), Flip(horizontal=True, vertical=True)])
def test_the_area_fills_the_view_in_its_middle_however_it_hangs(flip):
    shown = transform_of(area(pixel_spacing=(0.1, 0.1)), IMAGE, flip, SIZE, 0.2)
    corners = shown.points_to_viewport([(50, 100), (150, 200)])
    assert corners.min(axis=0) == pytest.approx((0, 50))
    assert corners.max(axis=0) == pytest.approx((400, 450))


def test_true_size_follows_the_screen_and_not_the_view():
    shown = transform_of(area(SizeMode.TRUE, pixel_spacing=(0.1, 0.07)), IMAGE, Flip(), SIZE, 0.25)
    assert (shown.row_scale, shown.column_scale) == pytest.approx((0.1 / 0.25, 0.07 / 0.25))


def test_magnify_counts_screen_pixels_for_each_of_the_image():
    shown = transform_of(area(SizeMode.MAGNIFY, aspect=(1, 1), magnification=2.5), IMAGE, Flip(), SIZE, 0.25)
    assert (shown.row_scale, shown.column_scale) == pytest.approx((2.5, 2.5))


def test_the_whole_image_hangs_as_it_always_does():
    assert shows_whole(DisplayedArea((1, 1), (200, 300)), IMAGE)
    assert not shows_whole(DisplayedArea((1, 1), (200, 299)), IMAGE)


@pytest.mark.parametrize(
    ("rotation", "mirrored", "flip"),
    [
        (0, False, None),
        (0, True, Flip(horizontal=True)),
        (180, False, Flip(horizontal=True, vertical=True)),
        (180, True, Flip(horizontal=False, vertical=True)),
        (90, True, None),
    ],
)
def test_half_turns_and_mirrors_are_done_and_quarter_turns_are_not(rotation, mirrored, flip):
    from dataclasses import replace

    assert flip_of(replace(whole_state(), rotation=rotation, horizontal_flip=mirrored)) == flip
