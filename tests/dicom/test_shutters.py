"""Shutters of a header: read whole, or left out with a word; a guessed one would hide the breast."""

import pytest
from pydicom.dataset import Dataset

from klarsyn.dicom.shutters import read_image_shutters, read_shutters
from klarsyn.domain.shutter import CircularShutter, PolygonalShutter, RectangularShutter


def header(**attributes) -> Dataset:
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


RECTANGLE = {
    "ShutterLeftVerticalEdge": 3,
    "ShutterRightVerticalEdge": 90,
    "ShutterUpperHorizontalEdge": 5,
    "ShutterLowerHorizontalEdge": 120,
}


def test_a_header_without_shutter_has_none():
    assert read_shutters(header()) == (None, [])


def test_all_three_shapes_are_read_together():
    ds = header(
        ShutterShape=["RECTANGULAR", "CIRCULAR", "POLYGONAL"],
        CenterOfCircularShutter=[60, 45],
        RadiusOfCircularShutter=40,
        VerticesOfThePolygonalShutter=[1, 1, 1, 90, 120, 90],
        ShutterPresentationValue=9000,
        **RECTANGLE,
    )
    found, notices = read_shutters(ds)
    assert notices == []
    assert found.rectangle == RectangularShutter(3, 90, 5, 120)
    assert found.circle == CircularShutter(row=60, column=45, radius=40)
    assert found.polygon == PolygonalShutter(((1, 1), (1, 90), (120, 90)))
    assert found.grey == 9000


def test_without_a_value_the_rest_is_black():
    assert read_shutters(header(ShutterShape="RECTANGULAR", **RECTANGLE))[0].grey == 0


@pytest.mark.parametrize(
    ("shape", "spoilt"),
    [
        ("RECTANGULAR", {"ShutterLeftVerticalEdge": 91}),
        ("RECTANGULAR", {"ShutterLowerHorizontalEdge": None}),
        ("CIRCULAR", {"CenterOfCircularShutter": [60], "RadiusOfCircularShutter": 40}),
        ("CIRCULAR", {"CenterOfCircularShutter": [60, 45], "RadiusOfCircularShutter": 0}),
        ("POLYGONAL", {"VerticesOfThePolygonalShutter": [1, 1, 5, 5]}),
        ("POLYGONAL", {"VerticesOfThePolygonalShutter": [1, 1, 5, 5, 9]}),
        ("HEXAGONAL", {}),
    ],
)
def test_a_damaged_shutter_hides_nothing_and_is_told(shape, spoilt):
    found, notices = read_shutters(header(ShutterShape=shape, **{**RECTANGLE, **spoilt}))
    assert found is None
    assert [n.code for n in notices] == ["shutter-invalid"]


def test_a_bitmap_shutter_is_told_to_be_missing():
    found, notices = read_shutters(header(ShutterShape="BITMAP", ShutterOverlayGroup=0x6000))
    assert found is None
    assert [n.code for n in notices] == ["shutter-bitmap"]


def test_the_shutter_of_an_image_file_is_read(write, a_mammogram):
    ds = a_mammogram()
    ds.update(header(ShutterShape="RECTANGULAR", **RECTANGLE))
    assert read_image_shutters(write(ds))[0].rectangle == RectangularShutter(3, 90, 5, 120)
