"""What is kept beside an image's pixels comes back as it was found, or is found again."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.display import GrayscaleParameters, LutTable, VoiFunction, Window
from klarsyn.domain.shutter import CircularShutter, PolygonalShutter, RectangularShutter, Shutters
from klarsyn.imaging import image_facts
from klarsyn.imaging.image_facts import ImageFacts, find_facts, pack_facts, unpack_facts

LUT = LutTable(-5, 12, np.arange(4096, dtype=np.uint16)[::-1].copy(), 'as "film", β')
GREY = GrayscaleParameters(
    bits_stored=12,
    signed=True,
    monochrome1=True,
    rescale_slope=0.1 + 0.2,
    rescale_intercept=-1024.5,
    modality_lut=LUT,
    windows=(Window(2048.5, 1 / 3, VoiFunction.SIGMOID, "dense"), Window(1.0, 2.0, VoiFunction.LINEAR_EXACT)),
    voi_luts=(LUT, LUT),
    padding=(-32768, -32760),
)
SHUTTERS = Shutters(
    RectangularShutter(1, 200, 3, 300),
    CircularShutter(100, 90, 80),
    PolygonalShutter(((1, 2), (3, 4), (50, 6))),
    grey=77,
)
FACTS = ImageFacts(
    GREY,
    SHUTTERS,
    Window(10.0, 20.0, VoiFunction.LINEAR, "auto"),
    np.random.default_rng(1).integers(0, 2, (37, 21)).astype(bool),
    "left",
    (123.456, 7.0),
)


def alike(one: object, other: object) -> bool:
    """Equal down to the last field; arrays by value and type."""
    if dataclasses.is_dataclass(one):
        names = [f.name for f in dataclasses.fields(one)]
        return type(one) is type(other) and all(alike(getattr(one, n), getattr(other, n)) for n in names)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple):
        return type(other) is tuple and len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize(
    "facts",
    [
        FACTS,
        ImageFacts(GrayscaleParameters(16), None, Window(1.0, 2.0), np.zeros((3, 3), dtype=bool), None, None),
        dataclasses.replace(FACTS, shutters=Shutters(grey=5)),
    ],
    ids=["everything", "next to nothing", "no shape"],
)
@pytest.mark.invariant(4)
def test_grey_values_are_honest_facts_come_back_to_the_last_bit(facts):
    assert alike(unpack_facts(pack_facts(facts)), facts)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class NextYearsGrey(GrayscaleParameters):
    """What the domain may know one day."""

    tint: Window | None = None


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_field_that_is_new_in_the_domain_is_kept_too(monkeypatch):
    monkeypatch.setitem(image_facts._KINDS, "NextYearsGrey", NextYearsGrey)
    facts = dataclasses.replace(FACTS, grayscale=NextYearsGrey(12, tint=Window(3.0, 4.0)))
    assert alike(unpack_facts(pack_facts(facts)), facts)


def test_what_nobody_can_restore_is_not_kept_in_silence():
    with pytest.raises(TypeError, match="NextYearsGrey"):
        pack_facts(dataclasses.replace(FACTS, grayscale=NextYearsGrey(12)))


@given(center=st.floats(allow_nan=False), width=st.floats(1e-9, 1e9))
def test_a_window_is_kept_exactly(center, width):
    kept = unpack_facts(pack_facts(dataclasses.replace(FACTS, auto_window=Window(center, width))))
    assert (kept.auto_window.center, kept.auto_window.width) == (center, width)


def test_facts_of_another_version_are_not_taken(monkeypatch):
    packed = pack_facts(FACTS)
    monkeypatch.setattr(image_facts, "FACTS_VERSION", "another")
    assert unpack_facts(packed) is None
    assert unpack_facts(b"") is None


def test_the_breast_is_found_in_the_small_level_and_placed_in_the_whole_image():
    rows, columns = np.mgrid[:300, :240]
    small = np.where(((rows - 150) / 120) ** 2 + (columns / 180) ** 2 < 1, 2000, 10).astype(np.uint16)
    facts = find_facts(small, (3000, 2400), GrayscaleParameters(12), None)
    assert facts.breast_side == "left"
    assert facts.breast_centre == pytest.approx((760, 1500), abs=60)
