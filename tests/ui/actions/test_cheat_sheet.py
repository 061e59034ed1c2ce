"""The sheet of keys says what acts now, by the keys in force, and fits the smallest window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.ui.actions.cheat_sheet import columns_of, rows_of
from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.stroke import Stroke
from klarsyn.ui.actions.table import line_of


@pytest.fixture
def commands(make_workplace):
    return make_workplace().reading.commands


def _rows(commands) -> list:
    return [row for block in rows_of(commands) for row in block]


def test_the_sheet_names_the_keys_in_force(commands) -> None:
    text = line_of(Command.INVERT).text
    assert ("I", "", text) in _rows(commands)
    commands.keys = commands.keys.with_keys(Command.INVERT, [Stroke.parse("F6"), Stroke.parse("Num+5")][:1])
    assert ("F6", "", text) in _rows(commands)


def test_a_command_that_nobody_does_is_not_on_the_sheet(commands) -> None:
    shown = {row[2] for row in _rows(commands)}
    assert {line_of(command).text for command in Command if command not in commands.actions}.isdisjoint(shown)


def test_the_sheet_with_every_command_of_the_table_fits_a_small_laptop(make_workplace) -> None:
    page = make_workplace(size=(1366, 768)).reading
    for command in Command:
        page.commands.add(command, lambda *_: None)
    page.cheat_sheet.show_commands(page.commands)
    assert page.cheat_sheet.width() <= 1366
    assert page.cheat_sheet.height() <= 768


@given(st.lists(st.integers(2, 12), min_size=1, max_size=10), st.integers(1, 4))
def test_no_row_is_lost_or_doubled_in_the_columns(sizes: list[int], count: int) -> None:
    blocks = [[("k", "", f"{n}.{m}") for m in range(size)] for n, size in enumerate(sizes)]
    columns = columns_of(blocks, count)
    assert len(columns) == count
    assert [row for column in columns for row in column if row[2]] == [
        row for block in blocks for row in block
    ]
