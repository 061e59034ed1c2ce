"""Marks on slices: on those that their result names, ghosts on the neighbours, nothing elsewhere."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from window_helpers import make_image

from klarsyn.domain.exam import Image
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.shown_slices import ShownSlices, place_words, slice_words
from klarsyn.domain.stack import Stack
from klarsyn.domain.volume import Slice, Volume
from klarsyn.domain.volumes import volume_of_image
from klarsyn.ui.slices.slice_marks import best_on, on_slices, span_of, ticks

OUTLINE = ((40.0, 60.0), (70.0, 60.0), (70.0, 90.0))
COUNT = 20


def stack(heights: list[float]) -> Volume:
    """A volume of one file, whose frame n lies at `heights[n - 1]`."""
    return volume_of_image(make_image(frames=len(heights), stack=Stack(positions_mm=tuple(heights))))


def ct_slices(count: int) -> Volume:
    """A volume of files with one slice each."""
    image = make_image("1.0", stack=Stack(single_slice=True))
    return Volume(image, tuple(Slice(f"1.{n}", 1, float(n)) for n in range(count)), 1.0, 1.0)


def found(*marks: Mark, name: str = "f", kind: LesionType = LesionType.SOFT_TISSUE) -> list:
    finding = Finding(name, kind, None, max(m.score for m in marks), marks)
    return [(finding, mark) for mark in marks]


def drawn(marks: list, volume: Volume) -> dict[int, bool]:
    """Slices on which marks are drawn one by one, and whether they are ghosts there."""
    on = {n: on_slices(marks, ShownSlices.one(volume, n)) for n in range(len(volume.slices))}
    return {n: here[0][2] for n, here in on.items() if here}


@pytest.mark.invariant(3)
@given(
    st.permutations(range(COUNT)),
    st.integers(0, COUNT - 1),
    st.integers(0, 4),
    st.integers(0, 4),
    st.booleans(),
)
def test_a_mark_stands_on_its_own_slices_in_whatever_order_frames_are_stored(
    order, best, below, above, ranged
) -> None:
    volume = stack([float(height) for height in order])
    low, high = (max(0, best - below), min(COUNT - 1, best + above)) if ranged else (best, best)
    named = (order.index(low) + 1, order.index(high) + 1) if ranged else None
    marks = found(Mark("1.2.3", OUTLINE, 71, order.index(best) + 1, named))
    full = dict.fromkeys(range(low, high + 1), False)
    ghosts = {n: True for n in (low - 1, high + 1) if 0 <= n < COUNT}
    assert drawn(marks, volume) == full | ghosts


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_slice_and_not_on_that_of_another_volume() -> None:
    marks = found(Mark("1.2.9", OUTLINE, 71, 5))
    assert span_of(marks[0][1], stack([float(n) for n in range(9)])) is None
    assert drawn(marks, stack([float(n) for n in range(9)])) == {}


@given(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1), st.integers(0, COUNT - 1))
def test_a_slab_shows_the_marks_of_every_slice_in_it(one, other, best) -> None:
    volume = stack([float(n) for n in range(COUNT)])
    first, last = sorted((one, other))
    here = on_slices(
        found(Mark("1.2.3", OUTLINE, 71, best + 1)), ShownSlices(volume, (first + last) // 2, first, last)
    )
    away = max(0, first - best, best - last)
    assert [ghost for *_, ghost in here] == ([] if away > 1 else [away == 1])


def test_a_lesion_over_several_files_is_drawn_once_from_the_nearest() -> None:
    volume = ct_slices(9)
    marks = found(*(Mark(f"1.{n}", OUTLINE, 80 - n, 1, (1, 1)) for n in (3, 4, 5)))
    assert drawn(marks, volume) == {2: True, 3: False, 4: False, 5: False, 6: True}
    for n in (3, 4, 5):
        ((_, mark, _),) = on_slices(marks, ShownSlices.one(volume, n))
        assert mark.sop_instance_uid == f"1.{n}"
    ((_, mark, ghost),) = on_slices(marks, ShownSlices(volume, 4, 2, 6))
    assert (mark.sop_instance_uid, ghost) == ("1.3", False)


def test_two_regions_of_one_finding_on_one_slice_are_both_drawn() -> None:
    other = tuple((c + 80, r) for c, r in OUTLINE)
    marks = found(Mark("1.2.3", OUTLINE, 71, 5), Mark("1.2.3", other, 64, 5))
    here = on_slices(marks, ShownSlices.one(stack([float(n) for n in range(9)]), 4))
    assert [m.score for _, m, _ in here] == [71, 64]


def test_the_bar_hints_at_the_slices_of_each_finding_once_the_strongest_above_the_others() -> None:
    volume = stack([float(n) for n in range(COUNT)])
    calc = found(Mark("1.2.3", OUTLINE, 30, 12, (11, 14)), name="calc", kind=LesionType.CALCIFICATIONS)
    soft = found(Mark("1.2.3", OUTLINE, 71, 4, (3, 5)), name="soft")
    told = ticks([*soft, *calc], volume)
    assert [(t.finding_id, t.lesion_type, t.span.lowest, t.span.best, t.span.highest) for t in told] == [
        ("calc", LesionType.CALCIFICATIONS, 10, 11, 13),
        ("soft", LesionType.SOFT_TISSUE, 2, 3, 4),
    ]


def test_a_lesion_over_several_files_is_one_hint_and_two_places_are_two() -> None:
    marks = found(*(Mark(f"1.{n}", OUTLINE, score, 1) for n, score in ((3, 60), (4, 70), (5, 50), (8, 40))))
    spans = {(t.span.lowest, t.span.best, t.span.highest) for t in ticks(marks, ct_slices(10))}
    assert spans == {(3, 4, 5), (8, 8, 8)}


def test_the_best_slice_of_a_finding_is_that_of_its_highest_score() -> None:
    volume = ct_slices(9)
    ((finding, _), *_) = found(
        *(Mark(f"1.{n}", OUTLINE, score, 1) for n, score in ((3, 60), (4, 70), (5, 50)))
    )
    mark, span = best_on(finding, volume)
    assert (mark.score, span.best) == (70, 4)


def test_a_slice_is_told_by_its_number_and_its_height_where_that_is_known() -> None:
    volume = stack([100.0 + n for n in range(40)])
    assert slice_words(volume, 30) == "slice 31, 30 mm"
    assert place_words(volume, 30) == "R CC slice 31, 30 mm"
    blind: Image = replace(volume.image, stack=Stack())
    assert slice_words(volume_of_image(blind), 30) == "slice 31"
