"""An exam of FFDM and tomosynthesis of the same compressions, as the simulator writes it."""

from datetime import date

import pydicom
import pytest

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.hanging_protocol import ImageKind
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.truth import SimulatedExam

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def combo(tmp_path_factory: pytest.TempPathFactory) -> SimulatedExam:
    request = ListRequest(1, cancers=1, dbt=1, seed=3, vendors=("B",), half_matrix=True, slices=30, combo=1)
    (exam,) = make_list(tmp_path_factory.mktemp("combo"), request, workers=1, today=date(2026, 11, 24))
    return exam


def _images(exam: SimulatedExam):
    return {path.name: read_instance(path).image for path in exam.files}


def test_each_view_is_there_as_ffdm_and_as_tomosynthesis_and_none_is_synthetic(combo) -> None:
    images = _images(combo).values()
    views = {"R CC", "L CC", "R MLO", "L MLO"}
    for kind in (ImageKind.EXPOSED, ImageKind.TOMOSYNTHESIS):
        assert sorted(i.view_label for i in images if kind.holds(i)) == sorted(views)
    assert len(images) == 8
    assert combo.truth.exam_type == "FFDM + DBT"


def test_both_were_taken_in_one_compression(combo) -> None:
    for name, image in _images(combo).items():
        if image.is_tomosynthesis:
            flat = pydicom.dcmread(combo.folder / name.replace("-tomo", ""), stop_before_pixels=True)
            slices = pydicom.dcmread(combo.folder / name, stop_before_pixels=True)
            assert _thickness(flat) == _thickness(slices)
            assert flat.SOPInstanceUID != slices.SOPInstanceUID


def _thickness(header: pydicom.Dataset) -> float:
    item = header
    if "XRay3DAcquisitionSequence" in header:
        item = header.XRay3DAcquisitionSequence[0]
    return float(item.BodyPartThickness)


def test_the_truth_marks_the_lesion_on_both(combo) -> None:
    images = _images(combo)
    (lesion,) = [one for one in combo.truth.lesions if one.suspicious]
    marked = {(images[v.file].view_label, bool(v.sections)) for v in lesion.views}
    assert len(marked) == 4
    assert all(images[v.file].is_tomosynthesis is bool(v.sections) for v in lesion.views)
