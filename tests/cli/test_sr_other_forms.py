"""`klarsyn sr` tells the other forms of results too, and refuses what no AI has said."""

import json

import numpy as np
import pytest
from json_shape import documented, misfits
from other_report_files import (
    IMAGE,
    MAMMOGRAM,
    content,
    group,
    measurements,
    on_image,
    pdf_document,
    reference,
    region,
    segmentation,
    structured,
    write,
)

SQUARE = (10, 20, 30, 20, 30, 40, 10, 40, 10, 20)
DOSE = ("113701", "DCM", "X-Ray Radiation Dose Report")


@pytest.fixture
def told(say, tmp_path):
    """Write a file and let it be told; returns the exit status and what was printed."""

    def _told(act: str, ds) -> tuple[int, str]:
        return say("sr", act, write(tmp_path / "file.dcm", ds))

    return _told


def measured():
    return structured(measurements(group(region("POLYLINE", SQUARE, on_image(reference(IMAGE, MAMMOGRAM))))))


def masked():
    mask = np.zeros((1, 60, 50), bool)
    mask[0, 20:30, 10:25] = True
    return segmentation(mask)


@pytest.mark.parametrize(
    ("make", "points"),
    [
        (measured, {(10.0, 20.0), (30.0, 20.0), (30.0, 40.0), (10.0, 40.0)}),
        (masked, {(10.0, 20.0), (25.0, 20.0), (25.0, 30.0), (10.0, 30.0)}),
    ],
)
def test_marks_of_measurements_and_segmentations_have_the_same_form(told, make, points):
    status, printed = told("marks", make())

    assert status == 0
    said = json.loads(printed)
    assert misfits(said, documented()) == []
    (finding,) = said["findings"]
    (mark,) = finding["marks"]
    assert (mark["sop_instance_uid"], mark["kind"]) == (IMAGE, "POLYLINE")
    assert points <= {tuple(point) for point in mark["points"]}


def test_a_measurement_report_is_shown_as_a_tree(told):
    status, printed = told("show", measured())
    assert status == 0
    assert "Measurement Group" in printed
    assert "Image Region: POLYLINE (10, 20) (30, 20)" in printed


def test_a_segmentation_is_shown_as_its_segments(told):
    status, printed = told("show", masked())
    assert status == 0
    assert printed.startswith("Segmentation of ")
    assert "POLYLINE (10, 20)" in printed
    assert f"on image of no stated view, {IMAGE}" in printed


def test_a_report_of_no_ai_is_shown_and_has_no_marks(told):
    dose = structured(content("TEXT", ("121106", "DCM", "Comment"), "1.2 mGy"), title=DOSE, template="10001")
    status, printed = told("show", dose)
    assert status == 0
    assert "Comment: 1.2 mGy" in printed
    status, printed = told("marks", dose)
    assert status == 2
    assert "not a result of AI" in printed


@pytest.mark.parametrize("act", ["show", "marks"])
def test_a_document_is_no_report(told, act):
    assert told(act, pdf_document())[0] == 2
