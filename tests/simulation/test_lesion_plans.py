"""Plans of lesions, what they were in earlier years, and the places they may take."""

import numpy as np
import pytest

from klarsyn.domain.finding import LesionType
from klarsyn.simulation.lesions.clusters import make_cluster
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lesions.plan import earlier, plan_lesion
from klarsyn.simulation.lesions.site import ImpossibleLesion, choose_site

KINDS = list(LesionKind)
SUSPICIOUS = [kind for kind in KINDS if kind.suspicious]


class HalfDisc:
    """A breast `reach` mm deep, with a muscle behind x = `muscle`, dense in its upper half."""

    def __init__(self, reach: float = 95.0, thickness: float = 50.0, muscle: float | None = None) -> None:
        self.reach, self.thickness_mm, self.muscle = reach, thickness, muscle

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        return self.reach - depth, 110 - lateral, self.thickness_mm / 2 + 0.5 * superior

    def _grid(self, spacing_mm: float) -> tuple[np.ndarray, np.ndarray]:
        y, x = np.mgrid[: int(220 / spacing_mm), : int(120 / spacing_mm)] * spacing_mm
        return x, y

    def skin_distance(self, spacing_mm: float) -> np.ndarray:
        x, y = self._grid(spacing_mm)
        return (self.reach - np.hypot(x, y - 110)).astype(np.float32)

    def pectoral_depth(self, spacing_mm: float) -> np.ndarray | None:
        if self.muscle is None:
            return None
        return (self.muscle - self._grid(spacing_mm)[0]).astype(np.float32)

    def dense_share(self, x: float, y: float) -> float:
        return 0.4 if y < 110 else 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_clear_lesions_have_more_contrast_than_subtle_ones(kind: LesionKind) -> None:
    contrasts = [plan_lesion(kind, grade, np.random.default_rng(1)).contrast for grade in Conspicuity]
    assert contrasts == sorted(contrasts, reverse=True)


@pytest.mark.parametrize("grade", Conspicuity)
def test_masses_are_5_to_25_mm(grade: Conspicuity) -> None:
    for kind in (kind for kind in KINDS if kind.is_mass):
        sizes = [plan_lesion(kind, grade, np.random.default_rng(seed)).size_mm for seed in range(30)]
        assert min(sizes) >= 5
        assert max(sizes) <= 25


def test_calcifications_and_soft_tissue_are_told_apart() -> None:
    calcified = {kind for kind in KINDS if kind.lesion_type is LesionType.CALCIFICATIONS}
    assert calcified == {kind for kind in KINDS if kind.value.endswith("calcifications")}


def test_what_no_one_need_fear_stays_the_same_over_the_years() -> None:
    for kind in set(KINDS) - set(SUSPICIOUS):
        plan = plan_lesion(kind, Conspicuity.CLEAR, np.random.default_rng(2))
        assert earlier(plan, 2, np.random.default_rng(3)) == plan


@pytest.mark.parametrize("kind", [kind for kind in SUSPICIOUS if not kind.is_cluster])
def test_a_cancer_was_smaller_a_year_before(kind: LesionKind) -> None:
    for seed in range(20):
        plan = plan_lesion(kind, Conspicuity.CLEAR, np.random.default_rng(seed))
        before = earlier(plan, 1, np.random.default_rng(seed))
        assert before is not None
        assert 0.55 * plan.size_mm <= before.size_mm <= 0.8 * plan.size_mm
        assert before.seed == plan.seed


@pytest.mark.parametrize("kind", SUSPICIOUS)
def test_two_years_before_some_cancers_were_not_there(kind: LesionKind) -> None:
    plan = plan_lesion(kind, Conspicuity.CLEAR, np.random.default_rng(1))
    before = [earlier(plan, 2, np.random.default_rng(seed)) for seed in range(40)]
    absent = sum(p is None for p in before)
    assert 6 <= absent <= 30


def test_a_younger_cluster_has_fewer_of_the_same_specks() -> None:
    plan = plan_lesion(LesionKind.PLEOMORPHIC_CLUSTER, Conspicuity.CLEAR, np.random.default_rng(4))
    before = earlier(plan, 1, np.random.default_rng(5))
    assert before is not None
    now, then = make_cluster(plan), make_cluster(before)
    assert 4 <= len(then) < len(now)
    assert all(np.array_equal(a.centre, b.centre) for a, b in zip(then, now, strict=False))


def test_a_negative_number_of_years_is_refused_in_a_sentence() -> None:
    plan = plan_lesion(LesionKind.SMOOTH_MASS, Conspicuity.CLEAR, np.random.default_rng(4))
    with pytest.raises(ValueError, match=r"0 or more years earlier, not -1\.$"):
        earlier(plan, -1, np.random.default_rng(1))


@pytest.mark.parametrize("kind", KINDS)
def test_a_site_lies_in_the_breast_on_every_view_and_off_the_muscle(kind: LesionKind) -> None:
    views = (HalfDisc(), HalfDisc(muscle=22.0))
    for seed in range(6):
        plan = plan_lesion(kind, Conspicuity.MODERATE, np.random.default_rng(seed))
        site = choose_site(plan, views, np.random.default_rng(seed))
        for view in views:
            x, y, z = view.place(site.depth, site.lateral, site.superior)
            assert view.skin_distance(1.0)[int(y), int(x)] >= 6
            assert view.muscle is None or x > view.muscle + 4
            assert 3 <= z <= view.thickness_mm - 3


def test_sites_prefer_glandular_tissue_to_fat() -> None:
    view = HalfDisc()
    rng = np.random.default_rng(9)
    plan = plan_lesion(LesionKind.SPICULATED_MASS, Conspicuity.MODERATE, rng)
    above = [choose_site(plan, (view,), rng).lateral > -6 for _ in range(40)]
    assert np.mean(above) > 0.9


def test_the_same_seed_chooses_the_same_site() -> None:
    plan = plan_lesion(LesionKind.SMOOTH_MASS, Conspicuity.MODERATE, np.random.default_rng(1))
    sites = {choose_site(plan, (HalfDisc(),), np.random.default_rng(2)) for _ in range(2)}
    assert len(sites) == 1


@pytest.mark.parametrize("view", [HalfDisc(reach=24.0), HalfDisc(muscle=90.0), HalfDisc(thickness=20.0)])
def test_a_lesion_without_room_is_refused_in_one_sentence(view: HalfDisc) -> None:
    plan = plan_lesion(LesionKind.ASYMMETRY, Conspicuity.CLEAR, np.random.default_rng(1))
    with pytest.raises(ImpossibleLesion) as refusal:
        choose_site(plan, (view,), np.random.default_rng(2))
    text = str(refusal.value)
    assert text.startswith("No place in this simulated breast can hold an asymmetry of")
    assert text.count(". ") == 0
    assert text.endswith("another seed.")


def test_a_lesion_needs_a_view() -> None:
    plan = plan_lesion(LesionKind.SMOOTH_MASS, Conspicuity.CLEAR, np.random.default_rng(1))
    with pytest.raises(ImpossibleLesion, match="at least one view"):
        choose_site(plan, (), np.random.default_rng(2))
