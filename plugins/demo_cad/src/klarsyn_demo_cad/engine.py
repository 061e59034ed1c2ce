"""The embedded engine. Demonstration engine. Not for clinical use."""

import os

# Before the runtime is imported, in whichever process this is (docs/architecture.md, invariant 9).
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import onnxruntime

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import IntendedUse, LesionType
from klarsyn.engine.contract import (
    Accepts,
    EngineExam,
    EngineView,
    Manifest,
    ModelFile,
    RawRegion,
    RawResult,
)
from klarsyn_demo_cad.calcifications import clusters
from klarsyn_demo_cad.candidate import Candidate, strongest
from klarsyn_demo_cad.masses import masses
from klarsyn_demo_cad.model_hash import MODEL_SHA256
from klarsyn_demo_cad.working_image import WorkingImage, prepare

_MODEL = Path(__file__).with_name("demo_cad.onnx")
_THREADS = 2
_REGIONS_A_VIEW = 3
_LEAST_REPORTED = 1.1
"""Evidence from which a place is marked: about half a false mark an image on practice exams."""

_INPUTS = {"view": "grey", "breast": "breast", "inner": "inner"}
_OUTPUTS = ("specks", "convergence", "contrast", "spiculation")


class DemoCad:
    """Filter banks in an ONNX graph, candidates grouped in numpy."""

    manifest: ClassVar[Manifest] = Manifest(
        name="Demonstration engine",
        vendor="Klarsyn",
        version="0.1.1",
        intended_use=IntendedUse.DEMONSTRATION,
        model_files=(ModelFile(_MODEL.name, MODEL_SHA256),),
        accepts=Accepts(),
        lesion_types=(LesionType.CALCIFICATIONS, LesionType.SOFT_TISSUE),
        needs_priors=False,
        memory_mb=2048,
        threads=_THREADS,
        gpu=False,
        price_per_exam=Decimal(0),
        currency="SEK",
    )

    def __init__(self, least_reported: float = _LEAST_REPORTED) -> None:
        """Load the graph; places with less evidence than `least_reported` count, but are not marked."""
        self._least_reported = least_reported
        onnxruntime.disable_telemetry_events()
        cv2.setNumThreads(_THREADS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = _THREADS
        options.inter_op_num_threads = 1
        # The next level lays channels out in blocks of 16, a waste of 15/16 for filters of one channel.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        # An arena would keep every size that it ever saw, and each view has a size of its own.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            _MODEL.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        """Mark at most three places on each view; evidence is that of the worse breast."""
        regions: list[RawRegion] = []
        maxima: dict[Laterality | None, list[float]] = {}
        for number, view in enumerate(exam.views):
            image = prepare(view)
            found = self.candidates(image) if image is not None else []
            maxima.setdefault(view.laterality, []).append(max((c.evidence for c in found), default=0.0))
            if image is not None:
                regions += [
                    _region(view, image, c)
                    for c in strongest(found, _REGIONS_A_VIEW)
                    if c.evidence >= self._least_reported
                ]
            progress((number + 1) / len(exam.views))
        # The worse breast, as the mean of its views: a lesion is seen on both (docs of engines).
        raw = max((sum(values) / len(values) for values in maxima.values()), default=0.0)
        return RawResult(exam.exam_token, round(raw, 6), tuple(regions))

    def candidates(self, image: WorkingImage) -> list[Candidate]:
        """Return all suspicious places of one view, however weak."""
        feed = {name: getattr(image, attribute)[None, None] for name, attribute in _INPUTS.items()}
        specks, convergence, contrast, spiculation = (
            np.asarray(output)[0] for output in self._session.run(list(_OUTPUTS), feed)
        )
        return clusters(specks[0], image) + masses(convergence, contrast, spiculation, image)


def _region(view: EngineView, image: WorkingImage, candidate: Candidate) -> RawRegion:
    return RawRegion(
        view_id=view.view_id,
        frame=None,
        outline=image.to_view(candidate.outline_mm),
        lesion_type=candidate.lesion_type,
        raw_score=round(candidate.evidence, 6),
    )
