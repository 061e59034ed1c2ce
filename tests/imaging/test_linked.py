"""Linked zoom and pan, mirrored between left and right."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.display import DisplayState
from klarsyn.domain.exam import Image, Laterality, Spacing, ViewModifier, ViewPosition
from klarsyn.imaging.geometry import common_scale, hang
from klarsyn.imaging.linked import LinkedView, linked, may_link, same_point, state_of
from klarsyn.imaging.orientation import Flip, hanging_chest_wall
from klarsyn.imaging.transform import ViewTransform

VIEWPORT = (600, 800)
MM_PER_PX = 0.4


def image(side: Laterality, columns: int, rows: int, mm: tuple[float, float] | None) -> Image:
    spacing = Spacing(*mm, "ImagerPixelSpacing") if mm else None
    return Image("1.2", "1.3", "1.4", rows, columns, laterality=side, view_position=ViewPosition.CC,
                 spacing=spacing)  # fmt: skip


def view(image: Image, flip: Flip, nipple: float | None = None, viewport=VIEWPORT) -> LinkedView:
    home = hang(image, flip, viewport, MM_PER_PX if image.spacing else None)
    return LinkedView(home, viewport, hanging_chest_wall(image.laterality), image.spacing, nipple)


FLIPS = st.builds(Flip, st.booleans(), st.booleans())
MM = st.tuples(st.floats(0.04, 0.2), st.floats(0.04, 0.2))


def _views(mm) -> st.SearchStrategy[LinkedView]:
    made = st.builds(
        image, st.sampled_from([Laterality.LEFT, Laterality.RIGHT]), st.integers(500, 4000),
        st.integers(500, 4000), mm,
    )  # fmt: skip
    nipples = st.none() | st.floats(100, 400)
    viewports = st.tuples(st.integers(200, 1800), st.integers(200, 1800))
    return st.builds(view, made, FLIPS, nipples, viewports)


VIEWS = _views(MM | st.none())
STATES = st.builds(
    DisplayState, zoom=st.floats(0.5, 20), pan=st.tuples(st.floats(-4000, 4000), st.floats(-4000, 4000))
)


def moved(view: LinkedView, state: DisplayState) -> ViewTransform:
    middle = view.viewport_size[0] / 2, view.viewport_size[1] / 2
    zoomed = view.home.zoomed(state.zoom, about=middle)
    return zoomed.moved(state.pan[0] * zoomed.column_scale, state.pan[1] * zoomed.row_scale)


def assert_same(a: ViewTransform, b: ViewTransform) -> None:
    assert (a.columns, a.rows, a.flip) == (b.columns, b.rows, b.flip)
    assert (a.column_scale, a.row_scale) == pytest.approx((b.column_scale, b.row_scale), rel=1e-9)
    assert a.offset == pytest.approx(b.offset, rel=1e-9, abs=1e-5)


@given(VIEWS, VIEWS, STATES)
def test_linking_there_and_back_changes_nothing(source, target, state) -> None:
    transform = moved(source, state)
    assert_same(linked(target, linked(source, transform, target), source), transform)


@given(VIEWS, STATES)
def test_a_view_linked_to_itself_stays_as_it_is(source, state) -> None:
    assert_same(linked(source, moved(source, state), source), moved(source, state))


@given(_views(MM), _views(MM), STATES)
def test_linked_views_show_one_real_size_and_one_depth_and_level_in_their_middle(a, b, state) -> None:
    shown = {}
    for each, transform in ((a, moved(a, state)), (b, linked(a, moved(a, state), b))):
        column, row = transform.to_image(each.viewport_size[0] / 2, each.viewport_size[1] / 2)
        # The chest wall is the shown image's edge, whichever way the file has it.
        at_start = (each.chest_wall == "left") != each.home.flip.horizontal
        depth = column if at_start else each.home.columns - column
        nipple = each.home.rows / 2 if each.nipple_row is None else each.nipple_row
        below = (nipple - row) if each.home.flip.vertical else (row - nipple)
        shown[each is a] = (
            depth * each.spacing.column_mm,
            below * each.spacing.row_mm,
            each.spacing.column_mm / transform.column_scale,
        )
    assert shown[False] == pytest.approx(shown[True], rel=1e-6, abs=1e-3)


def mirrored(transform: ViewTransform) -> ViewTransform:
    """The same picture in a mirror that stands on the viewport's middle."""
    x, _, width, _ = transform.shown_rect
    return replace(transform, offset=(VIEWPORT[0] - x - width, transform.offset[1]))


