"""Which slices a view shows now, told in the words of the domain. No Qt."""

from typing import TYPE_CHECKING

from klarsyn.domain.shown_slices import ShownSlices

if TYPE_CHECKING:
    from klarsyn.ui.view.view_state import ViewState


def slices_of(view: "ViewState | None") -> ShownSlices | None:
    """Return what is shown of a tomosynthesis; None for an image that has no slices."""
    return view.shown_slices if view is not None else None
