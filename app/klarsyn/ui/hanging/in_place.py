"""The same view shown in another way in the same place: synthetic 2D or FFDM for tomosynthesis, and back.

What stood in the middle of the place stands there again, at the same size in mm (imaging/linked.py); nothing
is said of the depth at which it lies, for makers do not publish where they keep that.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from klarsyn.domain.arranging import HungCell
from klarsyn.domain.counterparts import counterparts
from klarsyn.domain.exam import Image
from klarsyn.imaging.linked import LinkedView, linked
from klarsyn.imaging.transform import ViewTransform
from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.hanging.linking import linked_view
from klarsyn.ui.view.corners import Corners

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid
    from klarsyn.ui.view.viewport import Viewport


@dataclass(frozen=True, slots=True)
class _Stance:
    """How a place was looked at, for the image that comes into it."""

    coming: str
    view: LinkedView
    transform: ViewTransform


class InPlace:
    """Changes the kind of image in one place. Holds how it was looked at until the other image is there."""

    def __init__(self, grid: "HangingGrid") -> None:
        """Act on `grid`."""
        self._grid = grid
        self._stances: dict[int, _Stance] = {}

    def forget(self) -> None:
        """Leave the exam, or the step."""
        self._stances = {}

    def toggle(self, place: int) -> bool:
        """Show the next kind of the view in a place; False, and a line for the reader, when there is none."""
        grid = self._grid
        if grid.hung is None:
            return False
        viewport = grid.viewports[place]
        here, transform = linked_view(viewport), viewport.transform()
        if not grid.hung.show_next_kind(place):
            shown = grid.hung.shown(place)
            label = shown.view_label if shown is not None else grid.hung.cells[place].cell.match.label
            grid.told.emit(f"{label}: this exam shows the view in no other way.")
            return False
        coming = grid.hung.shown(place)
        waiting = self._stances.pop(place, None)
        if coming is not None and here is not None and transform is not None:
            self._stances[place] = _Stance(coming.sop_instance_uid, here, transform)
        elif coming is not None and waiting is not None:
            # The image between has not come: the look before that still holds.
            self._stances[place] = replace(waiting, coming=coming.sop_instance_uid)
        grid.refresh(place)
        if coming is not None:
            grid.images_wanted.emit([coming])
        return True

    def has_come(self, place: int, viewport: "Viewport", sop_instance_uid: str) -> None:
        """Look at an image that has come into its place as the one before it was looked at."""
        stance = self._stances.get(place)
        if stance is None or stance.coming != sop_instance_uid:
            return
        del self._stances[place]
        there = linked_view(viewport)
        if there is not None:
            viewport.show_at(linked(stance.view, stance.transform, there))


def as_shown(hung: HungExam, place: int) -> tuple[HungCell, int]:
    """Return a place and its page as the captions take them, whatever is shown in place of the page."""
    cell, page, instead = hung.cells[place], hung.page(place), hung.instead(place)
    return (cell, page) if instead is None else (replace(cell, pages=(instead,)), 0)


def name_kind(corners: Corners, hung: HungExam, place: int) -> None:
    """Say in the captions which kind is shown, where the exam shows the view in several ways."""
    image, exam = hung.shown(place), hung.cells[place].exam
    if image is None or exam is None:
        return
    own = hung.cells[place].pages[hung.page(place)]
    if len(counterparts(exam, image)) > 1:
        corners.label = f"{image.view_label} {kind_words(image)}"
    if hung.instead(place) is not None and own is not None:
        corners.place = f"in place of {kind_words(own)}  ·  K"


def kind_words(image: Image) -> str:
    """Return e.g. "tomosynthesis 1 mm", "synthetic 2D", "FFDM"."""
    return image.kind_label.strip() or "FFDM"
