"""Where the floats of the reading page stand: over black where there is any, never over what is read."""

from typing import TYPE_CHECKING

from klarsyn.domain.exam import Laterality
from klarsyn.reading.session import ReadingSession, Step
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage

STEP = 14


def place_floats(page: "ReadingPage") -> None:
    """Put them where they belong in a page of this size."""
    grid, middle = page.grid.geometry(), page.rect().center()
    page.findings.move(_findings_x(page, page.flow.session), 142)
    on_left = page.findings.x() < grid.width() / 2
    page.histogram.move(
        grid.width() - page.histogram.width() - STEP if on_left else STEP,
        grid.height() - page.histogram.height() - 60,
    )
    for float_ in (page.cheat_sheet, page.announcement, page.protocols):
        float_.move(middle.x() - float_.width() // 2, middle.y() - float_.height() // 2)
    page.notices.move(
        middle.x() - page.notices.width() // 2,
        page.height() - theme().strip - page.notices.height() - STEP,
    )
    page.load_bar.setGeometry(0, theme().strip, page.width(), 3)


def _findings_x(page: "ReadingPage", session: ReadingSession | None) -> int:
    # Away from the breast with the highest finding; it stays there while this exam is open, since a
    # list that moves under the mouse is worse than one that stands over black surround.
    on_left = False
    if session is not None and session.step in (Step.REVEALED, Step.FINAL) and session.result is not None:
        best = max(session.result.findings, key=lambda f: f.score, default=None)
        on_left = best is not None and best.laterality is Laterality.LEFT
    return STEP if on_left else page.grid.width() - page.findings.width() - STEP
