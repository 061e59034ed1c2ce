"""What is kept of a read: windows, polarity, areas and drawings, each on its own image."""

from datetime import datetime

import numpy as np
import pytest

from klarsyn.domain.annotation import Annotation, AnnotationKind, ellipse_in_box
from klarsyn.domain.annotation_drawing import drawing_of
from klarsyn.domain.display import GrayscaleParameters, LutTable, Window
from klarsyn.domain.exam import Image, Spacing
from klarsyn.domain.graphic import GraphicAnnotation, GraphicLayer, GraphicType, ImageFrames
from klarsyn.domain.presentation_state import (
    DisplayedArea,
    PresentationState,
    ReferencedImage,
    SoftcopyVoi,
    under_state,
)
from klarsyn.domain.read_presentation import ImageDisplay, states_of_read

MADE = datetime(2026, 1, 5, 9, 30, 15)
WINDOW = Window(2000, 3000)


def image(uid: str = "1.2", study: str = "1.1", **more) -> Image:
    return Image(uid, "1.9", study, rows=240, columns=190, spacing=Spacing(0.1, 0.1, "PixelSpacing"), **more)


def display(uid: str = "1.2", grey: GrayscaleParameters | None = None, **more) -> ImageDisplay:
    return ImageDisplay(image(uid), "1.3", grey or GrayscaleParameters(12), **{"voi": WINDOW, **more})


def states(displays, annotations=()):
    return states_of_read(displays, annotations, lambda place: f"2.25.{place}", "reader-one", MADE)


def drawn(kind: str, *points, uid: str = "1.2", text: str = "", frame: int | None = None) -> Annotation:
    return Annotation(f"{kind}-{uid}", uid, AnnotationKind(kind), points, text, frame)


def test_a_read_of_images_shown_alike_is_one_state():
    (state,) = states([display("1.2"), display("1.4")])
    assert [i.sop_instance_uid for i in state.images] == ["1.2", "1.4"]


def test_images_of_other_polarity_are_kept_in_a_state_of_their_own():
    found = states([display("1.2"), display("1.4", inverted=True), display("1.5")])
    assert [(s.inverse, len(s.images)) for s in found] == [(False, 2), (True, 1)]
    assert [s.sop_instance_uid for s in found] == ["2.25.0", "2.25.1"]


@pytest.mark.parametrize(
    ("monochrome1", "inverted", "inverse"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, False)],
)
def test_the_polarity_kept_is_the_one_that_was_seen(monochrome1, inverted, inverse):
    grey = GrayscaleParameters(12, monochrome1=monochrome1)
    assert states([display(grey=grey, inverted=inverted)])[0].inverse is inverse


def test_images_with_another_modality_lut_are_kept_in_a_state_of_their_own():
    table = LutTable(0, 16, np.arange(4096, dtype=np.uint16))
    same = LutTable(0, 16, np.arange(4096, dtype=np.uint16))
    greys = [GrayscaleParameters(12, modality_lut=lut) for lut in (None, table, same)]
    found = states([display(f"1.{n}", grey) for n, grey in enumerate(greys)])
    assert [len(s.images) for s in found] == [1, 2]


def test_the_area_in_sight_counts_from_one_and_ends_with_the_last_pixel_seen():
    (state,) = states([display(region=(10, 20, 110, 220)), display("1.4")])
    seen, whole = state.area_of("1.2"), state.area_of("1.4")
    assert (seen.top_left, seen.bottom_right) == ((11, 21), (110, 220))
    assert (whole.top_left, whole.bottom_right) == ((1, 1), (190, 240))
    assert seen.region == (10, 20, 110, 220)


def test_an_image_shown_in_its_full_range_has_no_window_in_the_state():
    (state,) = states([display(), display("1.4", voi=None)])
    assert state.voi_of("1.2").windows == (WINDOW,)
    assert state.voi_of("1.4") is None


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_a_drawing_is_saved_on_that_image_alone():
    drawings = [drawn("length", (1, 1), (9, 9), uid="1.2"), drawn("length", (2, 2), (8, 8), uid="1.4")]
    (state,) = states([display("1.2"), display("1.4")], drawings)
    assert [a.graphics[0].points for a in state.drawn_on("1.4")] == [((2, 2), (8, 8))]


@pytest.mark.invariant(3)
def test_a_mark_stands_on_its_own_image_or_nothing_is_saved():
    with pytest.raises(ValueError, match="not shown"):
        states([display("1.2")], [drawn("length", (1, 1), (9, 9), uid="7.7")])


def test_images_of_two_studies_are_refused():
    with pytest.raises(ValueError, match="several studies"):
        states([display("1.2"), ImageDisplay(image("1.4", "5.5"), "1.3", GrayscaleParameters(12))])


def test_a_drawing_on_a_slice_is_kept_on_that_slice():
    (state,) = states([display()], [drawn("length", (1, 1), (9, 9), frame=7)])
    assert len(state.drawn_on("1.2", 7)) == 1
    assert state.drawn_on("1.2", 6) == ()


