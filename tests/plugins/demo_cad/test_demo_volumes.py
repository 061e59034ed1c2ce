"""The demonstration engine on tomosynthesis: one finding, on the right slice."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import tomo_files
import volume_phantoms as phantoms

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.exam import Exam, ExamType, Patient
from klarsyn.domain.finding import LesionType, Mark
from klarsyn.domain.volumes import volume_of
from klarsyn.engine import folder
from klarsyn.engine.check import check_result
from klarsyn.engine.contract import EngineExam, EngineView, RawResult
from klarsyn.engine.sealed import run_sealed
from klarsyn.intake.calibrations import factory_calibration
from klarsyn.intake.engine_input import engine_input
from klarsyn_demo_cad.engine import DemoCad

KINDS = {"cluster": LesionType.CALCIFICATIONS, "mass": LesionType.SOFT_TISSUE}
LOW, HIGH = 9.0, 21.0


@pytest.fixture(scope="module")
def engine() -> DemoCad:
    return DemoCad()


@lru_cache(maxsize=12)
def stack(kind: str, z: float, maker: str = "C") -> np.ndarray:
    return phantoms.slices(getattr(phantoms, kind)(z), maker)


def analyse(engine: DemoCad, *views: EngineView) -> RawResult:
    exam = EngineExam("token", views)
    result = engine.analyse(exam, lambda fraction: None)
    check_result(result, exam)
    return result


def order_of(name: str, count: int) -> list[int]:
    up = list(range(count))
    shuffled = np.random.default_rng(2).permutation(up).tolist()
    return {"ascending": up, "descending": up[::-1], "shuffled": shuffled}[name]


def marks_of_file(engine: DemoCad, path: Path, work: Path) -> tuple[Exam, list[Mark]]:
    """What the engine marks on a file, after the way through header, decoding, folder and back."""
    image = read_instance(path).image
    exam = Exam("e", "k", Patient(), None, datetime(2026, 1, 7, tzinfo=UTC), ExamType.DBT, (image,))
    sent = engine_input(exam, {image.sop_instance_uid: path}, volumes=True)
    work.mkdir()
    folder.write_exam(work, sent.exam)
    raw = analyse(engine, *folder.read_exam(work).views)
    best = sorted(raw.regions, key=lambda region: -region.raw_score)
    return exam, [mark for region in best for mark in sent.marks(region, 50)]


@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    ("maker", "order", "kind", "z"),
    [
        ("A", "ascending", "cluster", LOW),
        ("A", "descending", "mass", HIGH),
        ("A", "shuffled", "cluster", HIGH),
        ("B", "ascending", "mass", LOW),
        ("B", "descending", "cluster", HIGH),
        ("B", "shuffled", "mass", HIGH),
        ("C", "ascending", "cluster", HIGH),
        ("C", "descending", "mass", LOW),
        ("C", "shuffled", "mass", LOW),
    ],
)
def test_a_mark_stands_on_its_own_slice_for_every_maker_and_order_of_frames(
    tmp_path: Path, engine: DemoCad, maker: str, order: str, kind: str, z: float
) -> None:
    values = stack(kind, z, maker)
    ds = tomo_files.tomosynthesis(
        values, heights=[n + 0.5 for n in range(len(values))], BitsStored=12, HighBit=11
    )
    ds.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].PixelSpacing = [phantoms.SPACING] * 2
    stored = order_of(order, len(values))
    path = tomo_files.write(tmp_path / "stack.dcm", tomo_files.reordered(ds, stored))

    exam, marks = marks_of_file(engine, path, tmp_path / "work")

    # The file's own frame number, turned into a height by the order in which it was written.
    assert abs(stored[marks[0].frame - 1] + 0.5 - z) <= 2.0
    centre = np.mean(marks[0].outline, axis=0) * phantoms.SPACING
    assert np.hypot(*(centre - phantoms.CENTRE_MM)) < 3
    volume = volume_of(exam, marks[0].sop_instance_uid)
    first, last = (volume.index_of(marks[0].sop_instance_uid, end) for end in marks[0].frame_range)
    assert first + 0.5 <= z + 1
    assert last + 0.5 >= z - 1
    assert last - first < len(values) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_lesion_over_many_slices_is_one_finding_of_its_kind(engine: DemoCad, kind: str) -> None:
    result = analyse(engine, phantoms.volume_view(stack(kind, LOW)))

    near = [
        r for r in result.regions
        if np.hypot(*(np.mean(r.outline, axis=0) * phantoms.SPACING - phantoms.CENTRE_MM)) < 6
    ]  # fmt: skip
    assert [r.lesion_type for r in near] == [KINDS[kind]]
    assert near[0].frame_range[0] < near[0].frame_range[1]


def test_slices_that_are_missing_leave_the_others_at_their_heights(engine: DemoCad) -> None:
    whole = phantoms.volume_view(stack("cluster", HIGH))
    kept = [n for n in range(len(whole.pixels)) if n not in (3, 4, 10)]
    view = replace(whole, pixels=whole.pixels[kept], slice_positions_mm=tuple(map(float, kept)))
    top = max(analyse(engine, view).regions, key=lambda r: r.raw_score)

    assert abs(kept[top.frame - 1] + 0.5 - HIGH) <= 2


def test_the_same_place_on_2d_image_and_tomosynthesis_is_one_finding(eager: DemoCad) -> None:
    values = stack("cluster", LOW)
    result = analyse(eager, phantoms.synthetic_view(values), phantoms.volume_view(values))

    flat = next(r for r in result.regions if r.frame is None)
    deep = next(r for r in result.regions if r.frame is not None)
    assert flat.finding == deep.finding is not None


@pytest.mark.parametrize("change", ["mirrored", "elsewhere", "other view"])
def test_what_is_not_surely_the_same_place_stays_two_findings(eager: DemoCad, change: str) -> None:
    values = stack("cluster", LOW)
    flat = phantoms.synthetic_view(values)
    if change == "mirrored":
        flat = replace(flat, pixels=np.ascontiguousarray(flat.pixels[:, ::-1]))
    elif change == "elsewhere":
        flat = replace(flat, pixels=np.roll(flat.pixels, 80, axis=0))
    else:
        flat = replace(flat, view_position=None)
    result = analyse(eager, flat, phantoms.volume_view(values))

    flat_labels = {r.finding for r in result.regions if r.frame is None}
    deep_labels = {r.finding for r in result.regions if r.frame is not None}
    assert flat_labels
    assert deep_labels
    assert not flat_labels & deep_labels


def test_the_evidence_of_an_exam_with_2d_images_is_theirs_alone(engine: DemoCad) -> None:
    values = stack("cluster", LOW)
    flat = phantoms.synthetic_view(stack("mass", LOW))

    assert analyse(engine, flat, phantoms.volume_view(values)).raw == analyse(engine, flat).raw


def test_tomosynthesis_alone_counts_by_itself(engine: DemoCad) -> None:
    result = analyse(engine, phantoms.volume_view(stack("cluster", LOW)))

    assert result.raw == max(r.raw_score for r in result.regions)


def test_a_volume_without_a_breast_gives_no_marks_and_no_evidence(engine: DemoCad) -> None:
    result = analyse(engine, phantoms.volume_view(np.zeros((4, 300, 200), np.uint16)))

    assert (result.raw, result.regions) == (0.0, ())


def test_one_slice_alone_is_a_volume_too(engine: DemoCad) -> None:
    values = stack("cluster", LOW)
    result = analyse(engine, phantoms.volume_view(values[8:9]))

    assert {(r.frame, r.frame_range) for r in result.regions} == {(1, (1, 1))}


def test_the_manifest_says_what_tomosynthesis_evidence_is_and_keeps_the_calibrated_model() -> None:
    manifest = DemoCad.manifest

    assert manifest.accepts.volumes
    assert "tomosynthesis is not calibrated" in manifest.limits
    assert factory_calibration("demo_cad", manifest.model_sha256).factory


@pytest.mark.invariant(8)
def test_the_embedded_engine_runs_sealed_on_tomosynthesis(engine: DemoCad, tmp_path: Path) -> None:
    view = phantoms.volume_view(stack("cluster", LOW))

    raw, manifest = run_sealed(
        "demo_cad", EngineExam("token", (view,)), work_root=tmp_path, deadline_s=100, memory_mb=2048
    )

    assert manifest == DemoCad.manifest
    here = analyse(engine, view)
    assert raw.raw == here.raw
    assert [(r.outline, r.frame, r.frame_range, r.raw_score) for r in raw.regions] == [
        (r.outline, r.frame, r.frame_range, r.raw_score) for r in here.regions
    ]
    assert not list(tmp_path.iterdir())