@given(st.integers(500, 4000), st.integers(500, 4000), MM, STATES)
def test_the_other_breast_moves_as_a_mirror_image_and_its_mirror_image_is_the_first(
    columns, rows, mm, state
) -> None:
    left = view(image(Laterality.LEFT, columns, rows, mm), Flip())
    right = view(image(Laterality.RIGHT, columns, rows, mm), Flip(True))
    there = linked(left, moved(left, state), right)
    assert there.offset == pytest.approx(mirrored(moved(left, state)).offset, rel=1e-9, abs=1e-5)
    assert_same(linked(right, there, left), moved(left, state))
    assert mirrored(mirrored(there)).offset == pytest.approx(there.offset, rel=1e-9, abs=1e-5)


@given(st.lists(st.tuples(st.integers(500, 4000), st.integers(500, 4000), MM), min_size=2, max_size=2))
def test_home_is_linked_to_home_at_the_common_size(facts) -> None:
    sides = (Laterality.LEFT, Laterality.RIGHT)
    images = [image(side, *fact) for side, fact in zip(sides, facts, strict=True)]
    scale = common_scale(images, VIEWPORT)
    a, b = (
        LinkedView(hang(i, Flip(), VIEWPORT, scale), VIEWPORT, hanging_chest_wall(i.laterality), i.spacing)
        for i in images
    )
    assert_same(linked(a, a.home, b), b.home)


def test_nipples_come_to_one_level() -> None:
    left = view(image(Laterality.LEFT, 2000, 3000, (0.1, 0.1)), Flip(), nipple=1400)
    right = view(image(Laterality.RIGHT, 2000, 3000, (0.1, 0.1)), Flip(), nipple=1700)
    shown = linked(left, left.home, right)
    assert shown.to_viewport(0, 1700)[1] == pytest.approx(left.home.to_viewport(0, 1400)[1])


def test_a_pan_towards_the_nipple_is_mirrored() -> None:
    left = view(image(Laterality.LEFT, 2000, 3000, (0.1, 0.1)), Flip())
    right = view(image(Laterality.RIGHT, 2000, 3000, (0.1, 0.1)), Flip())
    shown = linked(left, left.home.moved(-50, 20), right)
    assert_same(shown, right.home.moved(50, 20))


@given(VIEWS, STATES)
def test_zoom_and_pan_of_the_display_state_lead_to_the_transform(view, state) -> None:
    zoom, pan = state_of(view.home, moved(view, state), view.viewport_size)
    assert zoom == pytest.approx(state.zoom)
    assert pan == pytest.approx(state.pan, abs=1e-5)


def test_spots_pieces_and_images_without_a_side_do_not_move_with_others() -> None:
    full = image(Laterality.LEFT, 100, 100, None)
    assert may_link(full)
    for change in (
        {"modifiers": (ViewModifier.SPOT,)},
        {"partial_view": True},
        {"laterality": None},
        {"laterality": Laterality.BOTH},
    ):
        assert not may_link(replace(full, **change))


POINTS = st.tuples(st.floats(-500, 2000), st.floats(-500, 2000))


@given(VIEWS, VIEWS, STATES, STATES, POINTS)
def test_a_point_shown_in_another_view_leads_back_to_itself(a, b, one, other, point) -> None:
    here, there = (a, moved(a, one)), (b, moved(b, other))
    assert same_point(same_point(point, here, there), there, here) == pytest.approx(point, rel=1e-6, abs=1e-3)


@given(VIEWS, VIEWS, STATES, POINTS)
def test_points_keep_their_places_in_views_that_move_together(a, b, state, point) -> None:
    # What is in the middle of one is in the middle of the other.
    here, there = (a, moved(a, state)), (b, linked(a, moved(a, state), b))
    middle = tuple(side / 2 for side in a.viewport_size)
    expected = tuple(side / 2 for side in b.viewport_size)
    assert same_point(middle, here, there) == pytest.approx(expected, rel=1e-6, abs=1e-3)


@given(_views(MM), STATES, STATES, POINTS)
def test_a_point_is_the_same_image_point_however_its_image_is_looked_at(a, one, other, point) -> None:
    here, there = (a, moved(a, one)), (a, moved(a, other))
    found = there[1].to_image(*same_point(point, here, there))
    assert found == pytest.approx(here[1].to_image(*point), rel=1e-6, abs=1e-2)
