"""Colours, type and space: the tokens of resources/theme.toml, and Qt's palette and style made of them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from klarsyn.base.paths import resources


class ThemeError(Exception):
    """The design tokens cannot be used; the message says which one and what to do."""


@dataclass(frozen=True)
class Theme:
    """All design tokens. Sizes are logical pixels."""

    surround: QColor
    panel: QColor
    raised: QColor
    line: QColor
    text: QColor
    dim: QColor
    faint: QColor
    accent: QColor
    attention: QColor
    halo: QColor
    families: tuple[str, ...]
    small: int
    body: int
    large: int
    gap: int
    strip: int
    step: int

    def font(self, size: int | None = None, *, bold: bool = False) -> QFont:
        """Return the one family at a pixel size; body size when none is named."""
        font = QFont()
        font.setFamilies(list(self.families))
        font.setPixelSize(size or self.body)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def palette(self) -> QPalette:
        """Return a palette without anything brighter than the text."""
        palette = QPalette()
        roles = QPalette.ColorRole
        for role, colour in (
            (roles.Window, self.panel),
            (roles.Base, self.panel),
            (roles.AlternateBase, self.panel),
            (roles.Button, self.raised),
            (roles.ToolTipBase, self.raised),
            (roles.Highlight, self.raised),
            (roles.WindowText, self.text),
            (roles.Text, self.text),
            (roles.ButtonText, self.text),
            (roles.ToolTipText, self.text),
            (roles.HighlightedText, self.text),
            (roles.BrightText, self.text),
            (roles.PlaceholderText, self.dim),
            (roles.Light, self.line),
            (roles.Midlight, self.line),
            (roles.Mid, self.line),
            (roles.Dark, self.surround),
            (roles.Shadow, self.surround),
            (roles.Link, self.accent),
            (roles.Accent, self.accent),
        ):
            palette.setColor(role, colour)
        return palette


def read_theme(path: Path) -> Theme:
    """Read a theme file.

    Raises
    ------
    ThemeError
        If a token is missing, unknown or no colour.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    colours = {name: QColor(value) for name, value in tables.get("colours", {}).items()}
    wrong = [name for name, colour in colours.items() if not colour.isValid()]
    if wrong:
        raise ThemeError(f"{path.name}: {', '.join(wrong)} is no colour. Write it as #rrggbb.")
    kind = dict(tables.get("type", {}))
    kind["families"] = tuple(kind.get("families", ()))
    tokens: dict[str, Any] = {**colours, **kind, **tables.get("space", {})}
    try:
        return Theme(**tokens)
    except TypeError as error:
        raise ThemeError(f"{path.name} does not have the tokens that this version needs: {error}.") from error


@cache
def theme() -> Theme:
    """Return the theme of this installation; read once, before the window opens."""
    return read_theme(resources() / "theme.toml")


def dress(application: QApplication) -> None:
    """Give the whole application the quiet dark look."""
    look = theme()
    application.setStyle("Fusion")
    application.setPalette(look.palette())
    application.setFont(look.font())
    application.setStyleSheet(
        f"QToolTip {{ color: {look.text.name()}; background: {look.raised.name()};"
        f" border: 1px solid {look.line.name()}; padding: 4px; }}"
    )
