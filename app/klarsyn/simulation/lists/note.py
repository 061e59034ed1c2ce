"""What a folder remembers of its list from the first run on: the request, and its day.

A run that was cut off and goes on after midnight must not make its exams again with other dates; and a folder
holds one list, or exams of two would be taken for those of one woman.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from klarsyn.simulation.lists.request import ImpossibleRequest, ListRequest

_NOTE_FILE = "list.json"
# Women of the test numbers are of screening age in these years.
_FIRST, _LAST = date(1995, 1, 1), date(2060, 1, 1)


@dataclass(frozen=True, slots=True)
class ListNote:
    """The request and the day of a list."""

    request: ListRequest
    today: date


_NOTE = TypeAdapter(ListNote)


def take_up(folder: Path, request: ListRequest, today: date | None) -> date:
    """Return the day of the list in `folder`, writing it down when the list is new.

    Parameters
    ----------
    today
        The day to take; None for the remembered one, or the machine's in an empty folder.

    Raises
    ------
    ImpossibleRequest
        When the folder holds another list, or no exam can be dated so.
    """
    if today is not None and not _FIRST <= today <= _LAST:
        raise ImpossibleRequest(f"Exams can be dated from {_FIRST} to {_LAST}, not {today}.")
    path = folder / _NOTE_FILE
    try:
        note = _NOTE.validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        note = ListNote(request, today or date.today())
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(_NOTE.dump_json(note, indent=1) + b"\n")
        unfinished.replace(path)
    if note.request != request or today not in (None, note.today):
        raise ImpossibleRequest(
            f"{folder} holds another list ({note.request.exams} exams, seed {note.request.seed}, of "
            f"{note.today}): give the same options to go on with it, or choose an empty folder."
        )
    return note.today
