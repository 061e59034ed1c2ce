"""What stands in the corners of a view, away from the breast: who, which view, how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from klarsyn.domain.exam import Notice
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write
from klarsyn.ui.view.notice_words import full, is_quiet, short

MARGIN = 14
SHORT_NOTICES = 4


@dataclass
class Corners:
    """The texts of one view; `right` puts them on the right side.

    `prior` says of a prior when it was made and how long before; "" for the exam that is read.
    """

    label: str
    right: bool
    prior: str = ""
    identity: str = ""
    day: str = ""
    technique: str = ""
    device: str = ""
    device_asked: bool = False
    grey: str = ""
    size: str = ""
    screen: str = ""
    screen_is_sound: bool = True
    place: str = ""
    hidden: str = ""
    """How many marks are not drawn here, because their scores are below the reader's minimum."""
    slices: tuple[str, str, str] = ("", "", "")
    """Of a tomosynthesis: which slice, which slab, and what must be told of them."""
    instead: str = ""
    """Why a tomosynthesis shows no picture of this slice, in a sentence."""
    cause: str = ""
    """What is wrong with this slice, and what to do; said with the notices in full alone."""
    notices: tuple[Notice, ...] = ()
    spacing: str = ""
    """What sizes rest on; said with the notices in full alone."""
    sizes_compare: bool = True
    """Another view is drawn at the same real size; else nothing is said of how sizes differ."""
    credit: str = ""
    box_of_notices: QRectF = field(default_factory=QRectF)
    written: list[QRectF] = field(default_factory=list)
    """Where texts stood when they were painted last; what else is written keeps clear of them."""


def paint_corners(painter: QPainter, corners: Corners, size: QSizeF, *, in_full: bool) -> None:
    """Write the texts; remembers where the notices stand, so that the mouse can ask for them in full."""
    look = theme()
    corners.written = []
    x = size.width() - MARGIN if corners.right else MARGIN
    y = 10.0
    lines: list[tuple[str, int, QColor, bool]] = [(corners.label, look.large, look.text, True)]
    if corners.prior:
        lines.append((corners.prior, look.body, look.attention, True))
    if corners.place:
        lines.append((corners.place, look.body, look.attention, True))
    for text, colour in zip(corners.slices, (look.text, look.text, look.attention), strict=True):
        if text:
            lines.append((text, look.body, colour, False))
    device = corners.device if corners.device_asked else ""
    for text in (corners.identity, corners.day, corners.technique, device, corners.grey, corners.size):
        if text:
            lines.append((text, look.small, look.dim, False))
    if corners.screen:
        # In grey on every view (invariant 4); in colour it stands once, in the strip above.
        lines.append((corners.screen, look.small, look.dim, False))
    if corners.hidden:
        lines.append((corners.hidden, look.small, look.attention, False))
    for text, font_size, colour, bold in lines:
        box = write(painter, QPointF(x, y), text, font_size, colour, bold=bold, right=corners.right)
        corners.written.append(box)
        y += box.height() + 2
    y += look.body / 2 if corners.instead else 0
    for text in wrapped(corners.instead, size.width() - 2 * MARGIN, look.body):
        box = write(painter, QPointF(x, y), text, look.body, look.attention, bold=True, right=corners.right)
        corners.written.append(box)
        y += box.height() + 2
    _paint_notices(painter, corners, size, x, in_full)


def _paint_notices(painter: QPainter, corners: Corners, size: QSizeF, x: float, in_full: bool) -> None:
    look = theme()
    width = min(size.width() - 2 * MARGIN, float(look.sized(460)))
    told = [n for n in corners.notices if corners.sizes_compare or n.code != "sizes-differ"]
    loud = tuple(n for n in told if not is_quiet(n))
    quiet = tuple(n for n in told if is_quiet(n))
    notices = [
        (text, colour)
        for some, colour in ((loud, look.attention), (quiet, look.dim))
        for text in _notice_lines(some, in_full, width)
    ]
    if in_full:
        notices += [
            (line, look.dim) for text in (corners.cause, corners.spacing) for line in wrapped(text, width)
        ]
    lines = notices + ([(corners.credit, look.dim)] if corners.credit else [])
    height = text_size("Xg", look.small)[1] + 2
    y = size.height() - 10 - height * len(lines)
    corners.box_of_notices = QRectF(
        x - width if corners.right else x, y - 4, width, height * len(notices) + 8
    )
    for text, colour in lines:
        corners.written.append(write(painter, QPointF(x, y), text, look.small, colour, right=corners.right))
        y += height


def _notice_lines(notices: tuple[Notice, ...], in_full: bool, width: float) -> list[str]:
    if in_full:
        return [line for n in notices for line in wrapped(full(n), width)]
    words = list(dict.fromkeys(short(n) for n in notices))
    more = len(words) - SHORT_NOTICES
    return words[:SHORT_NOTICES] + ([f"and {more} more: hold N"] if more > 0 else [])


def paint_message(painter: QPainter, message: str, size: QSizeF) -> None:
    """Write in the middle what is there instead of an image."""
    look = theme()
    lines = list(wrapped(message, size.width() * 0.7, look.body))
    high = look.sized(24)
    y = (size.height() - high * len(lines)) / 2
    for n, line in enumerate(lines):
        x = (size.width() - text_size(line, look.body)[0]) / 2
        write(painter, QPointF(x, y + high * n), line, look.body, look.dim)


def wrapped(text: str, width: float, size: int | None = None) -> Iterable[str]:
    """Break a sentence into lines of at most `width` logical pixels."""
    metrics = QFontMetricsF(theme().font(size or theme().small))
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and metrics.horizontalAdvance(longer) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line
