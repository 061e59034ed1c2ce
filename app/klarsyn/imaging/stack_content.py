"""What a stack of slices is made of: where each lies, how it is decoded, how its values become grey."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.shutter import Shutters
from klarsyn.imaging.grayscale import index_padding
from klarsyn.imaging.levels import Level
from klarsyn.imaging.slice_files import SlicePlace


@dataclass(frozen=True, slots=True)
class StackContent:
    """The slices in the order in which they are scrolled.

    Parameters
    ----------
    shape
        (rows, columns) of every slice.
    places
        Each slice's file by the key of its content, and its slot there; no two are the same.
    decode
        Index values of slice `i`, uint16 of `shape`. Called on the crew's threads; it may raise
        `UnreadableFile` or what `dicom.errors.PARSE_FAILURES` lists.
    preview
        The same at a quarter of the resolution or None (`preview.read_preview`); None: there are none.
    faults
        Sentences about slices that cannot be shown, by index; they are not decoded.
    grayscales, grayscale_of
        Each kind of grey scale once, and which of them each slice has; all the first when empty.
    release
        Called once when nothing will be decoded any more.
    shutters
        What covers every slice; None: nothing.
    """

    shape: tuple[int, int]
    places: tuple[SlicePlace, ...]
    decode: Callable[[int], Level]
    preview: Callable[[int], Level | None] | None = None
    faults: dict[int, str] = field(default_factory=dict)
    grayscales: tuple[GrayscaleParameters, ...] = (GrayscaleParameters(bits_stored=16),)
    grayscale_of: tuple[int, ...] = ()
    release: Callable[[], None] | None = None
    shutters: Shutters | None = None

    def grayscale(self, index: int) -> GrayscaleParameters:
        """Return how the stored values of a slice become grey."""
        return self.grayscales[self.grayscale_of[index] if self.grayscale_of else 0]

    def padding(self, index: int) -> tuple[int, int] | None:
        """Return the padding of a slice as index values."""
        return index_padding(self.grayscale(index))


def places_in_one_file(key: str, slots: int, order: Sequence[int] | None = None) -> tuple[SlicePlace, ...]:
    """Return the places of one file's frames; `order` counts them from 0 and is that of scrolling."""
    return tuple(SlicePlace(key, slots, slot) for slot in (range(slots) if order is None else order))
