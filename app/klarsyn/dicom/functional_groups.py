"""Multi-frame images say things once for all frames or frame by frame (PS3.3 C.7.6.16)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items


def group_item(ds: Dataset, keyword: str) -> Dataset | None:
    """Return the item of a functional group for frame 1: per frame if given, else the shared one."""
    for outer in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        groups = items(ds, outer)
        found = items(groups[0], keyword) if groups else ()
        if found:
            return found[0]
    return None
