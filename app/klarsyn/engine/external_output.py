"""What a program left in its output folder, read with suspicion: one `result.json`, or one report.

docs/engines.md has the words of `result.json`. Whatever else lies there is a fault: nobody knows what it
meant, and half an answer is none.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from klarsyn.engine import folder as working
from klarsyn.engine import wire
from klarsyn.engine.answer import unusable
from klarsyn.engine.contract import CONTRACT, RawResult
from klarsyn.engine.external_report import (
    PREAMBLE,
    SUFFIX,
    ReportReader,
    is_dicom,
    read_structured_report,
)
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.limits import MAX_REGIONS
from klarsyn.engine.wire import WireError
from klarsyn.engine.wire_result import result_from_wire

RESULT = "result.json"
_RESULT_LIMIT = 8 * 2**20
_FIELDS = {"contract", "exam_token", "raw", "regions"}
_REGION = {"sop_instance_uid", "frame", "frame_range", "outline", "lesion_type", "raw_score", "finding"}


def read_output(
    folder: Path, views: Mapping[str, str], read_report: ReportReader = read_structured_report
) -> RawResult:
    """Return the result in a program's output folder; `views` says which SOPInstanceUID is which view.

    Raises
    ------
    EngineFailure
        If there is none, more than one, or anything that cannot be used.
    """
    path = _only_file(folder)
    if path.suffix == SUFFIX:
        if not is_dicom(working.read_bounded(path, PREAMBLE) or b""):
            raise unusable("a file of its output is named as DICOM and is none")
        return read_report(path, views)
    text = working.read_bounded(path, _RESULT_LIMIT)
    if text is None:
        raise unusable(f"{RESULT} cannot be read")
    if len(text) > _RESULT_LIMIT:
        raise unusable(f"{RESULT} is too large")
    try:
        return result_from_wire(_translated(wire.loads(text), views), lambda number, size: b"")
    except WireError as error:
        raise unusable(str(error)) from error


def _only_file(folder: Path) -> Path:
    """Return the one file, which is a plain one: no link, folder, pipe or device."""
    found: list[Path] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                    raise unusable("its output holds a link, a folder, a pipe or a device")
                if entry.name != RESULT and not entry.name.endswith((SUFFIX, ".json")):
                    raise unusable(f"its output holds a file that is neither {RESULT} nor a report")
                found.append(Path(entry.path))
                if len(found) > 1:
                    raise unusable("its output holds several results")
    except OSError as error:
        raise unusable("its output folder cannot be read") from error
    if not found:
        raise EngineFailure(FailureKind.RAISED, sentence(FailureKind.RAISED, "it ended without a result"))
    if found[0].suffix == ".json" and found[0].name != RESULT:
        raise unusable(f"its output holds a result that is not named {RESULT}")
    return found[0]


def _translated(message: Mapping[str, Any], views: Mapping[str, str]) -> dict[str, Any]:
    """Say the same in the words that pass between Klarsyn's own processes."""
    _only(message, _FIELDS, "the result")
    if wire.whole(message.get("contract"), "the version of the contract") != CONTRACT:
        raise WireError(f"it is for another version of the contract than {CONTRACT}")
    regions = wire.listing(message.get("regions"), "the marks", MAX_REGIONS)
    return {**message, "regions": [_region(wire.mapping(each, "a mark"), views) for each in regions]}


def _region(message: Mapping[str, Any], views: Mapping[str, str]) -> dict[str, Any]:
    _only(message, _REGION, "a mark")
    view_id = views.get(wire.text(message.get("sop_instance_uid"), "the image of a mark"))
    if view_id is None:
        raise WireError("a mark names an image that the engine was not given")
    return {**message, "view_id": view_id}


def _only(message: Mapping[str, Any], known: set[str], what: str) -> None:
    if set(message) - known:
        raise WireError(f"{what} holds an unknown word")
