"""One step of a hanging protocol: who hangs where, what is missing, what stays reachable."""

from dataclasses import replace
from datetime import date

import pytest
from hanging_exams import an_exam, an_image, four_views
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.arranging import HungStep, arrange
from klarsyn.domain.exam import Image, Laterality, ViewModifier, ViewPosition
from klarsyn.domain.hanging import FOUR_UP, hang
from klarsyn.domain.hanging_protocol import Cell, Extent, ImageKind, Match, Step, Title, Zoom

TITLE = Title("Steg", "Step")
R, L = Laterality.RIGHT, Laterality.LEFT
CC, MLO = ViewPosition.CC, ViewPosition.MLO
ID = ViewModifier.IMPLANT_DISPLACED

FOUR_UP_STEP = Step(
    TITLE, 2, 2, tuple(Cell(Match(s.laterality, (s.view_position,)), s.row, s.column) for s in FOUR_UP)
)
BESIDE_PRIOR = Step(TITLE, 1, 2, (Cell(Match(R, (CC,)), 0, 0), Cell(Match(R, (CC,), exam=1), 0, 1)))

LABELS = st.builds(
    " ".join,
    st.tuples(
        st.sampled_from(["R", "L", "B", "?"]), st.sampled_from(["CC", "MLO", "ML", "XCCL", "?"])
    ) | st.tuples(st.sampled_from(["R", "L"]), st.sampled_from(["CC", "MLO"]), st.sampled_from(["S", "ID"])),
)  # fmt: skip
IMAGES = st.lists(
    st.builds(
        lambda view, **facts: an_image("", view, **facts),
        LABELS,
        frames=st.sampled_from([1, 1, 40]),
        for_processing=st.booleans(),
        partial_view=st.booleans(),
        synthetic=st.booleans(),
        projections=st.sampled_from([False, False, True]),
    ),
    max_size=9,
).map(lambda images: [replace(i, sop_instance_uid=f"1.{n}") for n, i in enumerate(images)])


def hung_views(hung: HungStep) -> list[str | None]:
    return [place.image.sop_instance_uid if place.image else None for place in hung.cells]


def step_of(*matches: Match, **facts: object) -> Step:
    return Step(TITLE, 1, len(matches), tuple(Cell(m, 0, n, **facts) for n, m in enumerate(matches)))


def test_a_normal_exam_hangs_as_the_four_up() -> None:
    exam = four_views()
    hung = arrange(FOUR_UP_STEP, exam)
    assert [(h.cell.row, h.cell.column, h.image.view_label) for h in hung.cells if h.image] == [
        (0, 0, "R CC"),
        (0, 1, "L CC"),
        (1, 0, "R MLO"),
        (1, 1, "L MLO"),
    ]
    assert hung.more == hung.notices == ()


@pytest.mark.invariant(2)
@given(IMAGES)
def test_left_is_left_whatever_the_exam_the_four_up_step_is_what_hang_hangs(images: list[Image]) -> None:
    hung, today = arrange(FOUR_UP_STEP, an_exam(*images)), hang(images)
    assert tuple(place.image for place in hung.cells) == tuple(image for _, image in today.placed)
    assert (hung.more, hung.listed, hung.notices) == (today.more, today.listed, today.notices)


@pytest.mark.invariant(2)
@given(IMAGES, st.sampled_from([R, L]), st.sampled_from([CC, MLO]))
def test_left_is_left_no_place_of_a_side_has_an_image_of_the_other(images, side, view) -> None:
    hung = arrange(step_of(Match(side, (view,)), Match(side, extent=Extent.ANY)), an_exam(*images))
    for place in hung.cells:
        assert place.image is None or place.image.laterality is side
        assert not {R, L} - {side} & {image.laterality for image in place.pages if image}


@given(IMAGES)
def test_no_image_hangs_twice_in_a_step(images: list[Image]) -> None:
    hung = arrange(step_of(Match(R), Match(R, extent=Extent.ANY), Match(extent=Extent.ANY)), an_exam(*images))
    shown = [image for place in hung.cells for image in place.pages if image is not None]
    assert len(shown) == len(set(shown))


def test_a_missing_view_leaves_its_place_empty_and_says_so() -> None:
    hung = arrange(FOUR_UP_STEP, four_views(views=("R CC", "L CC", "R MLO")))
    assert hung.cells[3].empty == "L MLO is missing from this exam"
    assert [n.text for n in hung.notices] == ["L MLO is missing from this exam."]


def test_a_prior_hangs_beside_with_its_gap_in_time() -> None:
    hung = arrange(BESIDE_PRIOR, four_views(), [four_views("then", date(2024, 10, 1))])
    assert hung_views(hung) == ["now R CC", "then R CC"]
    assert [place.gap for place in hung.cells] == ["", "2 years 1 month earlier"]


