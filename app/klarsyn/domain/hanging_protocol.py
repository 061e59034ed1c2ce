"""What a hanging protocol says: its steps, their places, and which image each place asks for.

Only coded facts can be asked for: side, view, modifiers, extent and kind of an image, and whether it belongs
to the current exam or to a prior (invariant 2). `arranging` gives the images their places.
"""

from dataclasses import dataclass
from enum import StrEnum

from klarsyn.domain.exam import Image, Laterality, ViewModifier, ViewPosition

CURRENT = 0
"""Number of the exam that is read; its priors are 1, 2, … from the newest on."""

_SPOT = {ViewModifier.SPOT, ViewModifier.MAGNIFIED}


class ImageKind(StrEnum):
    """2D images exposed or computed, those exposed or those computed alone, or stacks of slices."""

    ANY = "any"
    FLAT = "2D"
    EXPOSED = "FFDM"
    SYNTHETIC = "synthetic 2D"
    TOMOSYNTHESIS = "tomosynthesis"

    def holds(self, image: Image) -> bool:
        """Return whether an image is of this kind."""
        if self is ImageKind.ANY:
            return True
        if image.is_tomosynthesis:
            return self is ImageKind.TOMOSYNTHESIS
        own = ImageKind.SYNTHETIC if image.synthetic else ImageKind.EXPOSED
        return self in (ImageKind.FLAT, own)


class Extent(StrEnum):
    """How much of the breast an image shows: spot means spot or magnified, partial a piece of a mosaic."""

    FULL = "full"
    SPOT = "spot"
    PARTIAL = "partial"
    ANY = "any"


class Zoom(StrEnum):
    """At which size a place first shows its image.

    FIT: whole, all full views at one real size. TRUE_SIZE: as large as the breast was. ONE_TO_ONE: each
    pixel of the image is one of the screen.
    """

    FIT = "fit"
    TRUE_SIZE = "true size"
    ONE_TO_ONE = "one to one"


@dataclass(frozen=True, slots=True)
class Title:
    """What the step bar calls it, in Swedish and English."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Match:
    """Which image a place asks for.

    Parameters
    ----------
    laterality, views
        Coded side, and the views that will do; None and empty ask for any.
    exam
        CURRENT, or the number of the prior, 1 for the newest.
    having, without
        View modifiers that the image must all have, or may not have any of.
    """

    laterality: Laterality | None = None
    views: tuple[ViewPosition, ...] = ()
    exam: int = CURRENT
    extent: Extent = Extent.FULL
    kind: ImageKind = ImageKind.ANY
    having: tuple[ViewModifier, ...] = ()
    without: tuple[ViewModifier, ...] = ()

    def fits(self, image: Image) -> bool:
        """Return whether an image is what is asked for; from which exam it comes is not looked at."""
        modifiers = set(image.modifiers)
        return (
            (self.laterality is None or image.laterality is self.laterality)
            and (not self.views or image.view_position in self.views)
            and self._has_extent(image)
            and self.kind.holds(image)
            and modifiers >= set(self.having)
            and not modifiers & set(self.without)
        )

    def _has_extent(self, image: Image) -> bool:
        if self.extent is Extent.ANY:
            return True
        if _SPOT & set(image.modifiers):
            return self.extent is Extent.SPOT
        return self.extent is (Extent.PARTIAL if image.partial_view else Extent.FULL)

    @property
    def label(self) -> str:
        """What the place asks for, as radiologists say it: "R CC", "L MLO ID", "R spot or magnified view"."""
        extent = {Extent.SPOT: "spot or magnified", Extent.PARTIAL: "partial"}.get(self.extent, "")
        words = [
            self.laterality.value if self.laterality else "",
            "/".join(view.value for view in self.views),
            *(modifier.value for modifier in self.having),
            *(f"without {modifier.value}" for modifier in self.without),
            extent,
            "" if self.kind is ImageKind.ANY else self.kind.value,
            "view" if extent or not self.views else "",
        ]
        return " ".join(word for word in words if word)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place of a step: `row` 0 is the upper, `column` 0 the left.

    Parameters
    ----------
    walk
        The quadrant walk starts here at once; asks for zoom ONE_TO_ONE.
    optional
        Nothing is missing when the place stays empty: a second spot view, a fourth piece of a mosaic.
    needed
        The step is worth showing for this image, see `Step.deciding`.
    """

    match: Match
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    zoom: Zoom = Zoom.FIT
    walk: bool = False
    optional: bool = False
    needed: bool = False

    def __post_init__(self) -> None:
        """Refuse a walk over a picture that is shown whole."""
        if self.walk and self.zoom is not Zoom.ONE_TO_ONE:
            raise ValueError("A quadrant walk asks for zoom one to one.")

    @property
    def covers(self) -> frozenset[tuple[int, int]]:
        """The (row, column) of each field of the layout that this place takes."""
        return frozenset(
            (row, column)
            for row in range(self.row, self.row + self.row_span)
            for column in range(self.column, self.column + self.column_span)
        )


@dataclass(frozen=True, slots=True)
class Step:
    """What is on the screen at once: a layout of `rows` by `columns` fields, and places on it.

    `all_needed` asks for an image in each of the deciding places instead of one.
    """

    title: Title
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    all_needed: bool = False

    def __post_init__(self) -> None:
        """Refuse places outside of the layout, upon each other, or none at all."""
        taken: set[tuple[int, int]] = set()
        layout = {(row, column) for row in range(self.rows) for column in range(self.columns)}
        for cell in self.cells:
            if not cell.covers <= layout or cell.covers & taken:
                raise ValueError(f"{cell.match.label} lies outside of the layout or upon another place.")
            taken |= cell.covers
        if not taken:
            raise ValueError("A step has at least one place.")

    @property
    def deciding(self) -> tuple[Cell, ...]:
        """The places of which one (with `all_needed` each) must have an image, or the step is skipped.

        Those marked as needed; else those of priors, for a comparison needs something to compare with; else
        all.
        """
        needed = tuple(cell for cell in self.cells if cell.needed)
        priors = tuple(cell for cell in self.cells if cell.match.exam != CURRENT)
        return needed or priors or self.cells


@dataclass(frozen=True, slots=True)
class Protocol:
    """A sequence of steps under a name."""

    name: str
    title: Title
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        """Refuse a protocol that shows nothing."""
        if not self.steps:
            raise ValueError("A hanging protocol has at least one step.")
