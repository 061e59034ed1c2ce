"""What kinds of lesions the simulator draws, and how conspicuous each is."""

from enum import StrEnum

from klarsyn.domain.finding import LesionType


class LesionKind(StrEnum):
    """The words of ACR BI-RADS (5th edition), as far as the simulator imitates them."""

    SPICULATED_MASS = "spiculated mass"
    ILL_DEFINED_MASS = "ill-defined mass"
    SMOOTH_MASS = "smooth mass"
    PLEOMORPHIC_CLUSTER = "pleomorphic calcifications"
    LINEAR_CLUSTER = "fine linear branching calcifications"
    ROUND_CLUSTER = "round calcifications"
    VASCULAR_CALCIFICATIONS = "vascular calcifications"
    SCATTERED_CALCIFICATIONS = "scattered calcifications"
    DISTORTION = "architectural distortion"
    ASYMMETRY = "asymmetry"

    @property
    def lesion_type(self) -> LesionType:
        """The family that screening CAD marks it as."""
        return LesionType.CALCIFICATIONS if self in _CALCIFIED else LesionType.SOFT_TISSUE

    @property
    def suspicious(self) -> bool:
        """True where a reader should recall the woman."""
        return self not in _BENIGN

    @property
    def is_cluster(self) -> bool:
        """True for a group of specks, whose number grows with the years."""
        return self in _CLUSTERS

    @property
    def is_mass(self) -> bool:
        """True for what has a margin."""
        return self in (LesionKind.SPICULATED_MASS, LesionKind.ILL_DEFINED_MASS, LesionKind.SMOOTH_MASS)


_CLUSTERS = frozenset({LesionKind.PLEOMORPHIC_CLUSTER, LesionKind.LINEAR_CLUSTER, LesionKind.ROUND_CLUSTER})
_CALCIFIED = _CLUSTERS | {LesionKind.VASCULAR_CALCIFICATIONS, LesionKind.SCATTERED_CALCIFICATIONS}
_BENIGN = frozenset({
    LesionKind.SMOOTH_MASS, LesionKind.ROUND_CLUSTER, LesionKind.VASCULAR_CALCIFICATIONS,
    LesionKind.SCATTERED_CALCIFICATIONS,
})  # fmt: skip


class Conspicuity(StrEnum):
    """How easily a lesion is seen; graded by size and contrast."""

    CLEAR = "clear"
    MODERATE = "moderate"
    SUBTLE = "subtle"
