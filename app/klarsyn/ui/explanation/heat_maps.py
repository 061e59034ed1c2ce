"""The heat maps of one exam: the engine's own, else image after image by covering its cells."""

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from klarsyn.domain.exam import Image
from klarsyn.domain.explanation import Explanation, OcclusionMap
from klarsyn.domain.finding import AiResult
from klarsyn.reading.explains import Explains
from klarsyn.ui.explanation.asking import Asked, EngineQuestions, time_left
from klarsyn.ui.explanation.heat_field import engine_fields, occlusion_field, on_one_scale
from klarsyn.ui.words import engine_text

if TYPE_CHECKING:
    from klarsyn.ui.background import Scope

NO_2D = "The engine's heat map cannot be computed for slices, and this exam has no 2D image that it has seen."


class HeatMaps:
    """Asks for the maps of one result. `changed` is called when a map has come, or it is over."""

    def __init__(
        self,
        questions: EngineQuestions,
        explains: Explains,
        result: AiResult,
        images: tuple[Image, ...],
        found: Explanation,
        scope: "Scope",
        changed: Callable[[], None],
    ) -> None:
        """Take the engine's own maps that were `found`; without any, 2D `images` are to be asked about."""
        self._questions, self._explains, self._result = questions, explains, result
        self._scope, self._changed = scope, changed
        given = set(result.provenance.input_instances)
        self._spacing = {image.sop_instance_uid: image.spacing for image in images}
        self._labels = {image.sop_instance_uid: image.view_label for image in images}
        flat = [i.sop_instance_uid for i in images if not i.is_tomosynthesis and i.sop_instance_uid in given]
        self.said = ""
        """What is wrong, in a sentence."""
        sizes = {image.sop_instance_uid: (image.rows, image.columns) for image in images}
        self.fields = engine_fields(found.maps, sizes, engine_text(result))
        self._wanted = [] if self.fields else flat
        self._found, self._left = list[OcclusionMap](), list(self._wanted)
        self._refused = list[str]()
        self._mine: Asked | None = None
        self._started, self._begun_with = 0.0, 1

    @property
    def awaited(self) -> frozenset[str]:
        """Images whose map is still to come."""
        return frozenset(self._left) if self._is_asking else frozenset()

    @property
    def not_computed(self) -> frozenset[str]:
        """Images that have no map, as it was stopped, failed, or the engine could not be asked."""
        return frozenset([*self._left, *self._refused]) - self.awaited

    @property
    def scale(self) -> str:
        """Over how many images the values are compared, where that is not all of them; else empty."""
        done, whole = len(self._found), len(self._wanted)
        return f"scale over {done} of {whole} images" if 0 < done < whole else ""

    @property
    def is_whole(self) -> bool:
        """True when there is nothing left to be asked."""
        return bool(self.fields) and not self._left and not self._refused

    @property
    def _is_asking(self) -> bool:
        return self._mine is not None and self._questions.asked is self._mine

    def offer(self, *, on: bool) -> str:
        """Return what the key of the heat map does next, in a few words."""
        if on:
            return "Hide heat map"
        return "Show heat map" if self.fields else "Compute heat map"

    def compute(self, first: str | None) -> None:
        """Ask for what is left, the image `first` before all others."""
        self._left, self._refused = [*self._left, *self._refused], []
        if not self._left:
            self.said = self.said or NO_2D
            return
        self._left.sort(key=lambda uid: uid != first)
        self.said, self._started = "", time.monotonic()
        self._begun_with = len(self._left)
        self._ask()

    def progress(self) -> str:
        """Say which image is asked about, and how long all of them will last still."""
        asked = self._questions.asked
        if asked is None or not self._is_asking or not self._left:
            return ""
        done = len(self._wanted) - len(self._left)
        since = self._begun_with - len(self._left)
        part = (since + asked.part) / self._begun_with
        left = time_left(time.monotonic() - self._started, part)
        which = f"Heat map: view {done + 1} of {len(self._wanted)} ({self._labels[self._left[0]]})"
        return ", ".join(filter(None, (which, f"{asked.part:.0%}".replace("%", " %"), left)))

    def _ask(self) -> None:
        uid = self._left[0]

        def question(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Any:
            return self._explains.occlusion(self._result, uid, progress, cancelled)

        self._questions.ask(question, self._scope, partial(self._take, uid), self._failed)
        self._mine = self._questions.asked

    def _take(self, uid: str, answer: OcclusionMap | str | None) -> None:
        self._left.remove(uid)
        if isinstance(answer, OcclusionMap):
            self._found.append(answer)
            self.fields = on_one_scale(occlusion_field(each, self._cell_mm(each)) for each in self._found)
        elif isinstance(answer, str):
            self._refused.append(uid)
            self.said = answer
        if self._left:
            self._ask()
        elif self._found and not self.fields:
            self.said = "No cell changes the engine's value by itself: there is nothing to draw."
        self._changed()

    def _failed(self, error: BaseException) -> None:
        self.said = f"The heat map could not be computed ({type(error).__name__}). The log says more."
        self._changed()

    def _cell_mm(self, found: OcclusionMap) -> float:
        spacing = self._spacing[found.sop_instance_uid]
        return found.cell[0] * spacing.row_mm if spacing is not None else 0.0
