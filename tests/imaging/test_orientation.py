"""Hanging: chest walls in the middle, from coded orientation, and nothing resolved silently."""

import pytest

from klarsyn.domain.exam import Image, Laterality, ViewPosition
from klarsyn.imaging.geometry import Flip, hanging_chest_wall, hanging_flip

LEFT, RIGHT = Laterality.LEFT, Laterality.RIGHT
CC, MLO = ViewPosition.CC, ViewPosition.MLO


def image(laterality, view, orientation) -> Image:
    return Image("1.2", "1.3", "1.4", 400, 300, laterality=laterality, view_position=view,
                 patient_orientation=orientation)  # fmt: skip


def side_of(orientation) -> str:
    """Where the chest wall is in the stored image, by its orientation."""
    return "left" if orientation[0].startswith("A") else "right"


@pytest.mark.parametrize(
    ("laterality", "view", "orientation"),
    [
        (LEFT, CC, ("A", "R")),
        (RIGHT, CC, ("P", "L")),
        (LEFT, MLO, ("A", "F")),
        (LEFT, MLO, ("A", "FR")),
        (RIGHT, MLO, ("P", "FL")),
        (RIGHT, MLO, ("PL", "F")),
        (LEFT, ViewPosition.ML, ("A", "F")),
        (RIGHT, ViewPosition.XCCL, ("P", "L")),
        (LEFT, None, ("A", "R")),
        (RIGHT, None, ("P", "F")),
    ],
)
def test_an_image_stored_as_it_hangs_is_shown_as_stored(laterality, view, orientation):
    flip, notices = hanging_flip(image(laterality, view, orientation), side_of(orientation))
    assert flip == Flip(False, False)
    assert notices == ()


@pytest.mark.parametrize(
    ("laterality", "view", "orientation", "flip"),
    [
        (LEFT, CC, ("P", "R"), Flip(True, False)),
        (LEFT, CC, ("A", "L"), Flip(False, True)),
        (LEFT, CC, ("P", "L"), Flip(True, True)),
        (RIGHT, CC, ("A", "R"), Flip(True, True)),
        (LEFT, MLO, ("P", "HL"), Flip(True, True)),
        (RIGHT, MLO, ("A", "FL"), Flip(True, False)),
        (RIGHT, MLO, ("P", "H"), Flip(False, True)),
        (RIGHT, None, ("A", "R"), Flip(True, True)),
    ],
)
def test_another_stored_orientation_is_flipped_to_the_hanging(laterality, view, orientation, flip):
    assert hanging_flip(image(laterality, view, orientation), side_of(orientation)) == (flip, ())


@pytest.mark.parametrize("orientation", [None, ("CC", "CC"), ("", ""), ("A", "X"), ("AP", "F"), ("AAA", "F")])
@pytest.mark.parametrize(
    ("laterality", "side", "flip"),
    [
        (LEFT, "left", Flip(False, False)),
        (LEFT, "right", Flip(True, False)),
        (RIGHT, "right", Flip(False, False)),
        (RIGHT, "left", Flip(True, False)),
    ],
)
def test_without_a_usable_orientation_the_pixels_decide_and_the_reader_is_told(
    orientation, laterality, side, flip
):
    got, notices = hanging_flip(image(laterality, CC, orientation), side)
    assert got == flip
    assert [n.code for n in notices] == ["orientation-from-pixels"]


def test_without_orientation_and_without_a_visible_chest_wall_nothing_is_flipped_and_the_reader_is_told():
    flip, notices = hanging_flip(image(LEFT, CC, None), None)
    assert flip == Flip()
    assert [n.code for n in notices] == ["orientation-unknown"]


@pytest.mark.invariant(2)
def test_left_is_left_when_pixels_contradict_the_coded_orientation_it_is_followed_and_the_reader_is_told():
    flip, notices = hanging_flip(image(LEFT, CC, ("P", "R")), "left")
    assert flip == Flip(True, False)
    assert [n.code for n in notices] == ["orientation-contradiction"]
    assert "check left and right" in notices[0].text


@pytest.mark.parametrize("laterality", [None, Laterality.BOTH])
def test_an_unknown_laterality_hangs_as_stored_and_the_reader_is_told(laterality):
    flip, notices = hanging_flip(image(laterality, CC, ("A", "R")), "left")
    assert flip == Flip()
    assert [n.code for n in notices] == ["hanging-unknown"]


def test_an_orientation_turned_by_ninety_degrees_is_not_usable():
    _, notices = hanging_flip(image(LEFT, MLO, ("F", "A")), "left")
    assert [n.code for n in notices] == ["orientation-from-pixels"]


def test_an_orientation_that_leaves_top_and_bottom_open_is_flagged():
    flip, notices = hanging_flip(image(LEFT, MLO, ("A", "R")), "left")
    assert flip == Flip()
    assert [n.code for n in notices] == ["orientation-vertical-unknown"]


def test_right_breasts_have_their_chest_wall_at_the_right_of_the_left_half():
    assert hanging_chest_wall(RIGHT) == "right"
    assert hanging_chest_wall(LEFT) == "left"
    assert hanging_chest_wall(None) is None
