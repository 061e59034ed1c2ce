"""Explaining a result on request: what each part adds, and where on an image the value comes from.

The same result gives the same explanation. Explanations are kept in memory, and gone with the program.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from klarsyn.base.log import get_logger
from klarsyn.domain.explanation import Explanation, OcclusionMap
from klarsyn.domain.finding import AiResult
from klarsyn.intake.asking_again import Asking, Preparer
from klarsyn.intake.contributions import Explaining
from klarsyn.intake.occlusion import CELL_MM, occlusion_map

BUDGET_S = 300.0
"""Seconds for one explanation or map, if no other number is given."""

_KEPT = 16
_log = get_logger(__name__)


class Explainer:
    """Explains results of one installation; for one thread, which may wait for an engine.

    Only for a reader who has signed the first impression (invariant 6): the caller sees to that.
    """

    def __init__(self, preparer: Preparer) -> None:
        """Ask for exams and engines there."""
        self._preparer = preparer
        self._explained: OrderedDict[tuple[str, str | None], Explanation] = OrderedDict()
        self._mapped: OrderedDict[tuple[str, str | None, str, float], OcclusionMap] = OrderedDict()

    def explain(
        self,
        result: AiResult,
        *,
        engine: str | None = None,
        progress: Callable[[float], None] = lambda part: None,
        cancelled: Callable[[], bool] = lambda: False,
        budget_s: float = BUDGET_S,
    ) -> Explanation:
        """Return why a result has its value.

        Parameters
        ----------
        engine
            The name by which the engine is installed; the active one when None.
        progress
            Called with 0 to 1.
        cancelled
            Asked again and again, also while the engine loads; True stops it.
        budget_s
            Seconds, after which the parts not asked about are named in `left_out`.

        Raises
        ------
        NoExplanation
            When the result cannot be explained here and now; the message says why.
        ExplainingStopped
            When cancelled.
        """
        key = (result.result_id, engine)
        if key in self._explained:
            return self._explained[key]
        prepared = self._preparer.prepare(result, engine, cancelled)
        asking = Asking(prepared.run, cancelled, time.monotonic() + budget_s)
        explanation = Explaining(prepared, asking, progress).explain()
        _log.info("a result was explained", exam_id=result.exam_id)
        # One that ran out of time is tried anew, when the machine may be less busy.
        if not asking.time_is_up:
            self._explained[key] = explanation
            _forget_oldest(self._explained)
        return explanation

    def occlusion(
        self,
        result: AiResult,
        sop_instance_uid: str,
        *,
        engine: str | None = None,
        cell_mm: float = CELL_MM,
        progress: Callable[[float], None] = lambda part: None,
        cancelled: Callable[[], bool] = lambda: False,
        budget_s: float = BUDGET_S,
    ) -> OcclusionMap:
        """Return how much the value falls without each cell, of `cell_mm` a side, of one image.

        The rest is as in `explain`; what the budget leaves out is NaN in the map, which then is not complete.
        """
        key = (result.result_id, engine, sop_instance_uid, cell_mm)
        if key in self._mapped:
            return self._mapped[key]
        found = occlusion_map(
            self._preparer.prepare(result, engine, cancelled),
            sop_instance_uid,
            cell_mm=cell_mm,
            progress=progress,
            cancelled=cancelled,
            budget_s=budget_s,
        )
        if found.complete:
            self._mapped[key] = found
            _forget_oldest(self._mapped)
        return found


def _forget_oldest(kept: "OrderedDict[Any, Any]") -> None:
    while len(kept) > _KEPT:
        kept.popitem(last=False)
