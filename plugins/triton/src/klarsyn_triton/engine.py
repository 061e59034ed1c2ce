"""The engine that a `server.toml` describes: its model runs elsewhere, its answers become marks here."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np

from klarsyn.engine.contract import Accepts, EngineExam, EngineView, Manifest, ModelFile, RawRegion, RawResult
from klarsyn.engine.server_file import SERVER_FILE, ServerFile, read_server_file
from klarsyn.engine.server_package import MODEL
from klarsyn_triton.conversation import Conversation, Tensor
from klarsyn_triton.preparing import Place, prepare


class ServedModel:
    """An engine behind a server; `served` makes the class for one file."""

    manifest: ClassVar[Manifest]
    file: ClassVar[ServerFile]

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        """Compare the model with the file, then let it look at each image by itself."""
        conversation = Conversation(self.file)
        conversation.check()
        scores: list[tuple[EngineView, float]] = []
        regions: list[RawRegion] = []
        score = self.file.with_role("score")
        assert score is not None  # noqa: S101 - the file was checked
        for number, view in enumerate(exam.views):
            tensor, place = prepare(view, self.file.input)
            outputs = conversation.infer(number, tensor)
            scores.append((view, float(outputs["score"].reshape(-1)[score.index])))
            regions += self._regions(view, place, outputs)
            progress((number + 1) / len(exam.views))
        return RawResult(exam.exam_token, exam_evidence(scores), tuple(regions))

    def _regions(self, view: EngineView, place: Place, outputs: dict[str, Tensor]) -> list[RawRegion]:
        table = self.file.with_role("boxes")
        if table is None:
            return []
        boxes = outputs["boxes"].reshape(-1, table.shape[-1])
        strengths = outputs["box_scores"].reshape(-1) if boxes.shape[1] == 4 else boxes[:, 4]
        regions: list[RawRegion] = []
        # The strongest first; of equals the first, so that the same answer gives the same marks.
        for n in np.argsort(-strengths, kind="stable"):
            outline = place.outline(boxes[n, :4])
            if strengths[n] > table.threshold and outline is not None and len(regions) < table.most:
                kind = self.file.engine.lesion_types[0]
                regions.append(RawRegion(view.view_id, None, outline, kind, float(strengths[n])))
        return regions


def exam_evidence(scores: list[tuple[EngineView, float]]) -> float:
    """Return the mean over the views of the worse breast; of several images of one view the strongest."""
    breasts: dict[object, dict[object, float]] = defaultdict(dict)
    for view, score in scores:
        views = breasts[view.laterality]
        views[view.view_position] = max(score, views.get(view.view_position, score))
    return max(sum(views.values()) / len(views) for views in breasts.values())


def served(folder: Path) -> type[ServedModel]:
    """Return the class of the engine whose `server.toml` and fingerprint lie in `folder`."""
    file = read_server_file(folder / SERVER_FILE)
    engine = file.engine
    manifest = Manifest(
        contract=2,
        name=engine.name,
        vendor=engine.vendor,
        version=f"{engine.version} (model version {file.model_version})",
        intended_use=engine.intended_use,
        # Not what the folder holds but what the file says: `verify` compares the two.
        model_files=(ModelFile(MODEL, hashlib.sha256(file.fingerprint()).hexdigest()),),
        accepts=Accepts(engine.sop_classes, engine.view_positions, engine.manufacturers, volumes=False),
        lesion_types=engine.lesion_types,
        needs_priors=False,
        memory_mb=engine.memory_mb,
        threads=1,
        gpu=False,
        price_per_exam=engine.price_per_exam,
        currency=engine.currency,
        limits=engine.limits,
    )
    return type("Served", (ServedModel,), {"manifest": manifest, "file": file})
