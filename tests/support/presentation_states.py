"""Presentation states for tests: one whole legal state, and hypothesis strategies for many."""

from datetime import datetime

import numpy as np
from hypothesis import strategies as st

from klarsyn.domain.display import LutTable, VoiFunction, Window
from klarsyn.domain.graphic import (
    Graphic,
    GraphicAnnotation,
    GraphicLayer,
    GraphicType,
    ImageFrames,
    Justification,
    TextAnchor,
    TextBox,
    TextObject,
    Units,
)
from klarsyn.domain.presentation_state import (
    DisplayedArea,
    PresentationState,
    ReferencedImage,
    SizeMode,
    SoftcopyVoi,
)
from klarsyn.domain.shutter import CircularShutter, PolygonalShutter, RectangularShutter, Shutters

STUDY = "2.25.1000"
FFDM, DBT = "1.2.840.10008.5.1.4.1.1.1.2", "1.2.840.10008.5.1.4.1.1.13.1.3"
IMAGES = (
    ReferencedImage("2.25.1001", FFDM, "2.25.1002"),
    ReferencedImage("2.25.1005", FFDM, "2.25.1002"),
    ReferencedImage("2.25.1003", DBT, "2.25.1004", frames=(2, 5, 6)),
)
LAYERS = (GraphicLayer("BACK", 1, 20000, "Behind"), GraphicLayer("FRONT", 2))

_scopes = st.lists(
    st.sampled_from([ImageFrames("2.25.1001"), ImageFrames("2.25.1003", (2, 6)), ImageFrames("2.25.1005")]),
    max_size=3,
    unique=True,
).map(tuple)
# Coordinates are single precision (FL); tenths and hundredths fit a Decimal String.
_ends = st.floats(0, 3000, width=32)
_parts = st.floats(0, 1, width=32)
_points = st.tuples(_ends, _ends)
_decimals = st.integers(-200000, 200000).map(lambda n: n / 10)
_words = st.text(st.characters(codec="utf-8", exclude_characters="\\", exclude_categories=["C", "Z"]))
_lines = _words.map(lambda line: line[:60])
_texts = st.lists(_lines.filter(bool), min_size=1, max_size=3).map("\r\n".join)


@st.composite
def graphics(draw: st.DrawFn) -> Graphic:
    """Any graphic of any kind and unit, filled only where it is closed."""
    kind = draw(st.sampled_from(list(GraphicType)))
    units = draw(st.sampled_from(list(Units)))
    end = _ends if units is Units.PIXEL else _parts
    least, most = {"POINT": (1, 1), "CIRCLE": (2, 2), "ELLIPSE": (4, 4)}.get(kind.value, (2, 9))
    points = draw(st.lists(st.tuples(end, end), min_size=least, max_size=most))
    if least == 2 and most > 2 and draw(st.booleans()):
        points.append(points[0])
    plain = Graphic(kind, tuple(points), units)
    return Graphic(kind, plain.points, units, plain.may_be_filled and draw(st.booleans()))


_boxes = st.builds(TextBox, _points, _points, st.just(Units.PIXEL), st.sampled_from(list(Justification)))
_anchors = st.builds(TextAnchor, _points, st.booleans(), st.just(Units.PIXEL))
_text_objects = st.one_of(
    st.builds(TextObject, _texts, _boxes, _anchors),
    st.builds(TextObject, _texts, st.none(), _anchors),
    st.builds(TextObject, _texts, _boxes, st.none()),
)


@st.composite
def _annotations(draw: st.DrawFn) -> GraphicAnnotation:
    drawn = tuple(draw(st.lists(graphics(), max_size=3)))
    texts = tuple(draw(st.lists(_text_objects, min_size=0 if drawn else 1, max_size=2)))
    return GraphicAnnotation(draw(st.sampled_from(["BACK", "FRONT"])), drawn, texts, draw(_scopes))


@st.composite
def _areas(draw: st.DrawFn) -> DisplayedArea:
    mode = draw(st.sampled_from(list(SizeMode)))
    corner = st.tuples(st.integers(-300, 4000), st.integers(-300, 4000))
    spaced = mode is SizeMode.TRUE or draw(st.booleans())
    step = st.integers(1, 500).map(lambda n: n / 1000)
    return DisplayedArea(
        draw(corner),
        draw(corner),
        mode,
        (draw(step), draw(step)) if spaced else None,
        None if spaced else (draw(st.integers(1, 9)), draw(st.integers(1, 9))),
        draw(st.floats(0.125, 64, width=32)) if mode is SizeMode.MAGNIFY else None,
        draw(_scopes),
    )


@st.composite
def _vois(draw: st.DrawFn) -> SoftcopyVoi:
    function = draw(st.sampled_from(list(VoiFunction)))
    width = st.integers(10, 100000).map(lambda n: n / 10)
    window = st.builds(Window, _decimals, width, st.just(function), _lines)
    return SoftcopyVoi(tuple(draw(st.lists(window, min_size=1, max_size=3))), (), draw(_scopes))


