"""How far outlines lie on each other, against rectangles by arithmetic and any shape by counting points."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.outline_overlap import overlap


def box(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


numbers = st.integers(0, 40)
sizes = st.integers(1, 40)
boxes = st.tuples(numbers, numbers, sizes, sizes)


@given(boxes, boxes)
def test_boxes_overlap_as_arithmetic_says(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    (ax, ay, aw, ah), (bx, by, bw, bh) = one, other
    across = max(0, min(ax + aw, bx + bw) - max(ax, bx))
    down = max(0, min(ay + ah, by + bh) - max(ay, by))
    both = across * down
    assert overlap(box(*one), box(*other)) == pytest.approx(both / (aw * ah + bw * bh - both))


corners = st.lists(st.tuples(*2 * [st.floats(0, 20)]), min_size=3, max_size=8)


def inside(points: npt.NDArray[np.float64], outline: list[tuple[float, float]]) -> npt.NDArray[np.bool_]:
    """Count sides to the right of each point: odd is inside."""
    x, y = points.T
    odd = np.zeros(len(points), bool)
    for (x0, y0), (x1, y1) in zip(outline, outline[1:] + outline[:1], strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            odd ^= crosses & (x < x0 + (y - y0) / (y1 - y0) * (x1 - x0))
    return odd


@settings(max_examples=60)
@given(corners, corners)
def test_any_shapes_overlap_as_counted_points_say(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    steps = (np.arange(200) + 0.437) / 10
    points = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    mine, yours = inside(points, one), inside(points, other)
    either = np.count_nonzero(mine | yours)
    if either > 4000:  # a tenth of the field: few points make a poor count
        assert overlap(one, other) == pytest.approx(np.count_nonzero(mine & yours) / either, abs=0.05)


@given(corners, corners)
def test_neither_outline_comes_first_and_nothing_exceeds_all(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    there, back = overlap(one, other), overlap(other, one)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0.0 <= there <= 1.0 + 1e-9


def test_an_outline_lies_on_itself_whichever_way_it_is_walked() -> None:
    star = [(0.0, 0.0), (10.0, 0.0), (5.0, 3.0), (10.0, 9.0), (0.0, 9.0)]
    assert overlap(star, star) == pytest.approx(1.0)
    assert overlap(star, star[::-1]) == pytest.approx(1.0)


@pytest.mark.parametrize("nothing", [[], [(1.0, 1.0)], [(1.0, 1.0), (2.0, 2.0)], [(1.0, 1.0)] * 4])
def test_what_has_no_area_lies_on_nothing(nothing: list[tuple[float, float]]) -> None:
    assert overlap(nothing, nothing) == 0.0
