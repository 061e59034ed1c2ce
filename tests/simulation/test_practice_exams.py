"""Practice exams as a whole: what is made, that it repeats, and that a cut-off run goes on."""

import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation import practice
from klarsyn.simulation.exam_maker import draw_exam
from klarsyn.simulation.practice import PracticeExam, make_practice_exams
from klarsyn.simulation.recipes import recipe_for
from klarsyn.simulation.truth import load_truth, save_truth

SEED = 417
TODAY = date(2026, 11, 24)


def digests(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.iterdir())}


def test_the_same_seed_gives_identical_bytes_in_one_process_or_several(
    practice_exam_a: PracticeExam, tmp_path: Path
) -> None:
    again = make_practice_exams(tmp_path, 1, SEED, workers=1, today=TODAY)[0]
    assert len(digests(again.folder)) == 5
    assert digests(again.folder) == digests(practice_exam_a.folder)


def test_another_seed_gives_another_woman_and_other_pixels(
    practice_exam_a: PracticeExam, tmp_path: Path
) -> None:
    draw_exam(tmp_path, SEED + 1, 0, TODAY)
    ours, other = (pydicom.dcmread(d / "1-RCC.dcm") for d in (practice_exam_a.folder, tmp_path))
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "PatientID", "PixelData"):
        assert ours[keyword].value != other[keyword].value


def test_an_exam_has_the_four_screening_views_in_one_study(practice_exams: tuple[PracticeExam, ...]) -> None:
    for exam in practice_exams:
        headers = [pydicom.dcmread(f, stop_before_pixels=True) for f in exam.files]
        assert {(h.ImageLaterality, h.ViewCodeSequence[0].CodeValue) for h in headers} == {
            (side, code) for side in "RL" for code in ("399162004", "399368009")
        }
        assert {h.StudyInstanceUID for h in headers} == {exam.study_instance_uid}
        assert len({h.SOPInstanceUID for h in headers}) == 4


def test_finished_exams_are_kept_when_the_work_is_started_again(
    practice_exams: tuple[PracticeExam, ...],
) -> None:
    folder = practice_exams[0].folder.parent
    before = {f: f.stat().st_mtime_ns for f in folder.rglob("*") if f.is_file()}
    steps: list[tuple[int, int]] = []
    again = make_practice_exams(
        folder, 2, SEED, workers=1, progress=lambda *step: steps.append(step), today=TODAY
    )
    assert again == practice_exams
    assert steps == [(2, 2)]
    assert {f: f.stat().st_mtime_ns for f in folder.rglob("*") if f.is_file()} == before


def _quick_exam(folder: Path, seed: int, number: int, _today: date) -> PracticeExam:
    """Stands in for drawing where only folders and files matter."""
    file = folder / "1-RCC.dcm"
    file.write_bytes(f"{seed} {number}".encode())
    exam = PracticeExam(folder, (file,), "A", f"2.25.{number + 1}", recipe_for(seed, number).density, ())
    save_truth(exam, folder)
    return exam


def test_an_exam_cut_off_in_the_middle_leaves_nothing_and_is_made_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(folder: Path, seed: int, number: int, today: date) -> PracticeExam:
        if number == 1:
            (folder / "1-RCC.dcm").write_bytes(b"half")
            raise OSError("disk full")
        return _quick_exam(folder, seed, number, today)

    monkeypatch.setattr(practice, "draw_exam", full_disk)
    with pytest.raises(OSError, match="disk full"):
        make_practice_exams(tmp_path, 3, 1, workers=1, today=TODAY)
    assert [p.name for p in tmp_path.iterdir()] == ["practice-1-001"]

    monkeypatch.setattr(practice, "draw_exam", _quick_exam)
    steps: list[tuple[int, int]] = []
    exams = make_practice_exams(
        tmp_path, 3, 1, workers=1, progress=lambda *step: steps.append(step), today=TODAY
    )
    assert steps == [(1, 3), (2, 3), (3, 3)]
    assert sorted(p.name for p in tmp_path.iterdir()) == [e.folder.name for e in exams]


def test_what_a_killed_process_left_behind_is_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leftover = tmp_path / ".practice-1-001.99999.unfinished"
    leftover.mkdir()
    (leftover / "1-RCC.dcm").write_bytes(b"half")
    monkeypatch.setattr(practice, "draw_exam", _quick_exam)
    make_practice_exams(tmp_path, 1, 1, workers=1, today=TODAY)
    assert [p.name for p in tmp_path.iterdir()] == ["practice-1-001"]


@pytest.mark.parametrize("damage", ["shortened", "missing", "truth is not JSON"])
def test_a_damaged_exam_is_made_again(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "draw_exam", _quick_exam)
    exam = make_practice_exams(tmp_path, 1, 1, workers=1, today=TODAY)[0]
    whole = exam.files[0].read_bytes()
    if damage == "shortened":
        exam.files[0].write_bytes(whole[:2])
    elif damage == "missing":
        exam.files[0].unlink()
    else:
        (exam.folder / "truth.json").write_text("{")
    assert load_truth(exam.folder) is None
    assert make_practice_exams(tmp_path, 1, 1, workers=1, today=TODAY) == (exam,)
    assert exam.files[0].read_bytes() == whole


@given(st.integers(0, 2**31), st.integers(0, 20))
def test_half_of_every_eight_exams_are_healthy_and_the_vendors_share_them(seed: int, block: int) -> None:
    recipes = [recipe_for(seed, 8 * block + n) for n in range(8)]
    assert sum(r.lesion is None for r in recipes) == 4
    assert Counter(r.vendor for r in recipes) == {"A": 4, "B": 4}
    assert len({r.lesion for r in recipes if r.lesion}) == 4


def test_the_lesion_is_marked_on_both_views_of_its_breast(practice_exams: tuple[PracticeExam, ...]) -> None:
    for exam in practice_exams:
        (lesion,) = exam.lesions
        assert lesion.laterality in (Laterality.RIGHT, Laterality.LEFT)
        assert [v.view_position for v in lesion.views] == [ViewPosition.CC, ViewPosition.MLO]
        for mark in lesion.views:
            header = pydicom.dcmread(exam.folder / mark.file, stop_before_pixels=True)
            assert header.SOPInstanceUID == mark.sop_instance_uid
            assert header.ImageLaterality == lesion.laterality.value
