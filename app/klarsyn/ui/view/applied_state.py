"""Showing the images of an exam through a presentation state, and back to how the files want to be shown."""

from copy import copy
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from klarsyn.domain.exam import Notice
from klarsyn.domain.presentation_state import PresentationState, under_state
from klarsyn.domain.shown_slices import place_words
from klarsyn.imaging.displayed_area import flip_of, shows_whole, transform_of
from klarsyn.ui.drawings.state_layer import area_on
from klarsyn.ui.drawings.state_slices import drawn_slices, frames_under, grey_of_slice, wants_true_size
from klarsyn.ui.drawings.tools.film import Film
from klarsyn.ui.hanging.image_flow import nothing
from klarsyn.ui.slices.slices_of_view import slices_of
from klarsyn.ui.view.prepared import Prepared
from klarsyn.ui.view.view_state import ViewState

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage
    from klarsyn.ui.reading_page import ReadingPage

_QUARTER = Notice(
    "state-not-rotated",
    "The presentation state turns the image by {0} degrees. That is not done here: the image hangs as usual.",
)
_TURNED = Notice(
    "state-turned", "The image is mirrored as the presentation state asks, not as it would hang."
)


class AppliedState:
    """One state over the images of the open exam that it names; the views it replaces are kept."""

    def __init__(self, page: "ReadingPage", state: PresentationState) -> None:
        """Apply nothing yet."""
        self._page, self.state = page, state
        self._before: dict[str, ViewState] = {}
        self._unplaced: set[str] = set()
        self._over = False

    def apply(self) -> None:
        """Show every image that is there already; those that come later are taken as they come."""
        for view in tuple(self._page.grid.views.values()):
            self.take(view)

    def take(self, view: ViewState) -> None:
        """Show one image through the state, when it names it; a whole image again after its first look."""
        uid = view.loaded.image.sop_instance_uid
        if self._over or view is self._before.get(uid) or not frames_under(self.state, view.loaded):
            return
        self._before[uid] = view
        self._unplaced.add(uid)
        self._prepare(seen_through(self.state, view.loaded), partial(self._put, view))

    @property
    def where_drawn(self) -> str:
        """Where in tomosynthesis the state draws, for the reader; "" when it draws on no slice by itself."""
        told = []
        for view in self._page.grid.views.values():
            volume = view.loaded.volume
            drawn = drawn_slices(self.state, volume) if volume is not None else ()
            if volume is not None and drawn:
                more = f" and {len(drawn) - 1} more" if len(drawn) > 1 else ""
                told.append(f"{place_words(volume, drawn[0])}{more}")
        return f"Drawn on {'; '.join(told)}." if told else ""

    def take_away(self) -> None:
        """Show the images as before, with the windows, zooms and coverage that they had."""
        self._over = True
        for view in self._before.values():
            self._prepare(view.loaded, partial(self._put_back, view))

    def place(self) -> None:
        """Put the images of this step where the state wants them, each once."""
        for viewport in self._page.grid.viewports:
            view = viewport.view
            if view is None or view.loaded.image.sop_instance_uid not in self._unplaced or self._over:
                continue
            image = view.loaded.image
            if view is self._before.get(image.sop_instance_uid):
                continue
            self._unplaced.discard(image.sop_instance_uid)
            area = area_on(self.state, Film(image, slices_of(view)))
            if shows_whole(area, image):
                view.fit()
                viewport.update()
            else:
                size, pixel_mm = viewport.device_size, viewport.pixel_mm[0]
                viewport.show_at(transform_of(area, image, view.loaded.flip, size, pixel_mm))

    def _put(self, before: ViewState, prepared: Prepared) -> None:
        if self._over or self._page.grid.views.get(before.loaded.image.sop_instance_uid) is not before:
            return
        picture, view = prepared
        if not view.loaded.grayscale.windows and not view.loaded.grayscale.voi_luts:
            # No window is named: the full range is shown (PS3.4 N.2), not the window that we would suggest.
            view.choose(0)
        view.coverage, view.piece = before.coverage, before.piece
        if view.stack is not None and before.stack is not None:
            view.stack.follow(before.stack)
            drawn = drawn_slices(self.state, before.stack.volume)
            if drawn and before.stack.index not in drawn:
                view.stack.go_to(drawn[0])
        view.display.zoom, view.display.pan = before.display.zoom, copy(before.display.pan)
        self._page.grid.replace((picture, view))
        self.place()

    def _put_back(self, before: ViewState, prepared: Prepared) -> None:
        uid = before.loaded.image.sop_instance_uid
        now = self._page.grid.views.get(uid)
        if now is not None:
            if now.stack is not None and before.stack is not None:
                # At the slice where the reader is now: going back is not going elsewhere.
                before.stack.follow(now.stack)
            self._page.grid.replace((prepared[0], before))

    def _prepare(self, loaded: "LoadedImage", then: "partial[None]") -> None:
        prepare = self._page.grid.preparation(loaded.image)
        self._page.flow.background.image(
            partial(prepare, loaded), then, nothing, what="presentation state", scope=self._page.flow.scope
        )


def seen_through(state: PresentationState, loaded: "LoadedImage") -> "LoadedImage":
    """Return an image with grey, shutters and mirroring of a state, and notices that say so."""
    image, flip = loaded.image, flip_of(state)
    uid, frame = (*frames_under(state, loaded), (image.sop_instance_uid, image.middle_frame))[0]
    who = f" by {state.creator}" if state.creator else ""
    notices = [
        Notice("presentation-state", f"Shown through the presentation state {state.label}{who}."),
        *state.notices,
    ]
    if state.rotation in (90, 270):
        notices.append(replace(_QUARTER, text=_QUARTER.text.format(state.rotation)))
    elif flip is not None and flip != loaded.flip:
        notices.append(_TURNED)
    if image.spacing is None and wants_true_size(state, loaded):
        notices.append(
            Notice(
                "state-size-unchecked", "The true size is that of the presentation state, not of the file."
            )
        )
    return replace(
        loaded,
        grayscale=under_state(state, loaded.grayscale, uid, frame),
        grey_of_slice=partial(grey_of_slice, state) if loaded.volume is not None else None,
        shutters=state.shutters,
        flip=flip if flip is not None else loaded.flip,
        notices=(*loaded.notices, *notices),
    )
