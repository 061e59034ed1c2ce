"""The store of one installation: its repositories over one database."""

import secrets
from pathlib import Path

from klarsyn.store.access_log import AccessLog
from klarsyn.store.arrivals import ArrivalRepository
from klarsyn.store.audit_key import AuditKey
from klarsyn.store.calibrations import CalibrationRepository
from klarsyn.store.claims import ClaimRepository
from klarsyn.store.database import Database
from klarsyn.store.decisions import DecisionRepository
from klarsyn.store.documents import DocumentRepository
from klarsyn.store.engines import EngineChoiceRepository, ShadowResultRepository
from klarsyn.store.exam_closings import ExamClosingRepository
from klarsyn.store.exam_moves import ExamMoveRepository
from klarsyn.store.exam_notes import ExamNoteRepository
from klarsyn.store.exams import ExamRepository
from klarsyn.store.identity_events import IdentityRepository
from klarsyn.store.ledger import LedgerRepository
from klarsyn.store.letters import LetterRepository
from klarsyn.store.looked import LookedRepository
from klarsyn.store.models import SiteValueRow
from klarsyn.store.outcomes import OutcomeRepository
from klarsyn.store.policy_versions import PolicyVersionRepository
from klarsyn.store.presentations import PresentationRepository
from klarsyn.store.queue_facts import QueueFactRepository
from klarsyn.store.read_details import ReadDetailRepository
from klarsyn.store.reader_view import ReaderView
from klarsyn.store.reading_facts import ReadingFactsRepository
from klarsyn.store.reads import ReadRepository
from klarsyn.store.rejections import RejectionRepository
from klarsyn.store.reports import ReportRepository
from klarsyn.store.results import ResultRepository
from klarsyn.store.scoring_jobs import ScoringJobs
from klarsyn.store.screen_checks import ScreenCheckRepository
from klarsyn.store.site_windows import SiteWindowRepository


class Store:
    """Everything Klarsyn remembers."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self.database = database
        self.exams = ExamRepository(database)
        self.exam_closings = ExamClosingRepository(database)
        self.exam_moves = ExamMoveRepository(database)
        self.rejections = RejectionRepository(database)
        self.identities = IdentityRepository(database)
        self.results = ResultRepository(database)
        self.calibrations = CalibrationRepository(database)
        self.outcomes = OutcomeRepository(database)
        self.reads = ReadRepository(database)
        self.read_details = ReadDetailRepository(database)
        self.decisions = DecisionRepository(database)
        self.letters = LetterRepository(database)
        self.claims = ClaimRepository(database)
        self.looked = LookedRepository(database)
        self.reader_view = ReaderView(database)
        self.access_log = AccessLog(database)
        self.audit_key = AuditKey(database, self.reader_view)
        self.queue_facts = QueueFactRepository(database)
        self.arrivals = ArrivalRepository(database)
        self.screen_checks = ScreenCheckRepository(database)
        self.site_windows = SiteWindowRepository(database)
        self.presentations = PresentationRepository(database)
        self.reports = ReportRepository(database)
        self.documents = DocumentRepository(database)
        self.engine_choices = EngineChoiceRepository(database)
        self.shadow_results = ShadowResultRepository(database)
        self.ledger = LedgerRepository(database)
        self.scoring_jobs = ScoringJobs(database)
        self.policy_versions = PolicyVersionRepository(database)
        self.exam_notes = ExamNoteRepository(database)
        self.reading_facts = ReadingFactsRepository(database)

    @classmethod
    def file(cls, path: Path) -> "Store":
        """Open the store in the SQLite file at `path`; made when missing."""
        return cls(Database.file(path))

    @classmethod
    def shared(cls, url: str) -> "Store":
        """Open the store in a PostgreSQL that a department shares; its schema is not changed."""
        return cls(Database(url, shared=True))

    def queue_seed(self) -> str:
        """Return the site's secret for the queue's shuffle; made once."""
        with self.database.writing() as session:
            row = session.get(SiteValueRow, "queue_seed")
            if row is None:
                row = SiteValueRow(name="queue_seed", value=secrets.token_hex(16))
                session.add(row)
            return row.value

    def close(self) -> None:
        """Release the database."""
        self.database.close()

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy of an SQLite store to `path`, replacing what is there."""
        path.unlink(missing_ok=True)
        self.database.copy_to(path)
