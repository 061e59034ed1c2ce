"""Practice exams on their way into an installation: each is imported and scored as soon as it is whole.

So the first can be read while the others are still being made.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.base.settings import Settings
from klarsyn.domain.task import TaskRule
from klarsyn.intake.importer import Importer
from klarsyn.intake.scorer import Scorer
from klarsyn.store.store import Store


@dataclass(frozen=True, slots=True)
class Told:
    """How far the preparation has come. It holds nothing that an engine has found (invariant 6).

    `total` is 0 until it is known. `ready` is true when an exam has been through the engine; `trouble` is a
    sentence that says why the preparation ended before its end.
    """

    done: int = 0
    total: int = 0
    ready: bool = False
    ended: bool = False
    trouble: str = ""

    def __str__(self) -> str:
        """One quiet line for the queue page; empty when there is nothing to say any more."""
        if self.trouble:
            return f"Preparing practice exams stopped: {self.trouble}"
        if self.ended:
            return ""
        how_far = f" {min(self.done + 1, self.total)} of {self.total}" if self.total else ""
        return f"Preparing practice exams{how_far}"


OnExam = Callable[[Path, tuple[Path, ...]], None]
"""What to do with an exam that is whole: called with its folder and those of its woman's priors, and again
for priors that were not whole then."""

Making = Callable[[Callable[[int, int], None], OnExam], None]
"""Makes exams: called with a progress (done, total) and with what to do with each."""


class PracticeIntake:
    """Takes exams in one by one and tells after each how far it has come."""

    def __init__(
        self, store: Store, settings: Settings, clock: Clock, rule: TaskRule, tell: Callable[[Told], None]
    ) -> None:
        """Take into the installation of `settings`; `tell` is called after every step."""
        self._importer = Importer(
            store, settings.folders, clock, repairs=settings.repairs, workers=1, rule=rule
        )
        self._scorer = Scorer(store, settings, clock)
        self._tell = tell
        self._taken: set[Path] = set()
        self.told = Told()

    def take_real(self, folder: Path) -> None:
        """Take in exams that lie there already; old as they are, they are to be read."""
        self._importer.run([folder], read=True)
        self._score()

    def take_made(self, make: Making) -> None:
        """Take in each exam that `make` finishes, with its priors."""
        make(self._planned, self._made)

    def end(self, trouble: str = "") -> None:
        """Tell that all is done, or why not."""
        self._say(ended=True, trouble=trouble)

    def _planned(self, _done: int, total: int) -> None:
        self._say(total=total)

    def _made(self, folder: Path, priors: tuple[Path, ...]) -> None:
        # Made to be read, and read although it was made a year ago: a demonstration that is taken up again
        # must not be empty. It comes before its priors: one of last year that came alone would be a
        # reading task until it came, and be scored.
        self._importer.run([folder], read=True)
        if priors:
            self._importer.run(priors)
        self._score()
        self._taken.update((folder, *priors))
        self._say(done=len(self._taken))

    def _score(self) -> None:
        self._scorer.run(progress=self._scored)

    def _scored(self, done: float, _total: int) -> None:
        if done >= 1 and not self.told.ready:
            self._say(ready=True)

    def _say(self, **changes: object) -> None:
        news = replace(self.told, **changes)  # type: ignore[arg-type]
        if news != self.told:
            self.told = news
            self._tell(news)
