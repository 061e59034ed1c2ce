"""Which view hangs where: the four-up of breast screening.

Right breast on the left of the screen, chest walls together, CC above MLO. A view that is missing
leaves its place empty and labelled; views beyond the four stay reachable (IHE MAMMO).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from klarsyn.domain.exam import Image, Laterality, Notice, ViewPosition


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
    image that has no slot of its own: extra and repeated views, views without a code.
    """

    placed: tuple[tuple[Slot, Image | None], ...]
    more: tuple[Image, ...]
    notices: tuple[Notice, ...]


def _slot_order(image: Image) -> tuple[bool, bool, bool, bool, float, str]:
    # The best candidate of a slot comes first: unmodified, for presentation, whole, 2D rather than one
    # slice of a tomosynthesis, and the newest, since a repeated exposure replaces the one before it.
    newest = -image.acquired.timestamp() if image.acquired else 0.0
    return (
        bool(image.modifiers),
        image.for_processing,
        image.partial_view,
        image.frames > 1,
        newest,
        image.sop_instance_uid,
    )


def hang(images: Iterable[Image], protocol: tuple[Slot, ...] = FOUR_UP) -> Hanging:
    """Give each image its slot by coded laterality and view; nothing is hidden, nothing is guessed."""
    left_over = sorted(images, key=_slot_order)
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
        if len(fitting) > 1:
            flat = chosen.frames == 1 and any(i.frames > 1 for i in fitting)
            hangs = "the newest 2D image hangs" if flat else "the newest hangs"
            notices.append(
                Notice(
                    "view-repeated",
                    f"{len(fitting)} images claim to be {slot.label}; {hangs}, the others follow "
                    "with the mouse wheel. Look at all of them.",
                )
            )
    unknown = [i for i in left_over if i.laterality is None or i.view_position is None]
    if unknown:
        notices.append(
            Notice(
                "view-unknown",
                f"{len(unknown)} image(s) carry no coded side or view and hang in no place of their own. "
                "Step to them with the mouse wheel; do not take a side from their position.",
            )
        )
    return Hanging(tuple(placed), tuple(left_over), tuple(notices))
