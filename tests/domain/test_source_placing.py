"""Where a place of a report may be drawn (invariant 3)."""

from dataclasses import replace

import numpy as np
import pytest
from hanging_exams import a_volume, an_exam, an_image
from hypothesis import given
from hypothesis import strategies as st
from told_reports import BOX, outlined

from klarsyn.domain.exam import Image, SourceImage
from klarsyn.domain.finding import Mark
from klarsyn.domain.placing import why_unplaced
from klarsyn.domain.reports.cad_report import GraphicKind, Region, ReportImage
from klarsyn.domain.reports.source_placing import spots_of

ROWS, COLUMNS = 60, 40
OPPOSITE = {"A": "P", "P": "A", "L": "R", "R": "L", "H": "F", "F": "H"}
ORIENTATIONS = [("A", "R"), ("P", "L"), ("A", "F"), ("P", "FR"), ("AL", "FR"), ("PR", "HL")]


def mirrored(direction: str) -> str:
    return "".join(OPPOSITE[letter] for letter in direction)


def made(preserved: str, target: tuple[str, str] | None, source: tuple[str, str] | None, **facts) -> Image:
    """A For Presentation image that names "raw" as its source."""
    sources = (SourceImage("raw", preserved, source),)
    image = an_image("made", "R CC", made_from=("raw",), sources=sources, patient_orientation=target)
    return replace(image, rows=ROWS, columns=COLUMNS, **facts)


STATED = ReportImage("raw", rows=ROWS, columns=COLUMNS)
PLACE = outlined("raw", ((1.0, 2.0), (9.0, 2.0), (9.0, 30.0)))


@pytest.mark.invariant(3)
@given(
    st.sampled_from(ORIENTATIONS),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.tuples(st.integers(0, COLUMNS - 1), st.integers(0, ROWS - 1)),
)
def test_a_mark_stands_on_its_own_pixels_after_each_of_the_four_flips(
    source: tuple[str, str], across: bool, down: bool, partial: bool, pixel: tuple[int, int]
) -> None:
    # The pixel is followed by mirroring the pixels themselves, as the maker of the image has done.
    raw = np.zeros((ROWS, COLUMNS), bool)
    raw[pixel[1], pixel[0]] = True
    shown = raw[:: -1 if down else 1, :: -1 if across else 1]
    (row,), (column,) = np.nonzero(shown)
    target = (mirrored(source[0]) if across else source[0], mirrored(source[1]) if down else source[1])
    image = made("REORIENTED_ONLY", target, source, partial_view=partial)
    square = [(pixel[0] + x, pixel[1] + y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0.5, 0.5))]
    region = outlined("raw", tuple((float(x), float(y)) for x, y in square))
    (spot,), reason = spots_of(region, an_exam(image), STATED)
    assert reason == ""
    assert spot.sop_instance_uid == "made"
    assert set(spot.outline[:4]) == {(column + x, row + y) for x in (0, 1) for y in (0, 1)}
    assert spot.outline[4] == (column + 0.5, row + 0.5)


@pytest.mark.invariant(3)
@given(st.sampled_from(["YES", "NO", "REORIENTED_ONLY", "", "PERHAPS"]), st.data())
def test_a_mark_stands_on_its_own_image_only_where_the_geometry_is_known_to_be_the_same(
    preserved: str, data: st.DataObject
) -> None:
    either = st.none() | st.sampled_from([*ORIENTATIONS, ("R", "A"), ("F", "A")])
    source, target = data.draw(either, "source"), data.draw(either, "target")
    rows, columns = data.draw(st.sampled_from([(ROWS, COLUMNS), (COLUMNS, ROWS), (None, None)]), "stated")
    spots, reason = spots_of(
        PLACE, an_exam(made(preserved, target, source)), replace(STATED, rows=rows, columns=columns)
    )
    same_size = (rows, columns) == (ROWS, COLUMNS)
    known = source is not None and target is not None
    mirror = known and all(b in (a, mirrored(a)) for a, b in zip(source, target, strict=True))
    allowed = {
        "YES": not known or source == target,
        "REORIENTED_ONLY": mirror,
        "": known and source == target,
    }.get(preserved, False)
    assert bool(spots) == (same_size and allowed)
    assert bool(reason) == (not spots)
    assert all(bool(spot.notice) == (preserved == "") for spot in spots)


