"""Display shutters of an image or a presentation state (PS3.3 C.7.6.11 and C.7.6.15)."""

from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import numbers, texts, whole_number
from klarsyn.dicom.source import open_source
from klarsyn.dicom.states.notices import state_notice
from klarsyn.domain.exam import Notice
from klarsyn.domain.shutter import CircularShutter, PolygonalShutter, RectangularShutter, Shutters

_BLACK = 0

SHUTTER_KEYWORDS = (
    "ShutterShape",
    "ShutterLeftVerticalEdge",
    "ShutterRightVerticalEdge",
    "ShutterUpperHorizontalEdge",
    "ShutterLowerHorizontalEdge",
    "CenterOfCircularShutter",
    "RadiusOfCircularShutter",
    "VerticesOfThePolygonalShutter",
    "ShutterPresentationValue",
    "ShutterPresentationColorCIELabValue",
    "ShutterOverlayGroup",
)
"""What belongs to shutters in a header, whether it is used or told by a notice."""


def read_shutters(ds: Dataset) -> tuple[Shutters | None, list[Notice]]:
    """Return the shutters that a header asks for, None without any, and what of them is left out.

    A damaged shutter is left out rather than guessed: it would hide part of the image. Without a value
    the rest is covered in black.
    """
    notices: list[Notice] = []
    rectangle: RectangularShutter | None = None
    circle: CircularShutter | None = None
    polygon: PolygonalShutter | None = None
    for shape in dict.fromkeys(t for t in texts(ds, "ShutterShape") if t):
        if shape == "BITMAP":
            notices.append(state_notice("shutter-bitmap"))
            continue
        if shape == "RECTANGULAR":
            rectangle = _rectangle(ds)
        elif shape == "CIRCULAR":
            circle = _circle(ds)
        elif shape == "POLYGONAL":
            polygon = _polygon(ds)
        read = {"RECTANGULAR": rectangle, "CIRCULAR": circle, "POLYGONAL": polygon}
        if read.get(shape) is None:
            notices.append(state_notice("shutter-invalid", shape[:16]))
    if rectangle is None and circle is None and polygon is None:
        return None, notices
    grey = whole_number(ds, "ShutterPresentationValue", _BLACK)
    return Shutters(rectangle, circle, polygon, _BLACK if grey is None else grey & 0xFFFF), notices


def read_image_shutters(path: Path) -> tuple[Shutters | None, list[Notice]]:
    """Return the shutters of an image file, and what of them is left out.

    Raises
    ------
    UnreadableFile
        If its header cannot be read.
    """
    with open_source(path) as source:
        return read_shutters(source.header)


def write_shutters(ds: Dataset, shutters: Shutters) -> None:
    """Put shutters into a data set; the grey is always named (C.11.12)."""
    shapes = []
    if (box := shutters.rectangle) is not None:
        shapes.append("RECTANGULAR")
        ds.ShutterLeftVerticalEdge, ds.ShutterRightVerticalEdge = box.left, box.right
        ds.ShutterUpperHorizontalEdge, ds.ShutterLowerHorizontalEdge = box.upper, box.lower
    if (circle := shutters.circle) is not None:
        shapes.append("CIRCULAR")
        ds.CenterOfCircularShutter = [circle.row, circle.column]
        ds.RadiusOfCircularShutter = circle.radius
    if (polygon := shutters.polygon) is not None:
        shapes.append("POLYGONAL")
        ds.VerticesOfThePolygonalShutter = [end for vertex in polygon.vertices for end in vertex]
    ds.ShutterShape = shapes
    ds.ShutterPresentationValue = shutters.grey


def _rectangle(ds: Dataset) -> RectangularShutter | None:
    left, right = whole_number(ds, "ShutterLeftVerticalEdge"), whole_number(ds, "ShutterRightVerticalEdge")
    upper = whole_number(ds, "ShutterUpperHorizontalEdge")
    lower = whole_number(ds, "ShutterLowerHorizontalEdge")
    if left is None or right is None or upper is None or lower is None or left > right or upper > lower:
        return None
    return RectangularShutter(left, right, upper, lower)


def _circle(ds: Dataset) -> CircularShutter | None:
    centre, radius = _whole(ds, "CenterOfCircularShutter"), whole_number(ds, "RadiusOfCircularShutter")
    if len(centre) != 2 or radius is None or radius < 1:
        return None
    return CircularShutter(centre[0], centre[1], radius)


def _polygon(ds: Dataset) -> PolygonalShutter | None:
    ends = _whole(ds, "VerticesOfThePolygonalShutter")
    if len(ends) < 6 or len(ends) % 2:
        return None
    return PolygonalShutter(tuple(zip(ends[::2], ends[1::2], strict=True)))


def _whole(ds: Dataset, keyword: str) -> tuple[int, ...]:
    found = numbers(ds, keyword)
    return tuple(int(n) for n in found) if all(n == int(n) for n in found) else ()
