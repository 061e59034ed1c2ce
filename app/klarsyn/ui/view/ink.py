"""Text over images: bright, thin, with a dark halo, never a box that hides tissue."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from klarsyn.ui.theme import theme

HALO = 3.0

_AROUND = [(dx * 1.3, dy * 1.3) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]


@lru_cache(maxsize=1024)
def text_size(text: str, size: int, *, bold: bool = False) -> tuple[float, float]:
    """Return the width and height of one line, in logical pixels."""
    metrics = QFontMetricsF(theme().font(size, bold=bold))
    return metrics.horizontalAdvance(text), metrics.height()


@lru_cache(maxsize=512)
def _line(text: str, size: int, colour: int, bold: bool, ratio: float) -> QImage:
    """Draw one line with its halo once: outlines cost more than all the rest of a frame."""
    font = theme().font(size, bold=bold)
    width, height = text_size(text, size, bold=bold)
    image = QImage(
        max(1, round((width + 2 * HALO) * ratio)),
        max(1, round((height + 2 * HALO) * ratio)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    base = QPointF(HALO, HALO + QFontMetricsF(font).ascent())
    painter = QPainter(image)
    painter.setFont(font)
    # The glyphs themselves, eight times in the dark: Qt keeps glyphs, outlines it would compute anew,
    # and the window's values change with every frame of a drag.
    painter.setPen(theme().halo)
    for dx, dy in _AROUND:
        painter.drawText(base + QPointF(dx, dy), text)
    painter.setPen(QColor.fromRgba(colour))
    painter.drawText(base, text)
    painter.end()
    return image


def write(
    painter: QPainter,
    at: QPointF,
    text: str,
    size: int,
    colour: QColor,
    *,
    bold: bool = False,
    right: bool = False,
) -> QRectF:
    """Write one line whose top-left (or, with `right`, top-right) corner is `at`; return its box."""
    width, height = text_size(text, size, bold=bold)
    ratio = painter.device().devicePixelRatioF()
    x = at.x() - width if right else at.x()
    # On whole device pixels, where text is sharpest.
    corner = QPointF(round((x - HALO) * ratio) / ratio, round((at.y() - HALO) * ratio) / ratio)
    painter.drawImage(corner, _line(text, size, colour.rgba(), bold, ratio))
    return QRectF(x, at.y(), width, height)
