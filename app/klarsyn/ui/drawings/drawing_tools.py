"""The tools of drawing and measuring: which command takes which pen up, and what to do with it."""

from klarsyn.domain.annotation import AnnotationKind
from klarsyn.ui.actions.command import Command

TOOLS = {
    Command.MEASURE_LENGTH: (AnnotationKind.LENGTH, "Length: drag from end to end"),
    Command.MEASURE_AREA_ELLIPSE: (AnnotationKind.ELLIPSE, "Ellipse: drag across the area"),
    Command.MEASURE_AREA_POLYGON: (
        AnnotationKind.POLYGON,
        "Polygon: click its corners; the first one, a double click or Enter closes it",
    ),
    Command.MEASURE_ANGLE: (AnnotationKind.ANGLE, "Angle: drag along one leg to the corner, then click"),
    Command.ARROW_TEXT: (AnnotationKind.ARROW, "Drag an arrow and write; a click alone writes there"),
}
