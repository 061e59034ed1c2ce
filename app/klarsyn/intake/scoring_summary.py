"""What a scoring run did, counted and in words."""

from dataclasses import dataclass, field

from klarsyn.domain.finding import AiResult, ResultStatus


@dataclass(slots=True)
class ScoringSummary:
    """What a scoring run did."""

    scored: int = 0
    failed: int = 0
    shadow_scored: int = 0
    shadow_failed: int = 0
    last_failure: str = ""
    notes: list[str] = field(default_factory=list)

    def count(self, result: AiResult, *, shadow: bool) -> None:
        """Count one result."""
        if shadow:
            self.shadow_scored += result.raw is not None
            self.shadow_failed += result.raw is None
        else:
            self.scored += result.is_scored
            self.failed += not result.is_scored
            if result.status is ResultStatus.FAILED:
                self.last_failure = result.reason

    def __str__(self) -> str:
        """A line for the terminal, and one for each note."""
        text = f"{self.scored} exams scored"
        if self.failed:
            text += f", {self.failed} not scored (they stay in the queue and are read by two)"
        if self.shadow_scored or self.shadow_failed:
            text += f"; in the shadow {self.shadow_scored} runs, {self.shadow_failed} without a result"
        return "\n".join([text, *self.notes])
