"""Every image is reachable, and none takes a side that it does not state."""

from hypothesis import given
from hypothesis import strategies as st
from window_helpers import make_image

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.hanging import hang
from klarsyn.ui.hung import pages

SIDES = st.sampled_from([Laterality.RIGHT, Laterality.LEFT, None])
VIEWS = st.sampled_from([ViewPosition.CC, ViewPosition.MLO, ViewPosition.ML, ViewPosition.XCCL, None])


def _images(facts):
    return [make_image(f"1.{n}", laterality=side, view_position=view) for n, (side, view) in enumerate(facts)]


@given(st.lists(st.tuples(SIDES, VIEWS), max_size=9))
def test_no_image_is_hidden_and_none_hangs_twice(facts) -> None:
    images = _images(facts)
    shown = [i.sop_instance_uid for _, listed in pages(hang(images)) for i in listed if i is not None]
    assert sorted(shown) == sorted(i.sop_instance_uid for i in images)


@given(st.lists(st.tuples(SIDES, VIEWS), max_size=9))
def test_an_image_with_a_side_never_hangs_on_the_other(facts) -> None:
    for slot, listed in pages(hang(_images(facts))):
        for image in listed:
            assert image is None or image.laterality in (slot.laterality, None)


def test_a_missing_view_keeps_its_empty_place_before_the_extra_ones() -> None:
    images = _images([(Laterality.RIGHT, ViewPosition.CC), (Laterality.RIGHT, ViewPosition.ML)])
    by_label = {slot.label: listed for slot, listed in pages(hang(images))}
    assert by_label["R MLO"][0] is None
    assert by_label["R MLO"][1].view_position is ViewPosition.ML
    assert by_label["L CC"] == (None,)
