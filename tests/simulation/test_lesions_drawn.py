"""Lesions as rays cross them: contrast where the truth says, the right specks, sections that shrink."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.lesions.benign import wall_grains
from klarsyn.simulation.lesions.clusters import make_cluster
from klarsyn.simulation.lesions.frame import Site
from klarsyn.simulation.lesions.grains import Grain, Grains, draw_grain
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.lesion import Lesion, make_lesion
from klarsyn.simulation.lesions.outline import polygon_centre
from klarsyn.simulation.lesions.plan import LesionPlan, plan_lesion
from klarsyn.simulation.lesions.site import choose_site
from klarsyn.simulation.lesions.strands import Strand, Strands
from klarsyn.simulation.rays import Beam, Rays

KINDS = list(LesionKind)
CLUSTERS = [kind for kind in KINDS if kind.is_cluster]
SPACING = 0.1


class Slab:
    """A breast as a half disc of even tissue, 50 mm thick, whose frame is breast space, mirrored."""

    thickness_mm = 50.0

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        return 100 - depth, 110 - lateral, 25 + 0.6 * superior

    def skin_distance(self, spacing_mm: float) -> np.ndarray:
        y, x = np.mgrid[: int(220 / spacing_mm), : int(120 / spacing_mm)] * spacing_mm
        return (100 - np.hypot(x, y - 110)).astype(np.float32)

    def pectoral_depth(self, spacing_mm: float) -> None:
        return None

    def dense_share(self, x: float, y: float) -> float:
        return 0.2


def planned(kind: LesionKind, grade: Conspicuity = Conspicuity.CLEAR, seed: int = 3) -> LesionPlan:
    return plan_lesion(kind, grade, np.random.default_rng([seed, KINDS.index(kind)]))


def lesion_of(kind: LesionKind, grade: Conspicuity = Conspicuity.CLEAR, seed: int = 3) -> Lesion:
    return make_lesion(planned(kind, grade, seed), Site(52.0, 0.0, 0.0))


def cast(lesion: Lesion, view: Slab, angle: float = 0.0) -> Rays:
    beam = Beam(int(220 / SPACING), int(120 / SPACING), SPACING, angle)
    rays = Rays(beam, np.full(beam.shape, 40, np.float32), np.full(beam.shape, 10, np.float32))
    for part in lesion.parts(view):
        part.add_to(rays)
    return rays


def attenuation(rays: Rays) -> np.ndarray:
    total = 0.045 * rays.fat + 0.08 * rays.dense
    return total if rays.calcium is None else total + 2.0 * rays.calcium


def inside_and_around(outline: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Masks of the outline and of a ring around it that begins 1.5 mm outside."""
    inside = np.zeros(shape, np.uint8)
    cv2.fillPoly(inside, [np.round(outline / SPACING).astype(np.int32)], 1)
    out = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) * SPACING
    return inside > 0, (out > 1.5) & (out < 6)


@pytest.fixture(scope="module")
def breast():
    breast = make_woman((5, 1), Density.B, 52.0).breast(Laterality.RIGHT)
    positions = (ViewPosition.CC, ViewPosition.MLO)
    views = tuple(breast.compress(p, 230.0, 190.0, 0) for p in positions)
    beam = Beam(2300, 1900, SPACING)
    return breast, views, beam, [attenuation(view.cast(beam)) for view in views]


@pytest.mark.parametrize("grade", Conspicuity)
@pytest.mark.parametrize("kind", KINDS)
def test_a_lesion_adds_attenuation_where_its_truth_lies(kind: LesionKind, grade: Conspicuity) -> None:
    lesion, view = lesion_of(kind, grade), Slab()
    added = attenuation(cast(lesion, view)) - np.float32(0.045 * 40 + 0.08 * 10)
    inside, around = inside_and_around(lesion.truth_on(view).outline, added.shape)
    assert added[inside].mean() > 2.5 * abs(added[around].mean())
    assert added[inside].mean() > 0.0005


@pytest.mark.parametrize("kind", KINDS)
def test_in_a_real_breast_truth_is_brighter_than_its_surroundings_on_both_views(kind, breast) -> None:
    woman_breast, views, beam, healthy = breast
    plan = planned(kind)
    lesion = make_lesion(plan, choose_site(plan, views, np.random.default_rng(8)))
    for k, bare in enumerate(views):
        view, before = bare, healthy[k]
        if lesion.pulls:
            view = woman_breast.compress(bare.position, 230.0, 190.0, 0, lesion.pulls)
            before = attenuation(view.cast(beam))
        after = attenuation(view.cast(beam, lesion.parts(view)))
        inside, around = inside_and_around(lesion.truth_on(view).outline, beam.shape)
        assert (after - before)[inside].mean() > 2 * abs((after - before)[around].mean())
        seen = after
        if not (kind.is_mass or kind is LesionKind.ASYMMETRY):  # Fine structure: without the slow course.
            seen = np.maximum(after - cv2.GaussianBlur(after, (0, 0), 1.2 / SPACING), 0) ** 2
        assert seen[inside].mean() > seen[around].mean()


