"""The compressed breast: its geometry, its skin, and what tilted rays see of it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.pull import Pull, drawn, origin
from klarsyn.simulation.anatomy.resample import add_shifted
from klarsyn.simulation.anatomy.tracing import Traces, trace
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.rays import Beam

HEIGHT, WIDTH = 230.4, 192.0
COARSE = Beam(288, 240, 0.8)

WOMAN = make_woman((11, 3), Density.C, 52.0)
CC, MLO = (
    WOMAN.breast(Laterality.RIGHT).compress(position, HEIGHT, WIDTH, 0)
    for position in (ViewPosition.CC, ViewPosition.MLO)
)


def tilted(angle: float) -> Beam:
    return Beam(COARSE.rows, COARSE.columns, COARSE.spacing_mm, angle)


def depth_on(view: CompressedBreast, x: float, y: float) -> float:
    ax, ay = view.geometry.outline.axis
    return (x - view.nipple[0]) * ax + (y - view.nipple[1]) * ay


@given(
    depth=st.floats(0, 90),
    lateral=st.floats(-90, 90),
    superior=st.floats(-90, 90),
)
@settings(max_examples=40, deadline=None)
def test_a_point_lies_at_the_same_depth_on_both_views_and_between_the_plates(
    depth: float, lateral: float, superior: float
) -> None:
    for view in (CC, MLO):
        x, y, z = view.place(depth, lateral, superior)
        assert depth_on(view, x, y) == pytest.approx(depth, abs=0.01)
        assert 0 <= z <= view.thickness_mm


def test_lateral_is_up_in_cc_and_upper_outer_is_up_in_mlo() -> None:
    assert CC.place(40, 20, 0)[1] == pytest.approx(CC.place(40, 0, 0)[1] - 20, abs=0.01)
    assert MLO.place(40, 15, 15)[1] < MLO.place(40, 0, 0)[1] < MLO.place(40, -15, -15)[1]


def test_superior_lies_near_the_paddle_in_cc_and_inferolateral_near_the_support_in_mlo() -> None:
    assert CC.place(40, 0, 25)[2] > CC.thickness_mm / 2 > CC.place(40, 0, -25)[2]
    assert MLO.place(40, -15, 15)[2] > MLO.thickness_mm / 2 > MLO.place(40, 15, -15)[2]


@pytest.mark.parametrize("view", [CC, MLO], ids=["CC", "MLO"])
def test_rays_cross_no_more_than_the_thickness_and_nothing_outside_the_skin(view: CompressedBreast) -> None:
    rays = view.cast(COARSE)
    total = rays.fat + rays.dense
    skin = view.skin_distance(COARSE.spacing_mm)
    assert rays.fat.min() >= 0
    assert rays.dense.min() >= 0
    assert total.max() == pytest.approx(view.thickness_mm, abs=0.01)
    assert total[skin < -1].max() == 0
    assert total[skin > 0.5 * view.thickness_mm].min() == pytest.approx(view.thickness_mm, abs=0.01)


def test_the_border_of_the_breast_is_skin_seen_edge_on() -> None:
    rays = CC.cast(Beam(1152, 960, 0.2))
    skin = CC.skin_distance(0.2)
    border, under = (skin > 0.3) & (skin < 1.0), (skin > 3) & (skin < 4)
    assert rays.fat[border].mean() < 0.05 * rays.dense[border].mean()
    assert rays.fat[under].mean() > rays.dense[under].mean()


def test_the_breast_thins_towards_its_edge() -> None:
    rays = CC.cast(COARSE)
    total, skin = rays.fat + rays.dense, CC.skin_distance(COARSE.spacing_mm)
    lengths = [total[(skin > a) & (skin < a + 2)].mean() for a in (0, 4, 8, 12, 16)]
    assert lengths == sorted(lengths)


def test_muscle_is_denser_than_what_lies_in_front_of_it() -> None:
    rays, depth = MLO.cast(COARSE), MLO.pectoral_depth(COARSE.spacing_mm)
    assert depth is not None
    inside = MLO.skin_distance(COARSE.spacing_mm) > 15
    upper = np.arange(COARSE.rows)[:, None] < 100
    behind, before = (inside & upper & (depth > 10), inside & upper & (depth < -4) & (depth > -12))
    assert rays.dense[behind].mean() > 1.5 * rays.dense[before].mean()


@pytest.mark.parametrize("angle", [-20.0, 20.0])
def test_a_tilted_beam_moves_the_breast_by_the_height_of_its_middle(angle: float) -> None:
    rows = np.arange(COARSE.rows) * COARSE.spacing_mm

    def middle(beam: Beam) -> float:
        rays = CC.cast(beam)
        weight = (rays.fat + rays.dense).sum(axis=1, dtype=np.float64)
        return float((weight * rows).sum() / weight.sum())

    expected = tilted(angle).shift_mm(CC.thickness_mm / 2)
    assert middle(tilted(angle)) - middle(COARSE) == pytest.approx(expected, abs=0.15)


def test_a_tilted_beam_crosses_as_much_tissue_as_an_upright_one() -> None:
    upright, slanting = CC.cast(COARSE), CC.cast(tilted(12.0))
    assert slanting.fat.sum() + slanting.dense.sum() == pytest.approx(
        upright.fat.sum() + upright.dense.sum(), rel=0.005
    )
    assert slanting.dense.sum() == pytest.approx(upright.dense.sum(), rel=0.02)


@pytest.mark.parametrize("angle", [-24.0, 24.0])
def test_a_tilted_beam_finds_tissue_beyond_the_edges_of_the_image(angle: float) -> None:
    upright, slanting = MLO.cast(COARSE), MLO.cast(tilted(angle))
    upper = slice(0, 12)  # The breast goes on there: no band without muscle, fat or skin.
    before, after = ((r.fat + r.dense)[upper, 2:40] for r in (upright, slanting))
    assert after.min() == pytest.approx(before.min(), rel=0.02)
    dense = [r.dense[upper, 2:40].mean() for r in (upright, slanting)]
    assert dense[1] == pytest.approx(dense[0], rel=0.2)


@given(z=st.floats(0, 80), angle=st.floats(-25, 25))
@settings(max_examples=25, deadline=None)
def test_a_strand_is_cast_where_its_height_says(z: float, angle: float) -> None:
    slope = float(np.tan(np.deg2rad(angle)))
    line = np.linspace(20, 40, 12, dtype=np.float32)[None, :]
    flat = np.ones_like(line)
    traces = Traces(line, 60 * flat, np.float32(z) * flat, flat, 0.2, 0.0)
    drawn_on = trace(traces, (600, 300), 0.2, slope)
    y = (np.arange(600) + 0.5) * 0.2
    assert (drawn_on.sum(axis=1) * y).sum() / drawn_on.sum() == pytest.approx(60 + z * slope, abs=0.02)
    assert drawn_on.sum() * 0.04 == pytest.approx(20.0, rel=0.01)  # 1 mm2 times 20 mm.


@given(rows=st.floats(-12, 12))
@settings(max_examples=30, deadline=None)
def test_a_sheet_is_moved_by_parts_of_a_row(rows: float) -> None:
    field = np.zeros((60, 8), np.float32)
    field[30] = 1
    total = np.zeros_like(field)
    add_shifted(total, field, rows)
    assert total[:, 3] @ np.arange(60) == pytest.approx(30 + rows, abs=1e-3)


PULL = Pull(45.0, 5.0, 0.0, 18.0, 0.6)


@given(st.lists(st.floats(-60, 60), min_size=3, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_pull_moves_tissue_towards_its_centre_and_never_past_it(away: list[float]) -> None:
    offset = np.array(away, np.float32)
    before = np.linalg.norm(offset)
    after = drawn((PULL.centre + offset)[None, :], (PULL,))[0] - PULL.centre
    assert np.linalg.norm(after) <= before + 1e-4
    assert after @ offset >= 0


def test_what_a_pull_has_moved_is_found_where_it_came_from() -> None:
    points = PULL.centre + np.random.default_rng(1).normal(0, 12, (200, 3)).astype(np.float32)
    back = origin(drawn(points, (PULL,)), (PULL,))
    assert np.abs(back - points).mean() < 1.5


def test_a_pull_changes_the_view_at_its_centre_only() -> None:
    breast = WOMAN.breast(Laterality.RIGHT)
    pulled = breast.compress(ViewPosition.CC, HEIGHT, WIDTH, 0, (PULL,))
    change = np.abs(pulled.cast(COARSE).dense - CC.cast(COARSE).dense)
    x, y, _ = CC.place(PULL.depth, PULL.lateral, PULL.superior)
    row, column = (np.arange(n) + 0.5 for n in COARSE.shape)
    distance = np.hypot(row[:, None] * 0.8 - y, column[None, :] * 0.8 - x)
    assert change[distance < 12].mean() > 0.3
    # Strands of up to 80 mm may be drawn by one end; sheets stay.
    assert change[distance > 60].mean() < 0.02


def test_parts_are_added_to_the_rays() -> None:
    class Bead:
        def add_to(self, rays) -> None:
            rays.add_calcium(10, 20, np.ones((2, 2), np.float32))

    rays = CC.cast(COARSE, (Bead(),))
    assert rays.calcium is not None
    assert rays.calcium.sum() == 4
    assert CC.cast(COARSE).calcium is None


def test_a_fine_beam_sees_the_same_tissue_as_a_coarse_one() -> None:
    fine, coarse = CC.cast(Beam(2880, 2400, 0.08)), CC.cast(Beam(1440, 1200, 0.16))
    mean = fine.dense.reshape(1440, 2, 1200, 2).mean(axis=(1, 3))
    inside = CC.skin_distance(0.16) > 3
    assert np.abs(mean - coarse.dense)[inside].mean() < 0.15
