"""Single values out of a data set, whatever a sender has put there.

An attribute that cannot be understood reads like one that is absent; whoever cannot do without it says
so. pydicom's Any ends here.
"""

import math
from collections.abc import MutableSequence
from datetime import date, datetime, time
from typing import Any

from pydicom import config
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from klarsyn.dicom.errors import PARSE_FAILURES

# Its warnings about illegal values quote them, and a value may be a patient's name (invariant 9).
config.settings.reading_validation_mode = config.IGNORE


def raw(ds: Dataset, keyword: str) -> Any:
    """Return the value of `keyword` as pydicom gives it; None when absent, empty or malformed."""
    try:
        return ds.get(keyword)
    except PARSE_FAILURES:
        return None


def values(ds: Dataset, keyword: str) -> tuple[Any, ...]:
    """Return all values of `keyword`."""
    value = raw(ds, keyword)
    if value is None:
        return ()
    return tuple(value) if isinstance(value, MutableSequence | tuple) else (value,)


def texts(ds: Dataset, keyword: str) -> tuple[str, ...]:
    """Return all values as stripped text."""
    return tuple(as_text(value) for value in values(ds, keyword))


def text(ds: Dataset, keyword: str) -> str:
    """Return the first value as stripped text, "" when there is none."""
    return next(iter(texts(ds, keyword)), "")


def as_text(value: Any) -> str:
    """Return one value as text; bytes of unknown representation as ASCII."""
    plain = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    return plain.strip(" \0\t\r\n")


def says_something(ds: Dataset, keyword: str) -> bool:
    """Return whether `keyword` is there with a value, be it one that cannot be understood."""
    try:
        found = ds.get_item(keyword)
    except PARSE_FAILURES:
        return True
    value = found.value if found is not None else None
    return value not in (None, "", b"") and not (isinstance(value, bytes) and not value.strip(b" \0"))


def short(value: str) -> str:
    """Return a value to be quoted in a notice: what is longer than any legal one may be somebody's name."""
    return value if value.isprintable() and len(value) <= 16 else f"{len(value)} characters"


def numbers(ds: Dataset, keyword: str) -> tuple[float, ...]:
    """Return all values as finite floats; () if one of them is none."""
    try:
        found = tuple(float(value) for value in values(ds, keyword))
    except (TypeError, ValueError, OverflowError):
        return ()
    return found if all(math.isfinite(value) for value in found) else ()


def number(ds: Dataset, keyword: str) -> float | None:
    """Return the first value as a finite float."""
    return next(iter(numbers(ds, keyword)), None)


def whole_number(ds: Dataset, keyword: str, default: int | None = None) -> int | None:
    """Return the value as an int; `default` when absent, None when it is no whole number
    or there are several: none of the attributes that are read with this has more than one value."""
    if not values(ds, keyword) or values(ds, keyword) == ("",):
        return default
    found = numbers(ds, keyword)
    return int(found[0]) if len(found) == 1 and found[0] == int(found[0]) else None


def items(ds: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Return the items of a sequence."""
    return tuple(item for item in values(ds, keyword) if isinstance(item, Dataset))


def damaged_items(ds: Dataset, keyword: str) -> bool:
    """Return whether a sequence is there and its bytes are no items; one that is empty is not damaged."""
    if isinstance(raw(ds, keyword), Sequence):
        return False
    try:
        found = ds.get_item(keyword)
    except PARSE_FAILURES:
        return True
    return found is not None and found.value not in (None, "", b"")


def day(ds: Dataset, keyword: str) -> date | None:
    """Return a DA value as a date; 2016.10.04, the form before DICOM 3.0, is understood too."""
    digits = text(ds, keyword).replace(".", "")[:8]
    try:
        return date(int(digits[0:4]), int(digits[4:6]), int(digits[6:8])) if digits.isdigit() else None
    except ValueError:
        return None


def moment(ds: Dataset, date_time: str, date_keyword: str, time_keyword: str) -> datetime | None:
    """Return a DT value, or a DA and TM pair, as local time of the modality without time zone."""
    stamp = text(ds, date_time)[:14]
    if len(stamp) == 14 and stamp.isdigit():
        try:
            return datetime.strptime(stamp, "%Y%m%d%H%M%S")
        except ValueError:
            return None
    on = day(ds, date_keyword)
    clock = text(ds, time_keyword).replace(":", "")[:6].ljust(6, "0")
    if on is None or not clock.isdigit():
        return None
    try:
        return datetime.combine(on, time(int(clock[0:2]), int(clock[2:4]), min(int(clock[4:6]), 59)))
    except ValueError:
        return None
