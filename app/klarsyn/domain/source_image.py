"""Images that another was computed from, as that one names them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceImage:
    """What an image says of one that it was computed from (an item of 0008,2112; PS3.3 C.12.4.1).

    `spatial_locations_preserved` is (0028,135A): "YES", "NO", "REORIENTED_ONLY", or "" where it is absent.
    `patient_orientation` is that of the source, as the item states it.
    """

    uid: str
    spatial_locations_preserved: str = ""
    patient_orientation: tuple[str, str] | None = None