def test_the_measured_value_and_the_readers_words_travel_with_the_drawing():
    kept = drawing_of(drawn("length", (10, 10), (110, 10), text="cluster"), image(), "READER")
    assert kept.texts[0].text == "10.0 mm (9.5 to 10.5)\r\ncluster"
    assert kept.texts[0].anchor.point == (110, 10)


def test_an_arrow_is_a_line_with_a_head_at_its_tip():
    (graphic,) = drawing_of(drawn("arrow", (10, 50), (110, 50)), image(), "READER").graphics
    tail, tip, left, again, right = graphic.points
    assert (tail, tip, again) == ((10, 50), (110, 50), (110, 50))
    assert left[0] < 110
    assert left[1] - 50 == pytest.approx(50 - right[1])
    assert left[1] != right[1]


def test_an_arrow_along_the_edge_loses_a_barb_and_not_its_meaning():
    kept = drawing_of(drawn("arrow", (10, 1), (110, 1), text="look"), image(), "READER")
    assert all(point[1] >= 0 for point in kept.graphics[0].points)
    assert kept.texts[0].text == "look"


def test_a_polygon_ends_where_it_begins():
    (graphic,) = drawing_of(drawn("polygon", (1, 1), (9, 1), (9, 9)), image(), "READER").graphics
    assert graphic.points[0] == graphic.points[-1]
    assert len(graphic.points) == 4


def test_what_reaches_beyond_the_image_is_drawn_along_its_edge_and_says_so():
    kept = drawing_of(drawn("ellipse", *ellipse_in_box((-20, 50), (60, 90))), image(), "READER")
    (graphic,) = kept.graphics
    assert graphic.type is GraphicType.POLYLINE
    assert min(point[0] for point in graphic.points) == 0
    assert "beyond the edge" in kept.texts[0].text
    whole = drawing_of(drawn("ellipse", *ellipse_in_box((20, 50), (100, 90))), image(), "READER")
    assert kept.texts[0].text.splitlines()[0] == whole.texts[0].text


def state_about(*scopes: tuple[ImageFrames, ...]) -> PresentationState:
    images = (ReferencedImage("1.2", "1.9", "1.3"), ReferencedImage("1.4", "1.9", "1.3", frames=(2, 3)))
    areas = tuple(DisplayedArea((n + 1, 1), (9, 9), scope=scope) for n, scope in enumerate(scopes))
    return PresentationState("1", "1.1", "X", images, areas)


def test_a_state_is_applied_to_the_images_and_frames_that_it_names_and_to_no_other():
    state = state_about(())
    assert state.references("1.2", 5)
    assert state.references("1.4", 3)
    assert not state.references("1.4", 4)
    assert state.area_of("7.7") is None


def test_a_part_without_a_scope_is_about_all_images_and_the_first_that_fits_counts():
    state = state_about((ImageFrames("1.4", (3,)),), ())
    assert state.area_of("1.4", 3).top_left == (1, 1)
    assert state.area_of("1.4", 2).top_left == (2, 1)


def test_layers_are_drawn_in_their_order():
    layers = (GraphicLayer("TOP", 5), GraphicLayer("LOW", 1))
    annotations = (GraphicAnnotation("TOP"), GraphicAnnotation("LOW"))
    images = (ReferencedImage("1.2", "1.9", "1.3"),)
    state = PresentationState("1", "1.1", "X", images, (), layers=layers, annotations=annotations)
    assert [a.layer for a in state.drawn_on("1.2")] == ["LOW", "TOP"]


@pytest.mark.invariant(4)
def test_grey_is_honest_under_a_state_nothing_of_the_images_own_display_remains():
    own = GrayscaleParameters(12, True, True, 2.0, -7.0, windows=(Window(1, 2),), voi_luts=(), padding=(0, 3))
    state = PresentationState(
        "1", "1.1", "X", (ReferencedImage("1.2", "1.9", "1.3"),), (), vois=(SoftcopyVoi((WINDOW,)),)
    )
    shown = under_state(state, own, "1.2")
    assert (shown.monochrome1, shown.rescale_slope, shown.rescale_intercept) == (False, 1.0, 0.0)
    assert shown.windows == (WINDOW,)
    assert (shown.bits_stored, shown.signed, shown.padding) == (12, True, (0, 3))
    assert under_state(state, own, "7.7").windows == ()


@pytest.mark.parametrize("inverted", [False, True])
def test_a_presentation_lut_that_was_seen_through_is_kept_with_the_readers_inversion_in_it(inverted):
    curved = LutTable(0, 8, np.array([0, 20, 90, 255], np.uint16))
    grey = GrayscaleParameters(12, presentation_lut=curved)
    (state,) = states([display(grey=grey, inverted=inverted)])
    assert not state.inverse
    assert state.presentation_lut.values.tolist() == ([255, 235, 165, 0] if inverted else [0, 20, 90, 255])
    assert under_state(state, GrayscaleParameters(12), "1.2").presentation_lut is state.presentation_lut


def test_images_with_and_without_a_presentation_lut_are_kept_in_states_of_their_own():
    grey = GrayscaleParameters(12, presentation_lut=LutTable(0, 8, np.array([0, 255], np.uint16)))
    found = states([display("1.2"), display("1.4", grey=grey)])
    assert [s.presentation_lut is not None for s in found] == [False, True]
