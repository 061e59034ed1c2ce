"""The cached exams as examples to learn from: patches of one kind, and what is true of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
from harvest import SIDE, TYPES
from labels import BESIDE

from klarsyn.domain.finding import LesionType


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Candidates of one kind. `exam` and `view` say where each is from; `hit` is True on a suspicious
    lesion of the kind, `fair` where it is surely that or surely not; `lesion` is the number of its lesion
    in the exam, or below 0; `placed` ones are no candidates of the filters."""

    lesion_type: LesionType
    patches: npt.NDArray[np.float16]
    exam: npt.NDArray[np.int64]
    view: npt.NDArray[np.int64]
    lesion: npt.NDArray[np.int64]
    hit: npt.NDArray[np.bool_]
    fair: npt.NDArray[np.bool_]
    placed: npt.NDArray[np.bool_]
    evidence: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.exam)


@dataclass(frozen=True, slots=True, eq=False)
class Exam:
    """One cached exam: both tables as in harvest.py."""

    number: int
    vendor: str
    density: str
    validation: bool
    views: int
    candidates: npt.NDArray[Any]
    lesions: npt.NDArray[Any]
    path: Path

    @property
    def suspicious(self) -> bool:
        """True when a reader should recall her."""
        return bool(self.lesions["suspicious"].any())


def exams(folder: Path, most: int | None = None, *, again: bool = False) -> list[Exam]:
    """Read the tables of all exams in a cache, or of their retakes, in order of their numbers."""
    found = []
    prefix = "again-" if again else "exam-"
    for path in sorted(folder.glob(f"{prefix}*.npz"))[:most]:
        try:
            with np.load(path) as kept:
                vendor, density, validation, views = kept["about"].tolist()
                tables = kept["candidates"], kept["lesions"]
        except (BadZipFile, KeyError, EOFError, ValueError) as error:
            raise OSError(f"{path} is damaged ({error}): remove it and generate again.") from error
        number = int(path.stem.removeprefix(prefix))
        found.append(Exam(number, vendor, density, validation == "True", int(views), *tables, path))
    return found


def examples(lesion_type: LesionType, of: Iterable[Exam]) -> Examples:
    """Read the patches of one kind."""
    kind = TYPES.index(lesion_type)
    patches, parts = [np.zeros((0, SIDE, SIDE), np.float16)], []
    for exam in of:
        rows = exam.candidates[exam.candidates["type"] == kind]
        with np.load(exam.path) as kept:
            patches.append(kept[lesion_type.name][rows["patch"]])
        bad = _numbers(exam.lesions, exam.lesions["suspicious"])
        own = _numbers(exam.lesions, exam.lesions["suspicious"] & (exam.lesions["type"] == kind))
        lesion = rows["lesion"].astype(np.int64)
        hit = np.isin(lesion, own)
        # A suspicious lesion of the other kind is no example of healthy tissue.
        fair = (lesion != BESIDE) & (hit | ~np.isin(lesion, bad))
        parts.append(
            (
                np.full(len(rows), exam.number),
                rows["view"],
                lesion,
                hit,
                fair,
                rows["placed"],
                rows["evidence"],
            )
        )
    number, view, lesion, hit, fair, placed, evidence = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return Examples(
        lesion_type, np.concatenate(patches), number.astype(np.int64), view.astype(np.int64), lesion, hit,
        fair, placed, evidence,
    )  # fmt: skip


def _numbers(lesions: npt.NDArray[Any], which: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    return np.unique(lesions["lesion"][which]).astype(np.int64)
