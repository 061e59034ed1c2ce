"""The contract between Klarsyn and an engine: one class with a manifest and one method.

Nothing here can carry identity: no name, number, date or UID of a patient has a field to travel in
(docs/architecture.md, invariant 9).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.domain.finding import IntendedUse, LesionType


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of weights: its name relative to the engine's own module, and its SHA-256 in hex."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Accepts:
    """Which inputs an engine is made for; an empty tuple accepts any."""

    sop_classes: tuple[str, ...] = ()
    view_positions: tuple[ViewPosition, ...] = ()
    manufacturers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an engine declares of itself. `memory_mb` is in MiB, `price_per_exam` in `currency` (ISO 4217)."""

    name: str
    vendor: str
    version: str
    intended_use: IntendedUse
    model_files: tuple[ModelFile, ...]
    accepts: Accepts
    lesion_types: tuple[LesionType, ...]
    needs_priors: bool
    memory_mb: int
    threads: int
    gpu: bool
    price_per_exam: Decimal
    currency: str

    @property
    def model_sha256(self) -> str:
        """One hash over all model files, whatever their order: what a calibration is tied to."""
        lines = sorted(f"{file.name} {file.sha256}\n" for file in self.model_files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class EngineView:
    """One image as an engine sees it.

    `pixels` has the shape (rows, columns), uint16, in the sense of MONOCHROME2 (dense tissue is bright),
    with padding set to 0. `view_id` is a pseudonym that marks refer to.
    """

    view_id: str
    laterality: Laterality | None
    view_position: ViewPosition | None
    spacing: Spacing | None
    pixels: npt.NDArray[np.uint16]
    manufacturer: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class EngineExam:
    """One exam as an engine sees it: a token instead of an identity, views, and priors if wanted."""

    exam_token: str
    views: tuple[EngineView, ...]
    priors: tuple[EngineView, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class RawRegion:
    """A suspicious region of one view.

    `outline` is a closed polygon of (column, row) in pixels of the view given, (0, 0) being the top-left
    corner of the top-left pixel. `frame` counts from 1. `explanation` is an optional heat map (rows,
    columns), float32, over the whole view at any resolution.
    """

    view_id: str
    frame: int | None
    outline: tuple[tuple[float, float], ...]
    lesion_type: LesionType
    raw_score: float
    explanation: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RawResult:
    """What an engine says of one exam, before calibration: `raw` is its evidence on a scale of its own."""

    exam_token: str
    raw: float
    regions: tuple[RawRegion, ...]


class Engine(Protocol):
    """An engine. It is made without arguments, in a process of its own, for one exam."""

    manifest: ClassVar[Manifest]

    def analyse(self, exam: EngineExam, progress: Callable[[float], None]) -> RawResult:
        """Analyse one exam; call `progress` with 0 to 1 now and then."""
        ...
