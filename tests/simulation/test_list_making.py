"""A list repeats to the byte, goes on where it stopped, and leaves nothing half."""

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from klarsyn.base.only_one import AlreadyRunning, only_one
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lists import disk, exam, make, note
from klarsyn.simulation.lists import job as list_job
from klarsyn.simulation.lists.make import make_list
from klarsyn.simulation.lists.plan import ExamPlan
from klarsyn.simulation.lists.request import ImpossibleRequest, ListRequest
from klarsyn.simulation.lists.truth import FORMAT, ExamTruth, SimulatedExam, load_exam, load_list, save_exam

TODAY = date(2026, 11, 24)
SMALL = ListRequest(exams=3, cancers=1, priors=1, seed=1)


def digests(folder: Path) -> dict[str, str]:
    return {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(folder.iterdir())}


@pytest.mark.slow
def test_the_same_request_gives_identical_bytes_in_one_process_or_several(
    simulated: tuple[SimulatedExam, ...], tmp_path: Path
) -> None:
    # The list of the fixture was made in two processes; one woman of it is made again here, in this one.
    for one in simulated:
        job = list_job.Job(tmp_path / one.folder.name, *_of(one))
        make._draw_whole(job)
        assert digests(job.place) == digests(one.folder)


def _of(one: SimulatedExam) -> tuple[ExamPlan, int, ListRequest, date]:
    truth = load_list(one.folder.parent)
    plans = make.plan_list(truth.request)
    number = int(one.folder.name.split("-")[2]) - 1
    return plans[number], one.truth.years_before, truth.request, TODAY


def _quick_exam(
    folder: Path, name: str, plan: ExamPlan, years: int, request: ListRequest, answers: str, today: date
) -> None:
    """Stands in for drawing where only folders and files matter."""
    file = folder / "1-RCC.dcm"
    file.write_bytes(f"{request.seed} {plan.number} {years}".encode())
    truth = ExamTruth(
        FORMAT, name, answers, "2.25.1", today, "x", years, plan.vendor, Density.B, 50.0, "FFDM", False,
        {file.name: file.stat().st_size}, (),
    )  # fmt: skip
    save_exam(truth, folder)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "draw_exam", _quick_exam)


@pytest.mark.usefixtures("quick")
def test_whole_exams_are_kept_and_told_first_when_the_work_is_started_again(tmp_path: Path) -> None:
    first = make_list(tmp_path, SMALL, workers=1, today=TODAY)
    shutil.rmtree(first[1].folder)
    before = {f: f.stat().st_mtime_ns for f in tmp_path.rglob("*.dcm")}
    steps: list[tuple[int, int]] = []
    told: list[str] = []
    again = make_list(
        tmp_path,
        SMALL,
        workers=1,
        today=TODAY,
        progress=lambda *step: steps.append(step),
        on_exam=lambda one: told.append(one.folder.name),
    )
    assert again == first
    assert steps == [(3, 4), (4, 4)]
    assert told[-1] == first[1].folder.name
    assert len(told) == 4
    assert {f: f.stat().st_mtime_ns for f in before} == before


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "other", [{"exams": 2}, {"priors": 0}, {"seed": 2}, {"for_processing": True}], ids=lambda o: next(iter(o))
)
def test_a_folder_holds_one_list_and_refuses_another(other: dict[str, int], tmp_path: Path) -> None:
    first = make_list(tmp_path, SMALL, workers=1, today=TODAY)
    with pytest.raises(ImpossibleRequest, match="holds another list"):
        make_list(tmp_path, replace(SMALL, **other), workers=1)
    with pytest.raises(ImpossibleRequest, match="holds another list"):
        make_list(tmp_path, SMALL, workers=1, today=date(2026, 1, 1))
    assert tuple(one.truth for one in first) == load_list(tmp_path).exams


@pytest.mark.usefixtures("quick")
def test_two_processes_do_not_make_the_same_list(tmp_path: Path) -> None:
    with only_one(tmp_path / ".making.lock", "making a list"), pytest.raises(AlreadyRunning):
        make_list(tmp_path, SMALL, workers=1, today=TODAY)


