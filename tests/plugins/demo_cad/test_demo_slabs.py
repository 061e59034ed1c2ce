"""Slabs of tomosynthesis, and what belongs together in depth."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.candidate import Candidate
from klarsyn_demo_cad.volume_search import chains, slabs_of


@given(st.integers(1, 500), st.floats(0.1, 6), st.booleans())
def test_slabs_hold_every_slice_once_and_are_never_too_many(count: int, step: float, known: bool) -> None:
    heights = np.arange(count) * (step if known else 0.0)
    slabs = slabs_of(heights)

    assert [n for slab in slabs for n in range(slab.first, slab.last + 1)] == list(range(count))
    assert len(slabs) <= 45


def place(evidence: float, column: float, kind: LesionType = LesionType.SOFT_TISSUE) -> Candidate:
    return Candidate(kind, evidence, (column, 20.0), 4.0, np.zeros((3, 2)))


def test_a_lesion_goes_up_and_down_while_it_is_seen_and_is_told_once() -> None:
    found = [[place(0.6, 20)], [place(1.5, 21)], [place(2.0, 20), place(0.9, 22)], [place(1.6, 20)], []]
    (lesion,) = (c for c in chains(found) if max(p.evidence for p in c.values()) > 1)

    assert list(lesion) == [1, 2, 3]


def test_lesions_apart_in_depth_of_other_kind_or_place_stay_apart() -> None:
    calcifications = LesionType.CALCIFICATIONS
    found = [[place(2.0, 20)], [place(1.9, 60)], [], [], [place(1.8, 20)], [place(1.7, 20, calcifications)]]

    assert [list(c) for c in chains(found)] == [[0], [1], [4], [5]]


places = st.builds(place, st.floats(0.5, 3), st.floats(0, 80), st.sampled_from(LesionType))


@given(st.lists(st.lists(places, max_size=4), max_size=8))
def test_whatever_was_found_lesions_come_strongest_first_and_end(found: list[list[Candidate]]) -> None:
    strongest = [max(p.evidence for p in chain.values()) for chain in chains(found)]

    assert strongest == sorted(strongest, reverse=True)
    assert len(strongest) <= sum(map(len, found))
    assert bool(strongest) == any(found)
