"""What a presentation state means for an image, or for the slices of a tomosynthesis. No Qt."""

from typing import TYPE_CHECKING

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.presentation_state import PresentationState, SizeMode, under_state
from klarsyn.domain.volume import Slice, Volume

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage

Frame = tuple[str, int]
"""SOPInstanceUID, and the frame counted from 1, as presentation states count."""


def frames_under(state: PresentationState, loaded: "LoadedImage") -> tuple[Frame, ...]:
    """Return what a state may be applied to (invariant 3), of a tomosynthesis the lowest slice first."""
    image = loaded.image
    frames = [(image.sop_instance_uid, image.middle_frame)]
    if loaded.volume is not None:
        frames = [(s.sop_instance_uid, s.frame) for s in loaded.volume.slices]
    return tuple(frame for frame in frames if state.references(*frame))


def wants_true_size(state: PresentationState, loaded: "LoadedImage") -> bool:
    """True when the state asks for true size on any frame."""
    areas = [state.area_of(*frame) for frame in frames_under(state, loaded)]
    return any(area is not None and area.size_mode is SizeMode.TRUE for area in areas)


def drawn_slices(state: PresentationState, volume: Volume) -> tuple[int, ...]:
    """Return the slices that a state names and draws on, the lowest first; what lies on all names none."""
    alone = len(volume.instances) > 1
    named = {
        (one.sop_instance_uid, frame)
        for drawn in state.annotations
        for one in drawn.scope
        # A file with one slice need not name its frame.
        for frame in one.frames or ((1,) if alone else ())
    }
    return tuple(n for n, s in enumerate(volume.slices) if (s.sop_instance_uid, s.frame) in named)


def grey_of_slice(state: PresentationState, one: Slice, grey: GrayscaleParameters) -> GrayscaleParameters:
    """Return the grey scale of a slice under a state; slices that it does not name stay as the file says."""
    if not state.references(one.sop_instance_uid, one.frame):
        return grey
    return under_state(state, grey, one.sop_instance_uid, one.frame)