@pytest.mark.parametrize("kind", KINDS)
def test_the_outline_contains_the_centre_and_the_heights_do(kind: LesionKind) -> None:
    truth = lesion_of(kind).truth_on(Slab())
    x, y, z = truth.centre
    assert cv2.pointPolygonTest(truth.outline.astype(np.float32), (x, y), False) > 0
    assert truth.heights[0] < z < truth.heights[1]
    assert truth.outline_at(z) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_sections_shrink_from_the_middle_and_end_at_the_heights(kind: LesionKind) -> None:
    truth = lesion_of(kind).truth_on(Slab())
    low, high = truth.heights

    def area(z: float) -> float:
        outline = truth.outline_at(z)
        return 0.0 if outline is None else float(cv2.contourArea(outline.astype(np.float32)))

    whole = float(cv2.contourArea(truth.outline.astype(np.float32)))
    middle = max(area(z) for z in np.linspace(0.7 * low + 0.3 * high, 0.3 * low + 0.7 * high, 5))
    assert 0.5 * whole < middle <= 1.02 * whole
    assert area(low + 0.3) < 0.7 * middle
    assert area(high - 0.3) < 0.7 * middle
    assert truth.outline_at(low - 0.1) is None
    assert truth.outline_at(high + 0.1) is None


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_plan_draws_the_same_bytes(kind: LesionKind) -> None:
    first, second = cast(lesion_of(kind), Slab()), cast(lesion_of(kind), Slab())
    assert first.dense.tobytes() == second.dense.tobytes()
    if first.calcium is not None:
        assert second.calcium is not None
        assert first.calcium.tobytes() == second.calcium.tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_tilted_beam_moves_a_lesion_by_its_height_and_keeps_its_amount(kind: LesionKind) -> None:
    lesion, view = lesion_of(kind), Slab()
    upright, tilted = cast(lesion, view), cast(lesion, view, 20.0)

    def amount(rays: Rays) -> tuple[float, float]:
        added = (rays.dense - 10) + (0 if rays.calcium is None else rays.calcium)
        rows = added.sum(axis=1, dtype=np.float64)
        return float(rows.sum()), float((rows * np.arange(len(rows))).sum() / rows.sum()) * SPACING

    (before, row), (after, moved) = amount(upright), amount(tilted)
    height = lesion.truth_on(view).centre[2]
    assert after == pytest.approx(before, rel=0.04)
    assert moved - row == pytest.approx(height * np.tan(np.deg2rad(20)), abs=1.3)


@pytest.mark.parametrize("grade", Conspicuity)
@pytest.mark.parametrize("kind", CLUSTERS)
def test_a_cluster_has_4_to_30_specks_of_a_tenth_to_eight_tenths_of_a_millimetre(kind, grade) -> None:
    for seed in range(12):
        grains = make_cluster(planned(kind, grade, seed))
        assert 4 <= len(grains) <= 30
        assert all(0.1 <= grain.size_mm <= 0.8 for grain in grains)


def test_linear_specks_are_longer_than_wide_and_round_ones_are_not() -> None:
    slim = [g.axes.max() / g.axes[1] for g in make_cluster(planned(LesionKind.LINEAR_CLUSTER))]
    plump = [g.axes.max() / g.axes[1] for g in make_cluster(planned(LesionKind.ROUND_CLUSTER))]
    assert np.median(slim) > 2
    assert max(plump) < 1.3


def test_vessels_show_two_tracks() -> None:
    path = np.stack([np.linspace(5, 55, 26), np.full(26, 10.0), np.full(26, 25.0)], axis=1)
    ratios = []
    for seed in range(8):
        plan = planned(LesionKind.VASCULAR_CALCIFICATIONS, seed=seed)
        beam = Beam(400, 1200, 0.05)
        rays = Rays(beam, np.full(beam.shape, 40, np.float32), np.zeros(beam.shape, np.float32))
        Grains(wall_grains(plan, path)).add_to(rays)
        assert rays.calcium is not None
        profile = rays.calcium.sum(axis=1)
        folded = profile[200:] + profile[199::-1]  # From the middle of the vessel outwards.
        tracks = np.convolve(folded, np.full(4, 0.25), "valid")[8:].max()
        ratios.append(tracks / folded[:8].mean())
    assert np.median(ratios) > 1.5


