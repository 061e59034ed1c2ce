"""An exam and its priors, hung by a protocol: which step is shown, and what each place of it shows. No Qt."""

from collections.abc import Sequence

from klarsyn.domain.arranging import HungCell, HungStep
from klarsyn.domain.exam import Exam, Image, Notice
from klarsyn.domain.hanging_protocol import Protocol
from klarsyn.domain.step_sequence import StepSequence, hang_protocol


class HungExam:
    """Where the reader stands in the protocol; the page of each place is remembered for each step."""

    def __init__(self, protocol: Protocol, exam: Exam, priors: Sequence[Exam] = ()) -> None:
        """Hang `exam` and its priors, newest first, at the first step."""
        self.protocol, self.exam = protocol, exam
        self.priors = tuple(priors)
        self.sequence: StepSequence = hang_protocol(protocol, exam, self.priors)
        self._pages: dict[tuple[int, int], int] = {}

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
        return self.cells[place].pages[self.page(place)]

    def turn(self, place: int, by: int) -> None:
        """Turn a place's pages; after the last comes the first."""
        self.open_page(place, (self.page(place) + by) % len(self.cells[place].pages))

    def open_page(self, place: int, page: int) -> None:
        """Show one page of a place."""
        self._pages[self.sequence.position, place] = page

    def go_to(self, number: int) -> bool:
        """Go to a step; returns whether it is another one. Numbers beyond the ends mean the ends."""
        before = self.sequence.position
        self.sequence = self.sequence.go_to(number)
        return self.sequence.position != before

    def choose(self, protocol: Protocol) -> None:
        """Hang by another protocol, from its first step."""
        self.protocol = protocol
        self.sequence = hang_protocol(protocol, self.exam, self.priors)
        self._pages = {}

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
        before, pages = self.sequence, self._pages
        self.protocol = protocol
        self.sequence = hang_protocol(protocol, self.exam, self.priors).resumed(before)
        steps = dict(enumerate(before.steps))
        self._pages = {
            (number, place): page
            for (number, place), page in pages.items()
            if number < len(self.sequence.steps) and self.sequence.steps[number] == steps[number]
        }
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
        return f"{self.sequence.position + 1} of {len(self.sequence.steps)}  {self.step.step.title.en}"

    @property
    def skipped(self) -> tuple[Notice, ...]:
        """The steps that are left out, with the reason."""
        return tuple(
            Notice("step-skipped", f"{skipped.title.en} ({skipped.why}).")
            for skipped in self.sequence.skipped
        )
