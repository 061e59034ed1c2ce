"""Calcifications: as many, as large and of such a shape as their kind has."""

import numpy as np
import pytest
from lesion_casts import KINDS, planned

from klarsyn.simulation.lesions.benign import wall_grains
from klarsyn.simulation.lesions.clusters import make_cluster
from klarsyn.simulation.lesions.grains import Grain, Grains, draw_grain
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.rays import Beam, Rays

CLUSTERS = [kind for kind in KINDS if kind.is_cluster]


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
