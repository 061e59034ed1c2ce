"""What is true of a practice exam, as objects and as truth.json beside its images."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.domain.finding import LesionType
from klarsyn.simulation.glandular import Density
from klarsyn.simulation.lesions import Conspicuity, LesionKind

TRUTH_FILE = "truth.json"

VERSION = 1
"""Raised whenever the same seed gives other bytes; older practice exams are then made again."""


@dataclass(frozen=True, slots=True)
class LesionView:
    """A lesion on one image.

    `outline` and `centre` are (column, row), (0, 0) being the top-left corner of the top-left pixel of
    the stored image; `size_mm` is the outline's largest diameter at the detector.
    """

    file: str
    sop_instance_uid: str
    view_position: ViewPosition
    outline: tuple[tuple[float, float], ...]
    centre: tuple[float, float]
    size_mm: float


@dataclass(frozen=True, slots=True)
class PracticeLesion:
    """One lesion and its marks on the views that show it.

    `contrast` is the peak of the lesion's own signal, fat to dense tissue being about 0.5;
    `depth_mm` is the distance behind the nipple, the same on both views.
    """

    kind: LesionKind
    lesion_type: LesionType
    suspicious: bool
    conspicuity: Conspicuity
    contrast: float
    laterality: Laterality
    depth_mm: float
    views: tuple[LesionView, ...]


@dataclass(frozen=True, slots=True)
class PracticeExam:
    """One exam on disk: the DICOM `files` of `folder`, and what is true of them."""

    folder: Path
    files: tuple[Path, ...]
    vendor: str
    study_instance_uid: str
    density: Density
    lesions: tuple[PracticeLesion, ...]

    @property
    def suspicious(self) -> bool:
        """True when a reader should recall the woman."""
        return any(lesion.suspicious for lesion in self.lesions)


def save_truth(exam: PracticeExam, folder: Path) -> None:
    """Write truth.json into `folder`; keys are sorted and numbers rounded, so that bytes repeat."""
    content = {
        "format": VERSION,
        "note": "Simulated practice exam. Coordinates are (column, row) of the stored image.",
        "files": {f.name: (folder / f.name).stat().st_size for f in exam.files},
        "vendor": exam.vendor,
        "study_instance_uid": exam.study_instance_uid,
        "density": exam.density.value,
        "suspicious": exam.suspicious,
        "lesions": [_lesion_to_json(lesion) for lesion in exam.lesions],
    }
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / TRUTH_FILE).write_text(text, encoding="utf-8", newline="\n")


def load_truth(folder: Path) -> PracticeExam | None:
    """Return the practice exam in `folder`; None when there is none, one of another version, or one whose
    files are not all there in their full length (after a power cut)."""
    try:
        content = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
        if content["format"] != VERSION:
            return None
        if any((folder / name).stat().st_size != size for name, size in content["files"].items()):
            return None
        return _exam_from_json(folder, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _exam_from_json(folder: Path, content: dict[str, Any]) -> PracticeExam:
    return PracticeExam(
        folder=folder,
        files=tuple(folder / name for name in content["files"]),
        vendor=content["vendor"],
        study_instance_uid=content["study_instance_uid"],
        density=Density(content["density"]),
        lesions=tuple(_lesion_from_json(item) for item in content["lesions"]),
    )


def _lesion_to_json(lesion: PracticeLesion) -> dict[str, Any]:
    return {
        "kind": lesion.kind.value,
        "lesion_type": lesion.lesion_type.value,
        "assessment": "suspicious" if lesion.suspicious else "benign",
        "conspicuity": lesion.conspicuity.value,
        "contrast": lesion.contrast,
        "laterality": lesion.laterality.value,
        "depth_mm": lesion.depth_mm,
        "views": [
            {
                "file": v.file,
                "sop_instance_uid": v.sop_instance_uid,
                "view_position": v.view_position.value,
                "outline": [list(p) for p in v.outline],
                "centre": list(v.centre),
                "size_mm": v.size_mm,
            }
            for v in lesion.views
        ],
    }


def _lesion_from_json(item: dict[str, Any]) -> PracticeLesion:
    return PracticeLesion(
        kind=LesionKind(item["kind"]),
        lesion_type=LesionType(item["lesion_type"]),
        suspicious=item["assessment"] == "suspicious",
        conspicuity=Conspicuity(item["conspicuity"]),
        contrast=item["contrast"],
        laterality=Laterality(item["laterality"]),
        depth_mm=item["depth_mm"],
        views=tuple(
            LesionView(
                file=v["file"],
                sop_instance_uid=v["sop_instance_uid"],
                view_position=ViewPosition(v["view_position"]),
                outline=tuple((c, r) for c, r in v["outline"]),
                centre=(v["centre"][0], v["centre"][1]),
                size_mm=v["size_mm"],
            )
            for v in item["views"]
        ),
    )
