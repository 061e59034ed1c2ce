"""Where two reads differ."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.read import Assessment, Density, Impression, ReadDetails, TechnicalQuality
from klarsyn.domain.read_difference import difference, nearness, places

R, L = Laterality.RIGHT, Laterality.LEFT
NOTHING = ReadDetails()


def at(x: float, y: float = 0.0, size: float = 10.0, uid: str = "cc", **frames: object) -> Mark:
    corners = ((x, y), (x + size, y), (x + size, y + size), (x, y + size))
    return Mark(uid, corners, 0, **frames)


def place(name: str, *marks: Mark) -> Finding:
    return Finding(name, LesionType.SOFT_TISSUE, R, 0, marks)


def test_each_breast_is_compared_and_a_dispute_is_about_recall() -> None:
    mine = Impression(Assessment.NORMAL, Assessment.BENIGN)
    yours = Impression(Assessment.SUSPICIOUS, Assessment.NORMAL)
    found = difference((mine, NOTHING), (yours, NOTHING))
    assert [(b.side, b.differs, b.disputed) for b in found.breasts] == [(R, True, True), (L, True, False)]
    assert found.disputed_sides == (R,)


def test_a_breast_that_nobody_could_assess_is_no_difference() -> None:
    only = Impression(Assessment.NORMAL, None)
    assert [b.side for b in difference((only, NOTHING), (only, NOTHING)).breasts] == [R]


@pytest.mark.parametrize(
    ("mine", "yours", "density", "quality"),
    [
        (ReadDetails(Density.A), ReadDetails(Density.B), True, False),
        (ReadDetails(Density.A), ReadDetails(), False, False),
        (
            ReadDetails(Density.A, TechnicalQuality.GOOD),
            ReadDetails(Density.A, TechnicalQuality.INADEQUATE),
            False,
            True,
        ),
    ],
)
def test_density_and_quality_differ_where_both_have_said_it(mine, yours, density, quality) -> None:
    impression = Impression(Assessment.NORMAL, Assessment.NORMAL)
    found = difference((impression, mine), (impression, yours))
    assert (found.density, found.quality) == (density, quality)


def test_marks_on_each_other_are_one_place_and_the_rest_stands_on_its_side() -> None:
    mine = [place("a", at(0)), place("b", at(100))]
    yours = [place("c", at(4)), place("d", at(300))]
    found = places(mine, yours)
    said = [(p.first and p.first.finding_id, p.second and p.second.finding_id) for p in found]
    assert said == [("a", "c"), ("b", None), (None, "d")]
    assert found[0].iou == pytest.approx(60 / 140)


def test_the_nearest_pair_is_taken_first_and_each_finding_once() -> None:
    found = places([place("a", at(0)), place("b", at(3))], [place("c", at(3))])
    assert [(p.first and p.first.finding_id, p.by_both) for p in found] == [("b", True), ("a", False)]


def test_places_on_different_images_are_never_one() -> None:
    assert nearness(place("a", at(0, uid="cc")), place("b", at(0, uid="mlo"))) == 0.0
    both = place("b", at(0, uid="mlo"), at(50, uid="cc"))
    assert nearness(place("a", at(50, uid="cc")), both) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("mine", "yours", "one"),
    [
        ({"frame": 10}, {"frame": 15}, True),
        ({"frame": 10}, {"frame": 16}, False),
        ({"frame": 10}, {}, False),
        ({"frame": 10, "frame_range": (20, 8)}, {"frame": 25}, True),
        ({"frame": 10, "frame_range": (8, 20)}, {"frame": 26}, False),
    ],
)
def test_slices_near_each_other_show_one_place(mine, yours, one: bool) -> None:
    assert (nearness(place("a", at(0, **mine)), place("b", at(0, **yours))) > 0) is one


marks = st.builds(
    at, st.integers(0, 30), st.integers(0, 30), st.integers(1, 20), st.sampled_from(["cc", "mlo"])
)


@given(st.lists(marks, max_size=6), st.lists(marks, max_size=6))
def test_every_marked_place_is_listed_exactly_once(mine: list[Mark], yours: list[Mark]) -> None:
    first = [place(f"a{n}", m) for n, m in enumerate(mine)]
    second = [place(f"b{n}", m) for n, m in enumerate(yours)]
    found = places(first, second)
    assert sorted(p.first.finding_id for p in found if p.first) == [f.finding_id for f in first]
    assert sorted(p.second.finding_id for p in found if p.second) == [f.finding_id for f in second]
    turned = places(second, first)
    assert sum(p.by_both for p in turned) == pytest.approx(sum(p.by_both for p in found), abs=1)


@given(st.lists(marks, min_size=1, max_size=6))
def test_a_read_does_not_differ_from_itself(mine: list[Mark]) -> None:
    details = ReadDetails(Density.C, findings=tuple(place(f"a{n}", m) for n, m in enumerate(mine)))
    said = (Impression(Assessment.NORMAL, Assessment.SUSPICIOUS), details)
    found = difference(said, said)
    assert not found.disputed_sides
    assert not found.one_sided_places
    assert not found.density


def test_details_that_could_not_be_kept_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="2000 fit"):
        ReadDetails(comment="x" * 2001)
    twice = place("a", at(0))
    with pytest.raises(ValueError, match="one id"):
        ReadDetails(findings=(twice, replace(twice, marks=(at(9),))))
