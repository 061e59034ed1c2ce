"""The page of keys: a key is changed, refused by name, given back; and kept in keys.toml."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from window_helpers import press, settle

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_file import load_keys
from klarsyn.ui.actions.key_memory import KeyMemory, share_keys
from klarsyn.ui.actions.key_settings import KeySettings
from klarsyn.ui.actions.stroke import Stroke

K = Qt.Key


@pytest.fixture
def workplace(make_workplace):
    return make_workplace()


@pytest.fixture
def settings(workplace, qtbot):
    made = KeySettings(workplace.reading.commands, workplace.main)
    made.show()
    yield made
    made.close()


def _give(settings: KeySettings, qtbot, command: Command, key: Qt.Key, **held) -> None:
    settings.choose(command)
    qtbot.keyClick(settings.rows, K.Key_Return)
    qtbot.keyClick(settings.rows, key, **held)


def _keys(settings: KeySettings, command: Command) -> list[str]:
    return [str(stroke) for stroke in settings._commands.keys.strokes(command)]


def test_the_next_key_is_the_new_one(settings, qtbot) -> None:
    _give(settings, qtbot, Command.INVERT, K.Key_F6)
    assert _keys(settings, Command.INVERT) == ["F6"]
    assert settings.rows.item(settings.rows.currentRow(), 2).text() == "F6"


def test_a_keypad_key_leaves_the_letters_key(settings, qtbot) -> None:
    keypad = Qt.KeyboardModifier.KeypadModifier
    settings.choose(Command.HIDE_AI)
    settings.clear()
    _give(settings, qtbot, Command.INVERT, K.Key_Minus, modifier=keypad)
    assert sorted(_keys(settings, Command.INVERT)) == ["I", "Num+-"]


def test_a_key_that_another_command_has_is_refused_with_its_name(settings, qtbot) -> None:
    _give(settings, qtbot, Command.INVERT, K.Key_P)
    assert _keys(settings, Command.INVERT) == ["I"]
    assert "“Next window preset”" in settings.told.text()


def test_escape_leaves_the_key_as_it_is_and_the_page_open(settings, qtbot) -> None:
    _give(settings, qtbot, Command.INVERT, K.Key_Escape)
    assert _keys(settings, Command.INVERT) == ["I"]
    assert settings.isVisible()


def test_delete_takes_keys_away_but_never_the_last_key_for_signing(settings, qtbot) -> None:
    settings.choose(Command.INVERT)
    qtbot.keyClick(settings.rows, K.Key_Delete)
    assert _keys(settings, Command.INVERT) == []
    settings.choose(Command.GO_ON)
    qtbot.keyClick(settings.rows, K.Key_Delete)
    assert _keys(settings, Command.GO_ON) == ["Return", "Num+Enter"]
    assert "must keep a key" in settings.told.text()


def test_one_command_or_all_can_have_the_keys_back_that_they_came_with(settings, qtbot) -> None:
    _give(settings, qtbot, Command.INVERT, K.Key_F6)
    _give(settings, qtbot, Command.FIT, K.Key_F5)
    settings.choose(Command.INVERT)
    settings.reset()
    assert (_keys(settings, Command.INVERT), _keys(settings, Command.FIT)) == (["I"], ["F5"])
    settings.reset_all()
    assert _keys(settings, Command.FIT) == ["F"]


def test_only_commands_that_something_does_are_listed(settings) -> None:
    assert settings.rows.rowCount() == len(settings._commands.actions)


def test_changed_keys_are_written_by_a_worker_and_are_there_at_the_next_start(
    workplace, settings, qtbot, tmp_path: Path, ui_thread_watch
) -> None:
    memory = KeyMemory(tmp_path / "keys.toml")
    share_keys(memory, workplace.reading, workplace.queue)
    ui_thread_watch.on = True
    _give(settings, qtbot, Command.GO_ON, K.Key_F5)
    settle(qtbot, workplace)
    ui_thread_watch.on = False
    assert not ui_thread_watch.seen
    assert KeyMemory(tmp_path / "keys.toml").keys.first(Command.GO_ON) == "F5"
    assert "F5" in workplace.queue.start.text()


def test_keys_that_cannot_be_written_are_told(workplace, qtbot, tmp_path: Path) -> None:
    memory = KeyMemory(tmp_path / "gone" / "keys.toml")
    share_keys(memory, workplace.reading, workplace.queue)
    workplace.reading.commands.keys = memory.keys.with_keys(Command.INVERT, [Stroke.parse("F6")])
    settle(qtbot, workplace)
    assert "could not be written" in workplace.queue.told.text()


def test_a_file_of_keys_that_cannot_be_used_is_told_on_the_queue(workplace, tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text('format = 1\n[keys]\ninvert = "P"\n', encoding="utf-8")
    share_keys(KeyMemory(tmp_path / "keys.toml"), workplace.reading, workplace.queue)
    assert "keys.toml:3" in workplace.queue.told.text()
    assert load_keys(tmp_path / "keys.toml")[1] == workplace.queue.told.text()


def test_the_queue_opens_the_page_of_keys(workplace, qtbot) -> None:
    press(workplace.queue, K.Key_K, control=True)
    (opened,) = workplace.main.findChildren(KeySettings)
    assert opened.isVisible()
    opened.close()
