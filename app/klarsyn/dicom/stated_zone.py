"""The time zone of a file's dates and times: TimezoneOffsetFromUTC (0008,0201), PS3.3 C.12.1.1."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text
from klarsyn.dicom.source import open_source

_OFFSET = re.compile(r"([+-])(\d{2})([0-5]\d)")


def zone_of(ds: Dataset) -> timezone | None:
    """Return the zone that a file states; None where it states none, or none that there is."""
    found = _OFFSET.fullmatch(text(ds, "TimezoneOffsetFromUTC"))
    if found is None:
        return None
    sign = -1 if found[1] == "-" else 1
    offset = sign * timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(offset) if abs(offset) <= timedelta(hours=14) else None


def in_zone(at: datetime | None, ds: Dataset) -> datetime | None:
    """Return a time as a file has it with the zone that the file states, if any."""
    zone = zone_of(ds)
    return at if at is None or zone is None else at.replace(tzinfo=zone)


def put_zone(ds: Dataset, at: datetime, study_file: Path) -> datetime:
    """State the zone of an object's times, and return the time `at` in it: that of the study's own file.

    Where the study states none, none is stated, for it would speak of the study's own times too: those are
    the site's, and so is then `at`, by this machine's clock. A time without a zone stays as it is.

    Raises
    ------
    UnreadableFile
        If the header of `study_file` cannot be read.
    """
    if at.tzinfo is None:
        return at
    with open_source(study_file) as source:
        zone = zone_of(source.header)
    if zone is None:
        return at.astimezone().replace(tzinfo=None)
    here = at.astimezone(zone)
    ds.TimezoneOffsetFromUTC = f"{here:%z}"
    return here
