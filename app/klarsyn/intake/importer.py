"""`klarsyn import`: folders of files become exams.

Files are read by several processes and settled one by one by this one, each in a single transaction:
whenever the import is killed, every file is either settled or will be read again, and none counts twice.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.base.log import get_logger
from klarsyn.base.only_one import only_one
from klarsyn.base.paths import Folders
from klarsyn.dicom.repairs import load_repairs
from klarsyn.domain.task import TaskRule
from klarsyn.intake.beside_images import settle_beside
from klarsyn.intake.discover import source_files
from klarsyn.intake.file_reader import FileReading
from klarsyn.intake.import_summary import ImportSummary
from klarsyn.intake.reading_pool import ReadingPool
from klarsyn.intake.rejecting import apply_rejections, settle_rejection
from klarsyn.intake.report_linking import ReportLinker
from klarsyn.intake.vendor_rules import SITE_FOLDER, load_vendor_rules
from klarsyn.store.arrivals import DuplicateInstance, DuplicateState, Settlement, SourceFile
from klarsyn.store.exams import Arrival
from klarsyn.store.image_folder import CannotKeep, ImageFolder
from klarsyn.store.presentations import KeptState
from klarsyn.store.store import Store

_log = get_logger(__name__)


class ImportStopped(Exception):
    """Klarsyn's own folder cannot be written (a full disk); what was settled stays settled."""


class Importer:
    """Imports into one installation."""

    def __init__(
        self,
        store: Store,
        folders: Folders,
        clock: Clock,
        *,
        repairs: Sequence[str] = (),
        workers: int = 0,
        rule: TaskRule = TaskRule(),  # noqa: B008  frozen, and equal wherever it is made
    ) -> None:
        """Use `repairs` by name, and `workers` processes: 0 takes one a core, 1 reads in this process.

        `rule` tells reading tasks from priors.

        Raises
        ------
        RepairFileError
            If a repair is unknown or cannot be used.
        """
        self._editions = ",".join(sorted({repair.edition for repair in load_repairs(repairs)}))
        self._store, self._folders, self._clock = store, folders, clock
        self._images = ImageFolder(folders.images)
        self._repairs, self._workers = tuple(repairs), workers or os.cpu_count() or 1
        self._rule = rule
        site_rules = folders.root / SITE_FOLDER
        self._linker = ReportLinker(store, partial(load_vendor_rules, site_rules), clock)

    def run(
        self,
        paths: Iterable[Path],
        *,
        read: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> ImportSummary:
        """Import everything under `paths`; `read` makes each exam a reading task whatever its age.

        Raises
        ------
        AlreadyRunning
            If another import is at work in the same data folder.
        ImportStopped
            If Klarsyn's own folder cannot be written; files that cannot be read stop nothing.
        """
        with only_one(self._folders.root / "import.lock", "an import"):
            self._images.sweep()
            sources = list(source_files(paths, self._editions))
            summary = ImportSummary()
            pool = ReadingPool(self._folders.images, self._repairs, self._workers)
            try:
                for reading in pool.read(self._unsettled(sources, read, summary)):
                    self._settle(reading, read, summary)
                    progress(summary.files, len(sources))
            except CannotKeep as error:
                raise ImportStopped(
                    f"The import stopped: {error.strerror or error}. Every file before it is settled. Make "
                    "sure that Klarsyn's data folder can be written and has room, and run the same import "
                    "again; it goes on from there."
                ) from error
            apply_rejections(self._store, summary, self._rule, self._clock.now())
            self._link(summary)
            summary.prior_exams = {e.exam_id for e in self._store.exams.priors(summary.exams)}
            progress(len(sources), len(sources))
            _log.info("import ended", new=summary.new, known=summary.known, quarantined=summary.quarantined)
            return summary

    def _link(self, summary: ImportSummary) -> None:
        """Read reports as results, of those exams and reports alone that this import has seen."""
        if not (summary.exams or summary.reports or summary.documents):
            return
        try:
            linked = self._linker.run(summary.exams, summary.reports, summary.documents)
        except CannotKeep as error:
            # They are linked when exams are scored, or by the next import of the same files.
            _log.warning("reports not linked", error=error.strerror or str(error))
        else:
            summary.held += linked.held

    def _unsettled(
        self, sources: Iterable[SourceFile], read: bool, summary: ImportSummary
    ) -> Iterator[SourceFile]:
        for source in sources:
            known = self._store.arrivals.settled(source, self._images, make_task=read)
            if known is None:
                yield source
            else:
                summary.count(known)

    def _settle(self, reading: FileReading, read: bool, summary: ImportSummary) -> None:
        arrivals, now, source = self._store.arrivals, self._clock.now(), reading.source
        if reading.reason:
            arrivals.quarantine(source, reading.reason, reading.advice, now)
            summary.quarantined += 1
        elif reading.state is not None:
            self._settle_state(source, KeptState(reading.state, reading.sha256, now), summary)
        elif reading.report is not None or reading.document is not None:
            settle_beside(arrivals, reading, now, summary)
        elif reading.rejection is not None:
            settle_rejection(arrivals, reading, now, summary)
        elif reading.instance is None:
            arrivals.settle_other(source)
            summary.count(Settlement())
        else:
            instance = reading.instance
            arrival = Arrival(
                image=instance.image,
                sha256=reading.sha256,
                exam_key=instance.exam_key,
                patient=instance.patient,
                study_date=instance.study_date,
                accession_number=instance.accession_number,
                exam_type=instance.exam_type,
                asked_for=read,
                arrived_at=now,
                repairs_applied=instance.repairs_applied,
                rule=self._rule,
            )
            try:
                settlement = arrivals.settle_image(source, arrival)
            except DuplicateInstance:
                arrivals.quarantine(
                    source,
                    "Another image with the same SOPInstanceUID but different content is in the store.",
                    "Ask the sender which of the two is right; the first one stays in use.",
                    now,
                )
                summary.quarantined += 1
                return
            summary.count(settlement)
            for repair in instance.repairs_applied:
                _log.info(
                    "header repair applied", repair=repair, sop_instance_uid=arrival.image.sop_instance_uid
                )

    def _settle_state(self, source: SourceFile, state: KeptState, summary: ImportSummary) -> None:
        try:
            summary.count(self._store.arrivals.settle_state(source, state))
        except DuplicateState:
            self._store.arrivals.quarantine(
                source,
                "Another presentation state with the same SOPInstanceUID and other content is in the store.",
                "Ask the sender which of the two is right; the first one stays in use.",
                state.arrived_at,
            )
            summary.quarantined += 1


__all__ = ["ImportStopped", "ImportSummary", "Importer"]
