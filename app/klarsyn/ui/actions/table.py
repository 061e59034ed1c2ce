"""The one table of all commands, in the order in which they are shown."""

from klarsyn.ui.actions.action import Action
from klarsyn.ui.actions.command import Command, Group
from klarsyn.ui.actions.image_table import IMAGES
from klarsyn.ui.actions.reading_table import READING
from klarsyn.ui.actions.slice_table import SLICES

ACTIONS: tuple[Action, ...] = tuple(
    action for group in Group for action in (*READING, *IMAGES, *SLICES) if action.group is group
)

_BY_COMMAND = {action.command: action for action in ACTIONS}

MOUSE = (
    ("Right drag", "Window: right is wider, up is brighter"),
    ("Right click", "Menu"),
    ("Left drag", "Move the image; middle button too"),
    ("Left hold", "Magnifier"),
    ("Double click", "Every pixel (1:1) at this place, and back"),
    ("Ctrl + wheel", "Zoom at this place"),
    ("Wheel", "Next slice, Shift five; in 2D next image"),
    ("Slice bar", "Drag to a slice; triangles: ends of the cine"),
)

ON_QUEUE = (Command.GO_ON, Command.UNDO, Command.KEY_SETTINGS, Command.DISPLAY_CHECK)
"""What the queue page answers to as well."""


def line_of(command: Command) -> Action:
    """Return the table's line of a command."""
    return _BY_COMMAND[command]
