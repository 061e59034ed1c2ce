"""The names of all commands, and the groups in which they are shown."""

from enum import Enum


class Group(Enum):
    """Headings of the menu, the cheat sheet and the page of keys."""

    DECIDE = "Decide"
    AI = "AI"
    IMAGES = "Images"
    GREY = "Grey"
    PLACE = "Zoom and walk"
    DRAW = "Measure and draw"
    SHOW = "Show"
    PROGRAM = "Program"


class Command(Enum):
    """What a reader can ask for while reading; the value is its name in keys.toml."""

    ASSESS_1 = "assess_1"
    ASSESS_2 = "assess_2"
    ASSESS_3 = "assess_3"
    ASSESS_4 = "assess_4"
    ASSESS_5 = "assess_5"
    OTHER_BREAST = "other_breast"
    GO_ON = "go_on"
    UNDO = "undo"

    AI = "ai"
    HIDE_AI = "hide_ai"
    NEXT_FINDING = "next_finding"
    FINDINGS = "findings"

    LOOK_ON = "look_on"
    STEP_FORWARD = "step_forward"
    STEP_BACK = "step_back"
    CHOOSE_PROTOCOL = "choose_protocol"
    NEXT_VIEW = "next_view"
    NEXT_IMAGE = "next_image"
    NEXT_PRIOR = "next_prior"

    PRESET = "preset"
    PREVIOUS_WINDOW = "previous_window"
    SAVE_WINDOW_AS_PRESET = "save_window_as_preset"
    INVERT = "invert"
    LINK = "link"

    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    FIT = "fit"
    ONE_TO_ONE = "one_to_one"
    TRUE_SIZE = "true_size"
    LINK_PAN = "link_pan"
    MAGNIFIER = "magnifier"
    WALK_FORWARD = "walk_forward"
    WALK_BACK = "walk_back"
    WALK_LEFT = "walk_left"
    WALK_RIGHT = "walk_right"
    WALK_UP = "walk_up"
    WALK_DOWN = "walk_down"

    MEASURE_LENGTH = "measure_length"
    MEASURE_AREA_ELLIPSE = "measure_area_ellipse"
    MEASURE_AREA_POLYGON = "measure_area_polygon"
    MEASURE_ANGLE = "measure_angle"
    ARROW_TEXT = "arrow_text"
    DELETE_ANNOTATION = "delete_annotation"
    UNDO_ANNOTATION = "undo_annotation"
    REDO_ANNOTATION = "redo_annotation"
    PRESENTATION_STATES = "presentation_states"

    OVERLAYS = "overlays"
    HISTOGRAM = "histogram"
    TECHNIQUE = "technique"
    NOTICES = "notices"
    KEYS = "keys"

    MENU = "menu"
    KEY_SETTINGS = "key_settings"
    DISPLAY_CHECK = "display_check"
    LEAVE = "leave"
