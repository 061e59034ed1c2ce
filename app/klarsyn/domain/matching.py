"""Which image a place of a hanging protocol asks for.

Only coded facts can be asked for: side, view, modifiers, extent and kind of an image, and whether it belongs
to the current exam or to a prior (invariant 2).
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
