"""From a finding to its marks: the step that shows most of them, each in the middle of its view."""

from typing import TYPE_CHECKING

from klarsyn.domain.finding import Finding
from klarsyn.ui.hung import HungExam

if TYPE_CHECKING:
    from klarsyn.ui.hanging_grid import HangingGrid


def jump_to(grid: "HangingGrid", finding: Finding) -> None:
    """Show a finding; the reader stays at her step when it shows any of its marks."""
    hung = grid.hung
    if hung is None:
        return
    best = _best_step(hung, {mark.sop_instance_uid for mark in finding.marks})
    if best is not None and hung.go_to(best):
        grid.show_step()
    grid.highlight(finding.finding_id)
    for mark in finding.marks:
        found = hung.find(mark.sop_instance_uid)
        if found is None or found[0] != hung.sequence.position:
            continue
        _, place, page = found
        hung.open_page(place, page)
        grid.refresh(place)
        columns, rows = zip(*mark.outline, strict=True)
        middle = (min(columns) + max(columns)) / 2, (min(rows) + max(rows)) / 2
        grid.viewports[place].look_at(*middle)


def _best_step(hung: HungExam, uids: set[str]) -> int | None:
    """Return the number of the step to go to; None when this one will do, or none will."""
    marked = [len(uids & step.reachable) for step in hung.sequence.steps]
    if marked[hung.sequence.position] or not any(marked):
        return None
    return marked.index(max(marked))
