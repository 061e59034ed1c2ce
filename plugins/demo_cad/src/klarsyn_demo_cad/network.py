"""The trained part: what a candidate's patch says about it (training/network.py is what was trained)."""

from dataclasses import replace

import numpy as np

from klarsyn.domain.finding import LesionType
from klarsyn_demo_cad.candidate import Candidate
from klarsyn_demo_cad.patches import cutter
from klarsyn_demo_cad.sessions import opened
from klarsyn_demo_cad.working_image import WorkingImage

MODELS = {LesionType.CALCIFICATIONS: "specks.onnx", LesionType.SOFT_TISSUE: "masses.onnx"}
_AT_ONCE = 32
"""Patches that are looked at together: more would only take memory."""


class Network:
    """One small network for each kind of candidate."""

    def __init__(self) -> None:
        self._sessions = {kind: opened(name) for kind, name in MODELS.items()}

    def judged(self, candidates: list[Candidate], image: WorkingImage) -> list[Candidate]:
        """Return the candidates of one image with the network's evidence in the place of the filters'."""
        return [one for kind in MODELS for one in self._of_kind(kind, candidates, image)]

    def _of_kind(self, kind: LesionType, candidates: list[Candidate], image: WorkingImage) -> list[Candidate]:
        chosen = [one for one in candidates if one.lesion_type is kind]
        if not chosen:
            return []
        cut = cutter(kind, image)
        judged = []
        for first in range(0, len(chosen), _AT_ONCE):
            part = chosen[first : first + _AT_ONCE]
            patches = np.stack([cut.at(one.centre_mm) for one in part])[:, None]
            by_filters = np.array([one.evidence for one in part], np.float32)
            feed = {"patches": patches, "by_filters": by_filters}
            evidence = np.asarray(self._sessions[kind].run(["evidence"], feed)[0])
            judged += [replace(one, evidence=float(value)) for one, value in zip(part, evidence, strict=True)]
        return judged