_shutters = st.builds(
    Shutters,
    st.builds(lambda a, b, c, d: RectangularShutter(a, a + b, c, c + d), *[st.integers(0, 3000)] * 4),
    st.none() | st.builds(CircularShutter, *[st.integers(1, 3000)] * 3),
    st.none()
    | st.lists(st.tuples(*[st.integers(0, 4000)] * 2), min_size=3, max_size=9).map(
        lambda corners: PolygonalShutter(tuple(corners))
    ),
    st.integers(0, 65535),
)


@st.composite
def states(draw: st.DrawFn) -> PresentationState:
    """Any legal presentation state without tables; its last area is about all images."""
    last = draw(_areas())
    everywhere = DisplayedArea(
        last.top_left, last.bottom_right, last.size_mode, last.pixel_spacing, last.aspect, last.magnification
    )
    return PresentationState(
        sop_instance_uid=f"2.25.{draw(st.integers(1, 10**20))}",
        study_instance_uid=STUDY,
        label=draw(st.from_regex(r"\A[A-Z0-9_]{1,16}\Z")),
        images=IMAGES,
        areas=(*draw(st.lists(_areas(), max_size=2)), everywhere),
        description=draw(_lines),
        creator=draw(st.from_regex(r"\A[a-zåäöé]{1,20}( [a-z]{1,9})?\Z")),
        created=draw(st.datetimes(datetime(1990, 1, 1))).replace(microsecond=0),
        rotation=draw(st.sampled_from([0, 90, 180, 270])),
        horizontal_flip=draw(st.booleans()),
        rescale_slope=draw(st.integers(1, 500)) / 100,
        rescale_intercept=draw(_decimals),
        vois=tuple(draw(st.lists(_vois(), max_size=3))),
        inverse=draw(st.booleans()),
        shutters=draw(st.none() | _shutters),
        layers=LAYERS,
        annotations=tuple(draw(st.lists(_annotations(), max_size=3))),
    )


def ramp_table(first: int = 0, bits: int = 12, explanation: str = "") -> LutTable:
    """A table that uses all values of its bits, bent a little."""
    top = (1 << bits) - 1
    values = (np.linspace(0, 1, 512) ** 1.3 * top).round().astype(np.uint16)
    return LutTable(first, bits, values, explanation)


def whole_state() -> PresentationState:
    """One state with everything that is written, tables too."""
    return PresentationState(
        sop_instance_uid="2.25.77",
        study_instance_uid=STUDY,
        label="READ",
        images=IMAGES,
        areas=(
            DisplayedArea(
                (11, 21), (110, 220), SizeMode.TRUE, (0.1, 0.07), scope=(ImageFrames("2.25.1001"),)
            ),
            DisplayedArea((1, 1), (20, 24), SizeMode.MAGNIFY, aspect=(1, 1), magnification=2.5),
        ),
        description="Mätningar",
        creator="reader-one",
        created=datetime(2026, 1, 5, 9, 30, 15),
        rotation=90,
        horizontal_flip=True,
        vois=(
            SoftcopyVoi(
                (Window(2000.5, 3000, VoiFunction.SIGMOID, "NORMAL"),), (), (ImageFrames("2.25.1001"),)
            ),
            SoftcopyVoi((), (ramp_table(explanation="HARDER"),), (ImageFrames("2.25.1003", (2, 6)),)),
        ),
        inverse=True,
        shutters=Shutters(
            RectangularShutter(2, 90, 3, 120),
            CircularShutter(60, 45, 40),
            PolygonalShutter(((1, 1), (1, 90), (120, 90))),
            9000,
        ),
        layers=LAYERS,
        annotations=(
            GraphicAnnotation(
                "FRONT",
                (
                    Graphic(GraphicType.POINT, ((4.5, 5.5),)),
                    Graphic(
                        GraphicType.POLYLINE, ((1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 1.0)), filled=True
                    ),
                    Graphic(GraphicType.INTERPOLATED, ((0.1, 0.1), (0.5, 0.7), (0.9, 0.1)), Units.DISPLAY),
                    Graphic(GraphicType.CIRCLE, ((50.0, 60.0), (53.0, 64.0))),
                    Graphic(GraphicType.ELLIPSE, ((10.0, 50.0), (90.0, 50.0), (50.0, 30.0), (50.0, 70.0))),
                ),
                (
                    TextObject(
                        "12,3 mm²\r\nhär", TextBox((1.0, 1.0), (60.0, 20.0)), TextAnchor((9.0, 9.0), True)
                    ),
                ),
                (ImageFrames("2.25.1001"),),
            ),
            GraphicAnnotation("BACK", texts=(TextObject("slice", anchor=TextAnchor((3.0, 4.0))),)),
        ),
    )
