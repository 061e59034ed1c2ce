"""A whole hanging protocol for one woman, stepped forward and back with one key.

Steps that would show nothing new are skipped and listed with the reason. Whatever no step shows gets a step
of its own at the end: no image of the exam, or of a prior that hangs, is out of reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from klarsyn.domain.arranging import HungCell, HungStep, arrange, in_hanging_order
from klarsyn.domain.exam import Exam, Image, Notice
from klarsyn.domain.hanging_protocol import CURRENT, Cell, Extent, Match, Protocol, Step, Title
from klarsyn.domain.prior_gap import gap_text
from klarsyn.domain.volumes import hanging_images

_OTHERS = Title("Övriga bilder", "Other images")
_PRIOR_OTHERS = Title("Övriga bilder, tidigare undersökning", "Other images of the prior")


@dataclass(frozen=True, slots=True)
class SkippedStep:
    """A step that is left out, and why; the step bar tells it on request."""

    title: Title
    why: str


@dataclass(frozen=True, slots=True)
class StepSequence:
    """The steps that are shown, and where the reader is. `visited` holds numbers of steps."""

    steps: tuple[HungStep, ...]
    skipped: tuple[SkippedStep, ...] = ()
    position: int = 0
    visited: frozenset[int] = frozenset({0})

    @property
    def step(self) -> HungStep:
        """The step on the screen."""
        return self.steps[self.position]

    @property
    def is_last(self) -> bool:
        """True when there is no step to go forward to."""
        return self.position == len(self.steps) - 1

    @property
    def unvisited(self) -> tuple[Title, ...]:
        """Titles of the steps that the reader has not seen."""
        return tuple(hung.step.title for n, hung in enumerate(self.steps) if n not in self.visited)

    def forward(self) -> "StepSequence":
        """Return the sequence at the next step; at the last it stays."""
        return self.go_to(self.position + 1)

    def back(self) -> "StepSequence":
        """Return the sequence at the step before; at the first it stays."""
        return self.go_to(self.position - 1)

    def go_to(self, number: int) -> "StepSequence":
        """Return the sequence at a step; numbers beyond its ends mean the ends."""
        position = min(max(number, 0), len(self.steps) - 1)
        return replace(self, position=position, visited=self.visited | {position})

    def resumed(self, before: "StepSequence") -> "StepSequence":
        """Return this sequence where the reader was in another, after a file or the exam has changed.

        A step counts as visited only when it shows what it showed then, down to each page.
        """
        same = {n: _number_in(before.steps, n, hung) for n, hung in enumerate(self.steps)}
        position = next((n for n, was in same.items() if was == before.position), None)
        if position is None:
            titles = [hung.step.title for hung in self.steps]
            title = before.step.step.title
            position = titles.index(title) if title in titles else 0
        visited = {n for n, was in same.items() if was in before.visited}
        return replace(self, position=position, visited=frozenset(visited | {position}))


def hang_protocol(protocol: Protocol, current: Exam, priors: Sequence[Exam] = ()) -> StepSequence:
    """Hang an exam and its priors, newest first.

    There is always a step: when each would be skipped, the first of the protocol shows its labelled empty
    places.
    """
    arranged = [arrange(step, current, priors) for step in protocol.steps]
    shown: list[HungStep] = []
    skipped: list[SkippedStep] = []
    for hung in arranged:
        same = next((before for before in shown if _repeats(hung, before)), None)
        if not hung.is_worth_showing:
            skipped.append(SkippedStep(hung.step.title, _why(hung)))
        elif same is not None:
            skipped.append(SkippedStep(hung.step.title, f"the same images as in {same.step.title.en}"))
        else:
            shown.append(hung)
    if not shown:
        shown, skipped = arranged[:1], skipped[1:]
    shown = [_with_its_volumes(hung, shown[n + 1 :], shown) for n, hung in enumerate(shown)]
    exams = dict(enumerate((current, *priors)))
    hanging = {CURRENT} | {h.cell.match.exam for hung in shown for h in hung.cells if h.exam is not None}
    reached = frozenset[str]().union(*(hung.reachable for hung in shown))
    others = [_others(number, exams[number], current, reached) for number in sorted(hanging)]
    return StepSequence((*shown, *(hung for hung in others if hung is not None)), tuple(skipped))


def _repeats(hung: HungStep, before: HungStep) -> bool:
    """True for a step that asks for something else and shows the same, in the same places.

    So do pairs of tomosynthesis after pairs of any kind, of a woman who has no 2D images. A step that asks
    for the same again is meant to be seen again.
    """
    return _as_asked(hung) != _as_asked(before) and _as_shown(hung) == _as_shown(before)


def _as_asked(hung: HungStep) -> list[Match]:
    return [h.cell.match for h in hung.cells]


def _as_shown(hung: HungStep) -> tuple[object, ...]:
    places = {(h.cell.covers, h.cell.zoom, h.cell.walk, h.cell.match.exam, h.pages) for h in hung.cells}
    return hung.step.rows, hung.step.columns, places


def _with_its_volumes(hung: HungStep, later: Sequence[HungStep], steps: Sequence[HungStep]) -> HungStep:
    """Return the step without its word on tomosynthesis behind 2D images where that hangs in other steps.

    Where all of it is still to come, that is said instead.
    """
    behind = {
        i
        for h in hung.cells
        if h.cell.match.exam == CURRENT
        for i in h.pages
        if i is not None and i != h.image and i.is_tomosynthesis
    }
    if not behind <= _hanging(steps):
        return hung
    told = [n for n in hung.notices if n.code != "tomosynthesis"]
    if len(told) < len(hung.notices) and behind <= _hanging(later):
        views = ", ".join(sorted({i.view_label for i in behind}))
        told.append(Notice("tomosynthesis-later", f"Tomosynthesis of {views} hangs in later steps."))
    return replace(hung, notices=tuple(told))


def _hanging(steps: Sequence[HungStep]) -> set[Image | None]:
    return {h.image for step in steps for h in step.cells}


def _number_in(steps: tuple[HungStep, ...], number: int, hung: HungStep) -> int | None:
    """Return where an equal step stands; the same number first, for a protocol may repeat a step."""
    if number < len(steps) and steps[number] == hung:
        return number
    return steps.index(hung) if hung in steps else None


def _why(hung: HungStep) -> str:
    reasons = [h.empty for h in hung.cells if h.cell in hung.step.deciding and h.empty]
    return "; ".join(dict.fromkeys(reasons))


def _others(number: int, exam: Exam, current: Exam, reached: frozenset[str]) -> HungStep | None:
    """Return one place that states no side, with the images that no other step reaches behind it."""
    images = in_hanging_order(i for i in hanging_images(exam) if i.sop_instance_uid not in reached)
    if not images:
        return None
    cell = Cell(Match(exam=number, extent=Extent.ANY), 0, 0)
    step = Step(_OTHERS if number == CURRENT else _PRIOR_OTHERS, 1, 1, (cell,))
    gap = "" if number == CURRENT else gap_text(current.study_date, exam.study_date)
    return HungStep(step, (HungCell(cell, images[0], exam, "", images, gap),), (), (), ())
