"""Which view hangs where."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, ViewModifier, ViewPosition
from klarsyn.domain.hanging import hang


def image(uid: str, side: str | None, view: str | None, **changes: object) -> Image:
    made = Image(
        uid,
        "1.2",
        "2.25.1",
        100,
        80,
        laterality=Laterality(side) if side else None,
        view_position=ViewPosition(view) if view else None,
    )
    return replace(made, **changes)


FOUR = [image("1", "R", "CC"), image("2", "L", "CC"), image("3", "R", "MLO"), image("4", "L", "MLO")]

images_strategy = st.lists(
    st.builds(
        lambda n, side, view, spot, raw, projections: image(
            str(n),
            side,
            view,
            modifiers=(ViewModifier.SPOT,) if spot else (),
            for_processing=raw,
            projections=projections,
        ),
        st.integers(0, 999),
        st.sampled_from(["R", "L", None]),
        st.sampled_from(["CC", "MLO", "ML", None]),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
    unique_by=lambda i: i.sop_instance_uid,
)


@pytest.mark.invariant(2)
def test_left_is_left_right_breast_hangs_left_and_cc_above_mlo() -> None:
    placed = {(slot.row, slot.column): i.view_label for slot, i in hang(reversed(FOUR)).placed if i}
    assert placed == {(0, 0): "R CC", (0, 1): "L CC", (1, 0): "R MLO", (1, 1): "L MLO"}


def test_a_missing_view_leaves_its_place_empty_and_says_so() -> None:
    hanging = hang(FOUR[:3])
    assert [i is None for _, i in hanging.placed] == [False, False, False, True]
    assert "L MLO is missing" in hanging.notices[0].text


def test_two_images_of_one_view_are_both_reachable_and_the_newer_hangs() -> None:
    older = replace(FOUR[0], acquired=datetime(2026, 1, 1, 8, tzinfo=UTC))
    newer = image("9", "R", "CC", acquired=datetime(2026, 1, 1, 9, tzinfo=UTC))
    hanging = hang([older, newer, *FOUR[1:]])
    assert hanging.placed[0][1] is newer
    assert hanging.more == (older,)
    assert hanging.notices[0].code == "view-repeated"


@pytest.mark.invariant(2)
@given(images_strategy)
def test_left_is_left_no_image_without_a_coded_side_takes_a_place(images: list[Image]) -> None:
    for slot, placed in hang(images).placed:
        if placed is not None:
            assert (placed.laterality, placed.view_position) == (slot.laterality, slot.view_position)


@given(images_strategy)
def test_no_image_is_hidden_or_shown_twice(images: list[Image]) -> None:
    hanging = hang(images)
    images_of = [i for _, i in hanging.placed if i], hanging.more, hanging.listed
    shown = [i.sop_instance_uid for part in images_of for i in part]
    assert sorted(shown) == sorted(i.sop_instance_uid for i in images)


def test_spot_views_do_not_take_the_place_of_a_full_view() -> None:
    spot = image("0", "R", "CC", modifiers=(ViewModifier.SPOT,))
    assert hang([spot, *FOUR]).placed[0][1] is FOUR[0]
    assert hang([spot]).more == (spot,)


def test_a_newer_tomosynthesis_does_not_push_the_2d_view_out_of_its_place() -> None:
    flat = replace(FOUR[0], acquired=datetime(2026, 1, 1, 8, tzinfo=UTC))
    slices = image("9", "R", "CC", frames=60, acquired=datetime(2026, 1, 1, 9, tzinfo=UTC))
    hanging = hang([slices, flat, *FOUR[1:]])
    assert hanging.placed[0][1] is flat
    assert hanging.more == (slices,)
    assert [n.code for n in hanging.notices] == ["tomosynthesis"]
    assert "R CC" in hanging.notices[0].text


def test_a_tomosynthesis_hangs_where_the_exam_has_no_2d_view() -> None:
    slices = image("9", "R", "CC", frames=60)
    assert hang([slices, *FOUR[1:]]).placed[0][1] is slices


def test_a_raw_image_never_hangs_in_the_place_of_one_made_for_reading() -> None:
    raw = image("0", "R", "CC", for_processing=True, acquired=datetime(2026, 1, 1, 9, tzinfo=UTC))
    made = replace(FOUR[0], modifiers=(ViewModifier.NIPPLE_IN_PROFILE,))
    hanging = hang([raw, made, *FOUR[1:]])
    assert hanging.placed[0][1] is made
    assert hanging.more == (raw,)


def test_the_raw_image_beside_the_one_made_from_it_is_no_repeated_view() -> None:
    raws = [replace(i, sop_instance_uid=f"raw-{i.sop_instance_uid}", for_processing=True) for i in FOUR]
    assert hang([*raws, *FOUR]).notices == ()


def displaced(uid: str, **changes: object) -> Image:
    return image(uid, "R", "CC", modifiers=(ViewModifier.IMPLANT_DISPLACED,), **changes)


def test_a_view_with_the_implant_displaced_is_no_repetition_of_the_one_without() -> None:
    hanging = hang([displaced("9"), *FOUR])
    assert (hanging.placed[0][1], hanging.more, hanging.notices) == (FOUR[0], (displaced("9"),), ())
    images = (*FOUR, displaced("9"))
    exam = Exam("e", "k", Patient(), None, datetime(2026, 1, 1, tzinfo=UTC), ExamType.FFDM, images)
    assert exam.contradictions() == ()


def test_of_two_views_with_the_implant_displaced_it_is_told_which_view_is_repeated() -> None:
    (told,) = hang([displaced("8"), displaced("9"), *FOUR]).notices
    assert told.code == "view-repeated"
    assert "2 images claim to be R CC ID; they follow" in told.text


def test_a_raw_image_hangs_where_nothing_else_shows_the_view() -> None:
    raw = image("0", "R", "CC", for_processing=True)
    assert hang([raw, *FOUR[1:]]).placed[0][1] is raw


def test_the_synthetic_image_hangs_and_its_tomosynthesis_follows() -> None:
    synthetic = image("8", "R", "CC", synthetic=True)
    slices = image("9", "R", "CC", frames=60)
    hanging = hang([slices, synthetic, *FOUR[1:]])
    assert (hanging.placed[0][1], hanging.more) == (synthetic, (slices,))


def test_an_exposed_2d_image_hangs_before_a_computed_one_which_is_no_repetition() -> None:
    synthetic = image("8", "R", "CC", synthetic=True, acquired=datetime(2026, 1, 1, 9, tzinfo=UTC))
    hanging = hang([synthetic, *FOUR])
    assert (hanging.placed[0][1], hanging.more) == (FOUR[0], (synthetic,))
    assert hanging.notices == ()


def test_projections_are_listed_and_never_hang_even_where_they_are_all_there_is() -> None:
    projections = image("9", "R", "CC", frames=15, for_processing=True, projections=True)
    hanging = hang([projections, *FOUR[1:]])
    assert hanging.placed[0][1] is None
    assert hanging.more == ()
    assert hanging.listed == (projections,)
    assert any(n.code == "projections" and "R CC" in n.text for n in hanging.notices)
