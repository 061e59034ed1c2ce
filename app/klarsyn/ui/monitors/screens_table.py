"""The attached screens in rows, and the lines that say what is known of one of them."""

from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QTableWidget

from klarsyn.reading.monitor_state import MonitorState, unknown_monitor
from klarsyn.ui.monitors.display_check import DisplayCheck
from klarsyn.ui.monitors.display_words import Line, short_due, size_line, state_lines
from klarsyn.ui.monitors.screen_book import mm_per_device_pixel
from klarsyn.ui.monitors.screens import identity_of, monitor_of
from klarsyn.ui.queue.tables import fill, height_of, table
from klarsyn.ui.theme import theme

COLUMNS = ("#", "Screen", "Pixels", "State", "Due")
WIDTHS = ((1, 340), (2, 140), (3, 400))


def screens_table() -> QTableWidget:
    """Return an empty table of screens."""
    made = table(COLUMNS)
    for number, width in WIDTHS:
        made.setColumnWidth(number, theme().sized(width))
    return made


def show_screens(shown: QTableWidget, checks: DisplayCheck) -> None:
    """Show a row for each attached screen."""
    rows = []
    for n, screen in enumerate(checks.screens, 1):
        monitor = monitor_of(screen)
        state = state_of(checks, monitor.identity)
        pixels = f"{monitor.width} x {monitor.height}"
        rows.append((str(n), monitor.identity, pixels, state.statement, short_due(state)))
    fill(shown, rows)
    shown.setFixedHeight(height_of(len(rows)))


def state_of(checks: DisplayCheck, monitor: str) -> MonitorState:
    """Return what is known of a monitor; at least that nothing is."""
    return checks.states.get(monitor) or unknown_monitor(monitor)


def lines_of(checks: DisplayCheck, screen: QScreen) -> tuple[Line, ...]:
    """Return what is known of a screen, and how its curve's file must name it."""
    monitor = identity_of(screen)
    found = [
        Line(f"{path.name} in the curve folder is newer than the last measurement: L loads it.", False)
        for path in checks.waiting.get(monitor, ())[-1:]
    ]
    return (
        *state_lines(state_of(checks, monitor), checks.limits),
        size_line(*mm_per_device_pixel(screen)),
        *found,
        Line(f"In a curve's file this screen is called: {monitor}"),
    )
