"""The quiet tables of the queue page."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from klarsyn.ui.theme import theme

ROW = 34
_WIDTHS = {"#": 60, "Date": 140, "Type": 160, "Waiting": 130, "Exam": 260, "Impression": 120}
_WIDTHS |= {"Signed": 110, "Read": 250}


def table(names: Sequence[str]) -> QTableWidget:
    """Make an empty table with these columns; the last takes what room is left."""
    look = theme()
    made = QTableWidget(0, len(names))
    made.setHorizontalHeaderLabels(list(names))
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(look.sized(ROW))
    made.setShowGrid(False)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    header = made.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.setSectionsClickable(False)
    header.setFont(look.font(look.small))
    header.setFixedHeight(look.sized(ROW))
    for number, name in enumerate(names):
        made.setColumnWidth(number, look.sized(_WIDTHS.get(name, 200)))
    header.setSectionResizeMode(len(names) - 1, QHeaderView.ResizeMode.Stretch)
    made.setStyleSheet(
        f"QTableWidget {{ background: {look.panel.name()}; border: none; outline: 0; }}"
        f"QHeaderView, QHeaderView::section {{ background: {look.panel.name()}; color: {look.dim.name()};"
        f" border: none; border-bottom: 1px solid {look.line.name()}; padding: 0 7px;"
        f" font-size: {look.small}px; }}"
        f"QTableWidget::item {{ padding: 0 8px; border: none; }}"
        f"QTableWidget::item:selected {{ background: {look.raised.name()}; color: {look.text.name()}; }}"
    )
    return made


def fill(filled: QTableWidget, rows: Sequence[Sequence[str]]) -> None:
    """Show rows; number and last column are dimmer than what lies between."""
    look = theme()
    filled.setRowCount(len(rows))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            item = QTableWidgetItem(text)
            last = column == len(row) - 1
            item.setForeground(look.dim if last or column == 0 else look.text)
            filled.setItem(number, column, item)


def height_of(rows: int) -> int:
    """Return the height of a table that shows so many rows and its header whole."""
    return theme().sized(ROW) * (rows + 1) + 2
