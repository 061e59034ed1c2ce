"""docs/keys.md, made from the table; a test compares the file with this."""

from collections.abc import Collection, Iterable, Iterator

from klarsyn.ui.actions.command import Command, Group
from klarsyn.ui.actions.key_set import KeySet
from klarsyn.ui.actions.table import ACTIONS, MOUSE, ON_QUEUE, line_of

HEAD = """# Keys
<!-- Made from klarsyn/ui/actions; `KLARSYN_WRITE_DOCS=1 pytest tests/ui/actions/test_guide.py` writes it. -->

Press and hold **{keys}** while reading for these keys on the screen. A right click or **{menu}** opens all \
commands as a menu. Nothing acts before the images are painted and the exam has been announced, except what \
leaves it.

The numeric keypad alone can read a day's list, with Num Lock on or off: the digits assess, **0** goes to \
the other breast, **Enter** signs and confirms, **9** looks on through everything the exam has to show.
"""

CHANGING = """
## Changing keys
**{settings}** on the queue or while reading opens the page of keys. A key that another command has is \
refused, and so is taking the last key from a command without which no exam can be read. Changes are in \
force at once and stay on this workstation, in `keys.toml` in the data folder:
```
format = 1
[keys]
invert = ["I", "Num+*"]
preset = ["P"]
```
Each line names a command and all its keys; `Num+` means the numeric keypad. Commands that are not named \
keep the keys above. A file that cannot be used is not used in part: the queue page says what is wrong in \
which line, and the keys are those above until it is corrected. `Ctrl+Q` closes Klarsyn and cannot be given \
away; `Alt` and the system's key belong to the system.
"""


def keys_page(commands: Collection[Command]) -> str:
    """Return the page for the commands that something does while reading."""
    keys = KeySet()
    parts = [HEAD.format(keys=keys.first(Command.KEYS), menu=keys.first(Command.MENU))]
    for group in Group:
        listed = [a.command for a in ACTIONS if a.group is group and a.command in commands]
        if listed:
            parts.append(_section(group.value, listed, keys))
    parts.append(_section("On the queue", ON_QUEUE, keys))
    parts.append("\n## Mouse\n| gesture | what it does |\n|---|---|\n")
    parts.extend(f"| {gesture} | {words} |\n" for gesture, words in MOUSE)
    parts.append(CHANGING.format(settings=keys.first(Command.KEY_SETTINGS)))
    return "".join(parts)


def _section(heading: str, commands: Iterable[Command], keys: KeySet) -> str:
    head = "| command | key | keypad | what it does | name in keys.toml |\n|---|---|---|---|---|\n"
    return f"\n## {heading}\n{head}{''.join(_rows(commands, keys))}"


def _rows(commands: Iterable[Command], keys: KeySet) -> Iterator[str]:
    for command in commands:
        line = line_of(command)
        cells = (
            line.text.rstrip("…"),
            _keys(keys.on_paper(command, keypad=False)),
            _keys(keys.on_paper(command, keypad=True)),
            line.help,
            f"`{command.value}`",
        )
        yield f"| {' | '.join(cells)} |\n"


def _keys(on_paper: str) -> str:
    return " ".join(f"`{key}`" for key in on_paper.split())
