"""Marks of an engine come back to the frames of the files, whatever order those have."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import tomo_files
from pydicom import uid
from pydicom.dataset import Dataset
from small_mammograms import mammogram

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam, Laterality
from klarsyn.domain.finding import AiResult, Mark, ResultStatus
from klarsyn.domain.volumes import volume_of
from klarsyn.engine import registry
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer

ENGINES = str(Path(__file__).parent / "engines")
COUNT, BRIGHT = 7, 4
"""Slices by height, and which of them (from 0) is the brightest."""

ORDERS = {
    "ascending": [0, 1, 2, 3, 4, 5, 6],
    "descending": [6, 5, 4, 3, 2, 1, 0],
    "shuffled": [3, 0, 6, 4, 1, 5, 2],
}


def pixels() -> np.ndarray:
    values = tomo_files.pixels(COUNT)
    values[BRIGHT] = values[BRIGHT] // 2 + 511
    return values


def any_calibration(engine: str, model_sha256: str) -> Calibration:
    ends = np.array([0.0, 1.0])
    return Calibration(
        "test", engine, model_sha256, np.linspace(0, 1, 101), 101, True, ends, np.array([1.0, 100.0])
    )


@pytest.fixture
def exam_in(installation) -> Callable[[Path], Exam]:
    """Import a folder and return its one exam."""

    def _exam_in(folder: Path) -> Exam:
        store = installation.store
        Importer(store, installation.settings.folders, installation.clock, workers=1).run([folder])
        (exam,) = store.exams.many()
        return exam

    return _exam_in


@pytest.fixture
def scored(installation, exam_in):
    """Score the exam of a folder with an engine of tests/intake/engines/scripted.py."""

    def _scored(folder: Path, engine: str = "ReadsVolumes") -> tuple[Exam, AiResult]:
        registry.register(engine, f"scripted:{engine}", (ENGINES,))
        try:
            chosen = installation.with_settings(engine=engine, engine_allow_unsealed=True).settings
            exam = exam_in(folder)
            scorer = Scorer(installation.store, chosen, installation.clock, any_calibration)
            return exam, scorer.score(exam)
        finally:
            registry.unregister(engine)

    return _scored


def reached(exam: Exam, mark: Mark) -> tuple[int | None, list[int | None]]:
    """Slices, from 0 by height, of a mark's best frame and of the ends of its range."""
    volume = volume_of(exam, mark.sop_instance_uid)
    assert volume is not None
    assert mark.frame is not None
    ends = mark.frame_range or ()
    return (
        volume.index_of(mark.sop_instance_uid, mark.frame),
        [volume.index_of(mark.sop_instance_uid, end) for end in ends],
    )


def folder_with(tmp_path: Path, *objects: Dataset, syntax: str = uid.ExplicitVRLittleEndian) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    for number, ds in enumerate(objects):
        tomo_files.write(folder / f"{number}.dcm", ds, uid.UID(syntax))
    return folder


@pytest.mark.invariant(3)
@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.JPEGLSLossless], ids=["plain", "JPEG-LS"])
def test_a_mark_stands_on_its_own_slice_in_whatever_order_frames_are_stored(
    tmp_path: Path, scored, order: Sequence[int], syntax: str
) -> None:
    ds = tomo_files.reordered(tomo_files.tomosynthesis(pixels()), order)
    exam, result = scored(folder_with(tmp_path, ds, syntax=syntax))

    assert result.status is ResultStatus.SCORED, result.reason
    ((mark,),) = [f.marks for f in result.findings]
    assert mark.frame == order.index(BRIGHT) + 1
    assert mark.frame_range == (order.index(BRIGHT - 1) + 1, order.index(BRIGHT + 1) + 1)
    assert reached(exam, mark) == (BRIGHT, [BRIGHT - 1, BRIGHT + 1])
    assert result.unplaced == ()
    assert result.provenance.input_instances == ("2.25.7001",)


