"""What is told of pixels that were not on the screen at 1:1 when a read was signed."""

from dataclasses import replace

import pytest
from hanging_exams import an_exam, an_image, four_views
from window_helpers import make_image, make_loaded

from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.transform import ViewTransform
from klarsyn.ui.hanging.seen import coverage_sentence, seen_in_part
from klarsyn.ui.view.view_state import ViewState


def _views(exam, *seen: str) -> dict[str, ViewState]:
    """Views of small images under the exam's UIDs; those named have been seen whole."""
    made = {}
    for image in exam.images:
        view = ViewState(make_loaded(make_image(image.sop_instance_uid)))
        if image.sop_instance_uid in seen:
            view.coverage.look(ViewTransform(200, 300, Flip(), 1.0, 1.0), (200, 300))
        made[image.sop_instance_uid] = view
    return made


def _uids(images) -> list[str]:
    return [image.sop_instance_uid for image in images]


def test_a_view_that_never_came_to_the_screen_was_not_seen() -> None:
    exam = four_views()
    assert len(seen_in_part(exam, {})) == 4


def test_only_what_is_missing_is_named() -> None:
    exam = four_views()
    views = _views(exam, "now R CC", "now L CC", "now R MLO")
    assert _uids(seen_in_part(exam, views)) == ["now L MLO"]


def test_after_signing_one_short_sentence_is_said_and_none_when_all_was_seen() -> None:
    assert coverage_sentence(["now L MLO"]) == "Signed; not every pixel seen."
    assert coverage_sentence([]) == ""


def test_the_raw_image_beside_one_made_for_reading_need_not_be_walked() -> None:
    read, raw = an_image("read", "R CC"), an_image("raw", "R CC", for_processing=True)
    assert _uids(seen_in_part(an_exam(read, raw), {})) == ["read"]
    assert _uids(seen_in_part(an_exam(replace(raw, sop_instance_uid="only")), {})) == ["only"]


def test_each_raw_image_is_spared_by_the_one_that_was_made_from_it() -> None:
    raws = [an_image(f"raw {n}", "R CC", for_processing=True) for n in (1, 2)]
    made = [an_image(f"read {n}", "R CC", made_from=(f"raw {n}",)) for n in (1, 2)]
    assert _uids(seen_in_part(an_exam(*raws, *made), {})) == ["read 1", "read 2"]


def test_a_second_raw_image_from_which_nothing_was_made_is_walked() -> None:
    raws = [an_image(f"raw {n}", "R CC", for_processing=True) for n in (1, 2)]
    made = an_image("read", "R CC", made_from=("raw 1",))
    assert set(_uids(seen_in_part(an_exam(*raws, made), {}))) == {"read", "raw 2"}


def test_without_a_named_source_two_raw_images_beside_one_for_reading_are_both_walked() -> None:
    raws = [an_image(f"raw {n}", "R CC", for_processing=True) for n in (1, 2)]
    assert len(seen_in_part(an_exam(*raws, an_image("read", "R CC")), {})) == 3


def test_a_raw_image_of_another_view_is_spared_by_no_name() -> None:
    raw = an_image("raw", "R MLO", for_processing=True)
    made = an_image("read", "R CC", made_from=("raw",))
    assert len(seen_in_part(an_exam(raw, made), {})) == 2


def test_an_image_that_was_made_from_another_source_spares_no_raw_image() -> None:
    raw = an_image("raw", "R CC", for_processing=True)
    made = an_image("read", "R CC", made_from=("somewhere else",))
    assert set(_uids(seen_in_part(an_exam(raw, made), {}))) == {"read", "raw"}


@pytest.mark.parametrize("unknown", [{"laterality": None}, {"view_position": None}])
@pytest.mark.parametrize("named", [(), ("raw",)])
def test_where_side_or_view_is_unknown_no_raw_image_is_spared(unknown, named) -> None:
    raw = replace(an_image("raw", "R CC", for_processing=True), **unknown)
    made = replace(an_image("read", "R CC", made_from=named), **unknown)
    assert set(_uids(seen_in_part(an_exam(raw, made), {}))) == {"read", "raw"}
