"""Where the reader stands in a protocol, and what each place shows."""

from datetime import date

import pytest
from hanging_exams import FOUR, an_exam, an_image, four_views
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Laterality
from klarsyn.domain.hanging_protocol import Protocol, Title
from klarsyn.reading.protocol_folder import ProtocolFolder
from klarsyn.ui.hung import HungExam

PROTOCOLS = ProtocolFolder().protocols
SCREENING = PROTOCOLS.by_name["screening"]
OLD = four_views("old", date(2024, 10, 2))
OLDER = four_views("older", date(2022, 9, 20))

VIEWS = st.sampled_from([*FOUR, "R ML", "L XCCL", "R CC S", "? CC", "R ?", ""])
EXAMS = st.lists(VIEWS, max_size=8).map(
    lambda views: an_exam(*(an_image(f"1.{n}", view) for n, view in enumerate(views)))
)


def _reached(hung: HungExam) -> list[str]:
    return [image.sop_instance_uid for image in hung.images()]


@given(EXAMS, st.sampled_from(sorted(PROTOCOLS.by_name)))
def test_no_image_of_the_exam_is_out_of_reach_whatever_the_protocol(exam, name) -> None:
    hung = HungExam(PROTOCOLS.by_name[name], exam)
    assert sorted(_reached(hung)) == sorted(i.sop_instance_uid for i in exam.images)
    for uid in _reached(hung):
        number, place, page = hung.find(uid)
        hung.go_to(number)
        hung.open_page(place, page)
        assert hung.shown(place).sop_instance_uid == uid


@pytest.mark.invariant(2)
@given(EXAMS, st.sampled_from(sorted(PROTOCOLS.by_name)))
def test_left_is_left_in_every_step_of_every_protocol(exam, name) -> None:
    hung = HungExam(PROTOCOLS.by_name[name], exam)
    for step in hung.sequence.steps:
        for cell in step.cells:
            sides = {i.laterality for i in cell.pages if i is not None} & {Laterality.LEFT, Laterality.RIGHT}
            assert not sides or cell.cell.match.laterality in (None, *sides)


def test_the_default_protocol_begins_with_four_views_and_goes_on_to_the_prior() -> None:
    hung = HungExam(SCREENING, four_views(), (OLD,))
    assert hung.where == "1 of 9  Four views"
    assert hung.go_to(1)
    assert hung.where == "2 of 9  CC over prior"
    assert hung.shown(2) in OLD.images
    assert not hung.go_to(99) or hung.sequence.is_last


def test_each_step_remembers_the_page_of_each_place() -> None:
    exam = an_exam(*(an_image(f"1.{n}", view) for n, view in enumerate([*FOUR, "R CC"])))
    hung = HungExam(SCREENING, exam)
    hung.turn(0, 1)
    second = hung.shown(0)
    hung.go_to(1)
    hung.go_to(0)
    assert hung.shown(0) is second
    hung.turn(0, 1)
    assert hung.shown(0) is not second


def test_a_changed_file_leaves_the_reader_at_her_step_and_page() -> None:
    exam = an_exam(*(an_image(f"1.{n}", view) for n, view in enumerate([*FOUR, "R CC"])))
    hung = HungExam(SCREENING, exam)
    hung.go_to(1)
    hung.turn(0, 1)
    shown, where = hung.shown(0), hung.step.step.title
    renamed = Protocol("screening", Title("Ny", "New"), SCREENING.steps)
    assert hung.follow(renamed)
    assert (hung.shown(0), hung.step.step.title) == (shown, where)
    assert not hung.follow(renamed)


def test_another_protocol_begins_at_its_first_step() -> None:
    hung = HungExam(SCREENING, four_views(), (OLD,))
    hung.go_to(3)
    hung.choose(PROTOCOLS.by_name["mlo-pair"])
    assert [i.view_label for n in range(2) if (i := hung.shown(n))] == ["R MLO", "L MLO"]
    assert hung.sequence.position == 0


def test_the_next_older_prior_takes_the_same_places_and_the_newest_comes_again() -> None:
    hung = HungExam(SCREENING, four_views(), (OLD, OLDER))
    hung.go_to(1)
    assert hung.shown(2) in OLD.images
    assert hung.compare_with_next_prior()
    assert hung.shown(2) in OLDER.images
    assert hung.sequence.position == 1
    hung.compare_with_next_prior()
    assert hung.shown(2) in OLD.images


def test_with_one_prior_there_is_no_older_one() -> None:
    assert not HungExam(SCREENING, four_views(), (OLD,)).compare_with_next_prior()


def test_the_exams_own_images_are_told_from_those_of_its_priors() -> None:
    hung = HungExam(SCREENING, four_views(), (OLD,))
    assert [hung.is_prior(i) for i in hung.images()] == [i in OLD.images for i in hung.images()]


def test_steps_without_anything_to_compare_with_are_skipped_and_told() -> None:
    texts = [n.text for n in HungExam(SCREENING, four_views()).skipped]
    assert "CC over prior (no prior exam)." in texts
