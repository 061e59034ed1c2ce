"""Which view hangs where: the four-up of breast screening.

Right breast on the left of the screen, chest walls together, CC above MLO. A view that is missing
leaves its place empty and labelled; views beyond the four stay reachable (IHE MAMMO).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from klarsyn.domain.exam import Image, Laterality, Notice, ViewModifier, ViewPosition


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on the screen: `row` 0 is the upper, `column` 0 the left."""

    laterality: Laterality
    view_position: ViewPosition
    row: int
    column: int

    @property
    def label(self) -> str:
        """E.g. "R CC"."""
        return f"{self.laterality.value} {self.view_position.value}"


FOUR_UP = (
    Slot(Laterality.RIGHT, ViewPosition.CC, 0, 0),
    Slot(Laterality.LEFT, ViewPosition.CC, 0, 1),
    Slot(Laterality.RIGHT, ViewPosition.MLO, 1, 0),
    Slot(Laterality.LEFT, ViewPosition.MLO, 1, 1),
)


@dataclass(frozen=True, slots=True)
class Hanging:
    """The images of one exam, hung.

    `placed` has one entry per slot of the protocol, None where the view is missing. `more` holds every
    image that has no slot of its own: extra and repeated views, views without a code, raw images beside
    those made for reading. `listed` are images that are named but never shown: projections.
    """

    placed: tuple[tuple[Slot, Image | None], ...]
    more: tuple[Image, ...]
    notices: tuple[Notice, ...]
    listed: tuple[Image, ...] = ()


def _slot_order(image: Image) -> tuple[bool, bool, bool, bool, float, bool, float, str]:
    # The best candidate of a slot comes first: made for reading, unmodified, whole, 2D rather than one
    # slice of a tomosynthesis, thin slices rather than slabs, exposed rather than computed, and the newest,
    # since a repeated exposure replaces the one before it.
    newest = -image.acquired.timestamp() if image.acquired else 0.0
    return (
        image.for_processing,
        bool(image.modifiers),
        image.partial_view,
        image.is_tomosynthesis,
        (image.stack.thickness_mm or 0.0) if image.stack is not None else 0.0,
        image.synthetic,
        newest,
        image.sop_instance_uid,
    )


def hang(images: Iterable[Image], protocol: tuple[Slot, ...] = FOUR_UP) -> Hanging:
    """Give each image its slot by coded laterality and view; nothing is hidden, nothing is guessed.

    A raw image (FOR PROCESSING) hangs only where no image made for reading does; it says what it is.
    """
    given = sorted(images, key=_slot_order)
    left_over = [i for i in given if i.hangs]
    listed = tuple(i for i in given if not i.hangs)
    placed: list[tuple[Slot, Image | None]] = []
    notices: list[Notice] = []
    for slot in protocol:
        fitting = [
            i
            for i in left_over
            if i.laterality is slot.laterality and i.view_position is slot.view_position and i.is_full_view
        ]
        chosen = fitting[0] if fitting else None
        placed.append((slot, chosen))
        if chosen is None:
            notices.append(Notice("view-missing", f"{slot.label} is missing from this exam."))
            continue
        left_over.remove(chosen)
        repeated = _repeated(fitting)
        if len(repeated) > 1:
            hung = "the newest hangs, the others" if chosen in repeated else "they"
            notices.append(
                Notice(
                    "view-repeated",
                    f"{len(repeated)} images claim to be {repeated[0].view_label}; {hung} follow with the "
                    "mouse wheel. Look at all of them.",
                )
            )
    beside = [i for i in left_over if i.is_tomosynthesis]
    if beside and any(i is not None and not i.is_tomosynthesis for _, i in placed):
        views = ", ".join(sorted({i.view_label for i in beside}))
        notices.append(
            Notice("tomosynthesis", f"Tomosynthesis of {views}: behind the 2D image, with the mouse wheel.")
        )
    if listed:
        notices.append(_projections(listed))
    unknown = [i for i in left_over if i.laterality is None or i.view_position is None]
    if unknown:
        notices.append(
            Notice(
                "view-unknown",
                f"{len(unknown)} image(s) carry no coded side or view and hang in no place of their own. "
                "Step to them with the mouse wheel; do not take a side from their position.",
            )
        )
    return Hanging(tuple(placed), tuple(left_over), tuple(notices), listed)


def _repeated(fitting: list[Image]) -> list[Image]:
    """Return the images of one kind that claim one slot, of the kind that has most; the best first.

    FFDM, synthetic 2D and tomosynthesis of one compression are no repetition, neither is the raw image beside
    the one that was made from it, nor a view with the implant displaced beside the one without.
    """
    kinds: dict[tuple[str, frozenset[ViewModifier]], list[Image]] = {}
    for image in [i for i in fitting if not i.for_processing] or fitting:
        kinds.setdefault((image.kind_label, frozenset(image.modifiers)), []).append(image)
    return max(kinds.values(), key=len)


def _projections(listed: tuple[Image, ...]) -> Notice:
    views = ", ".join(sorted({i.view_label for i in listed}))
    return Notice(
        "projections",
        f"{len(listed)} object(s) of projections ({views}) belong to this exam. They are what tomosynthesis "
        "is computed from, are not for reading, and do not hang.",
    )
