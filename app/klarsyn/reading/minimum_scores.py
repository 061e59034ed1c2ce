"""Each reader's minimum score, remembered on this workstation."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from klarsyn.base.log import get_logger

if TYPE_CHECKING:
    from klarsyn.reading.session import ReadingSession

FILE = "minimum-scores.json"

_log = get_logger(__name__)


class MinimumScores:
    """A small file with a number for each reader's account."""

    def __init__(self, file: Path | None = None) -> None:
        """Keep them in `file`, which may not exist; without one, until the program ends."""
        self._file = file
        self._chosen: dict[str, int] = {}

    def choose(self, reader: str, score: int) -> None:
        """Take a reader's choice for the next exams; `keep` writes it. Touches no disk."""
        self._chosen[reader] = score

    def of(self, reader: str, otherwise: int) -> int:
        """Return a reader's own choice; `otherwise` without one, or where the file cannot be used [disk]."""
        value = self._chosen.get(reader, self._read().get(reader))
        return value if isinstance(value, int) and not isinstance(value, bool) else otherwise

    def set_for(self, session: "ReadingSession") -> None:
        """Let a session begin, or go on, with what its reader has chosen last [disk]."""
        policy = session.policy
        session.minimum_score = policy.within_limit(self.of(session.reader, policy.minimum_score))

    def keep(self) -> None:
        """Write what has been chosen [disk].

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        if self._file is None:
            return
        kept = {**self._read(), **self._chosen}
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")
        part.replace(self._file)

    def _read(self) -> dict[str, object]:
        if self._file is None:
            return {}
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            # Marks that are shown too many are the safe side: the site's own default is used.
            _log.warning("minimum scores could not be read", kind=type(error).__name__)
            return {}
        return found if isinstance(found, dict) else {}
