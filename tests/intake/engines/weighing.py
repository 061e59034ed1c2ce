"""Engines that weigh bright pixels, each in a way of its own: what they say can be reckoned by hand."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np
from scripted import Steady

from klarsyn.domain.finding import LesionType
from klarsyn.engine.contract import Accepts, EngineExam, EngineView, Manifest, RawRegion, RawResult

BRIGHT = 2500


def _manifest(name: str) -> Manifest:
    return replace(Steady.manifest, name=name, accepts=Accepts(volumes=True))


def evidence(view: EngineView) -> float:
    """A thousandth for each bright pixel."""
    return float((view.pixels > BRIGHT).sum()) / 1000


def marked(view: EngineView) -> tuple[RawRegion, ...]:
    """One mark around the bright pixels of a view, on the slices that have some."""
    bright = view.pixels > BRIGHT
    if not bright.any():
        return ()
    frame = ends = None
    if view.is_volume:
        slices = np.flatnonzero(bright.any(axis=(1, 2)))
        frame, ends = int(slices[0]) + 1, (int(slices[0]) + 1, int(slices[-1]) + 1)
        bright = bright.any(axis=0)
    rows, columns = np.nonzero(bright)
    top, left, bottom, right = rows.min(), columns.min(), rows.max() + 1, columns.max() + 1
    outline = tuple(
        (float(c), float(r)) for c, r in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    heat = np.full((6, 5), evidence(view), np.float32)
    return (RawRegion(view.view_id, frame, outline, LesionType.SOFT_TISSUE, 0.4, heat, ends),)


class Adding:
    """Its evidence is the sum over all views."""

    manifest: ClassVar[Manifest] = _manifest("Adding")

    def weigh(self, each: list[float]) -> float:
        return sum(each)

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        progress(0.5)
        regions = tuple(region for view in exam.views for region in marked(view))
        return RawResult(exam.exam_token, self.weigh([evidence(view) for view in exam.views]), regions)


class Worst(Adding):
    """Its evidence is that of the worst view."""

    manifest: ClassVar[Manifest] = _manifest("Worst")

    def weigh(self, each: list[float]) -> float:
        return max(each)


class NeedsFour(Adding):
    """It says nothing of fewer than four views."""

    manifest: ClassVar[Manifest] = _manifest("NeedsFour")

    def weigh(self, each: list[float]) -> float:
        if len(each) < 4:
            raise ValueError("not four views")
        return sum(each)


class Wobbling(Adding):
    """It never says the same twice."""

    manifest: ClassVar[Manifest] = _manifest("Wobbling")

    def weigh(self, each: list[float]) -> float:
        return sum(each) + int.from_bytes(os.urandom(4), "big") / 2**33
