"""A woman's breasts: alike, the same at every visit, of her density."""

import numpy as np
import pytest

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.anatomy.woman import WomanAnatomy, make_woman
from klarsyn.simulation.rays import Beam

HEIGHT, WIDTH = 230.4, 192.0
RIGHT, LEFT = Laterality.RIGHT, Laterality.LEFT
BEAM = Beam(576, 480, 0.4)


def view(woman: WomanAnatomy, side: Laterality, visit: int = 0) -> CompressedBreast:
    return woman.breast(side).compress(ViewPosition.CC, HEIGHT, WIDTH, visit)


def map_of(seen: CompressedBreast) -> np.ndarray:
    """Return dense tissue about the nipple, in cells of 4 mm."""
    dense = seen.cast(BEAM).dense
    row, column = int(seen.nipple[1] / 0.4), int(seen.nipple[0] / 0.4)
    part = np.pad(dense, 200)[row + 200 - 150 : row + 200 + 150, column : column + 200][:, :170]
    return part[:, :170].reshape(30, 10, 17, 10).mean(axis=(1, 3))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.fixture(scope="module")
def women() -> list[WomanAnatomy]:
    return [make_woman((21, n), Density.C, 50.0) for n in range(3)]


@pytest.fixture(scope="module")
def maps(women: list[WomanAnatomy]) -> dict[tuple[int, Laterality], np.ndarray]:
    return {(n, side): map_of(view(w, side)) for n, w in enumerate(women) for side in (RIGHT, LEFT)}


def test_both_breasts_of_a_woman_are_more_alike_than_those_of_two_women(maps) -> None:
    own = [likeness(maps[n, RIGHT], maps[n, LEFT]) for n in range(3)]
    others = [likeness(maps[n, RIGHT], maps[m, LEFT]) for n in range(3) for m in range(3) if n != m]
    assert np.mean(own) > np.mean(others) + 0.05
    assert max(own) < 0.99


def test_a_breast_a_year_earlier_is_the_same_breast_compressed_a_little_differently(women, maps) -> None:
    for n, woman in enumerate(women[:2]):
        earlier = view(woman, RIGHT, 1)
        now = view(woman, RIGHT)
        assert earlier.thickness_mm != now.thickness_mm
        assert earlier.thickness_mm == pytest.approx(now.thickness_mm, rel=0.06)
        assert likeness(map_of(earlier), maps[n, RIGHT]) > likeness(maps[n, LEFT], maps[n, RIGHT])
        assert likeness(map_of(earlier), maps[n, RIGHT]) > 0.9


def test_denser_women_have_more_dense_tissue() -> None:
    for seed in range(1):
        shares = []
        for density in Density:
            seen = view(make_woman((31, seed), density, 55.0), RIGHT)
            rays = seen.cast(BEAM)
            inside = seen.skin_distance(0.4) > 12
            shares.append(float(rays.dense[inside].mean() / seen.thickness_mm))
        assert shares == sorted(shares)
        assert shares[0] < 0.15
        assert shares[3] > 2 * shares[1]


def test_placement_can_tell_gland_from_fat() -> None:
    seen = view(make_woman((31, 1), Density.B, 55.0), RIGHT)
    rays = seen.cast(BEAM)
    told = np.array([[seen.dense_share(x, y) for x in range(10, 70, 6)] for y in range(60, 170, 6)])
    found = np.array(
        [[rays.dense[int(y / 0.4), int(x / 0.4)] for x in range(10, 70, 6)] for y in range(60, 170, 6)]
    )
    assert 0 <= told.min() <= told.max() <= 1
    assert np.corrcoef(told.ravel(), found.ravel())[0, 1] > 0.6
    assert seen.dense_share(185.0, 5.0) == 0


def test_a_seed_gives_identical_bytes_wherever_memory_lies() -> None:
    def cast(angle: float) -> bytes:
        rays = view(make_woman((51,)), LEFT).cast(Beam(576, 480, 0.4, angle))
        return rays.fat.tobytes() + rays.dense.tobytes()

    first = [cast(0.0), cast(7.0)]
    held = []
    for n in range(2):
        held.append(np.empty(40_000 + 4_112 * n, np.uint8))  # Moves the next arrays about.
        assert [cast(0.0), cast(7.0)] == first


def test_other_seeds_give_other_women() -> None:
    one, other = make_woman((51,), Density.C, 50.0), make_woman((52,), Density.C, 50.0)
    assert view(one, LEFT).nipple != view(other, LEFT).nipple


def test_thickness_and_density_are_those_asked_for() -> None:
    woman = make_woman((61,), Density.D, 41.0)
    assert woman.density is Density.D
    assert woman.thickness_mm == 41.0
    assert view(woman, RIGHT).thickness_mm == 41.0


def test_women_drawn_at_random_are_compressed_to_30_to_80_mm() -> None:
    assert all(30 <= make_woman((71, n)).thickness_mm <= 80 for n in range(3))


@pytest.mark.parametrize("thickness", [0, 19.9, 101, float("nan")])
def test_an_impossible_thickness_gives_one_clear_sentence(thickness: float) -> None:
    with pytest.raises(ValueError, match=r"compressed to 20 to 100 mm.*choose"):
        make_woman((1,), None, thickness)


def test_only_the_two_views_of_screening_can_be_compressed() -> None:
    with pytest.raises(ValueError, match="CC and MLO"):
        make_woman((1,)).breast(RIGHT).compress(ViewPosition.ML, HEIGHT, WIDTH, 0)
