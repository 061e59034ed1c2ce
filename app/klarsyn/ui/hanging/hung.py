"""An exam and its priors, hung by a protocol: which step is shown, and what each place of it shows. No Qt."""

from collections.abc import Sequence

from klarsyn.domain.arranging import HungCell, HungStep
from klarsyn.domain.counterparts import counterparts
from klarsyn.domain.exam import Exam, Image, Notice
from klarsyn.domain.hanging_protocol import Protocol
from klarsyn.domain.step_sequence import StepSequence, hang_protocol

MOST_LINES = 3
"""Skipped steps that are told one by one when they have the same reason."""


def where(number: int, of: int, step: HungStep) -> str:
    """Return what names a step, e.g. "2 of 7  CC over prior"; its number counts from 0."""
    return f"{number + 1} of {of}  {step.step.title.en}"


class HungExam:
    """Where the reader stands in the protocol; the page of each place is remembered for each step."""

    def __init__(self, protocol: Protocol, exam: Exam, priors: Sequence[Exam] = ()) -> None:
        """Hang `exam` and its priors, newest first, at the first step."""
        self.protocol, self.exam = protocol, exam
        self.priors = tuple(priors)
        self.sequence: StepSequence = hang_protocol(protocol, exam, self.priors)
        self._pages: dict[tuple[int, int], int] = {}
        self._instead: dict[tuple[int, int], Image] = {}

    @property
    def step(self) -> HungStep:
        """The step on the screen."""
        return self.sequence.step

    @property
    def cells(self) -> tuple[HungCell, ...]:
        """The places of the step on the screen."""
        return self.step.cells

    def page(self, place: int) -> int:
        """Return which of its pages a place shows."""
        return self._pages.get((self.sequence.position, place), 0)

    def shown(self, place: int) -> Image | None:
        """Return the image that a place shows; None for the labelled empty place."""
        instead = self.instead(place)
        return instead if instead is not None else self.cells[place].pages[self.page(place)]

    def instead(self, place: int) -> Image | None:
        """Return the other kind of image that stands in place of the page; None when the page is shown."""
        return self._instead.get((self.sequence.position, place))

    def show_next_kind(self, place: int) -> bool:
        """Show the same view in its next kind in a place, after the last the first; False when it has one."""
        shown, exam = self.shown(place), self.cells[place].exam
        if shown is None or exam is None:
            return False
        kinds = counterparts(exam, shown)
        uids = [image.sop_instance_uid for image in kinds]
        if len(kinds) < 2:
            return False
        coming = kinds[(uids.index(shown.sop_instance_uid) + 1) % len(kinds)]
        pages = [page.sop_instance_uid if page is not None else "" for page in self.cells[place].pages]
        if coming.sop_instance_uid in pages:
            self.open_page(place, pages.index(coming.sop_instance_uid))
        else:
            self._instead[self.sequence.position, place] = coming
        return True

    def turn(self, place: int, by: int) -> None:
        """Turn a place's pages; after the last comes the first."""
        self.open_page(place, (self.page(place) + by) % len(self.cells[place].pages))

    def open_page(self, place: int, page: int) -> None:
        """Show one page of a place."""
        self._instead.pop((self.sequence.position, place), None)
        self._pages[self.sequence.position, place] = page

    def next_page(self, place: int) -> int | None:
        """Return the page after the one shown that hangs in a place of its own in no other step."""
        steps = enumerate(self.sequence.steps)
        elsewhere = {cell.image for n, step in steps if n != self.sequence.position for cell in step.cells}
        pages = self.cells[place].pages
        later = range(self.page(place) + 1, len(pages))
        return next((page for page in later if pages[page] not in elsewhere - {None}), None)

    def go_to(self, number: int) -> bool:
        """Go to a step; returns whether it is another one. Numbers beyond the ends mean the ends."""
        before = self.sequence.position
        self.sequence = self.sequence.go_to(number)
        return self.sequence.position != before

    def choose(self, protocol: Protocol) -> None:
        """Hang by another protocol, from its first step."""
        self.protocol = protocol
        self.sequence = hang_protocol(protocol, self.exam, self.priors)
        self._pages, self._instead = {}, {}

    def follow(self, protocol: Protocol) -> bool:
        """Take a protocol whose file has changed; the reader stays where she is. True if it differs."""
        return protocol != self.protocol and self._hang_anew(protocol)

    def compare_with_next_prior(self) -> bool:
        """Let the next older prior take the newest one's places, after the oldest the newest again.

        Returns whether there is another one.
        """
        if len(self.priors) < 2:
            return False
        self.priors = (*self.priors[1:], self.priors[0])
        return self._hang_anew(self.protocol)

    def _hang_anew(self, protocol: Protocol) -> bool:
        before, pages, instead = self.sequence, self._pages, self._instead
        self.protocol = protocol
        self.sequence = hang_protocol(protocol, self.exam, self.priors).resumed(before)
        steps = dict(enumerate(before.steps))
        same = {n for n, step in enumerate(self.sequence.steps) if steps.get(n) == step}
        self._pages = {at: page for at, page in pages.items() if at[0] in same}
        self._instead = {at: image for at, image in instead.items() if at[0] in same}
        return True

    def images(self) -> tuple[Image, ...]:
        """Return every image of every step once: this step's first, and of each step what is seen first."""
        here = self.sequence.position
        steps = self.sequence.steps
        images: list[Image | None] = []
        for step in (steps[here], *steps[here + 1 :], *steps[:here]):
            images.extend(cell.pages[0] for cell in step.cells)
            images.extend(image for cell in step.cells for image in cell.pages[1:])
        return tuple(dict.fromkeys(image for image in images if image is not None))

    def is_prior(self, image: Image) -> bool:
        """Return whether an image belongs to a prior."""
        return self.exam.image(image.sop_instance_uid) is None

    def find(self, sop_instance_uid: str) -> tuple[int, int, int] | None:
        """Return the (step, place, page) that shows an image: of this step, or of the next that does."""
        here, steps = self.sequence.position, self.sequence.steps
        for number in (here, *range(here + 1, len(steps)), *range(here)):
            for place, cell in enumerate(steps[number].cells):
                for page, image in enumerate(cell.pages):
                    if image is not None and image.sop_instance_uid == sop_instance_uid:
                        return number, place, page
        return None

    @property
    def where(self) -> str:
        """Where the reader is, e.g. "2 of 7  CC over prior"."""
        return where(self.sequence.position, len(self.sequence.steps), self.step)

    @property
    def skipped(self) -> tuple[Notice, ...]:
        """The steps that are left out, with the reason; many for one reason share a line."""
        reasons: dict[str, list[str]] = {}
        for skipped in self.sequence.skipped:
            reasons.setdefault(skipped.why, []).append(skipped.title.en)
        return tuple(
            Notice("step-skipped", f"{title} ({why}).")
            for why, titles in reasons.items()
            for title in (
                titles if len(titles) <= MOST_LINES else (f"{titles[0]} and {len(titles) - 1} more steps",)
            )
        )
