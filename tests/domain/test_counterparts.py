"""One view shown in several ways: which image comes in place of which."""

from dataclasses import replace

import pytest
from hanging_exams import a_volume, an_exam, an_image
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.counterparts import counterparts
from klarsyn.domain.exam import Image
from klarsyn.domain.stack import Stack


def names(exam, shown: Image) -> list[str]:
    return [image.sop_instance_uid for image in counterparts(exam, shown)]


FFDM, S2D, DBT = an_image("ffdm", "R CC"), an_image("s2d", "R CC", synthetic=True), a_volume("dbt")


def test_the_synthetic_image_and_its_tomosynthesis_stand_for_each_other() -> None:
    exam = an_exam(S2D, DBT, an_image("other", "L CC"), a_volume("dbt-l", "L CC"), a_volume("mlo", "R MLO"))
    assert names(exam, DBT) == names(exam, S2D) == ["s2d", "dbt"]


def test_all_kinds_of_a_view_follow_each_other_2d_first() -> None:
    exam = an_exam(a_volume("slabs", stack=Stack((), thickness_mm=6.0)), DBT, S2D, FFDM)
    assert names(exam, DBT) == ["ffdm", "s2d", "dbt", "slabs"]


def test_a_view_of_one_kind_has_no_other() -> None:
    assert names(an_exam(DBT, a_volume("l", "L CC")), DBT) == ["dbt"]


@pytest.mark.parametrize("apart", [{"partial_view": True}, {"for_processing": True}])
def test_a_piece_and_a_raw_image_are_no_other_way_of_showing_the_view(apart: dict[str, bool]) -> None:
    assert names(an_exam(DBT, replace(FFDM, **apart)), DBT) == ["dbt"]


def test_a_displaced_view_is_another_view() -> None:
    assert names(an_exam(DBT, an_image("id", "R CC ID")), DBT) == ["dbt"]


def test_an_image_without_a_side_is_the_counterpart_of_nothing() -> None:
    blind = an_image("blind", "? CC")
    assert names(an_exam(blind, a_volume("dbt", "? CC")), blind) == ["blind"]


def test_of_repeated_exposures_the_synthetic_image_goes_with_what_it_was_computed_from() -> None:
    first, again = a_volume("first"), a_volume("again")
    flat = [an_image(f"of {of}", "R CC", synthetic=True, made_from=(of,)) for of in ("first", "again")]
    exam = an_exam(first, again, *flat)
    assert names(exam, first) == ["of first", "first"]
    assert names(exam, flat[1]) == ["of again", "again"]


def test_a_volume_of_many_files_is_one() -> None:
    parts = [
        an_image(f"part {n}", "R CC", frames=20, stack=Stack((), part_of="whole", part=n, parts=2))
        for n in (1, 2)
    ]
    found = counterparts(an_exam(S2D, *parts), S2D)
    assert [(i.sop_instance_uid, i.frames) for i in found] == [("s2d", 1), ("part 1", 40)]


IMAGES = st.lists(
    st.builds(
        lambda n, view, kind: (
            a_volume(f"1.{n}", view) if kind == "dbt" else an_image(f"1.{n}", view, synthetic=kind == "s2d")
        ),
        st.integers(0, 99),
        st.sampled_from(["R CC", "L CC", "R MLO", "R CC S", "? CC"]),
        st.sampled_from(["ffdm", "s2d", "dbt"]),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda image: image.sop_instance_uid,
)


@pytest.mark.invariant(2)
@given(IMAGES, st.data())
def test_left_is_left_in_place_of_each_other_and_what_is_shown_is_among_the_kinds(images, data) -> None:
    shown = data.draw(st.sampled_from(images))
    found = counterparts(an_exam(*images), shown)
    assert shown in found
    assert {i.view_label for i in found} == {shown.view_label}
    assert len({i.kind_label for i in found}) == len(found)
