"""Graphics and words of a presentation state, as the standard words them (PS3.3 C.10.5)."""

from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]


class GraphicType(StrEnum):
    """GraphicType (0070,0023)."""

    POINT = "POINT"
    POLYLINE = "POLYLINE"
    INTERPOLATED = "INTERPOLATED"
    CIRCLE = "CIRCLE"
    ELLIPSE = "ELLIPSE"


class Units(StrEnum):
    """PIXEL: (column, row) of the image, from its top-left corner. DISPLAY: parts of the displayed area."""

    PIXEL = "PIXEL"
    DISPLAY = "DISPLAY"


class Justification(StrEnum):
    """Where a text stands in its box."""

    LEFT = "LEFT"
    CENTER = "CENTER"
    RIGHT = "RIGHT"


@dataclass(frozen=True, slots=True)
class ImageFrames:
    """One image, or some frames of it, counted from 1; no frames means all of them."""

    sop_instance_uid: str
    frames: tuple[int, ...] = ()

    def covers(self, sop_instance_uid: str, frame: int) -> bool:
        """True when this frame of this image is meant."""
        return self.sop_instance_uid == sop_instance_uid and (not self.frames or frame in self.frames)


Scope = tuple[ImageFrames, ...]
"""What a part of a presentation state applies to; () means every image that the state references."""


@dataclass(frozen=True, slots=True)
class Graphic:
    """One drawn object.

    CIRCLE: its centre and a point on it. ELLIPSE: both ends of the major, then of the minor axis.
    INTERPOLATED: points that a smooth curve goes through. A closed figure begins where it ends.
    """

    type: GraphicType
    points: tuple[Point, ...]
    units: Units = Units.PIXEL
    filled: bool = False

    @property
    def may_be_filled(self) -> bool:
        """True for closed figures, which alone say whether they are filled (GraphicFilled, type 1C)."""
        if self.type in (GraphicType.CIRCLE, GraphicType.ELLIPSE):
            return True
        many = self.type is not GraphicType.POINT and len(self.points) > 1
        return many and self.points[0] == self.points[-1]


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where a text stands: top-left and bottom-right corner as the reader sees them."""

    top_left: Point
    bottom_right: Point
    units: Units = Units.PIXEL
    justification: Justification = Justification.LEFT


@dataclass(frozen=True, slots=True)
class TextAnchor:
    """The point that a text speaks of; `visible` asks for a line between both."""

    point: Point
    visible: bool = False
    units: Units = Units.PIXEL


@dataclass(frozen=True, slots=True)
class TextObject:
    """A text with a box, an anchor, or both. It may have several lines."""

    text: str
    box: TextBox | None = None
    anchor: TextAnchor | None = None


@dataclass(frozen=True, slots=True)
class GraphicAnnotation:
    """Graphics and texts of one layer on the same images."""

    layer: str
    graphics: tuple[Graphic, ...] = ()
    texts: tuple[TextObject, ...] = ()
    scope: Scope = ()


@dataclass(frozen=True, slots=True)
class GraphicLayer:
    """Layers are drawn in rising `order`; `grey` is a P-value, 0 to 65 535, None when none is asked for."""

    name: str
    order: int = 1
    grey: int | None = None
    description: str = ""
