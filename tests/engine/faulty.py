"""Engines with one fault each that the conformance kit must find. Imported by the sealed worker only."""

import os
from dataclasses import replace
from typing import ClassVar

import numpy as np
from misbehaving import Polite, manifest

from klarsyn.domain.exam import ViewPosition
from klarsyn.engine.contract import Accepts, Manifest


class Sound(Polite):
    """Marks a square where there is something to see."""

    def analyse(self, exam, progress):
        result = super().analyse(exam, progress)
        seen = {view.view_id for view in exam.views if np.ptp(view.pixels) > 0}
        return replace(result, regions=tuple(r for r in result.regions if r.view_id in seen))


class KnowsOneSize(Sound):
    def analyse(self, exam, progress):
        assert exam.views[0].pixels.shape == (240, 190)
        return super().analyse(exam, progress)


class DividesByTheRange(Sound):
    """Not a number on an image that is the same everywhere."""

    def analyse(self, exam, progress):
        ranges = [1.0 / int(np.ptp(view.pixels)) for view in exam.views]
        return replace(super().analyse(exam, progress), raw=max(ranges))


class WholeExamsOnly(Sound):
    def analyse(self, exam, progress):
        assert len(exam.views) == 4
        return super().analyse(exam, progress)


class TakesVolumesItCannotRead(Sound):
    manifest: ClassVar[Manifest] = replace(manifest("volumes"), accepts=Accepts(volumes=True))


class LeavesTheImage(Sound):
    def analyse(self, exam, progress):
        result = super().analyse(exam, progress)
        moved = (replace(r, outline=tuple((x + 185, y) for x, y in r.outline)) for r in result.regions)
        return replace(result, regions=tuple(moved))


class NeedsMoreThanItSays(Sound):
    def analyse(self, exam, progress):
        hoard = np.ones(400 * 2**20, np.uint8)
        return replace(super().analyse(exam, progress), raw=float(hoard[-1]))


class Careless(Sound):
    """Never the same twice, and silent on who made it."""

    manifest: ClassVar[Manifest] = replace(manifest("x"), vendor=" ", lesion_types=(), memory_mb=9000)

    def analyse(self, exam, progress):
        return replace(super().analyse(exam, progress), raw=float(int.from_bytes(os.urandom(4))))


class ReadsMagnifications(Sound):
    manifest: ClassVar[Manifest] = replace(
        manifest("x"), accepts=Accepts(view_positions=(ViewPosition.SPECIMEN,))
    )
