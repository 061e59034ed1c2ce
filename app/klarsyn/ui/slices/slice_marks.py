"""Which of the AI's marks stand on the slices that are shown, which beside them, which on the bar. No Qt.

A mark stands on the slice that its result names and on those of its range (invariant 3), on the neighbours
of these as a ghost, and on no other. Nothing here decides whether marks may be seen at all: it is given
those that may (`overlay.visible_marks`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.shown_slices import ShownSlices
from klarsyn.domain.volume import Volume

FoundMark = tuple[Finding, Mark]

GHOST_REACH = 1
"""Slices beyond its range on which a mark is still hinted at: enough to notice it while scrolling."""


@dataclass(frozen=True, slots=True)
class Span:
    """Slices of a volume that a mark stands on, counted from 0; `best` shows the lesion best."""

    best: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Tick:
    """What the bar of a volume says of one finding."""

    span: Span
    lesion_type: LesionType
    finding_id: str


def span_of(mark: Mark, volume: Volume) -> Span | None:
    """Return where a mark stands in a volume; None when the frame that it names is none of its slices.

    A file with one slice has one frame, which marks need not name.
    """
    uid = mark.sop_instance_uid
    best = volume.index_of(uid, mark.frame or 1)
    if best is None:
        return None
    named = [volume.index_of(uid, frame) for frame in mark.frame_range or ()]
    ends = [best, *(end for end in named if end is not None)]
    return Span(best, min(ends), max(ends))


def best_on(finding: Finding, volume: Volume) -> tuple[Mark, Span] | None:
    """Return the mark of a finding that shows it best in a volume, the first of equals; None without one."""
    found = [(mark, span_of(mark, volume)) for mark in finding.marks]
    placed = [(mark, span) for mark, span in found if span is not None]
    return max(placed, key=lambda each: each[0].score) if placed else None


def on_slices(
    marks: Iterable[FoundMark], shown: ShownSlices | None
) -> tuple[tuple[Finding, Mark, bool], ...]:
    """Return the marks that are drawn on what a view shows, each with whether it is a ghost.

    A lesion in several files of one volume has a mark in each: the nearest file's are drawn. `shown` is None
    for an image without slices: all are drawn.
    """
    if shown is None:
        return tuple((finding, mark, False) for finding, mark in marks)
    found: dict[str, list[tuple[int, Finding, Mark]]] = {}
    for finding, mark in marks:
        span = span_of(mark, shown.volume)
        away = shown.away_from(span.lowest, span.highest) if span is not None else None
        if away is not None and away <= GHOST_REACH:
            found.setdefault(finding.finding_id, []).append((away, finding, mark))
    drawn = []
    for near in found.values():
        nearest = min(near, key=lambda each: (each[0], -each[2].score))[2].sop_instance_uid
        drawn += [(f, mark, away > 0) for away, f, mark in near if mark.sop_instance_uid == nearest]
    return tuple(drawn)


def ticks(marks: Iterable[FoundMark], volume: Volume) -> tuple[Tick, ...]:
    """Return what the bar says of marks that may be seen; the highest score comes last, to be drawn above.

    Marks of one finding on neighbouring slices, as over several files, are one.
    """
    found: dict[str, list[tuple[Span, int, Finding]]] = {}
    for finding, mark in marks:
        span = span_of(mark, volume)
        if span is not None:
            found.setdefault(finding.finding_id, []).append((span, mark.score, finding))
    told: list[tuple[int, Tick]] = []
    for placed in found.values():
        joined: list[tuple[Span, int, Finding]] = []
        for span, score, finding in sorted(placed, key=lambda each: each[0].lowest):
            if joined and span.lowest <= joined[-1][0].highest + 1:
                before, most, _ = joined[-1]
                best = span.best if score > most else before.best
                whole = Span(best, before.lowest, max(before.highest, span.highest))
                joined[-1] = (whole, max(score, most), finding)
            else:
                joined.append((span, score, finding))
        told += [(score, Tick(span, f.lesion_type, f.finding_id)) for span, score, f in joined]
    return tuple(tick for _, tick in sorted(told, key=lambda each: each[0]))
