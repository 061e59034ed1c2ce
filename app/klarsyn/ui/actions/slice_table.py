"""The commands on the slices of a tomosynthesis.

Slices rise from the breast support to the tube. The signs that Shift makes of `.` and `,` differ between
keyboards: both are given.
"""

from klarsyn.ui.actions.action import Action
from klarsyn.ui.actions.command import Command, Group

_C, _S = Command, Group.SLICES

SLICES = (
    Action(_C.SLICE_NEXT, _S, "Next slice", "Show the next slice upwards.", ".", repeats=True),
    Action(_C.SLICE_PREVIOUS, _S, "Previous slice", "Show the next slice downwards.", ",", repeats=True),
    Action(_C.SLICES_ON, _S, "Five slices on", "Show the fifth slice upwards.", "> :", repeats=True),
    Action(_C.SLICES_BACK, _S, "Five slices back", "Show the fifth slice downwards.", "< ;", repeats=True),
    Action(_C.SLICE_FIRST, _S, "First slice", "Show the lowest slice.", "Home"),
    Action(_C.SLICE_LAST, _S, "Last slice", "Show the highest slice.", "End"),
    Action(
        _C.CINE,
        _S,
        "Cine",
        "Let the slices of this view run back and forth, or stop them; the wheel stops them too.",
        "V",
        checkable=True,
    ),
    Action(_C.CINE_FASTER, _S, "Cine faster", "Five slices a second more.", "Shift+Right", repeats=True),
    Action(_C.CINE_SLOWER, _S, "Cine slower", "Five slices a second less.", "Shift+Left", repeats=True),
    Action(
        _C.CINE_FROM,
        _S,
        "Cine from here",
        "Let the cine turn at this slice below; there again, at the lowest.",
        "Shift+Home",
    ),
    Action(
        _C.CINE_TO,
        _S,
        "Cine to here",
        "Let the cine turn at this slice above; there again, at the highest.",
        "Shift+End",
    ),
    Action(
        _C.SLAB,
        _S,
        "Slab",
        "Show several slices as one, as many mm as the last time, or single slices again.",
        "Z",
        checkable=True,
    ),
    Action(_C.SLAB_THICKER, _S, "Thicker slab", "Up to 20 mm.", "Shift+Up", repeats=True),
    Action(_C.SLAB_THINNER, _S, "Thinner slab", "Down to one slice.", "Shift+Down", repeats=True),
    Action(
        _C.SLAB_KIND,
        _S,
        "Mean or maximum",
        "Let a slab show the maximum of its slices, or their mean again.",
        "Shift+X",
    ),
)
