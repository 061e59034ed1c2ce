"""Which volumes go to an engine, slice by slice, and how its slices lead back to frames."""

import math
import threading
from pathlib import Path

import numpy as np
import pytest
import tomo_files
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.dicom.frame_reader import FrameReader
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Notice, Patient, ViewPosition
from klarsyn.domain.stack import Stack
from klarsyn.domain.volume import Slice, SliceFault, Volume
from klarsyn.intake.engine_input import usable_images
from klarsyn.intake.engine_volumes import SentVolume, usable_volumes

OUTLINE = ((2.0, 3.0), (6.0, 3.0), (6.0, 8.0), (2.0, 8.0))


def volume_image(name: str, thickness: float | None, *, frames: int = 3, **changes) -> Image:
    facts = {"laterality": Laterality.LEFT, "view_position": ViewPosition.CC, **changes}
    stack = Stack(tuple(map(float, range(frames))), announced=frames, thickness_mm=thickness)
    return Image(name, tomo_files.TOMOSYNTHESIS, "study", 16, 12, frames, stack=stack, **facts)


def test_of_a_view_in_two_thicknesses_the_engine_gets_the_thin_slices(exam_of_images) -> None:
    exam = exam_of_images(volume_image("thin", 1.0), volume_image("thick", 6.0))
    assert [v.image.sop_instance_uid for v in usable_volumes(exam)] == ["thin"]


def test_volumes_are_no_2d_images_and_what_is_not_for_reading_is_never_sent(exam_of_images) -> None:
    exam = exam_of_images(
        volume_image("one-slice", 1.0, frames=1), volume_image("projections", None, projections=True)
    )
    assert usable_images(exam) == ()
    assert [v.image.sop_instance_uid for v in usable_volumes(exam)] == ["one-slice"]


@pytest.fixture
def exam_of_images(installation):
    def _exam(*images: Image) -> Exam:
        return Exam("e", "k", Patient(), None, installation.clock.now(), ExamType.DBT, images)

    return _exam


