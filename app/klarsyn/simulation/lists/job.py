"""One exam of a list as a piece of work, and what identifies it."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from klarsyn.simulation.lists.plan import ExamPlan
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.truth import FORMAT


@dataclass(frozen=True, slots=True)
class Job:
    """One exam to draw into `place`: the woman's current one, or the one of `years_before`."""

    place: Path
    plan: ExamPlan
    years_before: int
    request: ListRequest
    today: date

    @property
    def answers(self) -> str:
        """Return what identifies everything that the exam's bytes depend on."""
        # How many others are in the list is not among it: only their plans depend on that.
        request = replace(
            self.request, exams=1, cancers=0, dbt=0, combo=0, priors=0, prevalence=None, vendors=("A",)
        )
        plan = asdict(self.plan)
        # What is not wished for is left out, so that a list without wishes keeps the name it always had.
        plan["lesions"] = [
            {word: value for word, value in lesion.items() if value is not None} for lesion in plan["lesions"]
        ]
        words = json.dumps(
            [FORMAT, asdict(request), plan, self.years_before, self.today.isoformat()],
            default=str,
        )
        return hashlib.sha256(words.encode()).hexdigest()[:16]
