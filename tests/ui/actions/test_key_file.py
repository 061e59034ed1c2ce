"""keys.toml: what it says is what is in force, or a sentence tells why not."""

from pathlib import Path

import pytest

from klarsyn.base.toml_table import TomlFileError
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_file import LARGEST_FILE, keys_text, load_keys, read_keys, save_keys
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.actions.stroke import Stroke

OWN = KeySet().with_keys(Command.INVERT, [Stroke.parse("F6")])


def test_keys_that_are_written_and_read_are_the_same(tmp_path: Path) -> None:
    keys = OWN.with_keys(Command.FIT, []).with_keys(Command.ZOOM_IN, map(Stroke.parse, ("Ctrl++", "#", '"')))
    save_keys(tmp_path / "keys.toml", keys)
    read, problem = load_keys(tmp_path / "keys.toml")
    assert not problem
    assert read.own == keys.own


def test_without_a_file_the_keys_are_those_of_the_table(tmp_path: Path) -> None:
    keys, problem = load_keys(tmp_path / "keys.toml")
    assert (dict(keys.own), problem) == ({}, "")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('[keys]\ninvert = "P"', "keys.toml:3: P cannot be the key of “Invert”.*“Next window preset”"),
        ('[keys]\nfit = "F6"\ninvert = "F6"', "keys.toml:[34]: F6 cannot be.*“Whole breasts”|“Invert”"),
        ('[keys]\ninvrt = "P"', "keys.toml:3: 'invrt' is no command"),
        ('[keys]\ninvert = "Alt+P"', "keys.toml:3: 'Alt\\+P' is no key"),
        ("[keys]\ninvert = 7", "keys.toml:3: .*list of texts"),
        ("[keys]\ninvert = [7]", "keys.toml:3: .*list of texts"),
        ("[keys]\ngo_on = []", "keys.toml:3: .*must keep a key"),
        ("keys = 3", "keys.toml:2: 'keys' must be a table"),
        ("[key]", "keys.toml:2: 'key' is not known"),
        ("[keys", "This is not TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(lines: str, sentence: str) -> None:
    with pytest.raises(TomlFileError, match=sentence):
        read_keys("keys.toml", f"format = 1\n{lines}\n".encode())


@pytest.mark.parametrize(
    "content",
    [
        b"format = 2",
        b"format = true",
        b"\xff\xfe",
        b"format = 1\nx = " + b"[" * 5000,
        b"#" * (LARGEST_FILE + 1),
    ],
)
def test_a_file_that_cannot_be_used_leaves_the_tables_keys_and_a_sentence(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "keys.toml").write_bytes(content)
    keys, problem = load_keys(tmp_path / "keys.toml")
    assert not keys.own
    assert "the keys are those that come with Klarsyn" in problem


def test_a_file_is_not_used_in_part(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('format = 1\n[keys]\nfit = "F6"\ninvert = "P"\n', encoding="utf-8")
    assert not load_keys(tmp_path / "keys.toml")[0].own


def test_a_file_that_could_not_be_used_is_kept_when_keys_are_written(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('format = 1\n[keys]\ninvert = "P"  # mine\n', encoding="utf-8")
    save_keys(file, OWN)
    assert load_keys(file)[0].own == OWN.own
    assert "# mine" in (tmp_path / "keys.toml.unused").read_text(encoding="utf-8")


def test_the_file_holds_only_what_differs() -> None:
    assert keys_text(OWN).splitlines()[-1] == 'invert = ["F6"]'
    assert "preset" not in keys_text(OWN)
