"""The explainer as a window asks for it: made when it is first asked, and its refusals are sentences."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from klarsyn.base.settings import Settings
from klarsyn.domain.explanation import Explanation, OcclusionMap
from klarsyn.domain.finding import AiResult
from klarsyn.store.store import Store

if TYPE_CHECKING:
    from klarsyn.intake.explaining import Explainer


_Answer = TypeVar("_Answer")


class ExplainerForWindow:
    """For one thread. Nothing of an engine is loaded or asked before a reader has opened an explanation."""

    def __init__(self, store: Store, settings: Settings) -> None:
        """Explain results of this installation."""
        self._store, self._settings = store, settings
        self._made: Explainer | None = None

    def explain(
        self, result: AiResult, progress: Callable[[float], None], cancelled: Callable[[], bool]
    ) -> Explanation | str | None:
        """Return why a result has its value, a sentence where nothing can be said, None when cancelled."""
        return self._ask(lambda e: e.explain(result, progress=progress, cancelled=cancelled))

    def occlusion(
        self,
        result: AiResult,
        sop_instance_uid: str,
        progress: Callable[[float], None],
        cancelled: Callable[[], bool],
    ) -> OcclusionMap | str | None:
        """Return where on one image the value comes from; the rest is as in `explain`."""
        return self._ask(
            lambda e: e.occlusion(result, sop_instance_uid, progress=progress, cancelled=cancelled)
        )

    def _ask(self, what: "Callable[[Explainer], _Answer]") -> _Answer | str | None:
        from klarsyn.intake.asking_again import ExplainingStopped, NoExplanation

        try:
            return what(self._explainer())
        except NoExplanation as why:
            return str(why)
        except ExplainingStopped:
            return None

    def _explainer(self) -> "Explainer":
        if self._made is None:
            from klarsyn.intake.asking_again import Preparer
            from klarsyn.intake.engine_set import EngineSet
            from klarsyn.intake.explaining import Explainer

            engines = EngineSet(self._store, self._settings)
            self._made = Explainer(Preparer(self._store, self._settings, engines))
        return self._made
