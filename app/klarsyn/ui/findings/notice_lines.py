"""A result's notices, as they stand in the head of the list of findings, whatever else is scrolled.

What is held back, could not be read or is drawn on trust is said in colour; what takes nothing from the
lesions is dim.
"""

from html import escape

from PySide6.QtWidgets import QLabel

from klarsyn.domain.finding import AiResult
from klarsyn.domain.reports.report_findings import NO_LESION
from klarsyn.ui.panels.pieces import label
from klarsyn.ui.theme import theme

MOST = 3
"""Lines at most: the head stays in sight, and the list needs its room."""

LONGEST = 110
"""Characters of a line: two or three rows of the list; the tooltip has all of it."""


def weighs(notice: str) -> bool:
    """Return whether a notice takes something from what a result says of lesions; what is unknown does."""
    return not notice.startswith(NO_LESION)


def notice_lines(result: AiResult | None) -> tuple[tuple[str, bool], ...]:
    """Return the lines, those that weigh first, each with whether it does."""
    notices = () if result is None else tuple(dict.fromkeys(result.notices))
    ordered = sorted(notices, key=lambda notice: not weighs(notice))
    kept = ordered if len(ordered) <= MOST else ordered[: MOST - 1]
    lines = [(_short(notice), weighs(notice)) for notice in kept]
    if left := ordered[len(kept) :]:
        lines.append((f"And {len(left)} more of this kind.", any(map(weighs, left))))
    return tuple(lines)


def notice_labels(result: AiResult | None) -> list[QLabel]:
    """Make a label for each line; the tooltip of each has all notices."""
    look, made = theme(), []
    for text, heavy in notice_lines(result):
        made.append(label(text, size=look.small, colour=look.attention if heavy else look.dim, wraps=True))
        made[-1].setToolTip(_in_full(result))
    return made


def _in_full(result: AiResult | None) -> str:
    """Return all notices as a tooltip, a line each; what comes from a file is shown as it is."""
    lines = () if result is None else tuple(dict.fromkeys(result.notices))
    return f"<qt>{'<br>'.join(map(escape, lines))}</qt>" if lines else ""


def _short(notice: str) -> str:
    line = " ".join(notice.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"
