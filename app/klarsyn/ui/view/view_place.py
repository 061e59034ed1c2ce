"""Where the image of one view stands: zoom, pan, 1:1 and true size, in device pixels of its screen."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtWidgets import QWidget

from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.monitors.screen_book import mm_per_device_pixel
from klarsyn.ui.view.true_size import is_true_size
from klarsyn.ui.view.view_state import ViewState

SETTLE_MS = 80
"""After the last zoom of a series the still frame is drawn: long enough for the next turn of a wheel."""


class ViewPlace(QWidget):
    """A widget that shows one view.

    `moved` says that the reader has zoomed or panned here, `true_size_changed` that the image has come to
    true size or left it. `neighbours` returns the views of the step, this one among them.
    """

    moved = Signal()
    true_size_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self.view: ViewState | None = None
        self.mm_per_px: float | None = None
        self.neighbours: Callable[[], Iterable[ViewPlace]] = tuple
        self.at_true_size = False
        """The image was as large as the breast when it was last painted."""
        self._still = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._still.timeout.connect(self.update)

    @property
    def ratio(self) -> float:
        """Device pixels per logical pixel."""
        return self.devicePixelRatioF()

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return max(1, round(self.width() * self.ratio)), max(1, round(self.height() * self.ratio))

    @property
    def pixel_mm(self) -> tuple[float, bool]:
        """Size of a device pixel of this screen in mm, and whether a ruler has measured it."""
        return mm_per_device_pixel(self.screen())

    @property
    def gliding(self) -> bool:
        """True while the reader zooms: frames may be drawn faster, and one more is drawn once it is over."""
        return self._still.isActive()

    def hold_still(self) -> None:
        """Draw still frames from now on."""
        self._still.stop()
        self.update()

    def transform(self) -> ViewTransform | None:
        """Return where the image stands, in device pixels; None without an image."""
        return self.view.transform(self.device_size, self.mm_per_px) if self.view else None

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom about a point in logical pixels, or about what is looked at."""
        if self.view is not None:
            self.view.zoom_by(factor, self.device_point(about), self.device_size, self.mm_per_px)
            self._still.start()
            self._has_moved()

    def pan(self, dx: float, dy: float) -> None:
        """Move the image by logical pixels."""
        if self.view is not None:
            self.view.pan_by(dx * self.ratio, dy * self.ratio, self.device_size, self.mm_per_px)
            self._has_moved()

    def one_to_one(self, about: QPointF | None = None) -> None:
        """Every pixel, or back to the whole."""
        if self.view is not None:
            self.view.one_to_one(self.device_point(about), self.device_size, self.mm_per_px)
            self._has_moved()

    def true_size(self) -> bool:
        """As large as the breast was; False when the image has no real size."""
        if self.view is None:
            return False
        about, pixel_mm = self.device_point(None), self.pixel_mm[0]
        done = self.view.true_size(pixel_mm, about, self.device_size, self.mm_per_px)
        if done:
            self._has_moved()
        return done

    def tell_true_size(self, painted: ViewTransform | None) -> None:
        """Say so when the image has come to true size, or left it, since it was painted before."""
        now = False
        if self.view is not None and painted is not None:
            now = is_true_size(self.view, painted, self.pixel_mm[0])
        if now != self.at_true_size:
            self.at_true_size = now
            self.true_size_changed.emit()

    def fit(self) -> None:
        """The whole image in its place."""
        if self.view is not None:
            self.view.fit()
            self._has_moved()

    def show_at(self, transform: ViewTransform, *, gliding: bool = False) -> None:
        """Put the image where a transform says; nothing linked follows. `gliding` as one that does."""
        if self.view is not None:
            if gliding:
                self._still.start()
            self.view.show(transform, self.device_size, self.mm_per_px)
            self.update()

    def look_at(self, column: float, row: float, px_per_mm: float | None = None) -> None:
        """Show an image point in the middle, at every pixel or nearer; see `ViewState.look_at`.

        `px_per_mm` says how large, in device pixels a mm, where the image has a real size.
        """
        view, now = self.view, self.transform()
        if view is None or now is None:
            return
        spacing = view.loaded.image.spacing
        if px_per_mm is not None and spacing is not None:
            middle = self.device_size[0] / 2, self.device_size[1] / 2
            factor = px_per_mm * spacing.column_mm / now.column_scale
            view.zoom_by(factor, middle, self.device_size, self.mm_per_px)
        view.look_at(column, row, self.device_size, self.mm_per_px)
        self.update()

    def _has_moved(self) -> None:
        self.update()
        self.moved.emit()

    def device_point(self, at: QPointF | None) -> tuple[float, float]:
        """Return a point in device pixels; None means what is looked at."""
        if at is not None:
            return at.x() * self.ratio, at.y() * self.ratio
        if self.view is not None:
            return self.view.centre(self.device_size, self.mm_per_px)
        return self.width() * self.ratio / 2, self.height() * self.ratio / 2
