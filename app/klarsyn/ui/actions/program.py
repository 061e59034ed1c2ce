"""The commands of the program itself: its menu, its keys, and the way back to the queue."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.command_menu import CommandMenu
from klarsyn.ui.actions.key_settings import KeySettings

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage


def add_program(commands: "Commands", page: "ReadingPage") -> None:
    """Add the commands of the program, and the menu to the page's images."""
    menu = CommandMenu(commands, page)
    menu.watch(page.grid)
    commands.add(Command.MENU, lambda: menu.open_over(page.grid.viewport))
    commands.add(Command.KEY_SETTINGS, lambda: open_key_settings(commands, page.window()))
    commands.add(Command.KEYS, lambda on: _show_keys(commands, page, on))
    commands.add(Command.LEAVE, page.flow.leave)


def open_key_settings(commands: "Commands", parent: QWidget) -> KeySettings:
    """Open the page of keys over a window."""
    settings = KeySettings(commands, parent)
    settings.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    settings.open()
    return settings


def _show_keys(commands: "Commands", page: "ReadingPage", on: bool) -> None:
    sheet = page.cheat_sheet
    if on:
        sheet.show_commands(commands)
        middle = page.rect().center()
        sheet.move(middle.x() - sheet.width() // 2, middle.y() - sheet.height() // 2)
    sheet.setVisible(on)
    sheet.raise_()
