"""What a stack has decoded, and what it has the crew decode next."""

from collections.abc import Callable
from dataclasses import dataclass

from klarsyn.base.log import get_logger
from klarsyn.dicom.errors import PARSE_FAILURES, UnreadableFile
from klarsyn.imaging.decode_order import LOOKS_AROUND, Rank, Stage, outwards
from klarsyn.imaging.decoding_crew import DecodingCrew, Task
from klarsyn.imaging.levels import Level
from klarsyn.imaging.slice_files import SliceFiles, SlicePlace
from klarsyn.imaging.stack_content import StackContent

_log = get_logger(__name__)

KEPT_IN_MEMORY = 5
"""Slices of a stack that no file holds: the one looked at, and its neighbours."""


@dataclass(slots=True)
class Cell:
    """What there is of one slice: its levels, mapped or in memory, or why there are none.

    `look` is the slice at a quarter of the resolution, until the levels are there.
    """

    levels: tuple[Level, ...] | None = None
    in_memory: bool = False
    trouble: str = ""
    look: Level | None = None
    looked: bool = False
    busy: bool = False


class SliceWork:
    """One stack's offers to the crew, and their outcome. The crew's lock guards what it holds."""

    def __init__(self, content: StackContent, files: SliceFiles, crew: DecodingCrew, aim: int) -> None:
        self.content, self.aim = content, aim
        self.cells = {place: Cell() for place in content.places}
        self.listeners: list[Callable[[int], None]] = []
        self.waits_for_others = False
        self._files, self._crew = files, crew
        self._opened = self._opening = self._closed = False
        self._under_way = 0
        self._last: dict[SlicePlace, Cell] = {}

    def cell(self, index: int) -> Cell:
        """Return what there is of a slice."""
        return self.cells[self.content.places[index]]

    def close(self) -> None:
        """Offer nothing more but to let go of the files. Called with the lock held."""
        self._closed = True
        self.listeners = []
        # Unmapping hundreds of megabytes takes a while: not here, on the window's thread.
        self._last, self.cells = self.cells, {place: Cell() for place in self.cells}

    def offer(self) -> Task | None:
        """Return what the crew should do next here."""
        self.waits_for_others = False
        if self._closed:
            if self._under_way:
                return None
            return Task(Rank(Stage.RELEASE, 0), self._begin_release, self._release)
        if self._opening:
            return None
        if not self._opened:
            return Task(Rank(Stage.FILES, 0), self._begin_opening, self._open)
        best: tuple[Rank, int] | None = None
        for index in outwards(len(self.content.places), self.aim):
            stage, distance = self._stage(index), abs(index - self.aim)
            if stage is not None:
                rank = Rank(stage, distance)
                # Of two as near as each other, the first one in the order.
                best = (rank, index) if best is None or rank < best[0] else best
            if best is not None and (best[0].stage < Stage.OUTWARDS or distance > LOOKS_AROUND):
                break
        return self._task(*best) if best is not None else None

    def _stage(self, index: int) -> Stage | None:
        """Return what is next for one slice, None if nothing is."""
        content, place, distance = self.content, self.content.places[index], abs(index - self.aim)
        cell = self.cells[place]
        if index in content.faults or cell.levels is not None or cell.trouble:
            return None
        may_look = content.preview is not None and not cell.looked and distance <= LOOKS_AROUND
        # What lies decoded on the disk is there sooner than any preview.
        if may_look and not self._files.has(place):
            return Stage.LOOKS_AROUND if distance else Stage.FIRST_LOOK
        if cell.busy:
            return None
        if distance == 0:
            return Stage.FOREGROUND
        if not self._files.keeps(place) and distance > KEPT_IN_MEMORY // 2:
            return None
        if self._files.is_claimed_elsewhere(place):
            self.waits_for_others = True
            return None
        return Stage.OUTWARDS

    def _task(self, rank: Rank, index: int) -> Task:
        content, place = self.content, self.content.places[index]
        cell = self.cells[place]
        looks = rank.stage in (Stage.FIRST_LOOK, Stage.LOOKS_AROUND)

        def begin() -> None:
            self._under_way += 1
            if looks:
                cell.looked = True
            else:
                cell.busy = True

        work = self._look if looks else self._decode
        return Task(rank, begin, lambda: work(content, index, cell))

    def _begin_opening(self) -> None:
        self._opened = self._opening = True
        self._under_way += 1

    def _open(self) -> None:
        # Here and not under the lock: another process may be evicting gigabytes meanwhile.
        try:
            self._files.open(self.content.places)
        finally:
            self._opening = False
            self._done(None)

    def _look(self, content: StackContent, index: int, cell: Cell) -> None:
        found: Level | None = None
        try:
            found = content.preview(index) if content.preview is not None else None
        finally:
            with self._crew.changed:
                if cell.levels is None and not cell.trouble:
                    cell.look = found
            self._done(content.places[index] if found is not None else None)

    def _decode(self, content: StackContent, index: int, cell: Cell) -> None:
        place = content.places[index]
        levels: tuple[Level, ...] | None = None
        in_memory, trouble = False, "Something unforeseen went wrong while it was decoded; see the log."
        try:
            levels, in_memory = self._files.make(place, content.padding(index), lambda: content.decode(index))
        except UnreadableFile as error:
            trouble = str(error)
        except PARSE_FAILURES as error:
            trouble = f"It cannot be decoded ({type(error).__name__})."
        finally:
            if levels is None:
                _log.warning("a slice cannot be decoded; the others are shown", slice=index + 1)
            with self._crew.changed:
                cell.busy, cell.look = False, None
                if not self._closed:
                    cell.levels, cell.in_memory = levels, in_memory
                    cell.trouble = "" if levels is not None else trouble
                    self._drop_far()
            del levels  # it would keep the file mapped while it is closed
            self._done(place)

    def _drop_far(self) -> None:
        """Keep in memory only what is nearest to the slice that is looked at."""
        held = [n for n in range(len(self.content.places)) if self.cell(n).in_memory]
        for index in sorted(held, key=lambda n: abs(n - self.aim))[KEPT_IN_MEMORY:]:
            self.cells[self.content.places[index]] = Cell()

    def _begin_release(self) -> None:
        self._under_way += 1
        self._crew.remove(self)

    def _release(self) -> None:
        self._last = {}
        self._files.close()
        if self.content.release is not None:
            self.content.release()

    def _done(self, place: SlicePlace | None) -> None:
        """Count a task as ended, and tell of a slice, by the number that it has by now."""
        with self._crew.changed:
            self._under_way -= 1
            places, listeners = self.content.places, tuple(self.listeners)
            self._crew.wake()
        if place is not None and place in places:
            for listener in listeners:
                listener(places.index(place))
