"""What headers say of the slices in one file, before the files of a volume are put together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stack:
    """The slices of one file, in the order of its frames.

    Parameters
    ----------
    positions_mm
        Of frame 1, 2, …: the plane's position along the normal, rising towards the head, in a lateral view
        towards the middle of the body; () where the header does not say it of every frame.
    order
        Without positions: frame numbers in the order that the header declares; () for that of the file.
    turned, unreadable
        Numbers of the frames whose plane is turned against the others', and of those that the import could
        not decode.
    announced
        How many frames the header announces; `Image.frames` is how many are there.
    thickness_mm
        SliceThickness, None where it is not stated.
    orientation
        ImageOrientationPatient of most frames, () where unknown.
    part_of, part, parts
        ConcatenationUID, number and count of its parts (PS3.3 C.7.6.16.2.2.4); `parts` 0 where not stated.
        Of a CT slice: "", InstanceNumber, 0.
    single_slice
        One slice of several files: an older unit's tomosynthesis, sent as CT images.
    """

    positions_mm: tuple[float, ...] = ()
    order: tuple[int, ...] = ()
    turned: tuple[int, ...] = ()
    unreadable: tuple[int, ...] = ()
    announced: int = 1
    thickness_mm: float | None = None
    orientation: tuple[float, ...] = ()
    series_instance_uid: str = ""
    frame_of_reference_uid: str = ""
    part_of: str = ""
    part: int = 0
    parts: int = 0
    single_slice: bool = False

    @property
    def whole(self) -> str:
        """What all files of one volume have in common; "" for a file that is a volume by itself."""
        if self.single_slice:
            return f"{self.series_instance_uid}|{self.frame_of_reference_uid}"
        return self.part_of

    @property
    def thickness_label(self) -> str:
        """E.g. " 1 mm"; "" where the header does not say how thick slices are."""
        return f" {self.thickness_mm:g} mm" if self.thickness_mm is not None else ""
