"""The contract between Klarsyn and an engine: one class with a manifest and one method.

Nothing here can carry identity: no name, number, date or UID of a patient has a field to travel in
(docs/architecture.md, invariant 9).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, Spacing, ViewPosition
from klarsyn.domain.finding import IntendedUse, LesionType

CONTRACT = 2
"""The version of this contract: raised when an engine made for the one before would no longer be understood,
or would not understand. 1 was without tomosynthesis."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of weights: its name relative to the engine's own module, and its SHA-256 in hex."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Accepts:
    """Which inputs an engine is made for; an empty tuple accepts any. Others are kept from it.

    `sop_classes` are UIDs. A manufacturer is meant when its name in the header begins with one of
    `manufacturers`, whatever the case and punctuation. `volumes` says that it reads tomosynthesis; one that
    does not is never given any.
    """

    sop_classes: tuple[str, ...] = ()
    view_positions: tuple[ViewPosition, ...] = ()
    manufacturers: tuple[str, ...] = ()
    volumes: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an engine declares of itself. `memory_mb` is in MiB, `price_per_exam` in `currency` (ISO 4217).

    `limits` says in plain words what its results must not be taken for. `contract` is the version of the
    contract that the engine was written for, as a number: `CONTRACT` would always be that of the day.
    """

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
    limits: str = ""
    contract: int = 0
    code: str = ""
    """What stands for the engine's code. Klarsyn fills it in (`engine/identity.py`), and leaves unread what
    an engine writes here."""

    @property
    def model_sha256(self) -> str:
        """One hash over all model files, whatever their order: what a calibration is tied to.

        With `code` it covers that and the vendor too.
        """
        lines = sorted(f"{file.name} {file.sha256}\n" for file in self.model_files)
        if self.code:
            lines.append(json.dumps([self.vendor, self.code]))
        return hashlib.sha256("".join(lines).encode()).hexdigest()


class SliceSource(Protocol):
    """Slices of a tomosynthesis that are decoded one at a time."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices at most, rows, columns)."""
        ...

    def __iter__(self) -> Iterator[tuple[npt.NDArray[np.uint16], float]]:
        """Give each slice that can be decoded, lowest first, with its height in mm or NaN."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class EngineView:
    """One image or one tomosynthesis as an engine sees it.

    `pixels` has the shape (rows, columns), of a tomosynthesis (slices, rows, columns) from the lowest slice
    up, whatever their order in the file; uint16, in the sense of MONOCHROME2 (dense tissue is bright), with
    padding set to 0. It is mapped from disk: a slice is read when it is looked at.
    `slice_positions_mm` are heights of the slices above the lowest, NaN where the header does not say.
    Slices that cannot be decoded are not among them. `view_id` is a pseudonym that marks refer to.
    """

    view_id: str
    laterality: Laterality | None
    view_position: ViewPosition | None
    spacing: Spacing | None
    pixels: npt.NDArray[np.uint16]
    manufacturer: str = ""
    slice_positions_mm: tuple[float, ...] = ()
    thickness_mm: float | None = None
    slices: SliceSource | None = None
    """On the way to the working folder only: where a tomosynthesis comes from; `pixels` has no slice then."""
    patient_orientation: tuple[str, str] | None = None
    """Where rows and columns of an image lead, as DICOM's PatientOrientation (0020,0020) has it."""

    @property
    def is_volume(self) -> bool:
        """True for a tomosynthesis."""
        return self.pixels.ndim == 3


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
    corner of the top-left pixel. `frame` is the best slice of a tomosynthesis, counted from 1 upwards in the
    order of `EngineView.pixels`; `frame_range` are the first and last slice that show it. Regions with the
    same `finding`, any text, are one lesion. `explanation` is an optional heat map (rows,
    columns), float32, over the whole view at any resolution.
    """

    view_id: str
    frame: int | None
    outline: tuple[tuple[float, float], ...]
    lesion_type: LesionType
    raw_score: float
    explanation: npt.NDArray[np.float32] | None = None
    frame_range: tuple[int, int] | None = None
    finding: str | None = None


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
