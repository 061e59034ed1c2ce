"""Tomosynthesis goes to an engine slice by slice, and its marks name slices that exist."""

import json
import math
import shutil
import weakref
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.engine import folder
from klarsyn.engine.asking import manifest_of
from klarsyn.engine.contract import EngineExam, EngineView, RawRegion, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn.engine.sealed import run_sealed
from klarsyn.engine.wire import loads
from klarsyn.engine.wire_result import result_from_wire, result_to_wire

SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))
ROWS, COLUMNS = 60, 40
MARK = RawRegion("volume-0", 3, SQUARE, LesionType.SOFT_TISSUE, 0.5, frame_range=(2, 4))


class Stack:
    """Slices whose pixels all hold their number; remembers how many were alive at once."""

    def __init__(self, count: int, damaged: tuple[int, ...] = (), shape: tuple[int, int] = (ROWS, COLUMNS)):
        self.shape = (count, *shape)
        self.damaged = damaged
        self.alive = self.most_alive = 0

    def __iter__(self):
        for number in range(self.shape[0]):
            if number not in self.damaged:
                pixels = np.full(self.shape[1:], number, np.uint16)
                self.alive += 1
                self.most_alive = max(self.most_alive, self.alive)
                weakref.finalize(pixels, self._let_go)
                yield pixels, math.nan if number == 0 else float(number)
                del pixels

    def _let_go(self) -> None:
        self.alive -= 1


def volume_exam(stack: Stack) -> EngineExam:
    empty = np.empty((0, *stack.shape[1:]), np.uint16)
    view = EngineView("volume-0", Laterality.LEFT, ViewPosition.CC, None, empty, "", (), 1.0, stack)
    return EngineExam("token", (view,))


def test_a_volume_is_mapped_in_the_folder_as_it_was_sent(tmp_path):
    folder.write_exam(tmp_path, volume_exam(Stack(5)))
    (view,) = folder.read_exam(tmp_path).views

    assert view.pixels.shape == (5, ROWS, COLUMNS)
    assert isinstance(view.pixels, np.memmap)
    assert [int(s.max()) for s in view.pixels] == [0, 1, 2, 3, 4]
    assert math.isnan(view.slice_positions_mm[0])
    assert view.slice_positions_mm[1:] == (1.0, 2.0, 3.0, 4.0)
    assert (view.thickness_mm, view.slices) == (1.0, None)


def test_never_more_than_one_slice_is_in_memory(tmp_path):
    stack = Stack(12)
    folder.write_exam(tmp_path, volume_exam(stack))

    assert (stack.most_alive, stack.alive) == (1, 0)


def test_a_slice_that_cannot_be_decoded_is_left_out_and_the_others_are_given(tmp_path):
    folder.write_exam(tmp_path, volume_exam(Stack(6, damaged=(3,))))
    (view,) = folder.read_exam(tmp_path).views

    assert [int(s.max()) for s in view.pixels] == [0, 1, 2, 4, 5]
    assert view.slice_positions_mm[3] == 4.0


def test_a_volume_without_any_slice_is_not_given(tmp_path, registered):
    exam = volume_exam(Stack(2, damaged=(0, 1)))
    with pytest.raises(EngineFailure, match="None of the exam's images could be decoded"):
        run_sealed("Polite", exam, work_root=tmp_path, deadline_s=30, memory_mb=1024, allow_unsealed=True)
    assert not list(tmp_path.iterdir())


def test_a_slice_of_another_size_than_announced_is_refused(tmp_path):
    class Lying(Stack):
        def __iter__(self):
            return iter([(np.zeros((ROWS, COLUMNS + 1), np.uint16), 0.0)])

    exam = volume_exam(Lying(3))
    with pytest.raises(ValueError, match="another slice"):
        folder.write_exam(tmp_path, exam)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_when_the_disk_has_no_room_for_its_volumes(tmp_path, registered, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100 * 10**6))
    exam = volume_exam(Stack(60, shape=(2457, 1996)))
    with pytest.raises(EngineFailure, match=r"needs 0\.6 GB on the disk, which has 0\.1 GB left") as caught:
        run_sealed("Polite", exam, work_root=tmp_path, deadline_s=30, memory_mb=1024, allow_unsealed=True)
    assert caught.value.kind is FailureKind.DISK_FULL
    assert exam.views[0].slices.most_alive == 0
    assert not list(tmp_path.iterdir())


