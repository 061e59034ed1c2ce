"""Which volumes go to an engine, slice by slice, and how its slices lead back to frames."""

import math
from pathlib import Path

import pytest
import tomo_files
from hypothesis import given, settings
from hypothesis import strategies as st

from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, ViewPosition
from klarsyn.domain.stack import Stack
from klarsyn.domain.volume import Slice, Volume
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
