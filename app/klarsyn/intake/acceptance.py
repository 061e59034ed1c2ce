"""Which exams an engine is made for, by its own manifest, and why another is kept from it.

A score stands for a whole exam. What an engine is not made for may be left out where it sees the same breast
on another image; otherwise the exam is only partly seen, and has no score that could order it.
"""

import re

from klarsyn.domain.exam import Image, Laterality
from klarsyn.engine.contract import Accepts, Manifest

_SIDES = {Laterality.RIGHT: "right", Laterality.LEFT: "left"}
_TOMOSYNTHESIS = "tomosynthesis, which it does not read"


def accepts_image(accepts: Accepts, image: Image) -> bool:
    """True when an engine is made for images like this one."""
    return _obstacle(accepts, image) is None


def why_not_for(manifest: Manifest, images: tuple[Image, ...]) -> str:
    """Say why an engine is made for none of `images`, all of which an engine could read."""
    what = sorted({_obstacle(manifest.accepts, image) or "" for image in images})
    return f"the engine is not made for this exam: {'; '.join(what)}"


def why_priors_are_missing(manifest: Manifest) -> str:
    """Say why an engine cannot run without priors; empty when it can."""
    if not manifest.needs_priors:
        return ""
    return "the engine needs images of earlier exams, which are not given to engines yet"


def what_is_unseen(manifest: Manifest, given: tuple[Image, ...], kept: tuple[Image, ...]) -> str:
    """Say what of an exam stays unseen, so that the score is not the exam's; empty when nothing does.

    `given` are the images that go to the engine, `kept` those that could, were it made for them.
    """
    accepts, words = manifest.accepts, []
    foreign = [image for image in kept if not _maker_fits(accepts, image)]
    if foreign:
        makers = sorted({image.manufacturer or "an unknown maker" for image in foreign})
        words.append(f"{len(foreign)} image(s) of {', '.join(makers)}, for which it is not made")
    seen = {image.laterality for image in given}
    for side, name in _SIDES.items():
        reasons = {_obstacle(accepts, i) or "" for i in kept if i.laterality is side and side not in seen}
        if reasons:
            words.append(f"the {name} breast ({'; '.join(sorted(reasons))})")
    return f"the engine has not seen {' and '.join(words)}" if words else ""


def _obstacle(accepts: Accepts, image: Image) -> str | None:
    if image.is_tomosynthesis and not accepts.volumes:
        return _TOMOSYNTHESIS
    if accepts.sop_classes and image.sop_class_uid not in accepts.sop_classes:
        return "a kind of image (SOP class) that it does not read"
    if accepts.view_positions and image.view_position not in accepts.view_positions:
        return f"it reads {', '.join(accepts.view_positions)} views only"
    if not _maker_fits(accepts, image):
        made_for = ", ".join(accepts.manufacturers)
        return f"it is made for {made_for}, and the images are of {image.manufacturer or 'an unknown maker'}"
    return None


def _maker_fits(accepts: Accepts, image: Image) -> bool:
    maker = _letters(image.manufacturer)
    return not accepts.manufacturers or any(
        _letters(name) and maker.startswith(_letters(name)) for name in accepts.manufacturers
    )


def _letters(name: str) -> str:
    """Headers write one maker in several ways: HOLOGIC, Inc. and Hologic Inc."""
    return re.sub(r"[\W_]+", "", name).casefold()
