"""What a presentation state must be like before it is written (PS3.3 A.33.1 and C.10 to C.11.10).

An illegal object would be refused by the archive, or worse, be kept and drawn differently by each viewer.
"""

import re
from collections.abc import Iterator

from klarsyn.domain.graphic import Graphic, GraphicAnnotation, GraphicType, Scope, TextObject, Units
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState, SizeMode, SoftcopyVoi

_CODE_STRING = re.compile(r"[A-Z0-9_ ]{1,16}")
_COUNTS = {GraphicType.POINT: (1, 1), GraphicType.CIRCLE: (2, 2), GraphicType.ELLIPSE: (4, 4)}
_LONG_STRING = re.compile(r"[^\\\x00-\x1f]{0,64}")
"""LO and each part of PN: a backslash would begin another value (PS3.5 6.2)."""

_LONGEST_TEXT = 1024
_P_VALUES = range(65536)


def require_legal(state: PresentationState) -> None:
    """Refuse a state that the standard does not allow.

    Raises
    ------
    ValueError
        With a sentence that lists everything that is wrong.
    """
    wrong = [*_whole(state), *_parts(state)]
    if wrong:
        raise ValueError(f"The presentation state cannot be saved: {'; '.join(wrong)}.")


def _whole(state: PresentationState) -> Iterator[str]:
    if not _CODE_STRING.fullmatch(state.label):
        yield "its label is no code of 1 to 16 capitals, digits, spaces and underscores"
    words = [state.description, state.creator, *(layer.description for layer in state.layers)]
    words += [window.explanation for voi in state.vois for window in voi.windows]
    words += [table.explanation for voi in state.vois for table in voi.voi_luts]
    if not all(_LONG_STRING.fullmatch(line) for line in words):
        yield "a description is longer than 64 characters, or holds a backslash or a line end"
    if not state.images:
        yield "it is about no image"
    if any(not i.series_instance_uid or not i.sop_class_uid for i in state.images):
        yield "an image is named without its series or its SOP class"
    if state.created is None:
        yield "its time of making is missing"
    if state.rotation not in (0, 90, 180, 270):
        yield f"its rotation is {state.rotation} degrees"
    for image in state.images:
        frame = image.frames[0] if image.frames else 1
        if state.area_of(image.sop_instance_uid, frame) is None:
            yield "an image has no displayed area"
    names = [layer.name for layer in state.layers]
    if len(set(names)) < len(names) or not all(_CODE_STRING.fullmatch(name) for name in names):
        yield "its layers have names that are illegal or not their own"
    if any(layer.grey is not None and layer.grey not in _P_VALUES for layer in state.layers):
        yield "a layer has a grey that is no P-value"
    if state.shutters is not None and state.shutters.grey not in _P_VALUES:
        yield "the grey of its shutters is no P-value"
    if state.overlays or state.overlay_layers:
        yield "it carries overlays, which are read but not written"


def _parts(state: PresentationState) -> Iterator[str]:
    known = {image.sop_instance_uid for image in state.images}
    scopes: list[Scope] = [area.scope for area in state.areas]
    scopes += [voi.scope for voi in state.vois]
    scopes += [annotation.scope for annotation in state.annotations]
    if any(one.sop_instance_uid not in known for scope in scopes for one in scope):
        yield "a part of it is about an image that it does not reference"
    layers = {layer.name for layer in state.layers}
    for area in state.areas:
        yield from _area(area)
    for voi in state.vois:
        yield from _voi(voi)
    for annotation in state.annotations:
        if annotation.layer not in layers:
            yield "a drawing is on a layer that does not exist"
        yield from _annotation(annotation)


def _area(area: DisplayedArea) -> Iterator[str]:
    if area.size_mode is SizeMode.TRUE and area.pixel_spacing is None:
        yield "true size is asked for without a spacing"
    if area.size_mode is SizeMode.MAGNIFY and area.magnification is None:
        yield "magnification is asked for without a ratio"
    if (area.pixel_spacing is None) == (area.aspect is None):
        yield "a displayed area needs a pixel spacing or an aspect ratio, and not both"


def _voi(voi: SoftcopyVoi) -> Iterator[str]:
    if not voi.windows and not voi.voi_luts:
        yield "a grey-scale item has neither a window nor a table"
    if len({window.function for window in voi.windows}) > 1:
        yield "windows of one image have different functions"


def _annotation(annotation: GraphicAnnotation) -> Iterator[str]:
    if not annotation.graphics and not annotation.texts:
        yield "a drawing is empty"
    for graphic in annotation.graphics:
        yield from _graphic(graphic)
    for words in annotation.texts:
        yield from _text(words)


def _graphic(graphic: Graphic) -> Iterator[str]:
    least, most = _COUNTS.get(graphic.type, (2, len(graphic.points)))
    if not least <= len(graphic.points) <= max(most, least):
        yield f"a {graphic.type} has {len(graphic.points)} points"
    if graphic.filled and not graphic.may_be_filled:
        yield f"a {graphic.type} that is not closed is to be filled"
    lowest = min((end for point in graphic.points for end in point), default=0.0)
    highest = max((end for point in graphic.points for end in point), default=0.0)
    if lowest < 0 or (graphic.units is Units.DISPLAY and highest > 1):
        yield f"a {graphic.type} reaches out of its image or display"


def _text(words: TextObject) -> Iterator[str]:
    if not words.text.strip() or len(words.text) > _LONGEST_TEXT:
        yield f"a text has {len(words.text)} characters"
    if words.box is None and words.anchor is None:
        yield "a text has no place"
