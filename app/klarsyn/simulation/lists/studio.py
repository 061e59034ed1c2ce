"""Where the images of one exam are taken: FFDM or tomosynthesis, from compressed breast to files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from klarsyn.simulation.anatomy.compressed import CompressedBreast
from klarsyn.simulation.lesions.lesion import Lesion
from klarsyn.simulation.lists.marks import Stored, mark
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.truth import LesionView
from klarsyn.simulation.observer import lesion_index
from klarsyn.simulation.rays import Beam, Part, Rays
from klarsyn.simulation.tomosynthesis.acquisition import acquire, for_tomosynthesis
from klarsyn.simulation.tomosynthesis.presentation import PresentedSlices, slices_for_presentation
from klarsyn.simulation.tomosynthesis.projections import Projections
from klarsyn.simulation.tomosynthesis.reconstruction import reconstruct, slice_heights
from klarsyn.simulation.tomosynthesis.synthesis import synthesise
from klarsyn.simulation.writing.facts import ImageFacts, Reference, StudyFacts
from klarsyn.simulation.writing.identifiers import make_uid
from klarsyn.simulation.writing.mammogram import write_mammogram
from klarsyn.simulation.writing.projections import write_projections
from klarsyn.simulation.writing.shown import Shown
from klarsyn.simulation.writing.tomosynthesis import write_tomosynthesis
from klarsyn.simulation.xray.exposure import expose
from klarsyn.simulation.xray.processing import for_presentation
from klarsyn.simulation.xray.raw import for_processing
from klarsyn.simulation.xray.storage import as_stored
from klarsyn.simulation.xray.technique import Technique
from klarsyn.simulation.xray.vendors import Vendor

Marks = dict[Lesion, list[LesionView]]

_SECOND_EXPOSURE = 10

_SERIES = {"presentation": 1, "raw": 2, "slices": 3, "projections": 4}


@dataclass(frozen=True, slots=True)
class Studio:
    """The unit, the study and the folder of one exam. `words` are the seed words of
    this exam's own; `answers` identifies all that its bytes depend on, and with them its UIDs."""

    folder: Path
    vendor: Vendor
    study: StudyFacts
    words: tuple[int, ...]
    answers: str
    request: ListRequest

    def mammogram(
        self, view: CompressedBreast, lesions: Sequence[Lesion], technique: Technique, number: int
    ) -> Marks:
        """Expose, process and write one FFDM view, and return the marks on its images."""
        detector = self.vendor.detector
        beam = Beam(detector.rows, detector.columns, detector.spacing_mm)
        rays = view.cast(beam, _parts(view, lesions))
        indices = self._indices(view, lesions, rays, technique)
        photons = expose(rays, self.vendor, technique, self._rng(number))
        del rays  # Three images of 50 MB; what follows needs the room.
        raw = for_processing(photons, self.vendor, technique)
        images: list[tuple[str, str]] = []
        source = None
        if self.request.for_processing:
            facts = self._facts(view, technique, number, "raw")
            name = f"{number}-{view.laterality.value}{view.position.value}-raw.dcm"
            write_mammogram(
                self.folder / name, self._stored(raw, view), self.study, facts, for_processing=True
            )
            source = Reference.to_raw_mammogram(facts)
            images.append((name, facts.sop_instance_uid))
        pixels = for_presentation(raw, self.vendor)
        facts = self._facts(view, technique, number, "presentation")
        name = f"{number}-{view.laterality.value}{view.position.value}.dcm"
        write_mammogram(self.folder / name, self._stored(pixels, view), self.study, facts, source=source)
        images.insert(0, (name, facts.sop_instance_uid))
        return {
            lesion: [mark(lesion, view, Stored(self.vendor, beam, *image), index) for image in images]
            for lesion, index in zip(lesions, indices, strict=True)
        }

    def tomosynthesis(
        self,
        view: CompressedBreast,
        lesions: Sequence[Lesion],
        technique: Technique,
        number: int,
        *,
        synthetic: bool = True,
    ) -> Marks:
        """Take the projections of one view; write its slices, the synthetic image and what is asked for.

        `technique` is that of a mammogram of the view, which has been exposed before where no synthetic
        image is wanted.
        """
        sweep = for_tomosynthesis(technique)
        projections = acquire(
            view,
            _parts(view, lesions),
            self.vendor,
            sweep,
            # Another exposure of the same compression has quantum noise of its own.
            self._rng(number if synthetic else number + _SECOND_EXPOSURE),
            half_matrix=self.request.half_matrix,
        )
        heights = slice_heights(view.thickness_mm, self.vendor.tomosynthesis.slice_mm)
        reconstruction = reconstruct(projections, heights)
        slices = slices_for_presentation(reconstruction)
        del reconstruction  # Up to 250 MB.
        shown = Shown.as_slices(slices.bits, slices.window)
        label = f"{number}-{view.laterality.value}{view.position.value}"
        spacing = slices.spacing_mm
        source = None
        if self.request.projections:
            facts = self._facts(view, sweep, number, "projections", spacing)
            self._write_projections(f"{label}-projections.dcm", projections, view, facts)
            source = Reference.to_projections(facts)
        stack = self._facts(view, sweep, number, "slices", spacing)
        self._write_slices(f"{label}-tomo.dcm", slices, view, stack, shown, source)
        _, rows, columns = slices.pixels.shape
        beam = Beam(rows, columns, spacing)
        places = [Stored(self.vendor, beam, f"{label}-tomo.dcm", stack.sop_instance_uid, heights)]
        if synthetic:
            flat = self._facts(view, sweep, number, "presentation", spacing)
            pixels = self._stored(synthesise(slices, projections).pixels, view)
            source = Reference.to_tomosynthesis(stack)
            path = self.folder / f"{label}.dcm"
            write_mammogram(path, pixels, self.study, flat, source=source, synthetic=shown)
            places.insert(0, Stored(self.vendor, beam, f"{label}.dcm", flat.sop_instance_uid))
        if not lesions:
            return {}
        # In the upright projection at a mammogram's dose: one number that grades it among FFDM ones.
        indices = self._indices(view, lesions, view.cast(beam, _parts(view, lesions)), technique)
        return {
            lesion: [mark(lesion, view, where, index) for where in places]
            for lesion, index in zip(lesions, indices, strict=True)
        }

    def _write_slices(
        self,
        name: str,
        slices: PresentedSlices,
        view: CompressedBreast,
        facts: ImageFacts,
        shown: Shown,
        source: Reference | None,
    ) -> None:
        frames = (self._stored(one, view) for one in slices.pixels)
        shape = slices.pixels.shape[1:]
        write_tomosynthesis(
            self.folder / name, frames, slices.heights_mm, shape, self.study, facts, shown, source=source
        )

    def _write_projections(
        self, name: str, projections: Projections, view: CompressedBreast, facts: ImageFacts
    ) -> None:
        stack = self._stored(projections.stack, view)
        write_projections(self.folder / name, stack, projections.angles_deg, self.study, facts)

    def _indices(
        self, view: CompressedBreast, lesions: Sequence[Lesion], rays: Rays, technique: Technique
    ) -> list[float]:
        placed = [lesion.alone_on(view, rays.beam.spacing_mm) for lesion in lesions]
        return [round(lesion_index(one, rays, self.vendor, technique), 2) for one in placed]

    def _stored(self, pixels: npt.NDArray[np.uint16], view: CompressedBreast) -> npt.NDArray[np.uint16]:
        return as_stored(pixels, view.laterality, self.vendor)[0]

    def _rng(self, number: int) -> np.random.Generator:
        return np.random.default_rng([*self.words, 12, number])

    def _facts(
        self,
        view: CompressedBreast,
        technique: Technique,
        number: int,
        series: str,
        spacing_mm: float | None = None,
    ) -> ImageFacts:
        seed = self.words[0]
        return ImageFacts(
            laterality=view.laterality,
            position=view.position,
            vendor=self.vendor,
            technique=technique,
            instance_number=number,
            sop_instance_uid=make_uid(seed, self.answers, series, number),
            series_instance_uid=make_uid(seed, self.answers, "series", series),
            series_number=_SERIES[series],
            acquired=self.study.acquired + timedelta(seconds=70 * (number - 1)),
            spacing_mm=spacing_mm,
        )


def _parts(view: CompressedBreast, lesions: Sequence[Lesion]) -> tuple[Part, ...]:
    return tuple(part for lesion in lesions for part in lesion.parts(view))