@pytest.mark.invariant(3)
def test_a_mark_over_two_parts_of_a_concatenation_stands_on_frames_of_both(tmp_path: Path, scored) -> None:
    parts = []
    for number, (first, end) in enumerate(((0, BRIGHT), (BRIGHT, COUNT))):
        heights = list(range(first, end))
        ds = tomo_files.tomosynthesis(pixels()[first:end], heights=heights)
        ds.SOPInstanceUID = f"2.25.700{4 + number}"
        ds.ConcatenationUID, ds.SOPInstanceUIDOfConcatenationSource = "2.25.7009", "2.25.7001"
        ds.InConcatenationNumber, ds.InConcatenationTotalNumber = number + 1, 2
        ds.ConcatenationFrameOffsetNumber = first
        parts.append(ds)
    exam, result = scored(folder_with(tmp_path, *parts))

    ((best, other),) = [f.marks for f in result.findings]
    assert (best.sop_instance_uid, best.frame, best.frame_range) == ("2.25.7005", 1, (1, 2))
    assert (other.sop_instance_uid, other.frame, other.frame_range) == ("2.25.7004", 4, (4, 4))
    assert reached(exam, best)[0] == BRIGHT
    assert reached(exam, other)[0] == BRIGHT - 1
    assert set(result.provenance.input_instances) == {"2.25.7004", "2.25.7005"}


@pytest.mark.invariant(3)
def test_a_mark_on_slices_sent_as_ct_images_stands_on_each_file(tmp_path: Path, scored) -> None:
    slices = tomo_files.ct_slices(5)
    bright = np.frombuffer(slices[3].PixelData, "<u2") // 2 + 511
    slices[3].PixelData = bright.astype("<u2").tobytes()
    _, result = scored(folder_with(tmp_path, *slices))

    (finding,) = result.findings
    assert finding.marks[0].sop_instance_uid == slices[3].SOPInstanceUID
    assert {m.sop_instance_uid for m in finding.marks} == {slices[n].SOPInstanceUID for n in (2, 3, 4)}
    assert all((m.frame, m.frame_range) == (1, (1, 1)) for m in finding.marks)
    assert result.unplaced == ()


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_damaged_slice_the_others_are_analysed_and_the_reader_is_told(
    tmp_path: Path, scored
) -> None:
    values = pixels()
    frames = [tomo_files.encoded(one, uid.JPEGLSLossless) for one in values]
    frames[2] = frames[2][:20] + b"\xff" * 60
    folder = tmp_path / "incoming"
    folder.mkdir()
    tomo_files.write(folder / "0.dcm", tomo_files.tomosynthesis(values), uid.JPEGLSLossless, frames=frames)
    exam, result = scored(folder)

    assert result.status is ResultStatus.PARTIAL
    assert "slice 3 of 7 of L CC tomosynthesis 1 mm could not be decoded for the engine" in result.reason
    ((mark,),) = [f.marks for f in result.findings]
    assert reached(exam, mark) == (BRIGHT, [BRIGHT - 1, BRIGHT + 1])
    assert not result.is_scored


def test_an_engine_that_reads_2d_images_only_is_given_no_volume(tmp_path: Path, scored) -> None:
    _, result = scored(folder_with(tmp_path, tomo_files.tomosynthesis(pixels())), "Steady")

    assert result.status is ResultStatus.NOT_FOR_THIS_EXAM
    assert "tomosynthesis without a 2D image, and the engine reads 2D images only" in result.reason


def test_what_an_engine_calls_one_finding_on_2d_and_volume_is_one(tmp_path: Path, scored) -> None:
    same = {
        "PatientID": "TEST-7", "PatientName": "Prov^Dora", "StudyInstanceUID": "2.25.7000",
        "StudyDate": "20260107", "AccessionNumber": "",
    }  # fmt: skip
    folder = folder_with(tmp_path, tomo_files.tomosynthesis(pixels()))
    mammogram("L", "CC", 0, **same).save_as(folder / "flat.dcm", enforce_file_format=True)
    _, result = scored(folder)

    (finding,) = result.findings
    assert [m.sop_instance_uid == "2.25.7001" for m in finding.marks] == [True, False]
    assert finding.score == finding.marks[0].score > finding.marks[1].score
    assert finding.laterality is Laterality.LEFT
