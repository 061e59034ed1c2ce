"""Where the reader stands in a protocol, and what each place shows."""

from datetime import date

import pytest
from hanging_exams import FOUR, a_volume, an_exam, an_image, four_views
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Exam, Image, Laterality
from klarsyn.domain.hanging_protocol import Protocol, Title
from klarsyn.domain.stack import Stack
from klarsyn.reading.protocol_folder import ProtocolFolder
from klarsyn.ui.hanging.hung import HungExam

PROTOCOLS = ProtocolFolder().protocols
SCREENING = PROTOCOLS.by_name["screening"]
OLD = four_views("old", date(2024, 10, 2))
OLDER = four_views("older", date(2022, 9, 20))

VIEWS = st.sampled_from([*FOUR, "R ML", "L XCCL", "R CC S", "? CC", "R ?", ""])
KINDS = st.sampled_from(["FFDM", "synthetic", "tomosynthesis", "two files"])


def _exam_of(listed: list[tuple[str, str]], name: str = "now", day: date | None = date(2026, 11, 2)) -> Exam:
    images: list[Image] = []
    for n, (view, kind) in enumerate(listed):
        uid = f"{name}.{n}"
        if kind == "two files":
            whole = [Stack((), part_of=uid, part=part, parts=2) for part in (1, 2)]
            images += [an_image(f"{uid}.{s.part}", view, frames=9, stack=s) for s in whole]
        else:
            flat = an_image(uid, view, synthetic=kind == "synthetic")
            images.append(a_volume(uid, view) if kind == "tomosynthesis" else flat)
    return an_exam(*images, name=name, day=day)


LISTED = st.lists(st.tuples(VIEWS, KINDS), max_size=8)
EXAMS = LISTED.map(_exam_of)
PRIORS = st.lists(LISTED, max_size=1).map(
    lambda exams: tuple(_exam_of(one, "then", date(2024, 10, 2)) for one in exams)
)


def _hanging(exam: Exam) -> list[str]:
    """One for each volume; the others are its files."""
    return sorted(i.sop_instance_uid for i in exam.images if not (i.stack and i.stack.part > 1))


def _reached(hung: HungExam) -> list[str]:
    return [image.sop_instance_uid for image in hung.images()]


@given(EXAMS, PRIORS, st.sampled_from(sorted(PROTOCOLS.by_name)))
def test_no_image_of_the_exam_is_out_of_reach_whatever_the_protocol(exam, priors, name) -> None:
    hung = HungExam(PROTOCOLS.by_name[name], exam, priors)
    assert sorted(uid for uid in _reached(hung) if uid.startswith("now")) == _hanging(exam)
    for uid in _reached(hung):
        number, place, page = hung.find(uid)
        hung.go_to(number)
        hung.open_page(place, page)
        assert hung.shown(place).sop_instance_uid == uid


@pytest.mark.invariant(2)
@given(EXAMS, PRIORS, st.sampled_from(sorted(PROTOCOLS.by_name)))
def test_left_is_left_in_every_step_of_every_protocol(exam, priors, name) -> None:
    hung = HungExam(PROTOCOLS.by_name[name], exam, priors)
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


def test_many_steps_that_are_skipped_for_one_reason_share_a_line() -> None:
    texts = [n.text for n in HungExam(SCREENING, four_views()).skipped]
    assert "Right CC: FFDM + DBT and 3 more steps (no tomosynthesis in this exam)." in texts


WITH_SLICES = an_exam(
    *(an_image(f"s2d {view}", view, synthetic=True, made_from=(f"dbt {view}",)) for view in FOUR),
    *(a_volume(f"dbt {view}", view) for view in FOUR),
)


def _uid(hung: HungExam, place: int) -> str:
    return hung.shown(place).sop_instance_uid


def test_synthetic_2d_and_tomosynthesis_change_places_where_one_is_behind_the_other() -> None:
    hung = HungExam(SCREENING, WITH_SLICES)
    assert (_uid(hung, 0), hung.page(0)) == ("s2d R CC", 0)
    assert hung.show_next_kind(0)
    assert (_uid(hung, 0), hung.page(0), hung.instead(0)) == ("dbt R CC", 1, None)
    assert hung.show_next_kind(0)
    assert (_uid(hung, 0), hung.page(0)) == ("s2d R CC", 0)


def test_the_other_kind_comes_although_it_hangs_beside_and_goes_when_pages_are_turned() -> None:
    hung = HungExam(PROTOCOLS.by_name["dbt-synthetic"], WITH_SLICES)
    assert hung.show_next_kind(1)
    assert [_uid(hung, n) for n in range(2)] == ["s2d R CC", "s2d R CC"]
    hung.go_to(1)
    assert _uid(hung, 1) == "dbt L CC"
    hung.go_to(0)
    assert _uid(hung, 1) == "s2d R CC"
    hung.turn(1, 0)
    assert _uid(hung, 1) == "dbt R CC"


def test_a_view_that_is_shown_in_one_way_stays_and_so_does_an_empty_place() -> None:
    hung = HungExam(SCREENING, an_exam(WITH_SLICES.images[4]))
    assert not hung.show_next_kind(0)
    assert not hung.show_next_kind(1)
    assert hung.instead(0) is None


@pytest.mark.invariant(2)
@given(EXAMS, PRIORS, st.sampled_from(sorted(PROTOCOLS.by_name)), st.data())
def test_whatever_is_asked_for_in_place_left_is_left_and_a_prior_stays_a_prior(
    exam, priors, name, data
) -> None:
    hung = HungExam(PROTOCOLS.by_name[name], exam, priors)
    hung.go_to(data.draw(st.integers(0, len(hung.sequence.steps) - 1)))
    place = data.draw(st.integers(0, len(hung.cells) - 1))
    before = hung.shown(place)
    hung.show_next_kind(place)
    after = hung.shown(place)
    if before is None:
        assert after is None
    else:
        assert after.view_label == before.view_label
        assert hung.is_prior(after) == hung.is_prior(before)
