"""Lesions as rays cross them: in a real breast, in tilted beams, the same for the same plan."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lesion_casts import KINDS, SPACING, Slab, attenuation, cast, inside_and_around, lesion_of, planned

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import make_woman
from klarsyn.simulation.lesions.grains import Grains
from klarsyn.simulation.lesions.kinds import LesionKind
from klarsyn.simulation.lesions.lesion import make_lesion
from klarsyn.simulation.lesions.site import choose_site
from klarsyn.simulation.lesions.strands import Strand, Strands
from klarsyn.simulation.rays import Beam, Rays


@pytest.fixture(scope="module")
def breast():
    breast = make_woman((5, 1), Density.B, 52.0).breast(Laterality.RIGHT)
    positions = (ViewPosition.CC, ViewPosition.MLO)
    views = tuple(breast.compress(p, 230.0, 190.0, 0) for p in positions)
    beam = Beam(2300, 1900, SPACING)
    return breast, views, beam, [attenuation(view.cast(beam)) for view in views]


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


@settings(max_examples=25, deadline=None)
@given(st.floats(0, np.pi), st.floats(0.1, 0.5), st.sampled_from([0.065, 0.1, 0.2]))
def test_a_strand_has_the_volume_of_its_thread(turn: float, radius: float, spacing: float) -> None:
    t = np.linspace(-8, 8, 9)
    points = np.stack([15 + t * np.cos(turn), 15 + t * np.sin(turn), np.full(9, 20.0)], axis=1)
    beam = Beam(int(30 / spacing), int(30 / spacing), spacing)
    rays = Rays(beam, np.full(beam.shape, 30, np.float32), np.zeros(beam.shape, np.float32))
    Strands((Strand(points, np.full(9, radius)),), 0.8).add_to(rays)
    assert float(rays.dense.sum()) * spacing**2 == pytest.approx(16 * np.pi * radius**2 * 0.8, rel=0.06)


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
