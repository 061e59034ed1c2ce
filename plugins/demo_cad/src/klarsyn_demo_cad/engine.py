"""The embedded engine. Demonstration engine. Not for clinical use."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar

import cv2
import numpy as np

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
from klarsyn_demo_cad.candidate import ALONE, FOR_NETWORK, Candidate, Proposing, strongest
from klarsyn_demo_cad.masses import masses
from klarsyn_demo_cad.model_hash import MODEL_FILES
from klarsyn_demo_cad.network import Network
from klarsyn_demo_cad.pairing import Place, pairs
from klarsyn_demo_cad.sessions import THREADS, opened
from klarsyn_demo_cad.volume_search import Limits, VolumeCandidate, search, volume_region
from klarsyn_demo_cad.working_image import WorkingImage, flat_region

_FILTERS = "demo_cad.onnx"
_REGIONS_A_VIEW = 3
_LEAST_REPORTED = 0.5
"""Evidence from which a place is marked: about half a false mark an image on practice exams."""

_LEAST_BY_FILTERS = 1.1
"""The same where the filters alone decide, on film and in depth."""

_MORE_IN_DEPTH = 0.2
"""How much more it takes on tomosynthesis: thirty slabs have more chance places than one image."""

_LIMITS = (
    "Demonstration, not for clinical use. Evidence from film and from tomosynthesis is not calibrated: "
    "scores of their marks, and of exams without other 2D images, are provisional."
)
_INPUTS = {"view": "grey", "breast": "breast", "inner": "inner"}
_OUTPUTS = ("specks", "convergence", "contrast", "spiculation")


class DemoCad:
    """Filter banks in an ONNX graph, candidates grouped in numpy, and a small network that judges each."""

    manifest: ClassVar[Manifest] = Manifest(
        name="Demonstration engine",
        vendor="Klarsyn",
        version="0.3.0",
        intended_use=IntendedUse.DEMONSTRATION,
        model_files=tuple(ModelFile(name, sha256) for name, sha256 in MODEL_FILES.items()),
        accepts=Accepts(volumes=True),
        lesion_types=(LesionType.CALCIFICATIONS, LesionType.SOFT_TISSUE),
        needs_priors=False,
        memory_mb=2048,
        threads=THREADS,
        gpu=False,
        price_per_exam=Decimal(0),
        currency="SEK",
        limits=_LIMITS,
        contract=2,
    )

    def __init__(self, least_reported: float | None = None, most: int = _REGIONS_A_VIEW) -> None:
        """Load the models; places with less evidence than `least_reported`, where it is given, count but are
        not marked, and no more than `most` of a view are."""
        self._most = most
        self._least = _LEAST_REPORTED if least_reported is None else least_reported
        self._least_by_filters = _LEAST_BY_FILTERS if least_reported is None else least_reported
        cv2.setNumThreads(THREADS)
        self._filters = opened(_FILTERS)
        self._network = Network()

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        """Mark the strongest places of each view; evidence is that of the worse breast.

        A view's evidence is that of its 2D image where it has one, whose scale the calibration knows; only a
        tomosynthesis without a 2D image counts by itself.
        """
        flat: list[Place] = []
        deep: list[tuple[Place, VolumeCandidate]] = []
        maxima: dict[Laterality | None, list[float]] = {}
        in_2d = {(v.laterality, v.view_position) for v in exam.views if not v.is_volume}
        steps = _Steps(progress, [len(view.pixels) if view.is_volume else 1 for view in exam.views])
        for view in exam.views:
            if view.is_volume:
                evidence, found = self._search_volume(view, steps.part)
                deep += found
            else:
                evidence, places = self._search_flat(view)
                flat += places
            if not view.is_volume or (view.laterality, view.view_position) not in in_2d:
                maxima.setdefault(view.laterality, []).append(evidence)
            steps.next()
        # The worse breast, as the mean of its views: a lesion is seen on both (docs of engines).
        raw = max((sum(values) / len(values) for values in maxima.values()), default=0.0)
        return RawResult(exam.exam_token, round(raw, 6), _regions(flat, deep))

    def _search_flat(self, view: EngineView) -> tuple[float, list[Place]]:
        region = flat_region(view)
        if region is None:
            return 0.0, []
        found = self.candidates(region.image(view.pixels))
        least = self._least_by_filters if region.film else self._least
        places = [Place(view, region, c) for c in strongest(found, self._most) if c.evidence >= least]
        return max((c.evidence for c in found), default=0.0), places

    def _search_volume(
        self, view: EngineView, progress: Callable[[float], None]
    ) -> tuple[float, list[tuple[Place, VolumeCandidate]]]:
        region = volume_region(view)
        if region is None:
            return 0.0, []
        limits = Limits(self._most, self._least_by_filters + _MORE_IN_DEPTH)
        evidence, found = search(view, region, self.by_filters, limits, progress)
        return evidence, [(Place(view, region, one.flat), one) for one in found]

    def candidates(self, image: WorkingImage) -> list[Candidate]:
        """Return all places of one 2D image, however weak; of film, which the network has never seen, the
        filters' own."""
        if image.film:
            return self.by_filters(image)
        return self._network.judged(self.proposals(image), image)

    def by_filters(self, image: WorkingImage) -> list[Candidate]:
        """Return the places of film, or of a slab of a tomosynthesis, with the filters' own evidence."""
        return self.proposals(image, ALONE)

    def proposals(self, image: WorkingImage, proposing: Proposing = FOR_NETWORK) -> list[Candidate]:
        """Return what the filters alone find: many places, most of them harmless."""
        feed = {name: getattr(image, attribute)[None, None] for name, attribute in _INPUTS.items()}
        specks, convergence, contrast, spiculation = (
            np.asarray(output)[0] for output in self._filters.run(list(_OUTPUTS), feed)
        )
        soft = masses(convergence, contrast, spiculation, image, proposing)
        return clusters(specks[0], image, proposing) + soft


class _Steps:
    """Progress over views that differ in cost."""

    def __init__(self, progress: Callable[[float], None], costs: Sequence[int]) -> None:
        self._progress, self._costs, self._done = progress, costs, 0

    def part(self, fraction: float) -> None:
        """Tell how far the present view is."""
        whole = sum(self._costs[: self._done]) + fraction * self._costs[self._done]
        self._progress(whole / sum(self._costs))

    def next(self) -> None:
        """The present view is done."""
        self.part(1.0)
        self._done += 1


def _regions(flat: Sequence[Place], deep: Sequence[tuple[Place, VolumeCandidate]]) -> tuple[RawRegion, ...]:
    """Write down places; one that tomosynthesis and 2D image of a view share is one finding."""
    same = pairs(flat, [place for place, _ in deep])
    regions = [_region(place, f"place {number}") for number, place in enumerate(flat)]
    for number, (place, one) in enumerate(deep):
        label = f"place {same[number]}" if number in same else f"place in depth {number}"
        # The contract counts slices from 1.
        ends = (one.first + 1, one.last + 1)
        regions.append(replace(_region(place, label), frame=one.best + 1, frame_range=ends))
    return tuple(regions)


def _region(place: Place, finding: str) -> RawRegion:
    return RawRegion(
        view_id=place.view.view_id,
        frame=None,
        outline=place.region.to_view(place.candidate.outline_mm),
        lesion_type=place.candidate.lesion_type,
        raw_score=round(place.candidate.evidence, 6),
        finding=finding,
    )
