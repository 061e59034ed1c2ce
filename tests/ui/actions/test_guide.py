"""docs/keys.md says what the table says; written anew with KLARSYN_WRITE_DOCS=1."""

import os
from pathlib import Path

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.guide import keys_page
from klarsyn.ui.actions.key_file import read_keys

PAGE = Path(__file__).parents[3] / "docs" / "keys.md"


def test_the_page_of_keys_in_the_docs_is_the_one_that_the_table_makes(make_workplace) -> None:
    made = keys_page(make_workplace().reading.commands.actions)
    if os.environ.get("KLARSYN_WRITE_DOCS"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made, (
        "docs/keys.md is old: KLARSYN_WRITE_DOCS=1 pytest tests/ui/actions/test_guide.py writes it anew"
    )


def test_the_example_in_the_docs_can_be_used() -> None:
    example = PAGE.read_text(encoding="utf-8").split("```")[1]
    assert set(read_keys("keys.toml", example.encode()).own) == {Command.INVERT, Command.PRESET}


def test_a_command_that_nobody_does_is_not_in_the_docs() -> None:
    assert "`invert`" in keys_page({Command.INVERT})
    assert "`invert`" not in keys_page({Command.FIT})
