"""What a list of simulated exams shall hold, and which wishes cannot be met."""

from dataclasses import dataclass

from klarsyn.simulation.xray.vendors import VENDORS

LARGEST_LIST = 100_000
THINNEST_MM, THICKEST_MM = 30, 80


class ImpossibleRequest(ValueError):
    """A list that cannot be made; the text is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class ListRequest:
    """How many exams of which kind; see `klarsyn simulate list --help`.

    Raises
    ------
    ImpossibleRequest
        When the numbers contradict each other.
    """

    exams: int = 20
    cancers: int = 4
    """Exams with a lesion that a reader should recall; ignored when `prevalence` is set."""
    dbt: int = 0
    """Exams with tomosynthesis and synthetic 2D images in the place of FFDM."""
    priors: int = 0
    """Exams whose woman was here one or two years before."""
    seed: int = 1
    prevalence: float | None = None
    """Chance of a cancer in each exam, drawn by the seed; 0.006 is usual in screening."""
    vendors: tuple[str, ...] = tuple(VENDORS)
    for_processing: bool = False
    """Write the For Processing image of each FFDM view as well."""
    projections: bool = False
    """Write the projections of each tomosynthesis view as well."""
    half_matrix: bool = False
    """Tomosynthesis at half the matrix, a quarter of the size."""
    slices: int | None = None
    """Slices of each tomosynthesis view, which fixes those breasts' thickness; else the woman's own."""
    combo: int = 0
    """So many of the DBT exams have FFDM of the same compressions in the place of synthetic 2D."""

    def __post_init__(self) -> None:
        if not 1 <= self.exams <= LARGEST_LIST:
            raise ImpossibleRequest(f"A list holds 1 to {LARGEST_LIST:,} exams, not {self.exams:,}.")
        for words, number in (("cancers", self.cancers), ("DBT exams", self.dbt), ("priors", self.priors)):
            if words == "cancers" and self.prevalence is not None:
                continue
            if not 0 <= number <= self.exams:
                raise ImpossibleRequest(
                    f"{number} {words} do not fit into {self.exams} exams; ask for 0 to {self.exams}."
                )
        if not 0 <= self.combo <= self.dbt:
            raise ImpossibleRequest(
                f"{self.combo} exams with FFDM and DBT do not fit into {self.dbt} with DBT."
            )
        if self.prevalence is not None and not 0 <= self.prevalence <= 1:
            raise ImpossibleRequest(
                f"A prevalence is a share between 0 and 1 (screening: 0.006), not {self.prevalence}."
            )
        if self.seed < 0:
            raise ImpossibleRequest(f"The seed is a whole number from 0 up, not {self.seed}.")
        unknown = [v for v in self.vendors if v not in VENDORS]
        if unknown or not self.vendors:
            raise ImpossibleRequest(
                f"Unknown vendor {', '.join(unknown) or '(none)'}; there are {', '.join(VENDORS)}."
            )
        if self.slices is not None and not THINNEST_MM <= self.slices <= THICKEST_MM:
            raise ImpossibleRequest(
                f"A compressed breast gives {THINNEST_MM} to {THICKEST_MM} slices of 1 mm, not {self.slices}."
            )
