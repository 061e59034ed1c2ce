"""What is drawn of a graphic of a report."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.closed_outline import signed_area
from klarsyn.domain.reports.cad_report import GraphicKind
from klarsyn.domain.reports.report_outline import outline_of

COLUMNS, ROWS = 3000, 4000
sizes = st.floats(0.5, 600)
turns = st.floats(0, math.pi)


def drawn(kind: GraphicKind, *points: tuple[float, float]) -> np.ndarray:
    outline, reason = outline_of(kind, points, COLUMNS, ROWS)
    assert reason == ""
    return np.array(outline)


def test_a_point_stays_one_point() -> None:
    assert drawn(GraphicKind.POINT, (7.5, 9.25)).tolist() == [[7.5, 9.25]]


def test_a_line_stays_as_it_is_closed_or_not() -> None:
    open_line = ((1.0, 1.0), (9.0, 1.0), (9.0, 5.0))
    assert outline_of(GraphicKind.POLYLINE, open_line, COLUMNS, ROWS) == (open_line, "")
    closed = (*open_line, open_line[0])
    assert outline_of(GraphicKind.POLYLINE, closed, COLUMNS, ROWS) == (closed, "")


def test_many_points_become_their_hull() -> None:
    corners = {(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)}
    outline = drawn(GraphicKind.MULTIPOINT, (5.0, 5.0), *corners, (5.0, 0.0), (2.0, 7.0))
    assert set(map(tuple, outline.tolist())) == corners
    assert abs(signed_area(outline)) == 100
    assert drawn(GraphicKind.MULTIPOINT, (3.0, 4.0), (3.0, 4.0)).tolist() == [[3.0, 4.0]]


@given(sizes, st.floats(0, 2 * math.pi))
def test_a_circle_keeps_its_area_and_is_nowhere_half_a_pixel_off(radius: float, turn: float) -> None:
    centre = (1500.0, 2000.0)
    rim = (centre[0] + radius * math.cos(turn), centre[1] + radius * math.sin(turn))
    outline = drawn(GraphicKind.CIRCLE, centre, rim)
    assert abs(signed_area(outline)) == pytest.approx(math.pi * radius**2, abs=0.5)
    sides = (outline + np.roll(outline, -1, axis=0)) / 2
    off = np.abs(np.hypot(*(np.concatenate([outline, sides]) - centre).T) - radius)
    assert off.max() <= 0.5


@given(sizes, sizes, turns)
def test_an_ellipse_keeps_area_and_extent_however_it_is_turned(a: float, b: float, turn: float) -> None:
    cos, sin = math.cos(turn), math.sin(turn)
    ends = [(a * cos, a * sin), (-a * cos, -a * sin), (-b * sin, b * cos), (b * sin, -b * cos)]
    outline = drawn(GraphicKind.ELLIPSE, *((1500 + x, 2000 + y) for x, y in ends))
    assert abs(signed_area(outline)) == pytest.approx(math.pi * a * b, abs=0.5)
    extent = math.hypot(a * cos, b * sin), math.hypot(a * sin, b * cos)
    assert np.abs(outline.max(axis=0) - (1500, 2000) - extent).max() <= 0.5
    assert np.abs((1500, 2000) - outline.min(axis=0) - extent).max() <= 0.5


def test_a_circle_over_the_edge_of_the_image_ends_there() -> None:
    outline = drawn(GraphicKind.CIRCLE, (10.0, 10.0), (110.0, 10.0))
    assert outline.min() == 0
    quarter = math.pi * 100**2 / 4
    # A quarter of the disc, two strips of 10 px along its straight sides, and the square between them.
    assert abs(signed_area(outline)) == pytest.approx(quarter + 2 * 10 * 100 + 100, abs=5)


@pytest.mark.parametrize(
    ("kind", "points", "reason"),
    [
        (GraphicKind.POINT, (), "POINT of 0 points"),
        (GraphicKind.CIRCLE, ((5.0, 5.0),), "CIRCLE of 1 points"),
        (GraphicKind.ELLIPSE, ((5.0, 5.0),) * 3, "ELLIPSE of 3 points"),
        (GraphicKind.POLYLINE, ((math.nan, 5.0), (6.0, 6.0)), "no numbers"),
        (GraphicKind.CIRCLE, ((-5.0, 5.0), (20.0, 5.0)), "centre lies outside"),
        (GraphicKind.CIRCLE, ((5.0, 5.0), (20_000.0, 5.0)), "larger than the image"),
        (
            GraphicKind.ELLIPSE,
            ((0.0, 50.0), (100.0, 50.0), (80.0, 20.0), (80.0, 90.0)),
            "cross in the middle",
        ),
        (GraphicKind.ELLIPSE, ((0.0, 50.0), (100.0, 50.0), (20.0, 20.0), (80.0, 80.0)), "right angle"),
    ],
)
def test_what_is_no_graphic_is_not_drawn(kind: GraphicKind, points: tuple, reason: str) -> None:
    outline, why = outline_of(kind, points, COLUMNS, ROWS)
    assert outline == ()
    assert reason in why
