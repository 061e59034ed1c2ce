"""Where places lie, and the one real size of what hangs in them."""

from dataclasses import replace
from datetime import date

import pytest
from hanging_exams import a_volume, an_exam, an_image, four_views
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.arranging import arrange
from klarsyn.domain.exam import Notice, Spacing
from klarsyn.domain.hanging_protocol import Cell, Step, Title
from klarsyn.domain.hanging_protocol import Match as M
from klarsyn.reading.protocol_folder import ProtocolFolder
from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.hanging.sizes import DIFFER, NOT_COMMON, fields, not_comparable, scales
from klarsyn.ui.view.notice_words import image_notices, is_quiet, short

PROTOCOLS = ProtocolFolder().protocols.by_name
SIZES = [(600, 400)] * 4
OLD = four_views("old", date(2024, 10, 2))


def _step(exam, name="cc-prior", priors=(OLD,)):
    return HungExam(PROTOCOLS[name], exam, priors).step


@given(st.sampled_from(sorted(PROTOCOLS)), st.integers(200, 4000), st.integers(200, 3000), st.integers(0, 4))
def test_places_lie_inside_the_window_and_none_covers_another(name, width, height, gap) -> None:
    for step in PROTOCOLS[name].steps:
        taken = set()
        for x, y, w, h in fields(step, width, height, gap, 1.0):
            assert x >= 0
            assert y >= 0
            assert x + w <= width
            assert y + h <= height
            corners = {(x, y), (x + w - 1, y + h - 1), (x + w // 2, y + h // 2)}
            assert not corners & taken
            taken |= corners


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@given(st.integers(300, 4000), st.integers(300, 3000))
def test_each_place_begins_on_a_whole_pixel_of_the_screen(ratio, width, height) -> None:
    for x, y, _, _ in fields(PROTOCOLS["four-up"].steps[0], width, height, 2, ratio):
        assert (x * ratio) % 1 == 0
        assert (y * ratio) % 1 == 0


def test_a_place_of_two_fields_is_as_large_as_both_and_the_line_between() -> None:
    step = Step(Title("s", "s"), 2, 2, (Cell(M(), 0, 0, row_span=2), Cell(M(), 0, 1), Cell(M(), 1, 1)))
    tall, upper, lower = fields(step, 802, 602, 2, 1.0)
    assert tall == (0, 0, 400, 602)
    assert (upper, lower) == ((402, 0, 400, 300), (402, 302, 400, 300))


def test_current_and_prior_have_one_real_size_whatever_their_pixels() -> None:
    old = an_exam(
        *(replace(i, rows=2294, columns=1914, spacing=Spacing(0.094, 0.094, "x")) for i in OLD.images),
        name="old",
        day=date(2024, 10, 2),
    )
    found = scales(_step(four_views(), priors=(old,)), SIZES)
    assert len(set(found)) == 1
    assert found[0] == pytest.approx(3328 * 0.07 / 400)


def test_one_prior_without_a_real_size_takes_the_claim_from_all_and_says_so() -> None:
    old = an_exam(*(replace(i, spacing=None) for i in OLD.images), name="old", day=date(2024, 10, 2))
    step = _step(four_views(), priors=(old,))
    found = scales(step, SIZES)
    assert set(found) == {None}
    assert not_comparable(step, None, step.cells[0].image) == (NOT_COMMON,)


def test_the_smaller_place_decides_so_that_the_largest_view_fits_everywhere() -> None:
    step = _step(four_views())
    found = scales(step, [(600, 400), (600, 400), (600, 200), (600, 400)])
    assert found[0] == pytest.approx(3328 * 0.07 / 200)


def test_pieces_of_a_mosaic_share_a_scale_of_their_own() -> None:
    pieces = [an_image(f"p{n}", "R CC", partial_view=True) for n in range(2)]
    pieces[1] = replace(pieces[1], rows=1664, columns=1280)
    step = arrange(PROTOCOLS["partial-views"].steps[0], an_exam(*pieces))
    found = scales(step, SIZES)
    assert found[0] == found[1] == pytest.approx(3328 * 0.07 / 400)


def test_a_spot_view_does_not_change_the_size_of_the_whole_ones() -> None:
    spot = replace(an_image("s", "R CC S"), rows=9000, columns=9000)
    exam = an_exam(an_image("a", "R CC"), an_image("b", "R MLO"), spot)
    with_spot = scales(arrange(PROTOCOLS["spot"].steps[0], exam), SIZES)
    assert with_spot[0] == pytest.approx(3328 * 0.07 / 400)


AT_DETECTOR = (Notice("magnification-missing", "Sizes are those at the detector."),)


def _told(now, old) -> set[tuple[Notice, ...]]:
    """What is told of the full views of a step of four images, by whether each lacks its factor."""
    exam = an_exam(*(replace(i, notices=AT_DETECTOR if now else ()) for i in four_views().images))
    prior = an_exam(
        *(replace(i, notices=AT_DETECTOR if old else ()) for i in OLD.images), name="old", day=OLD.study_date
    )
    step = _step(exam, priors=(prior,))
    return {not_comparable(step, scales(step, SIZES)[n], cell.image) for n, cell in enumerate(step.cells)}


@pytest.mark.parametrize("now", [True, False])
def test_sizes_at_the_detector_beside_sizes_in_the_breast_are_told_on_every_full_view(now) -> None:
    assert _told(now, not now) == {(DIFFER,)}


@pytest.mark.parametrize("all_at_detector", [True, False])
def test_sizes_that_are_all_taken_alike_are_compared_without_a_word(all_at_detector) -> None:
    assert _told(all_at_detector, all_at_detector) == {()}


def _told_beside_slices(**changes: object) -> set[tuple[Notice, ...]]:
    """Of a synthetic image beside the tomosynthesis that it was computed from."""
    slices = a_volume("slices")
    facts = {"synthetic": True, "made_from": ("slices",), "notices": AT_DETECTOR, **changes}
    step = _step(an_exam(replace(an_image("flat", "R CC"), **facts), slices), "dbt-synthetic", ())
    return {not_comparable(step, 1.0, cell.image) for cell in step.cells}


def test_a_synthetic_image_is_as_large_as_the_slices_that_it_was_computed_from() -> None:
    assert _told_beside_slices() == {()}


@pytest.mark.parametrize("changes", [{"made_from": ()}, {"rows": 3400}])
def test_a_synthetic_image_of_unknown_origin_or_another_field_may_differ(changes) -> None:
    assert _told_beside_slices(**changes) == {(DIFFER,)}


def test_that_sizes_differ_is_said_loud_and_with_how_much() -> None:
    told = image_notices(four_views().images[0], (DIFFER,))
    assert "sizes differ by 2 to 10 %" in [short(notice) for notice in told if not is_quiet(notice)]
