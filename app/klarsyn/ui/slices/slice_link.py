"""Scrolling linked: the other tomosyntheses of a step follow the one that the reader scrolls."""

from typing import TYPE_CHECKING

from klarsyn.domain.exam import Image
from klarsyn.domain.linked_slices import linked_slice, positions_are_known, why_not_linked
from klarsyn.ui.slices.slices_of_view import slices_of

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid


class SliceLink:
    """Off when an exam is opened; which views follow is the domain's to say (`domain/linked_slices.py`)."""

    def __init__(self, grid: "HangingGrid") -> None:
        """Act on `grid`."""
        self._grid = grid
        self.on = False
        self._leading = False

    def toggle(self) -> None:
        """Link slices or let each volume scroll alone; says which views follow, and which do not and why."""
        self.on = not self.on
        grid = self._grid
        if not self.on:
            grid.told.emit("Each view scrolls alone.")
            return
        self.follow(grid.current)
        grid.told.emit(self._words())

    def follow(self, leading: int) -> None:
        """Scroll the views that are linked to the one of a place to the slice that stands for its slice."""
        if not self.on or self._leading:
            return
        grid = self._grid
        here = slices_of(grid.viewports[leading].view)
        image = grid.shown(leading)
        if here is None or image is None or grid.hung is None:
            return
        self._leading = True
        try:
            for place, viewport in enumerate(grid.viewports):
                there, other = slices_of(viewport.view), grid.shown(place)
                if place == leading or there is None or other is None or viewport.view is None:
                    continue
                if other.sop_instance_uid == image.sop_instance_uid or why_not_linked(image, other):
                    continue
                same = self._is_of_one_exam(leading, place)
                viewport.show_slice(linked_slice(here.volume, here.index, there.volume, same_exam=same))
        finally:
            self._leading = False

    def _is_of_one_exam(self, one: int, other: int) -> bool:
        cells = self._grid.hung.cells if self._grid.hung is not None else ()
        exams = [cells[place].exam for place in (one, other)]
        return exams[0] is not None and exams[1] is not None and exams[0].exam_id == exams[1].exam_id

    def _words(self) -> str:
        grid = self._grid
        image, here = grid.shown(grid.current), slices_of(grid.viewport.view)
        if image is None or here is None:
            return "Slices scroll together, in views of one kind."
        follow: list[str] = []
        stay: dict[str, list[str]] = {}
        unplaced = not positions_are_known(here.volume)
        for place, viewport in enumerate(grid.viewports):
            other, there = grid.shown(place), slices_of(viewport.view)
            if other is None or place == grid.current or other.sop_instance_uid == image.sop_instance_uid:
                continue
            why = why_not_linked(image, other)
            if not why and there is not None:
                follow.append(self._label(other))
                unplaced = unplaced or not positions_are_known(there.volume)
            elif other.is_tomosynthesis and why:
                stay.setdefault(why, []).append(self._label(other))
        if not follow:
            words = f"No other view here scrolls with {image.view_label}"
        else:
            words = f"{image.view_label} scrolls with {_and(follow)}"
        if follow and unplaced:
            words += ", by number: positions are not stated"
        return ". ".join([words, *(_does_not(labels, why) for why, labels in stay.items())]) + "."

    def _label(self, image: Image) -> str:
        hung = self._grid.hung
        of_prior = hung is not None and hung.is_prior(image)
        return f"the prior's {image.view_label}" if of_prior else image.view_label


def _does_not(labels: list[str], why: str) -> str:
    return f"{_and(labels)} {'does' if len(labels) == 1 else 'do'} not: {why}"


def _and(labels: list[str]) -> str:
    return f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else labels[0]
