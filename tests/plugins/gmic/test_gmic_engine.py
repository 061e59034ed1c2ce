"""The engine around a graph that marks what is bright: marks on their own image, evidence, map."""

import importlib
import sys
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import IntendedUse
from klarsyn.engine.check import check_result
from klarsyn.engine.conformance import Limits, conformance
from klarsyn.engine.conformance_inputs import breast
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.engine.registry import EngineNotFound, EngineSpec, load_spec
from klarsyn.engine.wire_result import result_to_wire
from klarsyn_gmic.importing import PACKAGE
from klarsyn_gmic.running.engine import GmicEngine, evidence, manifest_of
from klarsyn_gmic.running.marks import LEAST, MOST, heat_of, marks_of
from klarsyn_gmic.running.window import COLUMNS, GRID, ROWS, Place, Window

L, R, CC, MLO = Laterality.LEFT, Laterality.RIGHT, ViewPosition.CC, ViewPosition.MLO
SHAPE = (1664, 1280)


@pytest.fixture
def engine(tiny_engine, monkeypatch) -> Iterator[GmicEngine]:
    """The imported engine, in this process."""
    monkeypatch.syspath_prepend(str(tiny_engine(4.0) / "src"))
    yield importlib.import_module(PACKAGE).Gmic()
    for name in [n for n in sys.modules if n.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def view_with(spot: tuple[int, int] | None, side: Laterality, position: ViewPosition = CC, name: str = "v"):
    """A breast with a white disc of 60 pixels around (column, row)."""
    pixels = cv2.resize(breast((416, 320), side, 2), SHAPE[::-1], interpolation=cv2.INTER_LINEAR) // 4
    if spot:
        pixels = cv2.circle(pixels, spot, 60, 4095, cv2.FILLED)
    return EngineView(name, side, position, None, pixels)


def look(engine: GmicEngine, *views: EngineView):
    exam = EngineExam("token", views)
    result = engine.analyse(exam, lambda fraction: None)
    check_result(result, exam)
    return result


def centre(outline) -> tuple[float, float]:
    moments = cv2.moments(np.asarray(outline, np.float32))
    return moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]


@pytest.mark.invariant(3)
@pytest.mark.parametrize(("side", "spot"), [(L, (400, 900)), (R, (880, 700)), (R, (1000, 1000))])
def test_a_mark_stands_on_its_own_image_where_the_lesion_is_also_on_a_flipped_one(engine, side, spot):
    result = look(engine, view_with(None, L, CC, "other"), view_with(spot, side))
    (mark,) = [r for r in result.regions if r.view_id == "v"]

    assert np.hypot(*np.subtract(centre(mark.outline), spot)) < 40
    heat = mark.explanation
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    at = ((column + 0.5) * SHAPE[1] / heat.shape[1], (row + 0.5) * SHAPE[0] / heat.shape[0])
    assert np.hypot(*np.subtract(at, spot)) < 60


def test_the_exams_evidence_is_the_worse_breasts_mean_over_its_views():
    strongest = {(L, CC): 0.9, (L, MLO): 0.1, (R, CC): 0.6, (R, MLO): 0.5}

    assert evidence(strongest) == pytest.approx(0.55)
    assert evidence({(L, CC): 0.9, (R, CC): 0.2}) == pytest.approx(0.9)
    assert evidence({}) == 0


def test_of_repeated_images_of_a_view_the_strongest_counts_once(engine):
    shown, hidden = view_with((400, 900), L), replace(view_with(None, L), view_id="w")
    alone, oblique = look(engine, shown).raw, look(engine, view_with(None, L, MLO)).raw

    assert look(engine, shown, hidden).raw == alone
    assert look(engine, hidden, shown, view_with(None, L, MLO, "x")).raw == pytest.approx(
        (alone + oblique) / 2, abs=1e-5
    )
    assert alone > look(engine, hidden).raw


def test_the_same_exam_gives_the_same_bytes(engine):
    views = (view_with((400, 900), L), view_with((900, 700), R, MLO, "w"))
    one, other = (result_to_wire(look(engine, *views)) for _ in range(2))

    assert one[0] == other[0]
    assert [m.tobytes() for m in one[1]] == [m.tobytes() for m in other[1]]


