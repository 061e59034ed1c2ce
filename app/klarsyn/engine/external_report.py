"""Answers that are DICOM structured reports: seen as such, and refused until Klarsyn can read them.

The one place where the reading of Mammography CAD SR (TID 4000) and of TID 1500 comes in.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from klarsyn.engine.answer import unusable
from klarsyn.engine.contract import RawResult

SUFFIX = ".dcm"
PREAMBLE = 132
"""Bytes before the first attribute of a DICOM file: 128, and then DICM (PS3.10 7.1)."""

ReportReader = Callable[[Path, Mapping[str, str]], RawResult]
"""Reads a report; it is given which SOPInstanceUID is which view."""


def is_dicom(start: bytes) -> bool:
    """True for the first `PREAMBLE` bytes of a DICOM file."""
    return start[128:PREAMBLE] == b"DICM"


def read_structured_report(_path: Path, _views: Mapping[str, str]) -> RawResult:
    """Refuse a report.

    Raises
    ------
    EngineFailure
        Always.
    """
    raise unusable("it is a DICOM structured report, and reading of CAD SR comes with a later version")
