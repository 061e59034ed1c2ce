"""Multi-frame images say things once for all frames or frame by frame (PS3.3 C.7.6.16).

What is said of one frame wins over what is said of all, and that over the top level of the file. An item
that is there and says nothing wins over nothing.
"""

from functools import cache

from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag

from klarsyn.dicom.attributes import items, says_something


class FrameGroups:
    """The functional groups of one header, looked up by frame."""

    def __init__(self, ds: Dataset) -> None:
        """Use the header `ds`."""
        shared = items(ds, "SharedFunctionalGroupsSequence")
        self._top = ds
        self._frames = items(ds, "PerFrameFunctionalGroupsSequence")
        self._shared = shared[0] if shared else None
        # A stack has up to 500 frames: what all share is looked up once.
        self._of_all: dict[str, Dataset | None] = {}
        self._said_of_all: dict[tuple[str, ...], Dataset | None] = {}

    @property
    def described(self) -> int:
        """How many frames have functional groups of their own."""
        return len(self._frames)

    def item(self, keyword: str, frame: int = 1) -> Dataset | None:
        """Return the item of a functional group for a frame, counted from 1; None without one."""
        own = self._own(keyword, frame)
        return own if own is not None else self._shared_item(keyword)

    def saying(self, keyword: str, frame: int, *attributes: str) -> Dataset | None:
        """Return the first of per-frame item, shared item and top level that has one of `attributes`."""
        own = self._own(keyword, frame)
        if own is not None and any(says_something(own, attribute) for attribute in attributes):
            return own
        wanted = (keyword, *attributes)
        if wanted not in self._said_of_all:
            places = (self._shared_item(keyword), self._top)
            self._said_of_all[wanted] = next(
                (p for p in places if p is not None and any(says_something(p, a) for a in attributes)), None
            )
        return self._said_of_all[wanted]

    def _own(self, keyword: str, frame: int) -> Dataset | None:
        if not 1 <= frame <= len(self._frames) or tag_of(keyword) not in self._frames[frame - 1]:
            return None
        return next(iter(items(self._frames[frame - 1], keyword)), None)

    def _shared_item(self, keyword: str) -> Dataset | None:
        if keyword not in self._of_all:
            found = items(self._shared, keyword) if self._shared is not None else ()
            self._of_all[keyword] = found[0] if found else None
        return self._of_all[keyword]


@cache
def tag_of(keyword: str) -> BaseTag:
    """Return the tag of a keyword; pydicom spells each out anew."""
    return Tag(keyword)


def group_item(ds: Dataset, keyword: str, frame: int = 1) -> Dataset | None:
    """Return the item of a functional group for a frame: per frame if given, else the shared one."""
    return FrameGroups(ds).item(keyword, frame)
