"""What an engine says of one exam, kept as JSON so that a run goes on and tables can be drawn again.

Beside its result every scored place of each 2D view is kept, however weak: curves need more marks than the
few that are shown to a reader.
"""

import json
import resource
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.repairs import HeaderRepair
from klarsyn.domain.exam import Exam, ExamType, Patient
from klarsyn.engine import folder as exchange
from klarsyn.engine.contract import EngineExam, EngineView
from klarsyn.imaging.frames import load_index_frame
from klarsyn.intake.engine_input import engine_input
from klarsyn.intake.engine_pixels import dense_is_bright
from klarsyn_demo_cad.candidate import Candidate, strongest
from klarsyn_demo_cad.engine import DemoCad
from klarsyn_demo_cad.working_image import WorkingImage, flat_region

MOST_PLACES = 40
"""Kept of each view: ten times as many as the densest point of a curve asks for."""


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """One place: (column, row) of its middle on the stored image and the engine's score."""

    column: float
    row: float
    score: float
    kind: str
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class ExamSeen:
    """What was said. `places` by file name, strongest first; `reported` are the marks that a reader gets, of
    2D images and tomosynthesis; `spacing_mm` by file; `peak_mb` is the most that the process ever took.
    `request` identifies the drawn exam, empty for one that was not drawn."""

    exam: str
    raw: float
    seconds: float
    peak_mb: float
    places: dict[str, tuple[PlaceSeen, ...]]
    reported: dict[str, tuple[PlaceSeen, ...]]
    spacing_mm: dict[str, float]
    request: str = ""


class Watched(DemoCad):
    """The engine as it is, with all places of each 2D image noted on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: list[list[Candidate]] = []

    def candidates(self, image: WorkingImage) -> list[Candidate]:
        """Return what the engine finds, and keep it."""
        found = super().candidates(image)
        self.noted.append(found)
        return found


def name_of(engine: DemoCad) -> str:
    """Return a folder's name that another version or another model does not share."""
    return f"{engine.manifest.version}-{engine.manifest.model_sha256[:12]}"


def look_at_flat(engine: Watched, exam: str, files: list[tuple[Path, EngineView]]) -> ExamSeen:
    """Let the engine see an exam of 2D images."""
    engine.noted.clear()
    start = time.perf_counter()
    result = engine.analyse(EngineExam(exam, tuple(view for _, view in files)), lambda _: None)
    seconds = time.perf_counter() - start
    places: dict[str, tuple[PlaceSeen, ...]] = {}
    noted = iter(engine.noted)
    for path, view in files:
        region = flat_region(view)
        kept = strongest(next(noted), MOST_PLACES) if region is not None else []
        seen = []
        for one in kept:
            assert region is not None
            corner = region.corner_mm
            column, row = (
                (middle + edge) / step
                for middle, edge, step in zip(one.centre_mm, corner, reversed(region.spacing_mm), strict=True)
            )
            seen.append(PlaceSeen(round(column, 1), round(row, 1), one.evidence, one.lesion_type.value))
        places[path.name] = tuple(seen)
    reported = {path.name: _reported(result.regions, view.view_id) for path, view in files}
    spacing = {path.name: view.spacing.row_mm if view.spacing else 0.0 for path, view in files}
    return ExamSeen(exam, result.raw, round(seconds, 3), peak_mb(), places, reported, spacing)


def look_at_volumes(engine: DemoCad, exam: str, paths: list[Path], work: Path) -> ExamSeen:
    """Let the engine see an exam with tomosynthesis, by the way that intake sends it."""
    images = tuple(read_instance(path).image for path in paths)
    by_uid = {image.sop_instance_uid: path for image, path in zip(images, paths, strict=True)}
    whole = Exam(exam, exam, Patient(), None, datetime(2026, 1, 7, tzinfo=UTC), ExamType.DBT, images)
    sent = engine_input(whole, by_uid, volumes=True, accepts=engine.manifest.accepts)
    exchange.write_exam(work, sent.exam)
    start = time.perf_counter()
    result = engine.analyse(exchange.read_exam(work), lambda _: None)
    seconds = time.perf_counter() - start
    reported: dict[str, list[PlaceSeen]] = {path.name: [] for path in paths}
    for region in result.regions:
        mark = sent.marks(region, 1)[0]
        column, row = _middle(mark.outline)
        reported[by_uid[mark.sop_instance_uid].name].append(
            PlaceSeen(column, row, region.raw_score, region.lesion_type.value, mark.frame)
        )
    spacing = {
        path.name: image.spacing.row_mm if image.spacing else 0.0
        for path, image in zip(paths, images, strict=True)
    }
    shown = {name: tuple(found) for name, found in reported.items()}
    return ExamSeen(exam, result.raw, round(seconds, 3), peak_mb(), {}, shown, spacing)


def decoded(path: Path, repairs: tuple[HeaderRepair, ...] = ()) -> EngineView:
    """Return one 2D image as intake would send it."""
    instance = read_instance(path, repairs)
    image = instance.image
    pixels = dense_is_bright(load_index_frame(path), instance.grayscale)
    return EngineView(
        path.name, image.laterality, image.view_position, image.spacing, pixels, image.manufacturer,
        patient_orientation=image.patient_orientation,
    )  # fmt: skip


def peak_mb() -> float:
    """Return the most memory that this process has taken, in MiB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)


def save(seen: ExamSeen, folder: Path) -> None:
    """Write it down, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{seen.exam}.unfinished"
    unfinished.write_text(json.dumps(asdict(seen)), encoding="utf-8")
    unfinished.replace(folder / f"{seen.exam}.json")


def load(exam: str, folder: Path, request: str = "") -> ExamSeen | None:
    """Return what was said of an exam, None where it, as drawn for `request`, has not been seen."""
    try:
        words = json.loads((folder / f"{exam}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if words["request"] != request:
        return None
    for part in ("places", "reported"):
        words[part] = {name: tuple(PlaceSeen(**one) for one in found) for name, found in words[part].items()}
    return ExamSeen(**words)


def _reported(regions: tuple, view_id: str) -> tuple[PlaceSeen, ...]:  # type: ignore[type-arg]
    return tuple(
        PlaceSeen(*_middle(region.outline), region.raw_score, region.lesion_type.value)
        for region in regions
        if region.view_id == view_id
    )


def _middle(outline: tuple[tuple[float, float], ...]) -> tuple[float, float]:
    columns, rows = zip(*outline, strict=True)
    return round(sum(columns) / len(columns), 1), round(sum(rows) / len(rows), 1)