def test_what_the_raw_image_itself_says_of_its_size_counts_before_the_report() -> None:
    raw = replace(an_image("raw", "R CC", for_processing=True), rows=30, columns=COLUMNS)
    spots, _ = spots_of(
        outlined("raw", ((1.0, 2.0), (9.0, 2.0))), an_exam(made("YES", None, None), raw), None
    )
    # Not on the image that was made of it, which has other rows; on the raw image itself, and that is told.
    assert [spot.sop_instance_uid for spot in spots] == ["raw"]
    assert "30 × 40" in spots[0].notice


def test_a_size_of_the_report_that_is_not_the_images_is_no_place() -> None:
    exam = an_exam(an_image("a", "R CC"))
    spots, reason = spots_of(outlined("a"), exam, ReportImage("a", rows=10, columns=10))
    assert spots == ()
    assert "10 × 10" in reason


def test_a_place_is_drawn_on_every_image_that_shows_the_same_pixels() -> None:
    hard = replace(made("YES", None, None), sop_instance_uid="hard")
    soft = replace(made("YES", None, None), sop_instance_uid="soft")
    cropped = replace(made("NO", None, None), sop_instance_uid="cropped")
    spots, _ = spots_of(PLACE, an_exam(hard, soft, cropped), STATED)
    assert [spot.sop_instance_uid for spot in spots] == ["hard", "soft"]


def test_items_that_contradict_each_other_place_nothing() -> None:
    both = (SourceImage("raw", "YES"), SourceImage("raw", "NO"))
    spots, reason = spots_of(PLACE, an_exam(replace(made("YES", None, None), sources=both)), STATED)
    assert spots == ()
    assert "both" in reason


def test_a_source_that_is_oriented_in_two_ways_places_nothing() -> None:
    stated = replace(STATED, patient_orientation=("P", "L"))
    image = made("REORIENTED_ONLY", ("A", "R"), ("A", "R"))
    assert "in two ways" in spots_of(PLACE, an_exam(image), stated)[1]
    # Said less exactly it is the same.
    image = made("REORIENTED_ONLY", ("P", "FR"), ("A", "FR"))
    assert spots_of(PLACE, an_exam(image), replace(STATED, patient_orientation=("A", "F")))[0]


def test_a_synthetic_image_takes_no_marks_of_the_slices_that_it_was_made_from() -> None:
    synthetic = made("YES", None, None, synthetic=True)
    spots, reason = spots_of(replace(PLACE, frame=3), an_exam(synthetic), STATED)
    assert spots == ()
    assert "slices" in reason


@pytest.mark.parametrize(
    ("frame", "drawn_on", "reason"),
    [(1, 1, ""), (40, 40, ""), (41, None, "frame 41"), (0, None, "frame 0"), (None, None, "names no frame")],
)
def test_marks_of_slices_stand_on_the_frame_that_is_named(frame, drawn_on, reason) -> None:
    spots, why = spots_of(outlined("dbt", frame=frame), an_exam(a_volume("dbt")), None)
    assert [spot.frame for spot in spots] == ([drawn_on] if drawn_on else [])
    assert reason in why


def test_frame_one_of_an_image_that_has_one_is_that_image() -> None:
    assert spots_of(outlined("a", frame=1), an_exam(an_image("a")), None)[0][0].frame is None
    assert "frame 2" in spots_of(outlined("a", frame=2), an_exam(an_image("a")), None)[1]


def test_exposures_behind_slices_take_no_marks() -> None:
    spots, reason = spots_of(outlined("p", frame=1), an_exam(an_image("p", projections=True)), None)
    assert spots == ()
    assert "not for reading" in reason


@pytest.mark.invariant(3)
@given(
    st.sampled_from(["a", "b", "elsewhere"]),
    st.sampled_from(list(GraphicKind)),
    st.lists(st.tuples(st.floats(-50, 4000), st.floats(-50, 4000)), max_size=5),
    st.none() | st.integers(-1, 45),
)
def test_a_mark_stands_on_its_own_image_or_the_reason_is_told(uid, kind, points, frame) -> None:
    exam = an_exam(an_image("a", "R CC"), a_volume("b", "L CC"))
    spots, reason = spots_of(Region(uid, frame, kind, tuple(points)), exam, None)
    assert bool(spots) == (not reason)
    for spot in spots:
        assert spot.sop_instance_uid == uid
        assert why_unplaced(Mark(uid, spot.outline, 0, spot.frame), exam) == ""


def test_views_are_never_matched_by_name() -> None:
    exam = an_exam(an_image("a", "R CC"))
    assert spots_of(outlined("b", BOX), exam, ReportImage("b", rows=3328, columns=2560))[0] == ()
