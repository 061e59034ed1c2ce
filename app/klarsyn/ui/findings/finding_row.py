"""One finding in the list of findings."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from klarsyn.domain.finding import Finding, LesionType
from klarsyn.domain.shown_slices import slice_words
from klarsyn.domain.volume import Volume
from klarsyn.ui.findings.overlay import colour_of, score_text
from klarsyn.ui.slices.slice_marks import best_on, span_of
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write

if TYPE_CHECKING:
    from klarsyn.domain.exam import Exam


_LINE = 17
"""Logical pixels that another line of views takes, before the theme's scale."""


class FindingRow(QFrame):
    """One finding: score, kind, and its score on each view, with the slice. A click jumps to it."""

    clicked = Signal(object)

    def __init__(
        self, finding: Finding, exam: "Exam", volumes: Sequence[Volume] = (), parent: QWidget | None = None
    ) -> None:
        """Make the row of `finding`; `volumes` are those of the exam."""
        super().__init__(parent)
        self.finding = finding
        self.chosen = False
        self.lines = lines_of(finding, exam, volumes)
        self.setFixedHeight(theme().sized(48 + _LINE * (len(self.lines) - 1)))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(tooltip_of(finding))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Jump."""
        self.clicked.emit(self.finding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Score in the colour and shape of its kind, words beside."""
        look = theme()
        score = score_text(self.finding.score)
        colour = colour_of(self.finding.lesion_type)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), look.raised if self.chosen else look.panel)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), look.line)
        side, above = look.sized(11), (self.height() - look.large - 5) / 2
        write(painter, QPointF(look.sized(44), above), score, look.large, colour, bold=True, right=True)
        painter.setPen(QPen(colour, 1.5))
        symbol = QRectF(look.sized(58), (self.height() - side) / 2, side, side)
        if self.finding.lesion_type is LesionType.SOFT_TISSUE:
            painter.drawEllipse(symbol)
        else:
            painter.drawRect(symbol)
            painter.setBrush(colour)
            for corner in (symbol.topLeft(), symbol.topRight(), symbol.bottomLeft(), symbol.bottomRight()):
                painter.drawEllipse(corner, 1.2, 1.2)
        x = look.sized(78)
        kind = self.finding.descriptor or self.finding.lesion_type.value
        ink = look.dim if self.finding.optional else look.text
        room = self.width() - x
        # A long name, which only a maker's own code has, is smaller before it is cut.
        wide = QFontMetricsF(look.font(look.body)).horizontalAdvance(kind)
        size = look.body if wide <= room else look.small
        write(painter, QPointF(x, look.sized(5)), _cut(kind, room, size), size, ink)
        for number, line in enumerate(self.lines):
            at = QPointF(x, look.sized(25 + _LINE * number))
            write(painter, at, _cut(line, self.width() - x), look.small, look.dim)
        painter.end()


def lines_of(finding: Finding, exam: "Exam", volumes: Sequence[Volume] = ()) -> tuple[str, ...]:
    """Return a line for each view with slices, e.g. "R CC 71 · slice 31, 30 mm"; all others in one."""
    flat: list[str] = []
    deep: list[str] = []
    told: set[str] = set()
    for mark in finding.marks:
        volume = next((v for v in volumes if span_of(mark, v) is not None), None)
        if volume is None:
            flat.append(_with_score(_view(exam, mark.sop_instance_uid), mark.score))
            continue
        best = best_on(finding, volume)
        if best is not None and volume.image.sop_instance_uid not in told:
            # A lesion over several files of a volume has a mark in each: one line for all.
            told.add(volume.image.sop_instance_uid)
            where = slice_words(volume, best[1].best)
            deep.append(f"{_with_score(volume.image.view_label, best[0].score)} · {where}")
    # Beside slices a mammogram is "2D", be it exposed or synthetic.
    beside = ("2D " if deep else "") + " · ".join(flat)
    places = (*deep, *((beside,) if flat else ())) or ("no view",)
    return (*places, finding.stated) if finding.stated else places


def tooltip_of(finding: Finding) -> str:
    """Return what its maker says of a finding, in the maker's words; empty of an engine's own."""
    kind = f"{finding.descriptor} ({finding.lesion_type.value})" if finding.descriptor else ""
    below = "below the maker's operating point" if finding.optional else ""
    return "\n".join(filter(None, (kind, finding.stated, finding.algorithm, below)))


def _with_score(view: str, score: int) -> str:
    """Return a view and the mark's score on it; nothing where the maker states none."""
    return f"{view} {score}" if score else view


def _cut(text: str, width: float, size: int | None = None) -> str:
    metrics = QFontMetricsF(theme().font(size or theme().small))
    # The finding's score stands beside, and the mark has its own: the place is what only stands here. The
    # height goes before the slice's number.
    for given_up, instead in ((r" \d+ · slice ", " sl. "), (r"( sl\. \d+), .*", r"\1")):
        if metrics.horizontalAdvance(text) > width:
            text = re.sub(given_up, instead, text)
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _view(exam: "Exam", sop_instance_uid: str) -> str:
    image = exam.image(sop_instance_uid)
    return image.view_label if image is not None else "image not in this exam"
