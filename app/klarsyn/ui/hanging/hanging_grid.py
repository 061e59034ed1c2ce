"""The images of one step of the hanging protocol: chest walls together, one real size, extra ones behind."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from klarsyn.domain.exam import Image
from klarsyn.domain.hanging_protocol import Protocol, Zoom
from klarsyn.ui.findings import overlay
from klarsyn.ui.hanging.first_painting import DECODING, FirstPainting
from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.hanging.in_place import InPlace, as_shown, name_kind
from klarsyn.ui.hanging.looks import Looks
from klarsyn.ui.hanging.remembering import remember_looks
from klarsyn.ui.hanging.sizes import not_comparable
from klarsyn.ui.hanging.together import Together
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.slices.crosshair import Crosshair
from klarsyn.ui.slices.scrolling import Scrolling
from klarsyn.ui.slices.slice_link import SliceLink
from klarsyn.ui.slices.stack_words import stack_notices
from klarsyn.ui.view.captions import captions, seen_in_part_of
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.layers import Layer
from klarsyn.ui.view.prepared import Prepared, prepared
from klarsyn.ui.view.viewport import Viewport

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage
    from klarsyn.reading.session import ReadingSession


class HangingGrid(Together):
    """All views of one step. Holds the loaded images and the reader's display state of each.

    `images_wanted` names images that are on the screen now; who has asked for them already need not again.
    """

    all_painted = Signal()
    mark_picked = Signal(str)
    step_changed = Signal()
    images_wanted = Signal(object)
    told = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make no place yet; they come with the first exam and are used again for every step."""
        super().__init__(parent)
        self.looks, self.in_place, self.slice_link = Looks(self), InPlace(self), SliceLink(self)
        self.scrolling = Scrolling(self)
        self.scrolling.turned.connect(lambda _: self.grey_changed.emit())
        self.scrolling.turned.connect(self.slice_link.follow)
        self.crosshair = Crosshair(self)
        self.layers: list[Layer] = [self.crosshair]
        """Painted over every view, in this order; the last one is offered the mouse first."""
        self._entered: set[str] = set()
        self._first = FirstPainting(self)
        self._first.done.connect(self.all_painted)
        self.lay_out()
        self.follow_screens()

    def hang(self, session: "ReadingSession", protocol: Protocol) -> None:
        """Hang an exam and its priors; every place says "decoding" or that its view is missing."""
        self.clear()
        self.session = session
        self.hung = HungExam(protocol, session.exam, session.priors)
        self._first.begin(self.hung)
        self.show_step()
        self._first.tell_if_done()

    def clear(self) -> tuple["LoadedImage", ...]:
        """Take all down; returns the images, whose files the caller lets go off this thread."""
        self.session, self.hung = None, None
        # A mode that the next patient's reader did not choose must not carry over.
        self.linked, self.looks.moves_linked, self.slice_link.on = True, False, False
        self.in_place.forget()
        self._entered = set()
        self.scrolling.cine.stop()
        self._first.forget()
        for viewport in self.pool:
            viewport.walk, viewport.highlighted = None, None
            viewport.set_glass(False)
            viewport.show_text(Corners("", right=False), "")
        self.current = 0
        self.lay_out()
        return self.shelf.clear()

    @property
    def images_in_order(self) -> tuple[Image, ...]:
        """Every image of the protocol: what is seen first comes first, and priors come last."""
        if self.hung is None:
            return ()
        return tuple(sorted(self.hung.images(), key=self.hung.is_prior))

    def preparation(self, image: Image) -> "Callable[[LoadedImage], Prepared]":
        """Return what a worker does with a decoded image, so that painting it is only a copy."""
        size, mm_per_px = self.room_for(image)
        return partial(prepared, size=size, mm_per_px=mm_per_px, screen=screen_book().look(self).lut)

    def put(self, prepared: Prepared) -> None:
        """Take an image that a worker has made ready."""
        if self.shelf.put(prepared):
            remember_looks(self.session, prepared)
            self.scrolling.follow(prepared[1])
            self._refresh_where(prepared[0].loaded.image.sop_instance_uid)

    def replace(self, prepared: Prepared) -> None:
        """Show an image in another way, with a display state of its own: through a presentation state."""
        self.shelf.replace(prepared)
        self.scrolling.follow(prepared[1])
        self._refresh_where(prepared[0].loaded.image.sop_instance_uid)

    def put_failure(self, sop_instance_uid: str, sentence: str) -> None:
        """Say in its place why an image cannot be shown."""
        self.shelf.failed[sop_instance_uid] = sentence
        self._refresh_where(sop_instance_uid)

    def show_step(self) -> None:
        """Lay out the step where the reader is now, at the sizes that the protocol asks for."""
        if self.hung is None:
            return
        self._entered.clear()
        self.in_place.forget()
        self.lay_out()
        for place, viewport in enumerate(self.viewports):
            viewport.walk, viewport.highlighted = None, None
            viewport.set_glass(False)
            self.refresh(place)
            self.scrolling.begin(place)
        self.pick(min(self.current, len(self.viewports) - 1))
        self.step_changed.emit()
        self.images_wanted.emit([i for cell in self.hung.cells for i in cell.pages if i is not None])

    def turn(self, place: int, by: int) -> None:
        """Show the next or previous image of one place."""
        if self.hung is not None:
            self.hung.turn(place, by)
            self.refresh(place)

    def lay_out_anew(self) -> None:
        """Lay out for another size of the window or another monitor, with what is entered at 1:1 again."""
        super().lay_out_anew()
        for place, cell in enumerate(self.hung.cells if self.hung is not None else ()):
            shown = self.shown(place)
            if cell.cell.zoom is not Zoom.FIT and shown is not None:
                self._entered.discard(shown.sop_instance_uid)
                self.refresh(place)

    def refresh(self, place: int) -> None:
        """Show in one place what hangs there now."""
        if self.hung is None or self.session is None:
            return
        viewport, (cell, page) = self.viewports[place], as_shown(self.hung, place)
        image = cell.pages[page]
        uid = image.sop_instance_uid if image is not None else ""
        picture = self.shelf.pictures.get(uid)
        more = not_comparable(self.hung.step, viewport.mm_per_px, image) if image is not None else ()
        if image is not None and uid in self.session.seen_in_part:
            more = (*more, seen_in_part_of(image))
        more = (*more, *stack_notices(self.views.get(uid)))
        loaded = picture.loaded if picture else None
        corners = captions(self.session.exam, cell, page, loaded, more)
        name_kind(corners, self.hung, place)
        if image is None:
            viewport.show_text(corners, cell.empty)
        elif uid in self.shelf.failed:
            viewport.show_text(corners, self.shelf.failed[uid])
        elif picture is None:
            viewport.show_text(corners, DECODING)
        else:
            viewport.show_image(picture, self.views[uid], corners)
            viewport.marks = overlay.visible_marks(self.session, image, picture.loaded.volume)
            viewport.below_minimum = overlay.hidden_on(self.session, image, picture.loaded.volume)
            if uid not in self._entered:
                self._entered.add(uid)
                self.looks.enter(viewport, cell)
            self.in_place.has_come(place, viewport, uid)

    def _refresh_where(self, sop_instance_uid: str) -> None:
        for place in range(len(self.viewports)):
            shown = self.shown(place)
            if shown is not None and shown.sop_instance_uid == sop_instance_uid:
                self.refresh(place)

    def new_viewport(self, number: int) -> Viewport:
        """Make a view that tells the grid what is done to it."""
        viewport = Viewport(self)
        viewport.layers = self.layers
        viewport.picked.connect(lambda: self.pick(number))
        viewport.mark_picked.connect(self.mark_picked)
        self.scrolling.connect_view(number, viewport)
        viewport.turned.connect(lambda by: self.turn(number, by))
        viewport.window_dragged.connect(lambda dx, dy: self.drag_window(number, dx, dy))
        viewport.painted.connect(lambda: self._first.has_painted(number, viewport))
        viewport.moved.connect(lambda: self.looks.moved(viewport))
        viewport.neighbours = lambda: self.viewports
        viewport.true_size_changed.connect(self.update_views)
        return viewport
