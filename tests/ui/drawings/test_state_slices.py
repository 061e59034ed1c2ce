"""What a presentation state means for slices of tomosynthesis, and what a read keeps of their windows."""

from dataclasses import replace
from datetime import datetime

import pytest
from window_helpers import make_image, make_loaded

from klarsyn.domain.display import DisplayState, GrayscaleParameters, Window
from klarsyn.domain.graphic import GraphicAnnotation, ImageFrames
from klarsyn.domain.presentation_state import PresentationState, ReferencedImage, SoftcopyVoi
from klarsyn.domain.read_presentation import ImageDisplay, states_of_read
from klarsyn.domain.stack import Stack
from klarsyn.domain.volumes import volume_of_image
from klarsyn.reading.loaded import LoadedImage
from klarsyn.reading.read_keeping import ShownImage
from klarsyn.ui.drawings.state_slices import drawn_slices, frames_under, grey_of_slice

IMAGE = make_image(frames=4, stack=Stack(positions_mm=(3.0, 2.0, 1.0, 0.0)))
VOLUME = volume_of_image(IMAGE)
DARK, BRIGHT = Window(100, 200), Window(900, 200)


def state(frames: tuple[int, ...] = (), **changes) -> PresentationState:
    facts = {
        "sop_instance_uid": "9.1",
        "study_instance_uid": "1.2",
        "label": "X",
        "images": (ReferencedImage("1.2.3", "1", "1.3", frames),),
        "areas": (),
        "vois": (SoftcopyVoi((BRIGHT,)),),
    }
    return PresentationState(**{**facts, **changes})


def loaded() -> LoadedImage:
    return replace(make_loaded(IMAGE), volume=VOLUME)


@pytest.mark.invariant(3)
def test_a_state_stands_on_its_own_frames_whatever_their_order() -> None:
    # Frame 1 lies highest: the last slice.
    assert frames_under(state((1, 3)), loaded()) == (("1.2.3", 3), ("1.2.3", 1))
    assert len(frames_under(state(), loaded())) == 4
    assert frames_under(state(images=(ReferencedImage("1.2.9", "1", "1.3"),)), loaded()) == ()


@pytest.mark.invariant(4)
def test_grey_values_are_honest_slices_that_a_state_does_not_name_stay_as_the_file_says() -> None:
    grey = GrayscaleParameters(12, windows=(DARK,))
    shown = [grey_of_slice(state((1,)), one, grey).windows for one in VOLUME.slices]
    assert shown == [(DARK,), (DARK,), (DARK,), (BRIGHT,)]


def test_the_slices_that_a_state_draws_on_are_those_that_it_names() -> None:
    some = GraphicAnnotation("L", (), (), (ImageFrames("1.2.3", (4, 1)),))
    everywhere = GraphicAnnotation("L", (), (), (ImageFrames("1.2.3"),))
    assert drawn_slices(state(annotations=(some, everywhere)), VOLUME) == (0, 3)
    assert drawn_slices(state(annotations=(everywhere,)), VOLUME) == ()


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_kept_read_has_the_window_of_each_slice() -> None:
    frames = {n: GrayscaleParameters(12, windows=(DARK if n < 3 else BRIGHT,)) for n in range(1, 5)}
    shown = ShownImage(frames[1], DisplayState(), frames=frames)
    display = ImageDisplay(IMAGE, "1.3", frames[1], shown.voi, voi_of_frames=shown.voi_of_frames)
    (kept,) = states_of_read([display], (), lambda _: "9.1", "reader", datetime(2026, 1, 5))
    for frame in frames:
        assert kept.voi_of("1.2.3", frame).windows == frames[frame].windows


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_window_of_the_readers_own_is_that_of_all_slices() -> None:
    frames = {n: GrayscaleParameters(12, windows=(Window(n, 10),)) for n in range(1, 5)}
    own = Window(500, 40, explanation="own")
    shown = ShownImage(frames[1], DisplayState(window=own), frames=frames)
    display = ImageDisplay(IMAGE, "1.3", frames[1], shown.voi, voi_of_frames=shown.voi_of_frames)
    (kept,) = states_of_read([display], (), lambda _: "9.1", "reader", datetime(2026, 1, 5))
    assert {kept.voi_of("1.2.3", frame).windows for frame in frames} == {(own,)}
