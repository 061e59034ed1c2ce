"""Quiet and dark: the tokens keep what docs/architecture.md promises."""

from pathlib import Path

import pytest

from klarsyn.base.paths import resources
from klarsyn.ui.theme import ThemeError, read_theme, theme

COLOURS = ("surround", "panel", "raised", "line", "text", "dim", "faint", "accent", "attention", "halo")


def test_nothing_is_brighter_than_the_text_while_reading() -> None:
    brightest = max(getattr(theme(), name).lightnessF() for name in COLOURS)
    assert brightest == theme().text.lightnessF()


def test_the_surround_of_images_is_black() -> None:
    assert theme().surround.name() == "#000000"


def test_borders_stay_dark() -> None:
    assert theme().line.lightnessF() < 0.15


def test_a_token_that_is_no_colour_is_named(tmp_path: Path) -> None:
    text = (resources() / "theme.toml").read_text(encoding="utf-8")
    broken = tmp_path / "theme.toml"
    broken.write_text(text.replace('"#c9cdd2"', '"pale"'), encoding="utf-8")
    with pytest.raises(ThemeError, match="text"):
        read_theme(broken)


def test_a_missing_token_is_named(tmp_path: Path) -> None:
    text = (resources() / "theme.toml").read_text(encoding="utf-8")
    broken = tmp_path / "theme.toml"
    broken.write_text(text.replace("gap = 2", "gape = 2"), encoding="utf-8")
    with pytest.raises(ThemeError, match="gap"):
        read_theme(broken)
