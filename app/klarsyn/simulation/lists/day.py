"""The day before which a list's exams are dated: that of its first run, also when it is taken up again."""

from datetime import date
from pathlib import Path

_DAY_FILE = "day.txt"


def list_day(folder: Path, today: date | None) -> date:
    """Return `today`, or without one the day remembered in `folder`, or the machine's, which is remembered.

    A run that was cut off and goes on after midnight must not make its exams again with other dates.
    """
    if today is not None:
        return today
    try:
        return date.fromisoformat((folder / _DAY_FILE).read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        day = date.today()
        (folder / _DAY_FILE).write_text(f"{day.isoformat()}\n", encoding="ascii")
        return day
