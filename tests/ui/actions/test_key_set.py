"""One key, one command; and no way to lose a key without which no exam can be read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.ui.actions.command import Command
from klarsyn.ui.actions.key_set import KeyConflict, KeySet
from klarsyn.ui.actions.stroke import Stroke
from klarsyn.ui.actions.table import ACTIONS, line_of

STROKES = tuple(
    Stroke.parse(t) for t in ("A", "Shift+A", "7", "Num+7", "Num++", "Enter", "F6", "Ctrl+Y", "F7")
)


def test_the_table_gives_no_key_twice_and_every_command_one_line() -> None:
    assert sorted(a.command.value for a in ACTIONS) == sorted(c.value for c in Command)
    given_out = [stroke for action in ACTIONS for stroke in action.strokes]
    assert len(given_out) == len(set(given_out))


def test_a_table_with_one_key_for_two_commands_is_refused() -> None:
    two = (line_of(Command.INVERT), replace(line_of(Command.FIT), keys="I"))
    with pytest.raises(KeyConflict, match=r"“Whole breasts”.*is the key of “Invert”"):
        KeySet(actions=two)


def test_a_conflict_names_both_commands_and_changes_nothing() -> None:
    keys = KeySet()
    with pytest.raises(
        KeyConflict, match=r"P cannot be the key of “Invert”.*“Next window preset”"
    ) as refused:
        keys.with_keys(Command.INVERT, [Stroke.parse("P")])
    assert set(refused.value.commands) == {Command.INVERT, Command.PRESET}
    assert keys.action_of(Stroke.parse("P")) is line_of(Command.PRESET)


def test_two_commands_can_change_keys_with_a_third_key_between() -> None:
    free, invert, fit = Stroke.parse("F6"), Stroke.parse("I"), Stroke.parse("F")
    keys = KeySet().with_keys(Command.INVERT, [free]).with_keys(Command.FIT, [invert])
    keys = keys.with_keys(Command.INVERT, [fit])
    assert keys.action_of(fit) is line_of(Command.INVERT)
    assert keys.action_of(invert) is line_of(Command.FIT)
    assert keys.action_of(free) is None


def test_a_default_that_another_command_has_now_is_refused_by_name() -> None:
    keys = KeySet().with_keys(Command.INVERT, []).with_keys(Command.FIT, [Stroke.parse("I")])
    with pytest.raises(KeyConflict, match="Whole breasts"):
        keys.with_default(Command.INVERT)


@pytest.mark.parametrize("command", [Command.GO_ON, Command.ASSESS_3, Command.LEAVE])
def test_what_no_exam_can_be_read_without_keeps_a_key(command: Command) -> None:
    with pytest.raises(KeyConflict, match="must keep a key"):
        KeySet().with_keys(command, [])


def test_the_key_that_closes_the_program_cannot_be_given() -> None:
    with pytest.raises(KeyConflict, match="closes Klarsyn"):
        KeySet().with_keys(Command.INVERT, [Stroke.parse("Ctrl+Q")])


@given(st.lists(st.tuples(st.sampled_from(tuple(Command)), st.sets(st.sampled_from(STROKES), max_size=3))))
def test_whatever_is_changed_a_stroke_never_means_two_commands(changes: list) -> None:
    keys = KeySet()
    for command, strokes in changes:
        try:
            keys = keys.with_keys(command, strokes)
        except KeyConflict:
            continue
        assert all(keys.action_of(stroke) is line_of(command) for stroke in strokes)
    given_out = [stroke for command in Command for stroke in keys.strokes(command)]
    assert len(given_out) == len(set(given_out))


def test_only_what_differs_from_the_table_is_ones_own() -> None:
    changed = KeySet().with_keys(Command.INVERT, [Stroke.parse("F6")])
    assert dict(changed.own) == {Command.INVERT: (Stroke.parse("F6"),)}
    assert not changed.with_default(Command.INVERT).own


def test_a_line_of_text_names_the_letters_key_before_the_keypads() -> None:
    keys = KeySet()
    assert keys.first(Command.GO_ON) == "Enter"
    assert keys.first(Command.HIDE_AI) == "keypad -"
    assert keys.with_keys(Command.INVERT, []).first(Command.INVERT) == ""


def test_a_hint_names_a_key_for_either_hand_and_the_same_key_once() -> None:
    keys = KeySet()
    assert keys.hint(Command.AI) == "A, keypad +"
    assert keys.hint(Command.GO_ON) == "Enter"
    assert keys.hint(Command.INVERT) == "I"
    assert keys.with_keys(Command.INVERT, []).hint(Command.INVERT) == ""