def test_decoding_a_volume_can_be_cancelled(tmp_path, registered):
    asked = iter([False] * 3 + [True] * 99)
    exam = volume_exam(Stack(50))
    with pytest.raises(EngineFailure) as caught:
        run_sealed(
            "Polite", exam, work_root=tmp_path, deadline_s=30, memory_mb=1024, cancelled=lambda: next(asked)
        )
    assert caught.value.kind is FailureKind.CANCELLED
    assert not list(tmp_path.iterdir())


def test_decoding_a_volume_counts_towards_the_deadline(tmp_path, registered):
    exam = volume_exam(Stack(50))
    with pytest.raises(EngineFailure) as caught:
        run_sealed("Polite", exam, work_root=tmp_path, deadline_s=0, memory_mb=1024)
    assert caught.value.kind is FailureKind.DEADLINE


def test_a_volume_larger_than_the_memory_limit_is_mapped_beside_it(registered, tmp_path):
    # 400 MB of slices under a limit of 320 MB.
    exam = volume_exam(Stack(100, shape=(2000, 1000)))
    raw, _ = run_sealed("LooksAtEverySlice", exam, work_root=tmp_path, deadline_s=60, memory_mb=320,
                        allow_unsealed=True)  # fmt: skip
    assert raw.raw == 99.0


def test_the_memory_limit_holds_for_what_an_engine_keeps_of_a_mapped_volume(registered, tmp_path):
    exam = volume_exam(Stack(100, shape=(2000, 1000)))
    with pytest.raises(EngineFailure) as caught:
        run_sealed("KeepsEverySlice", exam, work_root=tmp_path, deadline_s=60, memory_mb=320,
                   allow_unsealed=True)  # fmt: skip
    assert caught.value.kind is FailureKind.MEMORY


def test_an_engine_says_without_an_exam_whether_it_reads_volumes(registered, tmp_path):
    asked = {name: manifest_of(name, work_root=tmp_path, memory_mb=1024, allow_unsealed=True)
             for name in ("Polite", "LooksAtEverySlice")}  # fmt: skip

    assert (asked["Polite"].accepts.volumes, asked["LooksAtEverySlice"].accepts.volumes) == (False, True)
    assert not list(tmp_path.iterdir())


def test_an_engine_that_cannot_be_loaded_says_so_when_asked(registered, tmp_path):
    with pytest.raises(EngineFailure) as caught:
        manifest_of("NoManifest", work_root=tmp_path, memory_mb=1024, allow_unsealed=True)
    assert caught.value.kind is FailureKind.NOT_FOUND


def test_slices_and_finding_of_a_mark_survive_the_way():
    message, _ = result_to_wire(RawResult("t", 0.5, (replace(MARK, finding="one"),)))
    (back,) = result_from_wire(loads(json.dumps(message).encode()), lambda number, size: b"").regions

    assert (back.frame, back.frame_range, back.finding) == (3, (2, 4), "one")


@pytest.mark.invariant(9)
def test_engines_get_no_identity_where_slices_come_from_does_not_travel(tmp_path):
    folder.write_exam(tmp_path, volume_exam(Stack(2)))

    (view,) = json.loads((tmp_path / folder.REQUEST).read_text())["views"]
    assert set(view) == {
        "view_id", "laterality", "view_position", "spacing", "manufacturer", "slice_positions_mm",
        "thickness_mm", "patient_orientation", "shape",
    }  # fmt: skip
