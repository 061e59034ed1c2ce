"""Where the floats of the reading page stand: over black where there is any, never over what is read."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QTimer

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import Finding
from klarsyn.ui.findings.findings_place import place_list
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage
    from klarsyn.ui.view.viewport import Viewport

STEP = 14
SOON_MS = 40


def place_floats(page: "ReadingPage") -> None:
    """Put them where they belong in a page of this size."""
    grid, middle = page.grid.geometry(), page.rect().center()
    place_findings(page)
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
    page.load_bar.setGeometry(0, page.top.height(), page.width(), 3)


def show_finding(page: "ReadingPage", finding: Finding) -> None:
    """Jump to a finding; where the list would lie over its mark, a text or a bar, it goes elsewhere.

    One that is optional is drawn as long as it is the chosen one.
    """
    if page.flow.session is not None:
        page.flow.session.optional_chosen = finding.finding_id if finding.optional else ""
        page.grid.refresh_marks()
    page.grid.looks.jump_to(finding)
    page.findings.placed_for_a_jump = True
    # Where the list stands in a new step is known once that is painted.
    QTimer.singleShot(SOON_MS, page, lambda: _uncover(page))


def fit_all(page: "ReadingPage") -> None:
    """Show all images whole; a list that a jump has placed goes to where it covers least of them."""
    page.grid.fit_all()
    if page.findings.placed_for_a_jump:
        page.findings.placed_for_a_jump, page.findings.stands_for = False, None
        place_findings(page)


def _uncover(page: "ReadingPage") -> None:
    panel = QRectF(page.findings.geometry())
    if not page.findings.isVisible():
        return
    for viewport in page.grid.viewports:
        corner = QPointF(viewport.pos())
        if any(box.translated(corner).intersects(panel) for box in _not_to_be_covered(viewport)):
            page.findings.stands_for = None
            place_findings(page)
            return


def _not_to_be_covered(viewport: "Viewport") -> list[QRectF]:
    """The mark that has been jumped to, and texts and bar of what the jump has brought into view."""
    chosen = [m.box for m in viewport.placed_marks() if m.finding.finding_id == viewport.highlighted]
    bar = viewport.bar.place
    return [*chosen, *viewport.corners.written, *([bar.strip] if bar is not None else [])]


def place_findings(page: "ReadingPage") -> None:
    """Put the list of findings where it covers least, once for each exam, step and size of the images.

    When what it says changes it stays there, unless it would cover a text or a mark.
    """
    session, hung, grid = page.flow.session, page.grid.hung, page.grid
    if session is None or hung is None or not page.findings.may_show(session):
        page.findings.stands_for = None
        return
    screen = (session, hung.protocol, hung.sequence.position, grid.size())
    stands_for = (*screen, page.findings.sizes, page.findings.shown_for)
    before = page.findings.stands_for
    if stands_for == before:
        return
    if grid.isVisible() and any(not viewport.corners.written for viewport in grid.viewports):
        # Texts of a new step are where they are once they have been painted.
        QTimer.singleShot(SOON_MS, page, lambda: place_findings(page))
        return
    page.findings.stands_for = stands_for
    best = max(session.result.findings, key=lambda f: f.score, default=None) if session.result else None
    place = place_list(
        grid.viewports,
        grid.size(),
        page.findings.sizes,
        page.findings.least_height,
        on_left=best is not None and best.laterality is Laterality.LEFT,
        others=len(session.results) > 1,
        stays=page.findings.geometry() if before is not None and before[: len(screen)] == screen else None,
    )
    page.findings.setFixedSize(place.size)
    page.findings.move(place.at)
