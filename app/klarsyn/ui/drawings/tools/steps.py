"""Steps of a history that a hand may ask for late: on a drawing that has gone meanwhile they do nothing."""

from klarsyn.domain.annotation import Annotation
from klarsyn.domain.annotation_history import AnnotationHistory


def with_changed(history: AnnotationHistory, annotation: Annotation) -> AnnotationHistory:
    """Return the history with the drawing of that id replaced."""
    return history.changed(annotation) if _has(history, annotation.annotation_id) else history


def without(history: AnnotationHistory, annotation_id: str) -> AnnotationHistory:
    """Return the history without one drawing."""
    return history.removed(annotation_id) if _has(history, annotation_id) else history


def _has(history: AnnotationHistory, annotation_id: str) -> bool:
    return any(a.annotation_id == annotation_id for a in history.present)
