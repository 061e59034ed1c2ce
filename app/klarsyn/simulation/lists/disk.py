"""Whether the disk can hold a list, asked before hours are spent on it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from klarsyn.simulation.lists.plan import ExamPlan
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.xray.vendors import VENDORS, Storage

# Bytes a pixel as measured on simulated images; a list must not need more than this says.
_BYTES = {Storage.UNCOMPRESSED: 2.0, Storage.JPEG_LOSSLESS: 1.3, Storage.JPEG_LS: 1.2}
_TOMOSYNTHESIS_BYTES = 1.4
_AVERAGE_SLICES = 56
_VIEWS = 4


class DiskTooSmall(OSError):
    """There is less room than the list needs; the text says how much."""


def expected_bytes(plan: ExamPlan, years_before: int, request: ListRequest) -> int:
    """Return about how many bytes the files of one exam take."""
    vendor = VENDORS[plan.vendor]
    pixels = vendor.detector.rows * vendor.detector.columns
    two_dimensional = pixels * _BYTES[vendor.storage]
    if not plan.dbt or years_before:
        raw = pixels * _BYTES[vendor.storage] if request.for_processing else 0
        return int(_VIEWS * (two_dimensional + raw))
    binning = vendor.tomosynthesis.binning * (2 if request.half_matrix else 1)
    frame = pixels / binning**2
    stack = (request.slices or _AVERAGE_SLICES) * frame * _TOMOSYNTHESIS_BYTES
    projections = vendor.tomosynthesis.projections * frame * 2 if request.projections else 0
    beside = two_dimensional if plan.combo else frame * 2
    return int(_VIEWS * (stack + projections + beside))


def check_space(folder: Path, missing: Sequence[tuple[ExamPlan, int]], request: ListRequest) -> None:
    """Raise DiskTooSmall when the missing exams would not fit on the disk of `folder`."""
    needed = sum(expected_bytes(plan, years, request) for plan, years in missing)
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskTooSmall(
            f"The list needs about {needed / 1e6:,.0f} MB and {folder} has {free / 1e6:,.0f} MB free. Free "
            "some space, choose another folder, or ask for fewer exams; whole exams are kept."
        )
