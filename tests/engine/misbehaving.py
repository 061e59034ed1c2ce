"""Engines that do what no engine should. Imported by the sealed worker only."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import numpy as np

from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine.contract import Accepts, EngineExam, Manifest, ModelFile, RawRegion, RawResult

SQUARE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0), (10.0, 20.0))


def manifest(name: str, model_files: tuple[ModelFile, ...] = ()) -> Manifest:
    return Manifest(
        name=name,
        vendor="Test",
        version="1",
        intended_use=IntendedUse.RESEARCH,
        model_files=model_files,
        accepts=Accepts(),
        lesion_types=(LesionType.SOFT_TISSUE,),
        needs_priors=False,
        memory_mb=256,
        threads=1,
        gpu=False,
        price_per_exam=Decimal("1.50"),
        currency="SEK",
        contract=2,
    )


class Polite:
    """Marks a square on each view, with the mean of the view as its score."""

    manifest: ClassVar[Manifest] = manifest("polite")

    def result(self, exam: EngineExam, **changes: object) -> RawResult:
        regions = tuple(
            RawRegion(view.view_id, None, SQUARE, LesionType.SOFT_TISSUE, float(view.pixels.mean()))
            for view in exam.views
        )
        return RawResult(**{"exam_token": exam.exam_token, "raw": 0.5, "regions": regions, **changes})

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        progress(1.0)
        return self.result(exam)


class Explains(Polite):
    def analyse(self, exam, progress):
        heat = np.linspace(0, 1, 12, dtype=np.float32).reshape(3, 4)
        region = RawRegion(exam.views[0].view_id, None, SQUARE, LesionType.SOFT_TISSUE, 1.0, heat)
        return self.result(exam, regions=(region,))


class Slowly(Polite):
    """Reports progress in steps."""

    def analyse(self, exam, progress):
        for step in range(1, 5):
            progress(step / 4)
            time.sleep(0.15)
        return self.result(exam)


class Raises(Polite):
    def analyse(self, exam, progress):
        raise ValueError("19121212-1212 Testsson^Tolvan could not be analysed")


class LeavesQuietly(Polite):
    def analyse(self, exam, progress):
        os._exit(0)


class LeavesAFolderAsItsAnswer(Polite):
    def analyse(self, exam, progress):
        Path("result.json").mkdir()
        os._exit(0)


class LiesAboutItself(Polite):
    """Writes the worker's answer itself, with a manifest that is none."""

    def analyse(self, exam, progress):
        manifest = {"name": "x", "vendor": "x", "version": "1", "model_files": ["abc"], "memory_mb": 1}
        Path("result.json").write_text(json.dumps({"status": "done", "result": {}, "manifest": manifest}))
        os._exit(0)


class SleepsForEver(Polite):
    def analyse(self, exam, progress):
        progress(0.3)
        while True:
            time.sleep(60)


class SaysNaN(Polite):
    def analyse(self, exam, progress):
        return self.result(exam, raw=float("nan"))


class SaysInfinity(Polite):
    def analyse(self, exam, progress):
        region = RawRegion(exam.views[0].view_id, None, SQUARE, LesionType.SOFT_TISSUE, float("inf"))
        return self.result(exam, regions=(region,))


class MarksOutside(Polite):
    def analyse(self, exam, progress):
        outline = ((10.0, 10.0), (1e6, 10.0), (20.0, 20.0))
        region = RawRegion(exam.views[0].view_id, None, outline, LesionType.SOFT_TISSUE, 1.0)
        return self.result(exam, regions=(region,))


class AnswersForAnother(Polite):
    def analyse(self, exam, progress):
        return self.result(exam, exam_token="another")


class KillsItself(Polite):
    def analyse(self, exam, progress):
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


class EatsMemory(Polite):
    def analyse(self, exam, progress):
        hoard = []
        while True:
            hoard.append(np.ones(32 * 2**20, dtype=np.uint8))


class WritesOneHugeFile(Polite):
    def analyse(self, exam, progress):
        with open("huge", "wb") as stream:
            for _ in range(1024):
                stream.write(bytes(2**20))
        return self.result(exam)


class WritesManyFiles(Polite):
    def analyse(self, exam, progress):
        for number in range(200_000):
            Path(f"file-{number}").touch()
        time.sleep(60)
        return self.result(exam)


class LocksItsFolder(Polite):
    """Leaves links, pipes and folders in the way of whoever cleans up."""

    def analyse(self, exam, progress):
        deep = Path("a/b/c")
        deep.mkdir(parents=True)
        (deep / "file").write_text("x")
        deep.joinpath("closed").mkdir(mode=0o000)
        Path("a/closed-too").mkdir(mode=0o500)
        return self.result(exam)


class Chatters(Polite):
    """Prints what no mask can tell from ordinary words."""

    def analyse(self, exam, progress):
        print("Anna Testsson, 12345", flush=True)
        print("19121212-1212", flush=True)
        return self.result(exam)


class PrintsIdentity(Polite):
    def analyse(self, exam, progress):
        print("patient 19121212-1212 Testsson^Tolvan 1.2.752.24.7.123456", flush=True)
        print("x" * 5_000_000, file=sys.stderr, flush=True)
        raise RuntimeError("no")


class ChangedModel(Polite):
    manifest = manifest("changed", (ModelFile("misbehaving.py", "0" * 64),))


class NoManifest:
    def analyse(self, exam, progress):
        raise AssertionError


class LooksAtEverySlice(Polite):
    manifest: ClassVar[Manifest] = replace(manifest("looks at volumes"), accepts=Accepts(volumes=True))

    def analyse(self, exam, progress):
        greatest = max(int(one.max()) for view in exam.views for one in view.pixels)
        return self.result(exam, raw=float(greatest), regions=())


class KeepsEverySlice(LooksAtEverySlice):
    def analyse(self, exam, progress):
        hoard = [one.copy() for view in exam.views for one in view.pixels]
        return self.result(exam, raw=float(len(hoard)), regions=())
