"""From a finding to its marks: the step that shows most of them, the best slice, the middle of the view.

Volumes that are out of sight go to the slice, too: whoever turns to them finds the lesion. Asked again for
the same finding, a jump goes on to those of its volumes that are not in sight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klarsyn.domain.arranging import HungStep
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import Finding, Mark
from klarsyn.domain.volumes import volumes_of
from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.hanging.one_size import look_at_all
from klarsyn.ui.slices.slice_marks import best_on, span_of

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid


@dataclass(frozen=True, slots=True)
class Target:
    """A mark to be shown: on which hanging image, and on which of its slices; None where it has none."""

    uid: str
    mark: Mark
    index: int | None = None


def targets_of(finding: Finding, exam: Exam) -> tuple[Target, ...]:
    """Return what to show of a finding: on each image that hangs, the mark that shows it best."""
    volumes = volumes_of(exam)
    found: dict[str, Target] = {}
    for mark in finding.marks:
        volume = next((v for v in volumes if span_of(mark, v) is not None), None)
        if volume is None:
            found.setdefault(mark.sop_instance_uid, Target(mark.sop_instance_uid, mark))
        elif (best := best_on(finding, volume)) is not None:
            uid = volume.image.sop_instance_uid
            found.setdefault(uid, Target(uid, best[0], best[1].best))
    return tuple(found.values())


def jump_to(grid: "HangingGrid", finding: Finding) -> None:
    """Show a finding; the reader stays at her step when it shows any of its marks."""
    hung = grid.hung
    if hung is None:
        return
    grid.scrolling.cine.stop()
    targets = {target.uid: target for target in targets_of(finding, hung.exam)}
    wanted = _wanted(hung, targets, again=any(v.highlighted == finding.finding_id for v in grid.viewports))
    best = _best_step(hung, [target for uid, target in targets.items() if uid in wanted])
    if best is not None and hung.go_to(best):
        grid.show_step()
    grid.highlight(finding.finding_id)
    for target in targets.values():
        if target.index is not None:
            grid.shelf.show_slice(target.uid, target.index)
    places = _places(hung, wanted, tuple(targets))
    points = {}
    for place, uid in places.items():
        found = hung.find(uid)
        if uid not in _shown(hung) and found is not None:
            hung.open_page(place, found[2])
            grid.refresh(place)
        columns, rows = zip(*targets[uid].mark.outline, strict=True)
        points[place] = (min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2
    sliced = {place: targets[uid] for place, uid in places.items() if targets[uid].index is not None}
    if sliced:
        # Keys go on with the volume, at its best slice.
        grid.pick(max(sliced, key=lambda n: (sliced[n].uid in wanted, sliced[n].mark.score)))
    look_at_all(grid.viewports, points)


def _wanted(hung: HungExam, targets: dict[str, Target], *, again: bool) -> set[str]:
    """Return the images to show: all that have a mark, and again, the volumes that are not in sight."""
    shown = _shown(hung)
    further = {uid for uid, target in targets.items() if target.index is not None and uid not in shown}
    return further if again and further else set(targets)


def _shown(hung: HungExam) -> dict[str, int]:
    """Return the UIDs of the images in sight, with their places."""
    shown = [(hung.shown(place), place) for place in range(len(hung.cells))]
    return {image.sop_instance_uid: place for image, place in shown if image is not None}


def _places(hung: HungExam, wanted: set[str], uids: tuple[str, ...]) -> dict[int, str]:
    """Return which of some images each place of this step shows: what is in sight stays, if it is wanted."""
    shown = _shown(hung)
    places = {shown[uid]: uid for uid in uids if uid in shown and uid in wanted}
    for uid in sorted(uids, key=lambda uid: uid not in wanted):
        found = hung.find(uid)
        if found is not None and found[0] == hung.sequence.position:
            places.setdefault(shown.get(uid, found[1]), uid)
    return places


def _best_step(hung: HungExam, targets: Sequence[Target]) -> int | None:
    """Return the number of the step to go to; None when this one will do, or none will.

    Where a finding has slices: a step that shows the best of them at once, most of its other volumes, and is
    of the kind that the reader was in, so that a prior stays beside; then most of its other marks.
    """
    steps, uids = hung.sequence.steps, {target.uid for target in targets}
    if uids & _shown(hung).keys() or uids & steps[hung.sequence.position].reachable:
        return None
    sliced = {t.uid: t.mark.score for t in targets if t.index is not None}
    best = max(sliced, key=lambda uid: sliced[uid], default="")

    def worth(step: HungStep) -> tuple[bool, int, bool, int, int]:
        first = {cell.pages[0].sop_instance_uid for cell in step.cells if cell.pages[0] is not None}
        same = _kind(step) == _kind(steps[hung.sequence.position])
        marks, volumes = len(uids & first), len(sliced.keys() & first)
        return best in first, volumes if sliced else marks, same, marks, len(uids & step.reachable)

    found = max(steps, key=worth)
    return steps.index(found) if uids & found.reachable else None


def _kind(step: HungStep) -> list[tuple[object, ...]]:
    """What a step shows beside what, whichever side and view: FFDM beside tomosynthesis, or now and then."""
    return [(h.cell.match.exam, h.cell.match.kind, h.cell.match.extent, h.cell.zoom) for h in step.cells]
