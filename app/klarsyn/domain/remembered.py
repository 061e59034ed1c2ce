"""What follows from the images of an exam, worked out once for the exams that are in hand.

Hanging an exam asks dozens of times which slices belong together, and an answer takes milliseconds.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from klarsyn.domain.exam import Image

Images = tuple[Image, ...]
Answer = TypeVar("Answer")

EXAMS = 16
"""An exam on the screen with its priors, and those beside it."""


def remembered(ask: Callable[[Images], Answer]) -> Callable[[Images], Answer]:
    """Return a function that asks once for each tuple of images, known by identity: neither changes."""
    kept: OrderedDict[int, tuple[Images, Answer]] = OrderedDict()
    guard = threading.Lock()

    @wraps(ask)
    def asked(images: Images) -> Answer:
        with guard:
            known = kept.get(id(images))
            # The tuple is held with its answer, so that no other one can have its identity meanwhile.
            if known is not None and known[0] is images:
                kept.move_to_end(id(images))
                return known[1]
        answer = ask(images)
        with guard:
            kept[id(images)] = (images, answer)
            while len(kept) > EXAMS:
                kept.popitem(last=False)
        return answer

    return asked
