"""The engine around an imported GMIC graph. For research. Not for clinical use."""

import os

# Before the runtime is imported, in whichever process this is (docs/architecture.md, invariant 9).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine.contract import Accepts, EngineExam, Manifest, ModelFile, RawRegion, RawResult

from .marks import heat_of, marks_of
from .window import window_of

MODEL = "gmic.onnx"
VERSION = "0.1.0"
_THREADS = 2
_MALIGNANT = 1
_LIMITS = (
    "Research, not for clinical use. Weights are the site's own; the network follows the paper, unchecked "
    "against its authors' software. All marks stand as soft tissue: it tells no types."
)
Side = tuple[Laterality | None, ViewPosition | None]


def manifest_of(model_sha256: str) -> Manifest:
    """Return what the engine with this model declares."""
    return Manifest(
        name="GMIC, own weights",
        vendor="Klarsyn, after Shen et al. 2021",
        version=VERSION,
        intended_use=IntendedUse.RESEARCH,
        model_files=(ModelFile(MODEL, model_sha256),),
        accepts=Accepts(view_positions=(ViewPosition.CC, ViewPosition.MLO)),
        lesion_types=(LesionType.SOFT_TISSUE,),
        needs_priors=False,
        memory_mb=1536,
        threads=_THREADS,
        gpu=False,
        price_per_exam=Decimal(0),
        currency="SEK",
        limits=_LIMITS,
        contract=2,
    )


def open_graph(path: Path, threads: int = _THREADS) -> onnxruntime.InferenceSession:
    """Load a graph as the engine runs it."""
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    # Threads that wait must not burn the core that the reader's window, or the other thread, needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False  # else it keeps twice what it needs
    return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


class GmicEngine:
    """What an imported engine does; the import adds its manifest."""

    @cached_property
    def _graph(self) -> onnxruntime.InferenceSession:
        cv2.setNumThreads(_THREADS)
        return open_graph(Path(__file__).with_name(MODEL))

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        """Look at each view by itself; the exam's evidence is that of the worse breast (`evidence`)."""
        strongest: dict[Side, float] = {}
        regions: list[RawRegion] = []
        for done, view in enumerate(exam.views, start=1):
            window = window_of(view)
            probability = 0.0
            if window is not None:
                probability, saliency = self._look(window.image)
                marks = marks_of(saliency, window)
                heat = heat_of(saliency, window.place) if marks else None
                regions += (
                    RawRegion(
                        view.view_id, None, mark.outline, LesionType.SOFT_TISSUE, round(mark.peak, 6), heat
                    )
                    for mark in marks
                )
            side = (view.laterality, view.view_position)
            strongest[side] = max(probability, strongest.get(side, 0.0))
            progress(done / len(exam.views))
        return RawResult(exam.exam_token, round(evidence(strongest), 6), tuple(regions))

    def _look(self, image: npt.NDArray[np.float32]) -> tuple[float, npt.NDArray[np.float32]]:
        fusion, maps = self._graph.run(["fusion", "maps"], {"image": image[None, None]})
        return float(np.asarray(fusion)[_MALIGNANT]), np.asarray(maps, np.float32)[_MALIGNANT]


def evidence(strongest: Mapping[Side, float]) -> float:
    """Return the worse breast's mean over its views, the strongest image of each: a lesion is on both."""
    breasts: dict[Laterality | None, list[float]] = {}
    for (laterality, _), value in strongest.items():
        breasts.setdefault(laterality, []).append(value)
    return max((sum(values) / len(values) for values in breasts.values()), default=0.0)
