"""The frozen test set as a file: every exam written out, and the hash that the model's card quotes."""

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.anatomy.density import Density
from klarsyn.simulation.lesions.kinds import Conspicuity, LesionKind
from klarsyn.simulation.lists.plan import ExamPlan, PlannedLesion
from klarsyn.simulation.lists.request import ListRequest

TEST_SET = Path(__file__).resolve().parents[3] / "resources" / "simulation" / "test-set.toml"


class ChangedTestSet(ValueError):
    """The file is not the frozen one; the text says what to do."""


@dataclass(frozen=True, slots=True)
class FrozenLesion:
    """`stratum` is the area under the curve of the observer who knows the place, None for a benign lesion."""

    kind: LesionKind
    side: Laterality
    stratum: float | None
    size_mm: float | None
    contrast: float | None

    def planned(self) -> PlannedLesion:
        """Return it as the simulator plans it."""
        return PlannedLesion(self.kind, Conspicuity.MODERATE, self.side, self.size_mm, self.contrast)


@dataclass(frozen=True, slots=True)
class FrozenExam:
    """One exam; `number` and the set's seed decide the woman."""

    number: int
    vendor: str
    density: Density
    dbt: bool
    lesions: tuple[FrozenLesion, ...]

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"exam-{self.number:04d}"

    @property
    def affected(self) -> bool:
        """True when a reader should recall the woman."""
        return any(lesion.stratum is not None for lesion in self.lesions)

    def plan(self) -> ExamPlan:
        """Return it as the simulator plans it."""
        lesions = tuple(lesion.planned() for lesion in self.lesions)
        return ExamPlan(self.number, self.vendor, self.density, self.dbt, None, lesions)


@dataclass(frozen=True, slots=True)
class FrozenSet:
    """All exams; `held_out` is the maker that training never sees, `sha256` that of the file's bytes."""

    seed: int
    drawn: date
    held_out: str
    exams: tuple[FrozenExam, ...]
    sha256: str

    def request(self) -> ListRequest:
        """Return what is the same for all exams."""
        return ListRequest(exams=len(self.exams), cancers=0, seed=self.seed)


def sha256_of(path: Path = TEST_SET) -> str:
    """Return the hash of the file as it lies there."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(path: Path = TEST_SET, expected_sha256: str | None = None) -> FrozenSet:
    """Read the test set.

    Raises
    ------
    ChangedTestSet
        When the file is another than the one of `expected_sha256`.
    """
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if expected_sha256 is not None and found != expected_sha256:
        raise ChangedTestSet(
            f"{path.name} is not the frozen test set: its SHA-256 is {found[:12]}… and not "
            f"{expected_sha256[:12]}…. Restore the file, or measure everything again and say so in the card."
        )
    words = tomllib.loads(data.decode("utf-8"))
    exams = tuple(
        FrozenExam(
            one["number"],
            one["vendor"],
            Density(one["density"]),
            one.get("dbt", False),
            tuple(
                FrozenLesion(
                    LesionKind(lesion["kind"]),
                    Laterality(lesion["side"]),
                    lesion.get("stratum"),
                    lesion.get("size_mm"),
                    lesion.get("contrast"),
                )
                for lesion in one["lesions"]
            ),
        )
        for one in words["exams"]
    )
    return FrozenSet(words["seed"], words["drawn"], words["held_out"], exams, found)
