"""AI marks, drawn as vectors above the image (invariants 3 and 6).

Square with dots for calcifications, circle for soft tissue; the number stands outside the mark. The line is
thin and bright on a dark halo, so that it shows on dense and on fatty tissue and hides neither. One slice
beside its own, a mark is a ghost: half-transparent, dashed, without its number.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from klarsyn.domain.exam import Image
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.minimum_score import Hidden
from klarsyn.domain.volume import Volume
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.reading.step import Step
from klarsyn.ui.slices.slice_marks import FoundMark, span_of
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession

LINE = 1.5
HALO = 4.0
MARGIN = 7.0
"""Logical pixels between a finding's outline and the line around it: no mark covers its lesion."""
SMALLEST = 26.0
"""Logical pixels of the smallest mark: what is drawn around a finding of one point, which stays in sight."""

GHOST = 0.55
"""Opacity of a mark one slice beside its own."""
_DASHES = [4.0, 3.0]


@dataclass(frozen=True)
class PlacedMark:
    """One mark on the screen, in logical pixels of its viewport."""

    finding: Finding
    mark: Mark
    box: QRectF
    number: QRectF
    ghost: bool = False


def visible_marks(
    session: "ReadingSession | None", image: Image | None, volume: Volume | None = None
) -> tuple[FoundMark, ...]:
    """Return what may be drawn on one image now: nothing before the reveal, nothing when hidden.

    Marks belong to the instance and frame that they name (invariant 3); views of the same name and other
    frames of the stack get none of them. With the `volume` that hangs, those of all its slices are returned:
    `slice_marks` says which of them stand on the slice that is shown. Left out are findings below the minimum
    score, the list and the strip say how many, and optional ones until asked for.
    """
    if image is None or session is None or session.result is None:
        return ()
    if session.step not in (Step.REVEALED, Step.FINAL) or not session.overlay_shown:
        return ()
    return tuple(
        (finding, mark)
        for finding in session.result.findings
        if session.draws(finding)
        for mark in finding.marks
        if (_is_of(mark, image) if volume is None else span_of(mark, volume) is not None)
    )


def hidden_on(session: "ReadingSession | None", image: Image | None, volume: Volume | None = None) -> str:
    """Say how many marks of one image are not drawn because of the reader's minimum score; empty for none."""
    if image is None or session is None or session.result is None or not session.overlay_shown:
        return ""
    marks = [
        mark
        for finding in session.result.findings
        if session.wants(finding) and not session.draws(finding)
        for mark in finding.marks
        if (_is_of(mark, image) if volume is None else span_of(mark, volume) is not None)
    ]
    return Hidden(session.minimum_score, 0, len(marks)).words()


def place(
    marks: Iterable[FoundMark],
    transform: ViewTransform,
    size: QSizeF,
    ratio: float,
    chest_wall: str | None,
    clear_of: Iterable[QRectF] = (),
    ghosts: Collection[Mark] = (),
) -> list[PlacedMark]:
    """Return where marks and their numbers stand.

    Parameters
    ----------
    transform
        Image to device pixels of the viewport.
    size, ratio
        Size of the viewport in logical pixels, and device pixels per logical pixel.
    chest_wall
        Side of the viewport where the chest wall hangs; numbers go to the other side where there is room.
    clear_of
        Texts in the corners, over which no number stands. The words of drawings keep clear of the marks and
        their numbers, not the other way round: a mark's number must not move while somebody measures.
    ghosts
        Marks of a neighbouring slice: they have no number.
    """
    boxes = [(f, m, _box(m, transform, ratio)) for f, m in marks]
    taken = [*(box for *_, box in boxes), *clear_of]
    placed = []
    for finding, mark, box in sorted(boxes, key=lambda b: -b[1].score):
        if mark in ghosts:
            placed.append(PlacedMark(finding, mark, box, QRectF(), ghost=True))
            continue
        number = _number_box(score_text(mark.score), box, taken, size, chest_wall)
        taken.append(number)
        placed.append(PlacedMark(finding, mark, box, number))
    return placed


def paint(painter: QPainter, placed: Iterable[PlacedMark], highlighted: str | None = None) -> None:
    """Draw placed marks; the highlighted finding has a line twice as wide."""
    look = theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for p in placed:
        soft = p.finding.lesion_type is LesionType.SOFT_TISSUE
        colour = look.attention if soft else look.accent
        line = LINE * 2 if p.finding.finding_id == highlighted else LINE
        painter.setOpacity(GHOST if p.ghost else 1.0)
        for pen in (QPen(look.halo, line + HALO), QPen(colour, line)):
            if p.ghost:
                # As long for the halo as for the line: the pattern counts widths of the pen.
                pen.setDashPattern([dash * LINE * 2 / pen.widthF() for dash in _DASHES])
                pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            if soft:
                painter.drawEllipse(p.box)
            else:
                painter.drawRect(p.box)
        if not soft:
            _dots(painter, p.box, colour)
        if not p.ghost:
            write(painter, p.number.topLeft(), score_text(p.mark.score), look.body, colour, bold=True)
    painter.restore()


def score_text(score: int) -> str:
    """Return a score as it is written; 0 is none: its maker states none that means the same everywhere."""
    return str(score) if score else "–"


def colour_of(lesion_type: LesionType) -> QColor:
    """Return the colour that repeats what the shape says."""
    return theme().attention if lesion_type is LesionType.SOFT_TISSUE else theme().accent


def _is_of(mark: Mark, image: Image) -> bool:
    return mark.sop_instance_uid == image.sop_instance_uid and mark.frame in (None, image.middle_frame)


def _dots(painter: QPainter, box: QRectF, colour: QColor) -> None:
    painter.save()
    painter.setPen(QPen(theme().halo, 1.0))
    painter.setBrush(colour)
    for corner in (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight()):
        painter.drawEllipse(corner, 3.5, 3.5)
    painter.restore()


def _box(mark: Mark, transform: ViewTransform, ratio: float) -> QRectF:
    points = transform.points_to_viewport(mark.outline) / ratio
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    centre = QPointF(float(x0 + x1) / 2, float(y0 + y1) / 2)
    side = max(float(x1 - x0), float(y1 - y0)) + 2 * MARGIN
    side = max(side, SMALLEST)
    return QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)


def _number_box(text: str, box: QRectF, taken: list[QRectF], size: QSizeF, chest_wall: str | None) -> QRectF:
    """Return the first place beside the mark that is inside the viewport and covers no other mark."""
    width, height = text_size(text, theme().body, bold=True)
    gap = 8.0
    right = QRectF(box.right() + gap, box.center().y() - height / 2, width, height)
    left = QRectF(box.left() - gap - width, box.center().y() - height / 2, width, height)
    above = QRectF(box.center().x() - width / 2, box.top() - gap - height, width, height)
    below = QRectF(box.center().x() - width / 2, box.bottom() + gap, width, height)
    wanted = [left, right, above, below] if chest_wall == "right" else [right, left, above, below]
    viewport = QRectF(QPointF(0, 0), size)
    for candidate in wanted:
        if viewport.contains(candidate) and not any(candidate.intersects(t) for t in taken):
            return candidate
    return next((c for c in wanted if viewport.contains(c)), wanted[0])
