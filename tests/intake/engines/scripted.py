"""Engines that do one thing each, for tests."""

import os
import re
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine.contract import Accepts, EngineExam, Manifest, RawRegion, RawResult


def _manifest(name: str) -> Manifest:
    return Manifest(
        name=name,
        vendor="Tests",
        version="1.2",
        intended_use=IntendedUse.RESEARCH,
        model_files=(),
        accepts=Accepts(),
        lesion_types=(LesionType.SOFT_TISSUE,),
        needs_priors=False,
        memory_mb=512,
        threads=1,
        gpu=False,
        price_per_exam=Decimal(0),
        currency="SEK",
        contract=2,
    )


def _square(column: float, row: float) -> tuple[tuple[float, float], ...]:
    return ((column, row), (column + 10, row), (column + 10, row + 10), (column, row + 10))


class Steady:
    """Marks every view; its evidence is the mean grey value."""

    manifest: ClassVar[Manifest] = _manifest("Steady")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        progress(0.5)
        regions = tuple(
            RawRegion(v.view_id, None, _square(20, 30), LesionType.SOFT_TISSUE, 0.4) for v in exam.views
        )
        return RawResult(exam.exam_token, float(exam.views[0].pixels.mean()) / 4096, regions)


class Alarmed(Steady):
    """As sure of a cancer as can be."""

    manifest: ClassVar[Manifest] = _manifest("Alarmed")
    evidence = 1.0

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        return RawResult(exam.exam_token, self.evidence, super().analyse(exam, progress).regions)


class Calm(Alarmed):
    """As sure of none."""

    manifest: ClassVar[Manifest] = _manifest("Calm")
    evidence = 0.0


class Raising(Steady):
    manifest: ClassVar[Manifest] = _manifest("Raising")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        raise RuntimeError("no")


class NotANumber(Steady):
    manifest: ClassVar[Manifest] = _manifest("NotANumber")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        return RawResult(exam.exam_token, float("nan"), ())


class OutsideTheImage(Steady):
    manifest: ClassVar[Manifest] = _manifest("OutsideTheImage")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        region = RawRegion(exam.views[0].view_id, None, _square(99_000, 5), LesionType.SOFT_TISSUE, 0.4)
        return RawResult(exam.exam_token, 0.5, (region,))


class AnotherExam(Steady):
    manifest: ClassVar[Manifest] = _manifest("AnotherExam")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        return RawResult("another exam", 0.5, ())


class DiesBySignal(Steady):
    manifest: ClassVar[Manifest] = _manifest("DiesBySignal")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")


class SleepsForEver(Steady):
    manifest: ClassVar[Manifest] = _manifest("SleepsForEver")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        while True:
            time.sleep(3600)


class FailsOnBrightImages(Steady):
    """Fails on an exam with values from 3000 upwards."""

    manifest: ClassVar[Manifest] = _manifest("FailsOnBrightImages")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        if int(exam.views[0].pixels.max()) >= 3000:
            raise RuntimeError("too bright")
        return super().analyse(exam, progress)


class LooksForIdentity(Steady):
    """Fails when anything within its reach names the patient or a UID."""

    manifest: ClassVar[Manifest] = _manifest("LooksForIdentity")

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        within_reach = [repr(exam), repr(dict(os.environ)), str(Path.cwd())]
        for path in [*Path.cwd().rglob("*"), *Path(os.environ.get("HOME", ".")).rglob("*")]:
            within_reach.append(str(path))
            if path.is_file() and path.stat().st_size < 100_000:
                within_reach.append(path.read_bytes().decode("latin-1"))
        # A random token may have the digits of a year within it, never alone.
        for secret in ("Testsson", r"(?<![0-9a-f])1958(?![0-9a-f])", r"2\.25\.77", r"2\.25\.88", "19580312"):
            if any(re.search(secret, text) for text in within_reach):
                raise RuntimeError("identity found")
        return super().analyse(exam, progress)


class ReadsVolumes(Steady):
    """Marks the brightest slice of each tomosynthesis and the one below and above as its range."""

    manifest: ClassVar[Manifest] = replace(_manifest("ReadsVolumes"), accepts=Accepts(volumes=True))

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        regions = []
        for view in exam.views:
            outline = ((2.0, 3.0), (6.0, 3.0), (6.0, 8.0), (2.0, 8.0))
            if not view.is_volume:
                regions.append(
                    RawRegion(view.view_id, None, outline, LesionType.SOFT_TISSUE, 0.3, finding="a")
                )
                continue
            best = 1 + max(range(len(view.pixels)), key=lambda n: view.pixels[n].mean())
            ends = (max(1, best - 1), min(len(view.pixels), best + 1))
            regions.append(
                RawRegion(view.view_id, best, outline, LesionType.SOFT_TISSUE, 0.4, None, ends, finding="a")
            )
        return RawResult(exam.exam_token, 0.4, tuple(regions))


class BreaksOnVolumes(ReadsVolumes):
    manifest: ClassVar[Manifest] = replace(_manifest("BreaksOnVolumes"), accepts=Accepts(volumes=True))

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        if any(view.is_volume for view in exam.views):
            raise RuntimeError("too much")
        return super().analyse(exam, progress)
