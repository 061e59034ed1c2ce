"""Headers with one thing spoiled, and the judgement of what became of them: shown with a flag, or refused."""

from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from pydicom import uid
from pydicom.datadict import tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.headers import Instance, read_instance
from klarsyn.dicom.pixels import read_frame
from klarsyn.domain.display import DisplayState
from klarsyn.domain.exam import Image
from klarsyn.imaging.geometry import common_scale, hang, hanging_flip
from klarsyn.imaging.grayscale import apply_lut, build_lut, presets
from klarsyn.imaging.shutter_mask import seen_through

Shown = tuple[Instance, tuple]
Write = Callable[..., Path]


def put(ds: Dataset, keyword: str, value: Any) -> None:
    """Put raw bytes where a value belongs; the reader takes its type from the dictionary.

    None takes the attribute away, a list of data sets becomes a sequence.
    """
    tag = tag_for_keyword(keyword)
    ds.pop(tag, None)
    if isinstance(value, list):
        setattr(ds, keyword, value)
    elif value is not None:
        raw = value if isinstance(value, bytes) else value.encode("latin-1")
        ds[tag] = DataElement(tag, "OB", raw + b" " * (len(raw) % 2 if isinstance(value, str) else 0))


def shown(path: Path) -> Shown | UnreadableFile:
    """All that decides how the image of a file looks; made as the viewer makes it."""
    try:
        instance = read_instance(path)
        pixels = read_frame(path, instance.image.middle_frame)
    except UnreadableFile as error:
        return error
    image, grey, shutters = instance.image, instance.grayscale, instance.shutters
    through = seen_through(shutters, image.rows, image.columns, image.spacing) if shutters else True
    looks = []
    for number in range(len(presets(grey))):
        for inverted in (False, True):
            lut = build_lut(grey, DisplayState(preset=number, inverted=inverted))
            looks.append(np.where(through, apply_lut(pixels, lut), 0).tobytes())
    flip, _ = hanging_flip(image, None)
    transform = hang(image, flip, (300, 400), common_scale([image], (300, 400)))
    said = (image.laterality, image.view_position, image.modifiers, image.for_processing, image.frames)
    return instance, (*looks, astuple(transform), image.spacing, said, image.partial_view, image.lossy)


def texts_of(image: Image) -> set[str]:
    """What the corner says of one exposure, part by part."""
    when = image.acquired.date().isoformat() if image.acquired else ""
    return {part for part in (*image.technique.split(", "), when) if part}


def require_sentences(refusal: UnreadableFile) -> None:
    """A refusal is told in sentences, and names nobody."""
    assert refusal.reason.endswith("."), refusal.reason
    assert refusal.advice.endswith(".")
    assert "TEST-1" not in str(refusal)
    assert "Prov" not in str(refusal)


def judge(write: Write, spoiled: Dataset, legal: Dataset, what: str, excused: bool = False) -> None:
    """An image that looks like the sound one, or carries a notice more, or a refusal in sentences.

    `excused` is what may look otherwise in silence: an absence that means something, a value that is legal.
    """
    outcome = shown(write(spoiled, uid.ImplicitVRLittleEndian))
    if isinstance(outcome, UnreadableFile):
        require_sentences(outcome)
        return
    instance, look = outcome
    base, sound_look = shown(write(legal, uid.ImplicitVRLittleEndian))
    more = set(instance.image.notices) - set(base.image.notices)
    assert look == sound_look or more or excused, f"{what}: another picture, and nothing is said of it"
    # A text that cannot be understood is left out, which is seen; it never becomes another one.
    assert texts_of(instance.image) <= texts_of(base.image) or excused, f"{what}: another text in silence"
