"""The commands on images: which hang, how grey, how large, and what is drawn on them.

Space and the keypad's 9 look on: one key that goes through the whole exam. Undo of a drawing is not Ctrl+Z,
which takes a confirmed read back: one press too many must not do that.
"""

from klarsyn.ui.actions.action import Action
from klarsyn.ui.actions.command import Command, Group

_C, _I, _G, _P, _D = Command, Group.IMAGES, Group.GREY, Group.PLACE, Group.DRAW

IMAGES = (
    Action(
        _C.LOOK_ON,
        _I,
        "Look on",
        "Go on to what has not been shown: once through the slices of a tomosynthesis, at 1:1 the next part "
        "of the breast, else the next image of a view, else the next step of the protocol; after the last "
        "step comes the first.",
        "Space 9",
        "9",
    ),
    Action(_C.STEP_FORWARD, _I, "Next step", "Go to the next step of the hanging protocol.", "PgDn"),
    Action(_C.STEP_BACK, _I, "Previous step", "Go to the previous step of the hanging protocol.", "PgUp"),
    Action(_C.CHOOSE_PROTOCOL, _I, "Choose a protocol", "Choose another hanging protocol by a number.", "C"),
    Action(_C.NEXT_VIEW, _I, "Next view", "The next view is the one that keys act on.", "Tab 6", "6"),
    Action(_C.NEXT_IMAGE, _I, "Next image of the view", "Show the next image, if there are several.", "X"),
    Action(
        _C.NEXT_PRIOR,
        _I,
        "Older prior",
        "Compare with the next older prior; after the oldest the newest.",
        "B",
    ),
    Action(
        _C.OTHER_KIND,
        _I,
        "Same view in another way",
        "Show synthetic 2D or FFDM in place of tomosynthesis at the same zoom and place, and back.",
        "K",
    ),
    Action(
        _C.LINK_SLICES,
        _I,
        "Link slices",
        "Scroll tomosyntheses of the same kind of view together, also a prior's, or each alone.",
        "Shift+K",
        checkable=True,
    ),
    Action(
        _C.SAME_PLACE,
        _I,
        "Same place in the other image",
        "While the key is held, a cross in the other images of the view stands at the place of the mouse.",
        "Shift+M",
        held=True,
    ),
    Action(
        _C.PRESET, _G, "Next window preset", "Take the next window or table that the file offers.", "P", "*"
    ),
    Action(
        _C.PREVIOUS_WINDOW,
        _G,
        "Previous window preset",
        "Take the window or table before this one; from a window of your own, the one that it came from.",
        "Shift+P",
    ),
    Action(
        _C.SAVE_WINDOW_AS_PRESET,
        _G,
        "Keep window as preset",
        "Keep this window as the site's preset for this maker and type of view.",
        "Ctrl+S",
    ),
    Action(
        _C.INVERT, _G, "Invert", "Bright and dark change places; padding stays black.", "I", checkable=True
    ),
    Action(
        _C.LINK,
        _G,
        "Link windows",
        "One window for all views, or one for each alone.",
        "L",
        checkable=True,
    ),
    Action(_C.ZOOM_IN, _P, "Zoom in", "Zoom in on what is looked at.", "+ =", repeats=True),
    Action(_C.ZOOM_OUT, _P, "Zoom out", "Zoom out.", "-", repeats=True),
    Action(_C.FIT, _P, "Whole breasts", "Show all images whole, at one real size.", "F"),
    Action(
        _C.ONE_TO_ONE,
        _P,
        "Every pixel (1:1)",
        "One pixel of the image on one of the screen, and back.",
        "8",
        "8",
    ),
    Action(_C.TRUE_SIZE, _P, "True size", "One millimetre of the breast is one on the screen.", "T"),
    Action(
        _C.LINK_PAN,
        _P,
        "Link zoom and place",
        "All views zoom and move together, mirrored between left and right, or each alone.",
        "Shift+L",
        checkable=True,
    ),
    Action(
        _C.MAGNIFIER,
        _P,
        "Magnifier",
        "A glass at full resolution under the mouse: M while held, the keypad's / until pressed again. While "
        "it is up, right drag and the keys for windows and inversion change the grey under the glass alone.",
        "M",
        "/",
        held=True,
    ),
    Action(
        _C.WALK_FORWARD, _P, "Walk on at 1:1", "Go to the next part of the breast, every pixel seen.", "Q"
    ),
    Action(_C.WALK_BACK, _P, "Walk back", "Go to the part of the breast before this one.", "Shift+Q"),
    Action(_C.WALK_LEFT, _P, "Walk left", "At 1:1, go one part to the left.", "Left", repeats=True),
    Action(_C.WALK_RIGHT, _P, "Walk right", "At 1:1, go one part to the right.", "Right", repeats=True),
    Action(_C.WALK_UP, _P, "Walk up", "At 1:1, go one part up; scroll an explanation.", "Up", repeats=True),
    Action(
        _C.WALK_DOWN,
        _P,
        "Walk down",
        "At 1:1, go one part down; scroll an explanation.",
        "Down",
        repeats=True,
    ),
    Action(_C.MEASURE_LENGTH, _D, "Length", "Measure a length, in mm.", "R"),
    Action(_C.MEASURE_AREA_ELLIPSE, _D, "Area, ellipse", "Measure the area of an ellipse, in mm².", "E"),
    Action(_C.MEASURE_AREA_POLYGON, _D, "Area, polygon", "Measure the area of a polygon, in mm².", "Shift+E"),
    Action(_C.MEASURE_ANGLE, _D, "Angle", "Measure the angle between two lines.", "Shift+R"),
    Action(
        _C.ARROW_TEXT,
        _D,
        "Arrow with text",
        "Draw an arrow and write at it; a double click on any drawing changes its words.",
        "W",
    ),
    Action(
        _C.NEXT_DRAWING,
        _D,
        "Next drawing",
        "Go to your next drawing, on whatever image or slice it lies, and choose it.",
        "Shift+J",
    ),
    Action(
        _C.DELETE_ANNOTATION, _D, "Delete the chosen drawing", "Delete the drawing that is chosen.", "Del"
    ),
    Action(_C.UNDO_ANNOTATION, _D, "Undo drawing", "Undo the latest change of a drawing.", "U", repeats=True),
    Action(_C.REDO_ANNOTATION, _D, "Redo drawing", "Do again what was undone.", "Shift+U", repeats=True),
    Action(
        _C.PRESENTATION_STATES,
        _D,
        "Presentation states",
        "List the presentation states of this exam, and apply one.",
        "S",
    ),
)
