"""Colours, type and space: the tokens of resources/theme.toml, and Qt's palette and style made of them."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor, QFont, QPalette, QScreen
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
    heat: QColor
    halo: QColor
    families: tuple[str, ...]
    small: int
    body: int
    large: int
    gap: int
    strip: int
    step: int
    full_from: int
    """Shorter side of a screen, in logical pixels, up to which all sizes stay as the file has them."""
    largest: float
    scale: float = 1.0

    def sized(self, pixels: float) -> int:
        """Return a length that belongs to text, as a row's height does, at the scale in force."""
        return round(pixels * self.scale)

    def at(self, scale: float) -> "Theme":
        """Return these tokens with text, and what must hold text, larger."""
        grown = {name: round(getattr(self, name) * scale) for name in ("small", "body", "large", "strip")}
        return replace(self, scale=scale, **grown)

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
    tokens: dict[str, Any] = {**colours, **kind, **tables.get("space", {}), **tables.get("growth", {})}
    try:
        return Theme(**tokens)
    except TypeError as error:
        raise ThemeError(f"{path.name} does not have the tokens that this version needs: {error}.") from error


class _InForce:
    """The one scale of the application: text is read from the distance that the images ask for."""

    scale = 1.0


@cache
def _theme_at(scale: float) -> Theme:
    return read_theme(resources() / "theme.toml").at(scale)


def theme() -> Theme:
    """Return the theme of this installation at the scale in force; read once, before the window opens."""
    return _theme_at(_InForce.scale)


def scale_for(screens: Sequence[tuple[int, int, float]]) -> float:
    """Return how much larger text is than the tokens say, on screens of (width, height, logical DPI).

    A screen with many logical pixels is a large one, or one that the system does not scale: text of 13
    pixels is too small to read there. The largest screen decides, since it holds the images; a small one
    beside it gets text that is a little large rather than images with text that nobody can read.
    """
    look = _theme_at(1.0)
    wanted = [max(min(w, h) / look.full_from, dpi / 96.0) for w, h, dpi in screens]
    return round(min(max(wanted, default=1.0), look.largest), 2) if max(wanted, default=0) > 1 else 1.0


def dress(application: QApplication) -> None:
    """Give the whole application the quiet dark look, at the scale that its screens ask for."""
    _InForce.scale = scale_for([_facts(screen) for screen in application.screens()])
    look = theme()
    application.setStyle("Fusion")
    application.setPalette(look.palette())
    application.setFont(look.font())
    application.setStyleSheet(
        f"QToolTip {{ color: {look.text.name()}; background: {look.raised.name()};"
        f" border: 1px solid {look.line.name()}; padding: 4px; }}"
    )


def _facts(screen: QScreen) -> tuple[int, int, float]:
    return screen.size().width(), screen.size().height(), screen.logicalDotsPerInch()