@given(order=st.permutations(range(9)), data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_slice_that_was_given_leads_back_to_its_own_frame(
    order: list[int], data: st.DataObject
) -> None:
    slices = tuple(Slice("a" if n % 2 else "b", frame + 1, float(n)) for n, frame in enumerate(order))
    volume = Volume(volume_image("a", 1.0, frames=9), slices)
    sent = SentVolume(volume, {})
    lost = data.draw(st.sets(st.integers(0, 8), max_size=8))
    sent.given = [one for n, one in enumerate(slices) if n not in lost]
    best = data.draw(st.integers(1, len(sent.given)))
    ends = data.draw(st.integers(1, best)), data.draw(st.integers(best, len(sent.given)))

    marks = sent.marks(best, ends, OUTLINE, 50)

    assert (marks[0].sop_instance_uid, marks[0].frame) == (
        sent.given[best - 1].sop_instance_uid,
        sent.given[best - 1].frame,
    )
    within = sent.given[ends[0] - 1 : ends[1]]
    assert {m.sop_instance_uid for m in marks} == {one.sop_instance_uid for one in within}
    for mark in marks:
        own = [one.frame for one in within if one.sop_instance_uid == mark.sop_instance_uid]
        assert mark.frame in own
        assert mark.frame_range == (own[0], own[-1])


def test_a_file_that_vanished_loses_all_its_slices_in_words(tmp_path: Path) -> None:
    volume = Volume(volume_image("gone", 1.0), tuple(Slice("gone", n, float(n)) for n in (1, 2, 3)))
    sent = SentVolume(volume, {"gone": tmp_path / "gone.dcm"})

    assert list(sent) == []
    assert "slices 1, 2, 3 of 3 of L CC" in sent.what_was_lost()


def test_heights_that_the_header_does_not_state_are_not_invented(tmp_path: Path) -> None:
    ds = tomo_files.tomosynthesis()
    path = tomo_files.write(tmp_path / "0.dcm", ds)
    volume = Volume(volume_image("2.25.7001", 1.0), tuple(Slice("2.25.7001", n) for n in (1, 2)))

    assert all(math.isnan(height) for _, height in SentVolume(volume, {"2.25.7001": path}))


def test_a_slice_in_another_plane_is_not_sent_and_is_told(tmp_path: Path) -> None:
    path = tomo_files.write(tmp_path / "0.dcm", tomo_files.tomosynthesis())
    faults = (None, SliceFault.TURNED, None)
    slices = tuple(Slice("2.25.7001", n, float(n), fault) for n, fault in enumerate(faults, start=1))
    sent = SentVolume(Volume(volume_image("2.25.7001", 1.0), slices), {"2.25.7001": path})

    assert len(list(sent)) == 2
    assert "slice 2 of 3 of L CC tomosynthesis 1 mm not given to the engine" in sent.what_was_lost()


@pytest.mark.parametrize("code", ["frames-missing", "parts-missing", "slices-missing"])
@pytest.mark.parametrize("on_the_file", [True, False])
def test_slices_that_never_arrived_make_a_volume_less_than_whole(code: str, on_the_file: bool) -> None:
    told = (Notice(code, "Most of it is not here."),)
    image = volume_image("v", 1.0, notices=told if on_the_file else ())
    slices = tuple(Slice("v", n, float(n)) for n in (1, 2, 3))
    sent = SentVolume(Volume(image, slices, notices=() if on_the_file else told), {})

    assert sent.what_was_lost() == "L CC tomosynthesis 1 mm: Most of it is not here"


def test_what_else_is_told_of_a_volume_leaves_it_whole() -> None:
    image = volume_image("v", 1.0, notices=(Notice("lossy", "Compressed with loss."),))
    assert SentVolume(Volume(image, (Slice("v", 1, 1.0),)), {}).what_was_lost() == ""


def test_two_slices_are_decoded_at_once_and_no_more_wait_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tomo_files.write(tmp_path / "0.dcm", tomo_files.tomosynthesis(tomo_files.pixels(6)))
    slices = tuple(Slice("2.25.7001", n, float(n)) for n in range(1, 7))
    sent = SentVolume(Volume(volume_image("2.25.7001", 1.0, frames=6), slices), {"2.25.7001": path})
    begun: list[int] = []
    both = threading.Barrier(2, timeout=20)
    read = FrameReader.read

    def together(reader: FrameReader, frame: int):
        begun.append(frame)
        both.wait()  # breaks, and fails the slice, where only one thread comes
        return read(reader, frame)

    monkeypatch.setattr(FrameReader, "read", together)
    taken = iter(sent)
    heights = [next(taken)[1], next(taken)[1]]
    assert sorted(begun) in ([1, 2], [1, 2, 3])
    heights += [height for _, height in taken]
    assert heights == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    assert sent.lost == []


def test_a_sender_that_breaks_off_leaves_no_file_open_and_no_thread(tmp_path: Path) -> None:
    path = tomo_files.write(tmp_path / "0.dcm", tomo_files.tomosynthesis(tomo_files.pixels(6)))
    slices = tuple(Slice("2.25.7001", n, float(n)) for n in range(1, 7))
    sent = SentVolume(Volume(volume_image("2.25.7001", 1.0, frames=6), slices), {"2.25.7001": path})
    taken = iter(sent)
    next(taken)
    taken.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("engine-slices")]


def test_sending_again_that_is_broken_off_takes_nothing_from_the_answer_before(monkeypatch) -> None:
    monkeypatch.setattr("klarsyn.intake.engine_volumes._Frames", ReadableFrames)
    slices = tuple(Slice("a", n + 1, float(n)) for n in range(6))
    sent = SentVolume(Volume(volume_image("a", 1.0, frames=6), slices), {})
    first = iter(sent)
    next(first)
    first.close()
    assert sent.given == [slices[0]]
    assert len(list(sent)) == 6
    again = iter(sent)
    next(again)
    again.close()
    assert sent.given == list(slices)
    assert sent.marks(6, (5, 6), OUTLINE, 50)[0].frame == 6


class ReadableFrames:
    """Every slice can be read."""

    def __init__(self, _files: object) -> None:
        pass

    def __enter__(self) -> "ReadableFrames":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, one: Slice) -> np.ndarray:
        return np.full((4, 4), one.frame, np.uint16)
