"""The volumes of an exam: what belongs together hangs once, and everything that is doubtful is told."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.arranging import arrange
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Notice, Patient, ViewPosition
from klarsyn.domain.hanging import hang
from klarsyn.domain.hanging_protocol import Cell, ImageKind, Match, Step, Title
from klarsyn.domain.slice_order import in_order
from klarsyn.domain.stack import Stack
from klarsyn.domain.volume import Slice, SliceFault
from klarsyn.domain.volumes import hanging_images, volume_notices, volume_of, volumes_of

AXES = (0.0, -1.0, 0.0, -1.0, 0.0, 0.0)


def stack(uid: str, positions: list[float] | None = None, frames: int | None = None, **says: object) -> Image:
    """A right CC; `says` are of its stack."""
    count = frames or len(positions or [])
    facts = Stack(positions_mm=tuple(positions or ()), announced=count, thickness_mm=1.0, orientation=AXES)
    return Image(
        uid,
        "1.2.840.10008.5.1.4.1.1.13.1.3",
        "2.25.1",
        100,
        80,
        count,
        Laterality.RIGHT,
        ViewPosition.CC,
        stack=replace(facts, **says),  # type: ignore[arg-type]
    )


def ct(number: int, position: float | None, **says: object) -> Image:
    of_series = {"series_instance_uid": "series", "frame_of_reference_uid": "frame"}
    says = {"single_slice": True, "part": number} | of_series | says
    return stack(f"ct-{number}", None if position is None else [position], 1, **says)


def mammogram(uid: str = "2d") -> Image:
    return Image(uid, "c", "2.25.1", 100, 80, 1, Laterality.RIGHT, ViewPosition.CC)


def exam(*images: Image) -> Exam:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    return Exam("exam", "key", Patient(), date(2026, 1, 2), at, ExamType.DBT, images)


def test_a_file_with_all_slices_is_a_volume_and_stands_for_itself() -> None:
    image = stack("a", [3, 1, 2])
    (volume,) = volumes_of(exam(mammogram(), image))
    assert [s.frame for s in volume.slices] == [2, 3, 1]
    assert (volume.step_mm, volume.thickness_mm, volume.notices) == (1, 1.0, ())
    assert volume.hanging_image() == image
    assert volume.index_of("a", 1) == 2


def test_parts_of_a_concatenation_are_one_volume_whatever_their_order() -> None:
    parts = [
        stack("b", [12, 13], part_of="c", part=2, parts=3),
        stack("c", [14], part_of="c", part=3, parts=3),
        stack("a", [10, 11], part_of="c", part=1, parts=3),
    ]
    whole = exam(mammogram(), *parts)
    (volume,) = volumes_of(whole)
    assert [s.sop_instance_uid for s in volume.slices] == ["a", "a", "b", "b", "c"]
    assert volume.instances == ("a", "b", "c")
    assert volume.notices == ()
    assert [(i.sop_instance_uid, i.frames) for i in hanging_images(whole)] == [("2d", 1), ("a", 5)]
    assert volume_of(whole, "c") == volume


def test_a_part_that_has_not_come_is_told_for_the_exam_and_so_is_the_gap_it_leaves() -> None:
    parts = [stack("a", [10, 11], part_of="c", part=1, parts=3), stack("c", [14, 15], part_of="c", part=3)]
    told = {n.code: n.text for n in volume_notices(exam(*parts))}
    assert "part 2 is not here" in told["parts-missing"]
    assert "2 slices seem to be missing between 2 and 3" in told["slices-missing"]
    assert told["parts-missing"].startswith("R CC tomosynthesis 1 mm: ")


def test_slices_sent_as_ct_images_are_one_volume_by_position() -> None:
    whole = exam(*(ct(n, p) for n, p in enumerate([5, 1, 3, 4, 2])))
    (volume,) = volumes_of(whole)
    assert [s.position_mm for s in volume.slices] == [1, 2, 3, 4, 5]
    assert len(whole.images) == 5
    assert len(hanging_images(whole)) == 1
    assert whole.contradictions() == ()


def test_ct_slices_of_another_series_side_or_size_are_a_volume_of_their_own() -> None:
    others = (
        replace(ct(10, 1), laterality=Laterality.LEFT),
        replace(ct(11, 1), rows=90),
        ct(12, 1, series_instance_uid="another"),
        ct(13, 1, frame_of_reference_uid="another"),
    )
    assert len(volumes_of(exam(ct(1, 1), ct(2, 2), *others))) == 5


def test_ct_slices_without_positions_stand_in_the_order_of_their_numbers_and_it_is_told() -> None:
    (volume,) = volumes_of(exam(ct(3, None), ct(1, 7), ct(2, 8)))
    assert [s.sop_instance_uid for s in volume.slices] == ["ct-1", "ct-2", "ct-3"]
    assert all(s.position_mm is None for s in volume.slices)
    assert [n.code for n in volume.notices] == ["positions-missing"]


def test_a_ct_slice_in_another_plane_is_flagged_among_the_others() -> None:
    other = (0.0, 0.0, -1.0, -1.0, 0.0, 0.0)
    (volume,) = volumes_of(exam(ct(1, 1), ct(2, 2), ct(3, 3, orientation=other), ct(4, 4)))
    assert [s.fault for s in volume.slices] == [None, None, SliceFault.TURNED, None]


def test_thin_slices_and_thick_ones_of_one_view_both_hang_and_say_how_thick_they_are() -> None:
    thin, thick = stack("thin", [1, 2, 3]), stack("thick", [1, 4], thickness_mm=6.0)
    hanging = hang(hanging_images(exam(thick, thin)))
    assert [i.sop_instance_uid for _, i in hanging.placed if i is not None] == ["thin"]
    assert [i.kind_label for i in hanging.more] == [" tomosynthesis 6 mm"]
    assert "view-repeated" not in {n.code for n in hanging.notices}
    assert exam(thick, thin).contradictions() == ()


def test_two_stacks_of_one_thickness_are_a_repetition() -> None:
    assert [n.code for n in exam(stack("a", [1, 2]), stack("b", [1, 2])).contradictions()] == [
        "view-repeated"
    ]


def test_projections_are_no_volume_and_stay_listed() -> None:
    projections = replace(mammogram("p"), frames=15, projections=True)
    whole = exam(projections, stack("a", [1, 2]))
    assert [v.image.sop_instance_uid for v in volumes_of(whole)] == ["a"]
    assert projections in hanging_images(whole)


def test_a_place_for_tomosynthesis_takes_one_image_for_all_slices_that_came_as_ct() -> None:
    whole = exam(mammogram(), *(ct(n, n) for n in range(30)))
    cell = Cell(Match(Laterality.RIGHT, (ViewPosition.CC,), kind=ImageKind.TOMOSYNTHESIS), 0, 0)
    hung = arrange(Step(Title("DBT", "DBT"), 1, 1, (cell,)), whole)
    (place,) = hung.cells
    assert place.image is not None
    assert place.image.frames == 30
    assert place.pages == (place.image, *(i for i in place.pages[1:] if i == mammogram()))
    assert all(i == mammogram() for i in hung.more)


def test_one_slice_alone_never_takes_the_place_of_a_mammogram() -> None:
    one = stack("one", [1])
    cell = Cell(Match(Laterality.RIGHT, (ViewPosition.CC,), kind=ImageKind.FLAT), 0, 0)
    assert arrange(Step(Title("2D", "2D"), 1, 1, (cell,)), exam(one)).cells[0].image is None


def test_an_image_from_before_slices_were_read_stands_in_the_order_of_its_file() -> None:
    old = replace(stack("old", [1, 2, 3]), stack=None)
    (volume,) = volumes_of(exam(old))
    assert [(s.frame, s.position_mm) for s in volume.slices] == [(1, None), (2, None), (3, None)]


def test_a_slice_that_the_import_could_not_decode_flags_the_exam_by_its_number() -> None:
    whole = exam(stack("a", [3, 2, 1], unreadable=(3,)))
    (volume,) = volumes_of(whole)
    assert [s.fault for s in volume.slices] == [SliceFault.UNREADABLE, None, None]
    assert [n.text for n in volume_notices(whole)] == [
        "R CC tomosynthesis 1 mm: Slice 1 cannot be decoded and cannot be shown."
    ]


def test_the_hanging_image_carries_what_is_told_of_its_volume() -> None:
    image = replace(stack("a", [1, 2, 3, 6]), notices=(Notice("lossy", "Compressed."),))
    (hung,) = hanging_images(exam(image))
    assert [n.code for n in hung.notices] == ["lossy", "slices-missing"]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_no_slice_is_lost_whatever_their_positions_and_their_order_does_not_matter(
    positions: list[int], random
) -> None:
    given_slices = [Slice("a", n + 1, float(p)) for n, p in enumerate(positions)]
    shuffled = random.sample(given_slices, len(given_slices))
    found, again = in_order(given_slices), in_order(shuffled)
    assert sorted(s.frame for s in found.slices) == list(range(1, len(positions) + 1))
    assert [s.position_mm for s in found.slices] == [s.position_mm for s in again.slices]
    assert [s.fault for s in found.slices] == [s.fault for s in again.slices]
    assert found.notices == again.notices
    if found.step_mm is not None:
        stated = [s.position_mm or 0.0 for s in found.slices]
        assert stated == sorted(stated)
