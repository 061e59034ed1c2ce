"""A protocol stepped forward and back."""

from dataclasses import replace
from datetime import date

from hanging_exams import an_exam, an_image, four_views
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Exam, Laterality, ViewPosition
from klarsyn.domain.hanging_protocol import Cell, Match, Protocol, Step, Title
from klarsyn.domain.step_sequence import StepSequence, hang_protocol

R, L = Laterality.RIGHT, Laterality.LEFT
CC, MLO = ViewPosition.CC, ViewPosition.MLO


def step(name: str, *matches: Match) -> Step:
    return Step(Title(name, name), 1, len(matches), tuple(Cell(m, 0, n) for n, m in enumerate(matches)))


PAIR = step("CC pair", Match(R, (CC,)), Match(L, (CC,)))
PRIOR = step("CC and prior", Match(R, (CC,)), Match(R, (CC,), exam=1))
OBLIQUE = step("MLO pair", Match(R, (MLO,)), Match(L, (MLO,)))
PROTOCOL = Protocol("p", Title("P", "P"), (PAIR, PRIOR, OBLIQUE))


def names(sequence: StepSequence) -> list[str]:
    return [hung.step.title.en for hung in sequence.steps]


LABELS = st.builds(
    " ".join, st.tuples(st.sampled_from(["R", "L", "?"]), st.sampled_from(["CC", "MLO", "ML", "?"]))
)


def _exams(name: str) -> st.SearchStrategy[Exam]:
    views = st.lists(LABELS, max_size=6)
    return views.map(lambda vs: an_exam(*(an_image(f"{name}{n}", v) for n, v in enumerate(vs)), name=name))


def test_a_comparison_is_skipped_without_a_prior_and_the_reason_is_kept() -> None:
    sequence = hang_protocol(PROTOCOL, four_views())
    assert names(sequence) == ["CC pair", "MLO pair"]
    assert [(s.title.en, s.why) for s in sequence.skipped] == [("CC and prior", "no prior exam")]


def test_with_a_prior_all_steps_are_there() -> None:
    sequence = hang_protocol(PROTOCOL, four_views(), [four_views("then", date(2024, 1, 1), ("R CC",))])
    assert names(sequence) == ["CC pair", "CC and prior", "MLO pair"]
    assert sequence.skipped == ()


def test_an_exam_without_any_view_still_has_a_step_with_labelled_empty_places() -> None:
    sequence = hang_protocol(PROTOCOL, an_exam())
    assert names(sequence) == ["CC pair"]
    assert [place.empty for place in sequence.step.cells] == [
        "R CC is missing from this exam",
        "L CC is missing from this exam",
    ]


def test_an_image_that_no_step_shows_gets_a_step_of_its_own_that_states_no_side() -> None:
    exam = an_exam(*four_views().images, an_image("x", "L ML"), an_image("y", "L XCCL"))
    sequence = hang_protocol(Protocol("p", Title("P", "P"), (step("right", Match(R, (CC,))),)), exam)
    assert names(sequence) == ["right", "Other images"]
    last = sequence.steps[1].cells[0]
    assert last.cell.match.laterality is None
    assert {i.view_label for i in last.pages if i} == {"L CC", "R MLO", "L MLO", "L ML", "L XCCL"}


@given(_exams("now"), st.lists(_exams("then"), max_size=1))
def test_no_image_of_the_exam_or_of_a_prior_that_hangs_is_out_of_reach(now: Exam, then: list[Exam]) -> None:
    sequence = hang_protocol(PROTOCOL, now, then)
    reached = frozenset[str]().union(*(hung.reachable for hung in sequence.steps))
    assert reached >= {i.sop_instance_uid for i in now.images}
    if any(h.cell.match.exam == 1 and h.image for hung in sequence.steps for h in hung.cells):
        assert reached >= {i.sop_instance_uid for i in then[0].images}


def test_one_key_steps_forward_and_one_back_and_both_stay_at_the_ends() -> None:
    first = hang_protocol(PROTOCOL, four_views())
    second = first.forward()
    assert (second.step.step, second.is_last) == (OBLIQUE, True)
    assert second.forward() == second
    assert second.back().step.step == first.back().step.step == PAIR


def test_steps_that_the_reader_has_not_seen_are_known() -> None:
    first = hang_protocol(PROTOCOL, four_views())
    assert [title.en for title in first.unvisited] == ["MLO pair"]
    assert first.forward().back().unvisited == ()


def test_a_changed_file_leaves_the_reader_where_she_was() -> None:
    exam = four_views()
    before = hang_protocol(PROTOCOL, exam).forward()
    changed = replace(PROTOCOL, steps=(step("new", Match(L, (CC,))), *PROTOCOL.steps))
    after = hang_protocol(changed, exam).resumed(before)
    assert after.step.step == OBLIQUE
    assert [title.en for title in after.unvisited] == ["new"]


def test_a_step_that_shows_other_images_now_counts_as_not_yet_seen() -> None:
    exam = four_views()
    before = hang_protocol(PROTOCOL, exam).forward()
    late = replace(exam, images=(*exam.images, an_image("late", "R CC")))
    after = hang_protocol(PROTOCOL, late).resumed(before)
    assert [title.en for title in after.unvisited] == ["CC pair"]


def test_a_protocol_may_come_back_to_a_step() -> None:
    sequence = hang_protocol(Protocol("p", Title("P", "P"), (PAIR, OBLIQUE, PAIR)), four_views())
    at_end = sequence.go_to(2)
    assert sequence.resumed(at_end).position == 2
