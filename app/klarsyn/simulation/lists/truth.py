"""What is true of simulated exams, as objects and as truth.json: one beside each exam, one for the list.

`schema()` is the JSON Schema of the list's file; docs/simulation.md explains it in words.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lists.request import ListRequest

TRUTH_FILE = "truth.json"

FORMAT = 3
"""Raised whenever the same request gives other bytes; older exams are then made again."""

NOTE = "Simulated. Outlines are (column, row), (0, 0) the top-left corner of the top-left stored pixel."

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class LesionSection:
    """A lesion on one slice of a tomosynthesis object; `frame` counts from 1."""

    frame: int
    outline: Points


@dataclass(frozen=True, slots=True)
class LesionView:
    """A lesion on one SOP instance.

    `outline` is its greatest extent, `size_mm` the outline's largest diameter at the detector.
    `detectability` is the index d' of an observer who knows lesion, place and noise
    (simulation/observer.py). `sections` are the slices that show it, empty for a two-dimensional image.
    """

    file: str
    sop_instance_uid: str
    view_position: ViewPosition
    outline: Points
    centre: tuple[float, float]
    size_mm: float
    detectability: float
    sections: tuple[LesionSection, ...] = ()


@dataclass(frozen=True, slots=True)
class LesionTruth:
    """One lesion and its marks on the images that show it.

    `contrast` is as planned, its unit depends on the kind (lesions/plan.py). `centre_mm` is (behind the
    nipple, lateral, superior) in the breast before compression.
    """

    kind: LesionKind
    lesion_type: LesionType
    suspicious: bool
    conspicuity: Conspicuity
    contrast: float
    size_mm: float
    laterality: Laterality
    centre_mm: tuple[float, float, float]
    views: tuple[LesionView, ...]


@dataclass(frozen=True, slots=True)
class ExamTruth:
    """One exam: what was made, and what is true of it.

    `files` are the DICOM files and their length in bytes; `request` identifies the request that they
    answer. `years_before` is 0 for the exam to read, else how long before it this prior was.
    """

    format: int
    name: str
    request: str
    study_instance_uid: str
    study_date: date
    patient_id: str
    years_before: int
    vendor: str
    density: Density
    thickness_mm: float
    exam_type: str
    suspicious: bool
    files: dict[str, int]
    lesions: tuple[LesionTruth, ...]


@dataclass(frozen=True, slots=True)
class ListTruth:
    """A whole list."""

    format: int
    note: str
    request: ListRequest
    exams: tuple[ExamTruth, ...]


@dataclass(frozen=True, slots=True)
class SimulatedExam:
    """An exam on disk and the truth about it."""

    folder: Path
    truth: ExamTruth

    @property
    def files(self) -> tuple[Path, ...]:
        """Its DICOM files, in order of their names."""
        return tuple(self.folder / name for name in sorted(self.truth.files))

    @property
    def lesions(self) -> tuple[LesionTruth, ...]:
        """Benign ones too."""
        return self.truth.lesions

    @property
    def suspicious(self) -> bool:
        """True when a reader should recall the woman."""
        return self.truth.suspicious

    @property
    def is_prior(self) -> bool:
        """True for an exam of an earlier year."""
        return self.truth.years_before > 0


_EXAM = TypeAdapter(ExamTruth)
_LIST = TypeAdapter(ListTruth)


def _text(adapter: TypeAdapter[Any], value: object) -> str:
    """Return JSON that repeats to the byte."""
    return json.dumps(
        adapter.dump_python(value, mode="json"), indent=1, sort_keys=True, ensure_ascii=False
    ) + "\n"  # fmt: skip


def save_exam(truth: ExamTruth, folder: Path) -> None:
    """Write truth.json into `folder`."""
    (folder / TRUTH_FILE).write_text(_text(_EXAM, truth), encoding="utf-8", newline="\n")


def load_exam(folder: Path) -> SimulatedExam | None:
    """Return the exam in `folder`; None when there is none, one of another version, or one whose files are
    not all there in their full length (after a power cut)."""
    try:
        truth = _EXAM.validate_json((folder / TRUTH_FILE).read_bytes())
        whole = all((folder / name).stat().st_size == size for name, size in truth.files.items())
    except (OSError, ValidationError):
        return None
    return SimulatedExam(folder, truth) if whole and truth.format == FORMAT else None


def save_list(truth: ListTruth, folder: Path) -> None:
    """Write the list's truth.json into `folder`, whole or not at all."""
    unfinished = folder / f".{TRUTH_FILE}.unfinished"
    unfinished.write_text(_text(_LIST, truth), encoding="utf-8", newline="\n")
    unfinished.replace(folder / TRUTH_FILE)


def load_list(folder: Path) -> ListTruth:
    """Return the truth of the list in `folder`.

    Raises
    ------
    OSError, pydantic.ValidationError
        When there is none, or it is of another form.
    """
    return _LIST.validate_json((folder / TRUTH_FILE).read_bytes())


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the list's truth.json."""
    return _LIST.json_schema()