def window_of_map(peaks: dict[tuple[int, int], float]) -> tuple[np.ndarray, Window]:
    saliency = np.zeros((46, 30), np.float32)
    for cell, value in peaks.items():
        saliency[cell] = value
    mask = np.ones((ROWS // GRID, COLUMNS // GRID), bool)
    mask[:, 200:] = False
    place = Place(0.0, 0.0, 1.0, False, (ROWS, COLUMNS))
    return saliency, Window(np.zeros((ROWS, COLUMNS), np.float32), mask, place)


def test_the_highest_parts_of_the_map_are_marked_and_faint_ones_and_air_are_not():
    peaks = {(5, 5): 0.5, (15, 5): 0.9, (25, 5): 0.4, (35, 5): 0.7, (40, 15): LEAST - 0.01, (20, 28): 0.95}
    saliency, window = window_of_map(peaks)
    marks = marks_of(saliency, window)

    assert len(marks) == MOST
    assert [round(m.peak, 1) for m in marks] == [0.9, 0.7, 0.5]
    assert centre(marks[0].outline) == pytest.approx((5.5 * 64, 15.5 * 64), abs=8)


def test_a_faint_halo_does_not_widen_a_mark():
    saliency, window = window_of_map({(20, 10): 0.9})
    narrow = marks_of(saliency, window)[0]
    saliency[10:30, 4:18] = np.maximum(saliency[10:30, 4:18], 0.3)
    wide = marks_of(saliency, window)[0]

    areas = [cv2.contourArea(np.asarray(m.outline, np.float32)) for m in (narrow, wide)]
    assert areas[0] < areas[1] < 2 * 64**2  # of cells; the halo has 280


def test_the_heat_map_covers_the_whole_view_and_is_0_where_the_window_does_not_reach():
    heat = heat_of(np.full((46, 30), 0.7, np.float32), Place(200.0, 100.0, 1.0, True, (4096, 3328)))

    assert heat.shape == (256, 208)
    reached = np.flatnonzero(heat.any(1)), np.flatnonzero(heat.any(0))
    assert [n * 16 for n in (reached[0][0], reached[0][-1] + 1)] == pytest.approx([200, 200 + ROWS], abs=16)
    assert [n * 16 for n in (reached[1][0], reached[1][-1] + 1)] == pytest.approx(
        [3228 - COLUMNS, 3228], abs=16
    )
    assert heat.max() == pytest.approx(0.7)


def test_an_imported_engine_is_for_research_and_says_what_it_is_not():
    manifest = manifest_of("0" * 64)

    assert manifest.intended_use is IntendedUse.RESEARCH
    assert "not for clinical use" in manifest.limits
    assert not manifest.accepts.volumes


def test_an_imported_engine_needs_neither_torch_nor_the_plugin_and_no_other_graph(tiny_engine, monkeypatch):
    for name in ("torch", "onnx", "klarsyn_gmic"):
        monkeypatch.setitem(sys.modules, name, None)
    code = tiny_engine(4.0) / "src"
    spec = EngineSpec("gmic", f"{PACKAGE}:Gmic", (str(code),))
    try:
        assert load_spec(spec).manifest.name.startswith("GMIC")
        with (code / PACKAGE / "gmic.onnx").open("ab") as graph:
            graph.write(b"\0")
        with pytest.raises(EngineNotFound, match="SHA-256 differs"):
            load_spec(spec)
    finally:
        sys.path.remove(spec.search_path[0])
        for name in [n for n in sys.modules if n.partition(".")[0] == PACKAGE]:
            del sys.modules[name]


@pytest.mark.slow
def test_an_imported_engine_conforms(tiny_engine, put, tmp_path):
    limits = Limits(tmp_path / "work", 120.0, 4096, allow_unsealed=True)
    checks = list(conformance(put(tiny_engine(1.5)), limits, (((832, 640), 0.2), ((700, 560), 0.25))))

    assert [check.words for check in checks if not check.passed] == []
    (marks,) = [check for check in checks if check.title == "marks"]
    assert "All 0 marks" not in marks.words
