"""What an import tells at its end."""

from dataclasses import dataclass, field

from klarsyn.store.arrivals import Settlement


@dataclass(slots=True)
class ImportSummary:
    """What an import did with its files, and which exams are priors afterwards, not to be read.

    `exams` are those of its files; `prior_exams` are known at the end only, since the next file may be of
    the newer study that makes a prior of this one.
    """

    new: int = 0
    known: int = 0
    quarantined: int = 0
    other: int = 0
    states: int = 0
    reports: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    rejections: set[str] = field(default_factory=set)
    held: int = 0
    """Reports, documents and rejections that name another patient than the exam of their study."""
    exams: set[str] = field(default_factory=set)
    prior_exams: set[str] = field(default_factory=set)
    _beside: int = 0

    @property
    def files(self) -> int:
        """All files looked at."""
        beside = self.states + self._beside
        return self.new + self.known + self.quarantined + self.other + beside

    def count(self, settlement: Settlement) -> None:
        """Count a file that was, or is now, settled."""
        if settlement.state:
            self.states += 1
            return
        if settlement.report or settlement.document:
            (self.reports if settlement.report else self.documents).add(
                settlement.report or settlement.document
            )
            self._beside += 1
            return
        if settlement.rejection:
            self.rejections.add(settlement.rejection)
            self._beside += 1
            return
        exam = settlement.exam_id
        if exam is None:
            self.other += 1
            return
        self.new += settlement.new
        self.known += not settlement.new
        self.exams.add(exam)

    def __str__(self) -> str:
        """One line for the terminal, and a second one when there are priors."""
        counts = (
            f"{self.files} files: {self.new} new images, {self.known} known already, "
            f"{self.quarantined} could not be read, {self.other} not DICOM"
        )
        if self.states:
            counts += f", {self.states} presentation states"
        if self.reports:
            counts += f", {len(self.reports)} reports"
        if self.documents:
            counts += f", {len(self.documents)} documents"
        if self.rejections:
            number = len(self.rejections)
            counts += f", {number} {'note that rejects' if number == 1 else 'notes that reject'} images"
        if self.held:
            held = f"{self.held} of them could not be joined to the exam of their study"
            counts += f"\n{held}; `klarsyn quarantine` says why"
        number = len(self.prior_exams)
        if not number:
            return counts
        kept, it = (
            ("1 exam is kept as a prior", "it")
            if number == 1
            else (f"{number} exams are kept as priors", "them")
        )
        return (
            f"{counts}\n{kept} and not to be read; `klarsyn prior` says why, and `import --read` or "
            f"`klarsyn prior EXAM --read` puts {it} into the queue."
        )