def test_the_newest_prior_comes_first_and_others_by_number() -> None:
    priors = [four_views("then", date(2024, 1, 1)), four_views("before", date(2022, 1, 1))]
    assert hung_views(arrange(step_of(Match(R, (CC,), exam=2)), four_views(), priors)) == ["before R CC"]


def test_without_a_prior_its_place_says_that_there_is_none() -> None:
    hung = arrange(BESIDE_PRIOR, four_views())
    assert (hung.cells[1].image, hung.cells[1].empty) == (None, "no prior exam")
    assert not hung.is_worth_showing


def test_a_view_that_the_prior_lacks_is_named_with_the_priors_date() -> None:
    hung = arrange(BESIDE_PRIOR, four_views(), [four_views("then", date(2024, 10, 1), ("L CC",))])
    assert hung.cells[1].empty == "R CC is missing from the prior of 2024-10-01"
    assert hung.notices == ()


def test_an_image_of_the_prior_is_never_behind_a_place_of_the_current_exam() -> None:
    prior = an_exam(an_image("p1", "R CC"), an_image("p2", "R CC"), an_image("p3"), name="then")
    hung = arrange(BESIDE_PRIOR, four_views(), [prior])
    assert [i.sop_instance_uid for i in hung.cells[0].pages] == ["now R CC"]
    assert [i.sop_instance_uid for i in hung.cells[1].pages] == ["p1", "p2", "p3"]
    assert [i.sop_instance_uid for i in hung.prior_more] == ["p2", "p3"]


def test_spot_views_hang_beside_and_are_not_same_sized() -> None:
    exam = an_exam(an_image("1", "R CC"), an_image("2", "R CC S"), an_image("3", "R MLO M"))
    spot = Match(R, extent=Extent.SPOT)
    hung = arrange(step_of(Match(R, (CC,)), spot, spot), exam)
    assert hung_views(hung) == ["1", "2", "3"]
    assert [place.same_size for place in hung.cells] == [True, False, False]


def test_displaced_views_are_paired_with_those_that_show_the_implant() -> None:
    exam = an_exam(an_image("1", "R CC ID", implant=True), an_image("2", "R CC", implant=True))
    step = step_of(Match(R, (CC,), without=(ID,)), Match(R, (CC,), having=(ID,)))
    assert hung_views(arrange(step, exam)) == ["2", "1"]


def test_a_displaced_view_is_not_used_up_by_a_place_that_takes_any() -> None:
    step = step_of(Match(R, (CC,)), Match(R, (CC,), having=(ID,)))
    hung = arrange(step, an_exam(an_image("1", "R CC ID")))
    assert hung_views(hung) == [None, "1"]


def test_the_pieces_of_a_mosaic_hang_together_and_share_a_scale() -> None:
    exam = an_exam(*(an_image(f"{n}", "L CC", partial_view=True) for n in range(3)), an_image("9", "L CC"))
    hung = arrange(step_of(*[Match(L, (CC,), extent=Extent.PARTIAL)] * 4, optional=True), exam)
    assert hung_views(hung) == ["0", "1", "2", None]
    assert [place.mosaic for place in hung.cells] == [True, True, True, False]
    assert not any(place.same_size for place in hung.cells)
    assert hung.cells[3].empty == "no L CC partial view"
    assert hung.notices == ()


def test_places_can_ask_for_tomosynthesis_and_for_its_synthetic_image() -> None:
    exam = an_exam(
        an_image("1", "L CC"), an_image("2", "L CC", synthetic=True), an_image("3", "L CC", frames=60)
    )
    kinds = (ImageKind.TOMOSYNTHESIS, ImageKind.SYNTHETIC, ImageKind.FLAT)
    assert hung_views(arrange(step_of(*(Match(L, (CC,), kind=k) for k in kinds)), exam)) == ["3", "2", "1"]


def test_an_image_at_full_resolution_is_not_same_sized() -> None:
    hung = arrange(step_of(Match(R, (CC,)), zoom=Zoom.ONE_TO_ONE), four_views())
    assert not hung.cells[0].same_size


def test_an_extra_view_of_the_same_side_is_behind_the_place_of_its_projection() -> None:
    exam = an_exam(*four_views().images, an_image("x", "L XCCL"), an_image("y", "L ML"))
    by_label = {
        h.cell.match.label: [i.sop_instance_uid for i in h.pages] for h in arrange(FOUR_UP_STEP, exam).cells
    }
    assert by_label["L CC"] == ["now L CC", "x"]
    assert by_label["L MLO"] == ["now L MLO", "y"]


def test_a_step_tells_of_repeated_views_only_where_it_shows_them() -> None:
    exam = an_exam(*four_views().images, an_image("again", "L MLO"))
    told = [n.code for n in arrange(step_of(Match(L, (MLO,))), exam).notices]
    assert told == ["view-repeated"]
    assert arrange(step_of(Match(R, (CC,))), exam).notices == ()
