"""Quiet and dark: the tokens keep what docs/architecture.md promises."""

from pathlib import Path

import pytest

from klarsyn.base.paths import resources
from klarsyn.ui.theme import ThemeError, read_theme, scale_for, theme

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


def test_text_is_as_the_tokens_say_on_a_small_screen() -> None:
    assert scale_for([(1366, 768, 96.0)]) == scale_for([(1920, 1080, 96.0)]) == 1.0
    assert scale_for([]) == 1.0


def test_text_grows_with_the_shorter_side_of_the_largest_screen_and_with_the_systems_own_size() -> None:
    assert 1.5 < scale_for([(3840, 2160, 96.0), (1366, 768, 96.0)]) < 1.7
    assert scale_for([(2160, 3840, 96.0)]) == scale_for([(3840, 2160, 96.0)])
    assert scale_for([(1366, 768, 120.0)]) == 1.25
    assert scale_for([(9000, 9000, 96.0)]) == theme().largest


def test_what_holds_text_grows_with_it_and_nothing_else() -> None:
    look, larger = theme(), theme().at(1.5)
    assert (larger.small, larger.body, larger.strip) == (20, 22, 60)
    assert (larger.gap, larger.surround) == (look.gap, look.surround)
    assert larger.sized(34) == 51
