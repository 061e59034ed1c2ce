"""The grey values of one view and the curve that makes them visible; drawn with pyqtgraph."""

import numpy as np
import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from klarsyn.imaging.frames import SIGNED_OFFSET
from klarsyn.imaging.grayscale import build_lut
from klarsyn.ui.panels.pieces import label
from klarsyn.ui.theme import theme
from klarsyn.ui.view.viewport import Viewport

BINS = 200
LOOK_ROWS = 600


class HistogramPopover(QFrame):
    """A small chart over the black surround."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty, hidden chart."""
        super().__init__(parent)
        look = theme()
        self.setAutoFillBackground(True)
        self.setFixedSize(380, 240)
        self.title = label(size=look.small, colour=look.dim)
        self.chart = pyqtgraph.PlotWidget(background=look.panel)
        self.chart.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chart.setMouseEnabled(False, False)
        self.chart.setMenuEnabled(False)
        self.chart.hideButtons()
        self.chart.hideAxis("left")
        axis = self.chart.getAxis("bottom")
        axis.setPen(look.line)
        axis.setTextPen(look.dim)
        axis.setStyle(tickFont=look.font(look.small))
        axis.enableAutoSIPrefix(False)
        self.bars = self.chart.plot(stepMode="center", fillLevel=0, brush=look.faint, pen=None)
        self.curve = self.chart.plot(pen=pyqtgraph.mkPen(look.accent, width=1.5), antialias=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 4)
        layout.addWidget(self.title)
        layout.addWidget(self.chart)
        self._counted: object = None
        self.hide()

    def show_view(self, viewport: Viewport) -> None:
        """Show one view's stored values and its window curve; counts are made once an image."""
        picture, view = viewport.picture, viewport.view
        if picture is None or view is None:
            self.bars.setData([0, 1], [0])
            self.curve.setData([], [])
            self.title.setText("No image in this view")
            return
        offset = SIGNED_OFFSET if picture.loaded.grayscale.signed else 0
        if self._counted is not picture.loaded:
            small = picture.loaded.pyramid.small_level(LOOK_ROWS)
            counts, edges = np.histogram(small, bins=BINS)
            # Background outnumbers tissue by far; the square root keeps both readable.
            self.bars.setData(edges - offset, np.sqrt(counts / max(1, counts.max())))
            self._edges = edges
            self._counted = picture.loaded
        at = np.linspace(self._edges[0], self._edges[-1], 400)
        # P-values, not what this monitor is driven with: the curve says what the window does.
        p_values = build_lut(picture.loaded.grayscale, view.display)
        grey = p_values[np.clip(at, 0, 65535).astype(np.intp)] / 255.0
        self.curve.setData(at - offset, grey)
        self.title.setText(f"{viewport.corners.label} · stored values · {view.label}")
