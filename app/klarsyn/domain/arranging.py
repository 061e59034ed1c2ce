"""One step of a hanging protocol with the images of one woman: who hangs where, and what is missing.

The same rules as `hanging.hang`, for any step: the best image takes the place, others stay reachable behind
it, an empty place says what it waits for, and nothing is guessed (IHE MAMMO).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from klarsyn.domain.behind import Pages, share_out
from klarsyn.domain.exam import Exam, Image, Notice
from klarsyn.domain.hanging import Slot, hang
from klarsyn.domain.hanging_protocol import CURRENT, Cell, Extent, ImageKind, Match, Step, Zoom
from klarsyn.domain.prior_gap import gap_text
from klarsyn.domain.volumes import hanging_images


@dataclass(frozen=True, slots=True)
class HungCell:
    """A place with its image, or empty with the reason.

    Parameters
    ----------
    exam
        The exam that the place shows, None when there is no such prior.
    empty
        What the empty place says; "" where an image hangs.
    pages
        What the wheel shows here: the own image (None: the labelled empty place), then extra ones that fit.
    gap
        Of a prior, how long before the current exam it was made; "" for the current exam.
    """

    cell: Cell
    image: Image | None
    exam: Exam | None
    empty: str
    pages: Pages
    gap: str = ""

    @property
    def same_size(self) -> bool:
        """True when the image is drawn at the one real size of all full views; never a spot or a piece."""
        return self.image is not None and self.image.is_full_view and self.cell.zoom is Zoom.FIT

    @property
    def mosaic(self) -> bool:
        """True for a piece of a mosaic, which shares its scale with the other pieces beside it."""
        return self.image is not None and self.cell.match.extent is Extent.PARTIAL


@dataclass(frozen=True, slots=True)
class HungStep:
    """A step, hung.

    `cells` is in the order of the step. `more` holds every image of the current exam that has no place of
    its own here, `prior_more` those of the priors that the step shows; both in hanging order. Those of them
    that are on no wheel either belong to a side or view that another step shows.
    """

    step: Step
    cells: tuple[HungCell, ...]
    more: tuple[Image, ...]
    prior_more: tuple[Image, ...]
    notices: tuple[Notice, ...]
    listed: tuple[Image, ...] = ()

    @property
    def is_worth_showing(self) -> bool:
        """True when an image hangs in one of the places that decide it, or in each where all are needed."""
        hangs = [hung.image is not None for hung in self.cells if hung.cell in self.step.deciding]
        return all(hangs) if self.step.all_needed else any(hangs)

    @property
    def reachable(self) -> frozenset[str]:
        """UIDs of all images that can be seen in this step, wheel included."""
        return frozenset(i.sop_instance_uid for hung in self.cells for i in hung.pages if i is not None)


def in_hanging_order(images: Iterable[Image]) -> tuple[Image, ...]:
    """Return the images that may hang, the best candidate of each place first, as `hanging.hang` has it."""
    return hang(images, ()).more


def arrange(step: Step, current: Exam, priors: Sequence[Exam] = ()) -> HungStep:
    """Give the images of an exam and of its priors, newest first, their places of a step.

    An image hangs once. Places choose in the order of the step, those that name modifiers before the others,
    so that a displaced view is not used up by a place that takes any.
    """
    exams = dict(enumerate((current, *priors)))
    left = {
        number: list(in_hanging_order(hanging_images(exams[number])))
        for number in sorted({CURRENT, *(cell.match.exam for cell in step.cells)})
        if number in exams
    }
    chosen: dict[Cell, Image | None] = {}
    for cell in sorted(step.cells, key=lambda c: not c.match.having):
        images = left.get(cell.match.exam, [])
        image = next((i for i in images if cell.match.fits(i)), None)
        chosen[cell] = image
        if image is not None:
            images.remove(image)
    pages = share_out([(cell, chosen[cell]) for cell in step.cells], left)
    hung = tuple(
        HungCell(
            cell,
            chosen[cell],
            exams.get(cell.match.exam),
            "" if chosen[cell] else _empty(cell, exams.get(cell.match.exam)),
            listed,
            _gap(current, exams.get(cell.match.exam), cell.match),
        )
        for cell, listed in zip(step.cells, pages, strict=True)
    )
    return HungStep(
        step,
        hung,
        tuple(left[CURRENT]),
        tuple(image for number, images in left.items() if number != CURRENT for image in images),
        _notices(hung, current),
        hang(hanging_images(current), ()).listed,
    )


def _empty(cell: Cell, exam: Exam | None) -> str:
    match = cell.match
    if exam is None:
        return "no prior exam" if match.exam == 1 else f"no prior exam number {match.exam}"
    where = "this exam" if match.exam == CURRENT else f"the prior of {exam.study_date or 'unknown date'}"
    if match.kind is not ImageKind.ANY and not any(match.kind.holds(i) and i.hangs for i in exam.images):
        return f"no {match.kind.value} in {where}"
    if cell.optional:
        return f"no {match.label}"
    return f"{match.label} is missing from {where}"


def _gap(current: Exam, exam: Exam | None, match: Match) -> str:
    if exam is None or match.exam == CURRENT:
        return ""
    return gap_text(current.study_date, exam.study_date)


def _notices(hung: tuple[HungCell, ...], current: Exam) -> tuple[Notice, ...]:
    """What is to be told about the current exam; what a prior lacks stands in its empty place.

    In the words of the four-up where a place asks for no more than a side and a view.
    """
    own = [h for h in hung if h.cell.match.exam == CURRENT]
    slots = {h.cell: slot for h in own if (slot := _slot(h.cell)) is not None}
    elsewhere = {h.image for h in own if h.cell not in slots}
    here = {image for h in own for image in h.pages} - elsewhere
    told = hang(
        [i for i in hanging_images(current) if i in here or not i.hangs], tuple(slots.values())
    ).notices
    missing = [
        Notice("view-missing", f"{h.cell.match.label} is missing from this exam.")
        for h in own
        if h.cell not in slots and h.image is None and not h.cell.optional
    ]
    return (*told, *missing)


def _slot(cell: Cell) -> Slot | None:
    match = cell.match
    if match.laterality is None or len(match.views) != 1 or match.having or match.without or cell.optional:
        return None
    if match.extent is not Extent.FULL or match.kind is not ImageKind.ANY:
        return None
    return Slot(match.laterality, match.views[0], cell.row, cell.column)