def test_a_new_version_of_the_simulator_does_not_reuse_uids(monkeypatch: pytest.MonkeyPatch) -> None:
    job = list_job.Job(Path("x"), make.plan_list(SMALL)[0], 0, SMALL, TODAY)
    before = job.answers
    monkeypatch.setattr(list_job, "FORMAT", FORMAT + 1)
    assert job.answers != before


def test_a_full_disk_leaves_no_half_exam_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(folder: Path, name: str, plan: ExamPlan, *rest: object) -> None:
        if plan.number == 1:
            (folder / "1-RCC.dcm").write_bytes(b"half")
            raise OSError(28, "No space left on device")
        _quick_exam(folder, name, plan, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(make, "draw_exam", full_disk)
    with pytest.raises(OSError, match="No space left"):
        make_list(tmp_path, SMALL, workers=1, today=TODAY)
    assert not [p for p in tmp_path.iterdir() if "-002" in p.name]
    assert not (tmp_path / "truth.json").exists()
    monkeypatch.setattr(make, "draw_exam", _quick_exam)
    assert len(make_list(tmp_path, SMALL, workers=1, today=TODAY)) == 4
    assert not list(tmp_path.glob(".*.unfinished"))


def test_a_disk_that_is_too_small_is_found_out_before_anything_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10**6))
    with pytest.raises(disk.DiskTooSmall, match="Free some space"):
        make_list(tmp_path, SMALL, workers=1, today=TODAY)
    assert not [p for p in tmp_path.iterdir() if p.is_dir()]


@pytest.mark.slow
def test_no_exam_needs_more_room_than_was_expected_of_it(simulated: tuple[SimulatedExam, ...]) -> None:
    for one in simulated:
        plan, years, request, _ = _of(one)
        assert sum(one.truth.files.values()) <= 1.1 * disk.expected_bytes(plan, years, request)


@pytest.mark.usefixtures("quick")
def test_what_a_killed_process_left_behind_is_cleared_away(tmp_path: Path) -> None:
    leftover = tmp_path / ".exam-1-001.99999.unfinished"
    leftover.mkdir()
    (leftover / "1-RCC.dcm").write_bytes(b"half")
    make_list(tmp_path, SMALL, workers=1, today=TODAY)
    assert not leftover.exists()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("damage", ["shortened", "missing", "truth is not JSON"])
def test_a_damaged_exam_is_made_again(damage: str, tmp_path: Path) -> None:
    one = make_list(tmp_path, SMALL, workers=1, today=TODAY)[0]
    whole = one.files[0].read_bytes()
    if damage == "shortened":
        one.files[0].write_bytes(whole[:2])
    elif damage == "missing":
        one.files[0].unlink()
    else:
        (one.folder / "truth.json").write_text("{")
    assert load_exam(one.folder) is None
    assert make_list(tmp_path, SMALL, workers=1, today=TODAY)[0] == one
    assert one.files[0].read_bytes() == whole


def test_drawing_leaves_opencv_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("no tissue today")

    monkeypatch.setattr(exam, "_draw", broken)
    before = exam.cv2.getNumThreads()
    with pytest.raises(OSError):
        exam.draw_exam(tmp_path, "x", *([None] * 5))  # type: ignore[arg-type]
    assert exam.cv2.getNumThreads() == before


@pytest.mark.usefixtures("quick")
def test_a_list_taken_up_on_another_day_keeps_the_day_of_its_first_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_list(tmp_path, SMALL, workers=1)

    class Tomorrow(date):
        @classmethod
        def today(cls) -> date:
            return date(2126, 1, 1)

    monkeypatch.setattr(note, "date", Tomorrow)
    assert make_list(tmp_path, SMALL, workers=1) == first


def test_exams_that_differ_in_any_way_do_not_share_uids() -> None:
    plan = make.plan_list(SMALL)[0]
    jobs = [
        list_job.Job(Path("x"), plan, years, request, today)
        for years in (0, 1)
        for request in (SMALL, replace(SMALL, for_processing=True), replace(SMALL, seed=2))
        for today in (TODAY, date(2026, 11, 25))
    ]
    assert len({job.answers for job in jobs}) == len(jobs)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1994, 12, 31), date(9999, 12, 31)])
def test_a_day_on_which_nobody_can_be_of_screening_age_is_refused(day: date, tmp_path: Path) -> None:
    with pytest.raises(ImpossibleRequest, match="can be dated from"):
        make_list(tmp_path, SMALL, workers=1, today=day)