def test_a_grain_of_known_shape_has_its_volume_at_every_spacing_and_tilt() -> None:
    grain = Grain(np.array([3.03, 2.97, 20.0]), np.array([0.3, 0.2, 0.25]), np.eye(3), np.empty((0, 4)), 0.5)
    volume = 4 / 3 * np.pi * 0.3 * 0.2 * 0.25 * 0.5
    for spacing in (0.05, 0.1, 0.14):
        for tangent in (0.0, 0.4):
            patch = draw_grain(grain, spacing, tangent)[2]
            assert float(patch.sum()) * spacing**2 == pytest.approx(volume, rel=0.03)


def test_faces_and_a_lucent_core_take_their_part_of_a_grain() -> None:
    whole = Grain(np.array([1.0, 1.0, 20.0]), np.full(3, 0.4), np.eye(3), np.empty((0, 4)), 1.0)
    half = Grain(whole.centre, whole.axes, whole.turn, np.array([[0, 0, 1.0, 0.0]]), 1.0)
    shell = Grain(whole.centre, whole.axes, whole.turn, whole.faces, 1.0, hollow=0.7)
    amount = [float(draw_grain(g, 0.05, 0.0)[2].sum()) for g in (whole, half, shell)]
    assert amount[1] == pytest.approx(amount[0] / 2, rel=0.01)
    assert amount[2] == pytest.approx(amount[0] * (1 - 0.7**3), rel=0.02)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, np.pi), st.floats(0.1, 0.5), st.sampled_from([0.065, 0.1, 0.2]))
def test_a_strand_has_the_volume_of_its_thread(turn: float, radius: float, spacing: float) -> None:
    t = np.linspace(-8, 8, 9)
    points = np.stack([15 + t * np.cos(turn), 15 + t * np.sin(turn), np.full(9, 20.0)], axis=1)
    beam = Beam(int(30 / spacing), int(30 / spacing), spacing)
    rays = Rays(beam, np.full(beam.shape, 30, np.float32), np.zeros(beam.shape, np.float32))
    Strands((Strand(points, np.full(9, radius)),), 0.8).add_to(rays)
    assert float(rays.dense.sum()) * spacing**2 == pytest.approx(16 * np.pi * radius**2 * 0.8, rel=0.06)


def test_a_mass_is_as_large_as_planned() -> None:
    for kind in (LesionKind.SPICULATED_MASS, LesionKind.ILL_DEFINED_MASS, LesionKind.SMOOTH_MASS):
        lesion = lesion_of(kind)
        area = cv2.contourArea(lesion.truth_on(Slab()).outline.astype(np.float32))
        assert 2 * np.sqrt(area / np.pi) == pytest.approx(lesion.plan.size_mm, rel=0.3)


def test_both_views_show_the_same_lesion_from_another_side(breast) -> None:
    _, views, _, _ = breast
    plan = planned(LesionKind.PLEOMORPHIC_CLUSTER)
    lesion = make_lesion(plan, choose_site(plan, views, np.random.default_rng(8)))
    seen = [[g.size_mm for p in lesion.parts(v) if isinstance(p, Grains) for g in p.grains] for v in views]
    assert seen[0] == seen[1]
    outlines = [lesion.truth_on(view).outline for view in views]
    areas = [cv2.contourArea(outline.astype(np.float32)) for outline in outlines]
    assert areas[0] != pytest.approx(areas[1], rel=1e-3)


def test_only_what_draws_tissue_together_pulls() -> None:
    pulling = {kind for kind in KINDS if lesion_of(kind).pulls}
    assert pulling == {LesionKind.DISTORTION, LesionKind.SPICULATED_MASS}


@pytest.mark.parametrize("kind", KINDS)
def test_the_lesion_alone_is_what_the_cast_adds(kind: LesionKind) -> None:
    lesion, view = lesion_of(kind), Slab()
    rays = cast(lesion, view)
    top, left, alone = lesion.alone_on(view, SPACING)
    part = np.s_[top : top + alone.beam.rows, left : left + alone.beam.columns]
    assert np.allclose(rays.dense[part] - 10, alone.dense, atol=2e-4)
    if rays.calcium is not None:
        assert alone.calcium is not None
        assert np.allclose(rays.calcium[part], alone.calcium, atol=2e-4)


def test_the_centroid_of_a_polygon_is_that_of_its_area() -> None:
    square = np.array([[2.0, 2], [4, 2], [4, 3], [4, 6], [2, 6]])
    assert polygon_centre(square) == pytest.approx([3, 4])
