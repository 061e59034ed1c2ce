"""The menu of all commands: by right click or key, and never seen before it is asked for.

A right drag changes the window, so a right press is a click only when it is let go near where it came down.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from klarsyn.ui.actions.command import Group
from klarsyn.ui.actions.table import line_of

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands

STILL = 4
"""Logical pixels that a hand may move in a click."""


class CommandMenu(QMenu):
    """One submenu for each group that has commands."""

    def __init__(self, commands: "Commands", parent: QWidget) -> None:
        """Make an empty menu; it is filled each time it opens."""
        super().__init__(parent)
        self._commands = commands
        self._pressed: QPoint | None = None
        self.aboutToShow.connect(self._fill)

    def watch(self, parent: QWidget) -> None:
        """Open at a right click on any child of `parent`, those that come later too."""
        parent.installEventFilter(self)
        for child in parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            child.installEventFilter(self)

    def open_over(self, widget: QWidget) -> None:
        """Open in the middle of a widget: a key has asked, and the mouse may be anywhere."""
        self.popup(widget.mapToGlobal(widget.rect().center()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell a right click from a right drag; the drag alone reaches the image."""
        if isinstance(event, QChildEvent):
            if event.type() is QEvent.Type.ChildAdded and event.child().isWidgetType():
                event.child().installEventFilter(self)
        elif isinstance(event, QMouseEvent):
            return self._mouse(event)
        return super().eventFilter(watched, event)

    def _mouse(self, event: QMouseEvent) -> bool:
        at = event.globalPosition().toPoint()
        if event.type() is QEvent.Type.MouseButtonPress:
            alone = event.buttons() == Qt.MouseButton.RightButton
            self._pressed = at if event.button() is Qt.MouseButton.RightButton and alone else None
        elif self._pressed is not None and event.type() is QEvent.Type.MouseMove:
            if (at - self._pressed).manhattanLength() < STILL:
                return True
            self._pressed = None
        elif self._pressed is not None and event.type() is QEvent.Type.MouseButtonRelease:
            pressed, self._pressed = self._pressed, None
            if event.button() is Qt.MouseButton.RightButton:
                self.popup(pressed)
        return False

    def _fill(self) -> None:
        self._commands.refresh_actions()
        for old in self.findChildren(QMenu):
            old.deleteLater()
        self.clear()
        for group in Group:
            listed = [a for c, a in self._commands.actions.items() if line_of(c).group is group]
            if listed:
                self.addMenu(group.value).addActions(listed)
