"""The four-up: chest walls together, one real size, extra images behind the wheel."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from klarsyn.domain.exam import Image
from klarsyn.domain.finding import Finding
from klarsyn.domain.hanging import FOUR_UP, Slot
from klarsyn.imaging.geometry import common_scale
from klarsyn.ui import overlay
from klarsyn.ui.captions import captions
from klarsyn.ui.corners import Corners
from klarsyn.ui.hung import Pages, pages
from klarsyn.ui.picture import Picture
from klarsyn.ui.prepared import Prepared, prepared
from klarsyn.ui.theme import theme
from klarsyn.ui.view_state import ViewState
from klarsyn.ui.viewport import Viewport

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage
    from klarsyn.reading.session import ReadingSession


class HangingGrid(QWidget):
    """All views of one exam. Holds the loaded images and the reader's display state of each."""

    all_painted = Signal()
    grey_changed = Signal()
    mark_picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the places; they stay empty until an exam is hung."""
        super().__init__(parent)
        self.linked = True
        self.session: ReadingSession | None = None
        self.viewports = tuple(Viewport(self) for _ in FOUR_UP)
        self._shared: tuple[tuple[Slot, Pages], ...] = ()
        self._page = [0] * len(FOUR_UP)
        self._pictures: dict[str, Picture] = {}
        self._views: dict[str, ViewState] = {}
        self._failed: dict[str, str] = {}
        self._unpainted: set[int] = set()
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme().gap)
        for number, (slot, viewport) in enumerate(zip(FOUR_UP, self.viewports, strict=True)):
            layout.addWidget(viewport, slot.row, slot.column)
            viewport.picked.connect(lambda n=number: self.pick(n))
            viewport.mark_picked.connect(self.mark_picked)
            viewport.turned.connect(lambda step, n=number: self.turn(n, step))
            viewport.window_dragged.connect(lambda dx, dy, n=number: self._drag_window(n, dx, dy))
            viewport.painted.connect(lambda n=number: self._was_painted(n))
        self.current = 0

    def hang(self, session: "ReadingSession") -> None:
        """Hang an exam; every place says "decoding" or that its view is missing."""
        self.clear()
        self.session = session
        self._shared = pages(session.hanging)
        self._unpainted = {n for n, (_, listed) in enumerate(self._shared) if listed[0] is not None}
        self._refresh_all()
        self.pick(0)
        if not self._unpainted:
            self.all_painted.emit()

    def clear(self) -> tuple["LoadedImage", ...]:
        """Take all down; returns the images, whose files the caller lets go off this thread."""
        images = tuple(p.loaded for p in self._pictures.values())
        self.session, self._shared = None, ()
        self._page = [0] * len(FOUR_UP)
        self._pictures, self._views, self._failed, self._unpainted = {}, {}, {}, set()
        for viewport in self.viewports:
            viewport.highlighted = None
            viewport.set_glass(False)
            viewport.show_text(Corners("", right=False), "")
        return images

    @property
    def images_in_order(self) -> tuple[Image, ...]:
        """Every image of the hanging: what is seen first comes first."""
        first = [listed[0] for _, listed in self._shared]
        later = [image for _, listed in self._shared for image in listed[1:]]
        return tuple(image for image in (*first, *later) if image is not None)

    def preparation(self, image: Image) -> "Callable[[LoadedImage], Prepared]":
        """Return what a worker does with a decoded image, so that painting it is only a copy."""
        number = next((n for n, (_, listed) in enumerate(self._shared) if image in listed), 0)
        viewport = self.viewports[number]
        return partial(prepared, size=viewport.device_size, mm_per_px=viewport.mm_per_px)

    def put(self, prepared: Prepared) -> None:
        """Take an image that a worker has made ready."""
        picture, view = prepared
        uid = picture.loaded.image.sop_instance_uid
        self._pictures[uid], self._views[uid] = picture, view
        self._refresh_all()

    def put_failure(self, sop_instance_uid: str, sentence: str) -> None:
        """Say in its place why an image cannot be shown."""
        self._failed[sop_instance_uid] = sentence
        self._refresh_all()

    def shown(self, number: int) -> Image | None:
        """Return the image that one place shows now."""
        return self._shared[number][1][self._page[number]] if self._shared else None

    def turn(self, number: int, step: int) -> None:
        """Show the next or previous image of one place."""
        if self._shared:
            self._page[number] = (self._page[number] + step) % len(self._shared[number][1])
            self._refresh(number)

    def pick(self, number: int) -> None:
        """Make one place the current one, which keys act on."""
        self.current = number % len(self.viewports)
        for n, viewport in enumerate(self.viewports):
            viewport.current = n == self.current
            viewport.update()
        self.grey_changed.emit()

    @property
    def viewport(self) -> Viewport:
        """The current place."""
        return self.viewports[self.current]

    def change_grey(self, change: Callable[[ViewState], None]) -> None:
        """Change the current view's grey by preset or inversion, and that of all views linked to it."""
        view = self.viewport.view
        if view is not None:
            change(view)
            for other in self._linked_to(view):
                other.follow(view)
            self._repaint()

    def refresh_marks(self) -> None:
        """Draw what may be drawn now, no more (invariant 6)."""
        for number, viewport in enumerate(self.viewports):
            shown = self.shown(number) if viewport.picture else None
            viewport.marks = overlay.visible_marks(self.session, shown)
            viewport.update()

    def jump_to(self, finding: Finding) -> None:
        """Highlight a finding and show each of its marks in the middle of its view."""
        for number, (_, listed) in enumerate(self._shared):
            viewport = self.viewports[number]
            viewport.highlighted = finding.finding_id
            for page, image in enumerate(listed):
                mark = next(
                    (m for m in finding.marks if image and m.sop_instance_uid == image.sop_instance_uid), None
                )
                if mark is None:
                    continue
                self._page[number] = page
                self._refresh(number)
                columns, rows = zip(*mark.outline, strict=True)
                viewport.look_at((min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2)
                break
            viewport.update()

    def highlight(self, finding_id: str) -> None:
        """Highlight one finding's marks, where they stand."""
        for viewport in self.viewports:
            viewport.highlighted = finding_id
            viewport.update()

    def fit_all(self) -> None:
        """Show all images whole, in their places, and nothing highlighted."""
        for view in self._views.values():
            view.fit()
        for viewport in self.viewports:
            viewport.highlighted = None
        self._repaint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep one real size when the window changes."""
        super().resizeEvent(event)
        self._rescale()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Black between the views."""
        QPainter(self).fillRect(self.rect(), theme().surround)

    def _linked_to(self, view: ViewState) -> Iterator[ViewState]:
        if self.linked:
            yield from (v for v in self._views.values() if v is not view and v.is_like(view))

    def _drag_window(self, number: int, dx: float, dy: float) -> None:
        view = self.viewports[number].view
        if view is not None:
            for each in (view, *self._linked_to(view)):
                each.drag_window(dx, dy)
            self._repaint()

    def _refresh_all(self) -> None:
        self._rescale()
        for number in range(len(self.viewports)):
            self._refresh(number)

    def _refresh(self, number: int) -> None:
        viewport = self.viewports[number]
        if self.session is None:
            return
        slot, listed = self._shared[number]
        image = listed[self._page[number]]
        uid = image.sop_instance_uid if image is not None else ""
        picture = self._pictures.get(uid)
        corners = captions(
            self.session.exam, slot, listed, self._page[number], picture.loaded if picture else None
        )
        if image is None:
            viewport.show_text(corners, f"{slot.label} is missing from this exam")
        elif uid in self._failed:
            viewport.show_text(corners, self._failed[uid])
        elif picture is not None:
            viewport.show_image(picture, self._views[uid], corners)
            viewport.marks = overlay.visible_marks(self.session, image)
        else:
            viewport.show_text(corners, "decoding…")

    def _rescale(self) -> None:
        if self.session is None:
            return
        placed = [image for _, listed in self._shared for image in listed if image is not None]
        smallest = min((v.device_size for v in self.viewports), key=lambda s: s[0] * s[1])
        scale = common_scale(placed, smallest)
        for viewport in self.viewports:
            viewport.mm_per_px = scale

    def _was_painted(self, number: int) -> None:
        if number not in self._unpainted:
            return
        viewport = self.viewports[number]
        if viewport.picture is not None or (viewport.message and viewport.message != "decoding…"):
            self._unpainted.discard(number)
            if not self._unpainted:
                self.all_painted.emit()

    def _repaint(self) -> None:
        for viewport in self.viewports:
            viewport.update()
        self.grey_changed.emit()
