"""What a protocol may say."""

import pytest

from klarsyn.domain.exam import Laterality, ViewModifier, ViewPosition
from klarsyn.domain.hanging_protocol import Cell, Extent, ImageKind, Match, Protocol, Step, Title, Zoom

TITLE = Title("Steg", "Step")
R_CC = Match(Laterality.RIGHT, (ViewPosition.CC,))


@pytest.mark.parametrize(
    ("match", "label"),
    [
        (R_CC, "R CC"),
        (Match(Laterality.LEFT, (ViewPosition.CC, ViewPosition.XCCL)), "L CC/XCCL"),
        (Match(Laterality.RIGHT, extent=Extent.SPOT), "R spot or magnified view"),
        (Match(Laterality.LEFT, (ViewPosition.MLO,), extent=Extent.PARTIAL), "L MLO partial view"),
        (Match(Laterality.LEFT, (ViewPosition.CC,), having=(ViewModifier.IMPLANT_DISPLACED,)), "L CC ID"),
        (Match(Laterality.LEFT, (ViewPosition.CC,), without=(ViewModifier.SPOT,)), "L CC without S"),
        (Match(Laterality.LEFT, (ViewPosition.CC,), kind=ImageKind.TOMOSYNTHESIS), "L CC tomosynthesis"),
        (Match(), "view"),
    ],
)
def test_an_empty_place_can_be_labelled_as_radiologists_say_it(match: Match, label: str) -> None:
    assert match.label == label


def test_places_do_not_lie_upon_each_other() -> None:
    with pytest.raises(ValueError, match="R CC lies"):
        Step(TITLE, 2, 2, (Cell(Match(), 0, 0, row_span=2), Cell(R_CC, 1, 0)))


def test_places_lie_within_the_layout() -> None:
    with pytest.raises(ValueError, match="outside of the layout"):
        Step(TITLE, 1, 2, (Cell(R_CC, 0, 1, column_span=2),))


def test_a_walk_over_a_picture_that_is_shown_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="one to one"):
        Cell(R_CC, 0, 0, walk=True)
    assert Cell(R_CC, 0, 0, zoom=Zoom.ONE_TO_ONE, walk=True).walk


def test_a_step_has_a_place_and_a_protocol_a_step() -> None:
    with pytest.raises(ValueError, match="at least one place"):
        Step(TITLE, 1, 1, ())
    with pytest.raises(ValueError, match="at least one step"):
        Protocol("none", TITLE, ())


def test_a_comparison_is_decided_by_the_prior_unless_another_place_is_needed() -> None:
    now, then = Cell(R_CC, 0, 0), Cell(Match(exam=1), 0, 1)
    assert Step(TITLE, 1, 2, (now, then)).deciding == (then,)
    needed = Cell(R_CC, 0, 0, needed=True)
    assert Step(TITLE, 1, 2, (needed, then)).deciding == (needed,)
    assert Step(TITLE, 1, 1, (now,)).deciding == (now,)
