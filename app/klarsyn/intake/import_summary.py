"""What an import tells at its end."""

from dataclasses import dataclass, field

from klarsyn.store.arrivals import Settlement


@dataclass(slots=True)
class ImportSummary:
    """What an import did with its files, and which exams among them are priors, not to be read."""

    window_days: int
    new: int = 0
    known: int = 0
    quarantined: int = 0
    other: int = 0
    prior_exams: set[str] = field(default_factory=set)

    @property
    def files(self) -> int:
        """All files looked at."""
        return self.new + self.known + self.quarantined + self.other

    def count(self, settlement: Settlement) -> None:
        """Count a file that was, or is now, settled."""
        exam = settlement.exam_id
        if exam is None:
            self.other += 1
            return
        self.new += settlement.new
        self.known += not settlement.new
        # One image of an exam can make a task of all of it.
        (self.prior_exams.add if settlement.prior else self.prior_exams.discard)(exam)

    def __str__(self) -> str:
        """One line for the terminal, and a second one when there are priors."""
        counts = (
            f"{self.files} files: {self.new} new images, {self.known} known already, "
            f"{self.quarantined} could not be read, {self.other} not DICOM"
        )
        number = len(self.prior_exams)
        if not number:
            return counts
        exams, filed, them = f"{number} exams are", "priors", "them"
        if number == 1:
            exams, filed, them = "1 exam is", "a prior", "it"
        return (
            f"{counts}\n{exams} older than {self.window_days} days and filed as {filed}; "
            f"add --read to read {them}."
        )
