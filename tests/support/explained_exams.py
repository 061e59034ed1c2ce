"""A result's explanation as an engine would give it, and one who gives it when the test lets it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from klarsyn.domain.exam import Notice
from klarsyn.domain.explanation import (
    Additivity,
    Contribution,
    Explanation,
    HeatMap,
    OcclusionMap,
    PlaceAmong,
)
from klarsyn.domain.finding import AiResult

PATIENCE_S = 20


def explanation_of(result: AiResult, exam: Any, **changes: Any) -> Explanation:
    """Two findings that do not add up, four views, and a percentile of the maker's sample."""
    views = tuple(
        Contribution(image.view_label, (image.sop_instance_uid,), 0.7, 0.7 - 0.1 * n, 8 - n)
        for n, image in enumerate(exam.images)
    )
    findings = tuple(
        Contribution(f"finding {n}", (), 0.7, 0.7 - part, score, finding.finding_id)
        for n, (finding, part, score) in enumerate(
            zip(result.findings, (0.4, -0.05), (3, 9), strict=False), start=1
        )
    )
    made = Explanation(
        result_id=result.result_id,
        raw=0.7,
        reproduced=True,
        views=views,
        breasts=(),
        findings=findings,
        sums=(Additivity(("finding 1", "finding 2"), 0.35, 0.6),),
        place=PlaceAmong(93.0, 0.0, 91.8, 94.1, 2000, own_site=False),
        flags=(Notice("implant", "R CC: Its edge may move the score either way."),),
    )
    return replace(made, **changes)


def own_map(uid: str, frame: int | None = None) -> HeatMap:
    """The engine's own map of one image: a hot cell near its middle."""
    values = np.zeros((10, 8), np.float32)
    values[4:6, 3:5] = 0.9
    return HeatMap(uid, frame, values)


def occlusion_of(uid: str, *, top: float = 0.3) -> OcclusionMap:
    """Cells of 40 by 40 pixels of an image; the value falls most without the one at (2, 1)."""
    drop = np.full((8, 5), np.nan)
    drop[1:6, 1:4] = 0.02
    drop[2, 1] = top
    return OcclusionMap(uid, drop, (40, 40), 0.7, True, 15, 15)


@dataclass
class Held:
    """Explains when it is let: `go` holds every question until the test sets it, `most` those that follow."""

    explained: Any = None
    maps: Callable[[str], Any] = occlusion_of
    go: threading.Event = field(default_factory=threading.Event)
    most: int = 100
    given: int = 0
    asked: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)

    def explain(self, result: AiResult, progress: Any, cancelled: Any) -> Any:
        return self._answer("explain", lambda: self.explained, progress, cancelled)

    def occlusion(self, result: AiResult, uid: str, progress: Any, cancelled: Any) -> Any:
        return self._answer(uid, lambda: self.maps(uid), progress, cancelled)

    def _answer(self, what: str, answer: Any, progress: Any, cancelled: Any) -> Any:
        self.asked.append(what)
        self.threads.add(threading.current_thread().name)
        progress(0.4)
        for _ in range(PATIENCE_S * 100):
            if cancelled():
                self.cancelled.append(what)
                return None
            time.sleep(0.01)
            if self.go.is_set() and self.given < self.most:
                self.given += 1
                progress(1.0)
                return answer()
        raise AssertionError("nobody let it go on")
