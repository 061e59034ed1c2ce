"""Same real size for all full views, chest walls against the middle."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.display import DisplayState
from klarsyn.domain.exam import Image, Laterality, Spacing, ViewModifier, ViewPosition
from klarsyn.imaging.geometry import Flip, chest_wall_align, common_scale, fit, hang

VIEWPORT = (600, 800)


def view(rows, columns, row_mm=0.1, column_mm=None, laterality=Laterality.LEFT, **more) -> Image:
    spacing = Spacing(row_mm, column_mm or row_mm, "ImagerPixelSpacing") if row_mm else None
    return Image("1.2", "1.3", "1.4", rows, columns, laterality=laterality, view_position=ViewPosition.CC,
                 spacing=spacing, **more)  # fmt: skip


views = st.builds(
    view, st.integers(100, 5000), st.integers(100, 5000), st.floats(0.02, 0.2), st.floats(0.02, 0.2)
)


@given(images=st.lists(views, min_size=1, max_size=8))
def test_all_full_views_hang_at_one_real_size_and_the_largest_just_fits(images):
    mm_per_px = common_scale(images, VIEWPORT)
    assert mm_per_px is not None
    fullest = 0.0
    for image in images:
        transform = hang(image, Flip(), VIEWPORT, mm_per_px)
        assert image.spacing.column_mm / transform.column_scale == pytest.approx(mm_per_px)
        assert image.spacing.row_mm / transform.row_scale == pytest.approx(mm_per_px)
        width, height = transform.shown_size
        assert width <= VIEWPORT[0] * (1 + 1e-9)
        assert height <= VIEWPORT[1] * (1 + 1e-9)
        fullest = max(fullest, width / VIEWPORT[0], height / VIEWPORT[1])
    assert fullest == pytest.approx(1)


def test_one_full_view_without_spacing_leaves_no_common_size():
    assert common_scale([view(4000, 3000), view(4000, 3000, row_mm=None)], VIEWPORT) is None


@pytest.mark.parametrize(
    "small",
    [{"modifiers": (ViewModifier.SPOT,)}, {"modifiers": (ViewModifier.MAGNIFIED,)}, {"partial_view": True}],
)
def test_spot_magnified_and_partial_views_do_not_set_the_common_size(small):
    full = view(4000, 3000)
    assert common_scale([full, view(9000, 9000, **small)], VIEWPORT) == common_scale([full], VIEWPORT)


def test_a_spot_view_is_fitted_and_not_same_sized():
    spot = view(1000, 800, modifiers=(ViewModifier.SPOT,))
    assert hang(spot, Flip(), VIEWPORT, mm_per_px=0.5).shown_size == pytest.approx((600, 750))


def test_no_full_view_gives_no_common_size():
    assert common_scale([], VIEWPORT) is None


def test_pixels_that_are_not_square_keep_their_real_shape():
    transform = fit(view(1000, 1000, row_mm=0.1, column_mm=0.05), Flip(), VIEWPORT)
    assert transform.row_scale == pytest.approx(2 * transform.column_scale)
    assert transform.shown_size == pytest.approx((400, 800))


@given(image=views, laterality=st.sampled_from([Laterality.LEFT, Laterality.RIGHT]), flipped=st.booleans())
def test_the_chest_wall_touches_the_middle_of_the_hanging(image, laterality, flipped):
    transform = hang(replace(image, laterality=laterality), Flip(flipped, False), VIEWPORT)
    x, y, width, height = transform.shown_rect
    edge = x + width if laterality is Laterality.RIGHT else x
    assert edge == pytest.approx(VIEWPORT[0] if laterality is Laterality.RIGHT else 0, abs=1e-6)
    assert y + height / 2 == pytest.approx(VIEWPORT[1] / 2)


def test_an_image_without_laterality_is_centred():
    transform = chest_wall_align(fit(view(1000, 100), Flip(), VIEWPORT), VIEWPORT, None)
    assert transform.offset[0] + transform.shown_size[0] / 2 == pytest.approx(300)


def test_the_readers_zoom_is_about_the_middle_of_the_viewport_and_pan_counts_pixels_of_the_image():
    image = view(800, 600, laterality=None)
    transform = hang(image, Flip(), VIEWPORT, state=DisplayState(zoom=2, pan=(10, -20)))
    assert transform.to_viewport(300, 400) == pytest.approx((320, 360))
    assert transform.scale == pytest.approx(2)
