"""Which result of an exam a reader is shown, and which have come since (invariant 6).

An exam may have several: of the engine, and of reports of other makers. None is even loaded before the first
impression is signed, and each look at one is logged before it is shown. What comes while the exam is open is
told and listed; it takes the place of nothing before the reader asks for it.
"""

from klarsyn.base.clock import Clock
from klarsyn.domain.exam import Exam
from klarsyn.domain.finding import AiResult, Finding, ResultOrigin
from klarsyn.domain.minimum_score import is_shown
from klarsyn.domain.policy import ReadingPolicy, RevealPolicy
from klarsyn.domain.result_choice import source_of
from klarsyn.reading.documents import OfferedDocument, OpenDocument, documents_of
from klarsyn.reading.refusal import ReadingError
from klarsyn.reading.reveals import Reveals
from klarsyn.reading.standing import Standing, is_declined
from klarsyn.reading.step import Step
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.store import Store


class ResultsShown:
    """The part of a read that is about results. Methods marked [store] touch the database."""

    def __init__(
        self, store: Store, exam: Exam, policy: ReadingPolicy, reader: str, clock: Clock, stands: Standing
    ) -> None:
        """Hold what this reader has been shown already, and nothing else."""
        self.exam, self.policy, self.reader = exam, policy, reader
        self.step = stands.step
        self.result: AiResult | None = stands.shown
        """The one that is shown, or was before it was hidden."""
        self.results: tuple[AiResult, ...] = ()
        """All that may be shown, the site's choice first; () before a reveal."""
        self.late: tuple[AiResult, ...] = ()
        """Those of `results` that have come since the reader looked, and have not been shown."""
        self.documents: tuple[OfferedDocument, ...] = ()
        """Pages that came beside the images; () before a reveal."""
        self.overlay_shown = False
        self.minimum_score = policy.minimum_score
        """Findings below it are not drawn after the reveal; nothing that is saved depends on it."""
        self.optional_shown = False
        """Whether findings below their maker's operating point are drawn."""
        self.optional_chosen = ""
        """The one of them that is drawn all the same, since the reader has chosen it."""
        self._store = store
        self._reveals = Reveals(store, exam, reader, clock)
        self.readers = 0
        """How many readers the exam gets, whichever result is shown; 0 before a reveal."""
        self.ordering = ""
        """The result_id of the one that orders the queue; all others are beside it."""
        self._known: frozenset[str] | None = None

    def reveal(self) -> AiResult | None:
        """Log that the reader looks, and return what the engine said; None when no engine has [store].

        Raises
        ------
        ReadingError
            Before the first impression is signed, or where the policy never reveals.
        """
        self._refuse_early()
        self._load()
        shown = self.result if self.result is not None else next(iter(self.results), None)
        self._show(shown)
        if self.step is Step.SIGNED:
            self.step = Step.REVEALED
        return shown

    def hide(self) -> None:
        """Hide the overlay again, and log it [store]."""
        if self.overlay_shown:
            self._reveals.log(self.result, shown=False)
            self.overlay_shown = False

    def show_result(self, result_id: str) -> AiResult:
        """Show another of `results`: that the one goes and that the other comes is logged [store].

        Raises
        ------
        ReadingError
            Before a reveal, or if there is no such result.
        """
        self._refuse_early()
        wanted = next((each for each in self.results if each.result_id == result_id), None)
        if wanted is not None and is_declined(self._store, self.exam, wanted):
            self._load()
            wanted = None
        if wanted is None:
            raise ReadingError(
                "That result cannot be shown. Show the AI first, and choose one of its results."
            )
        if not self.overlay_shown or self.result is None or self.result.result_id != result_id:
            self.hide()
            self._show(wanted)
        return wanted

    def next_result(self) -> str:
        """Return the result_id of the one to show next: what came late first, else round; "" without."""
        if self.late:
            return self.late[0].result_id
        ids = [each.result_id for each in self.results]
        shown = self.result.result_id if self.result is not None else ""
        others = [each for each in ids if each != shown]
        return ids[(ids.index(shown) + 1) % len(ids)] if shown in ids and others else "".join(others[:1])

    def look_again(self) -> tuple[AiResult, ...]:
        """Return what has come since the reveal and was not shown [store]; nothing once final."""
        if self.step is not Step.REVEALED or self.policy.reveal is RevealPolicy.NEVER:
            return ()
        self._load()
        return self.late

    def opened(self, offered: OfferedDocument, folder: ImageFolder) -> OpenDocument:
        """Return a document to be looked at; its file lies in `folder`.

        Raises
        ------
        ReadingError
            While the AI is not shown, as a document may say what it thinks, or if there is no such document.
        """
        if not self.overlay_shown or offered not in self.documents:
            raise ReadingError("That document cannot be opened. Show the AI first, and list the documents.")
        return OpenDocument(folder.path(offered.sha256), offered.document)

    @property
    def is_beside(self) -> bool:
        """Whether the result that is shown is not the one that orders the queue."""
        return self.result is not None and self.result.result_id != self.ordering

    def draws(self, finding: Finding) -> bool:
        """Return whether a finding of the result that is shown is drawn as the reader has set it."""
        return self.wants(finding) and is_shown(finding, self.minimum_score)

    def wants(self, finding: Finding) -> bool:
        """Return whether a finding would be drawn without a minimum score: optional ones are asked for."""
        chosen = self.optional_shown or finding.finding_id == self.optional_chosen
        return chosen or not finding.optional

    def _show(self, result: AiResult | None) -> None:
        self._reveals.log(result, shown=True)
        before = self.result.result_id if self.result is not None else None
        if result is not None and result.result_id != before:
            self.optional_shown, self.optional_chosen = False, ""
        self.result, self.overlay_shown = result, True
        if result is not None:
            self._known = (self._known or frozenset()) | {result.result_id}
            self.late = tuple(each for each in self.late if each.result_id != result.result_id)

    def _load(self) -> None:
        if self.result is not None and is_declined(self._store, self.exam, self.result):
            # She has declined AI while the exam was open: the marks go, and the log says when.
            self.hide()
            self.result = None
        found = self._reveals.load(self.policy)
        self.readers, self.ordering = self._reveals.readers, self._reveals.ordering
        self._take(found)
        documents = documents_of(self._store, self.exam.exam_id)
        if documents != self.documents:
            self.documents = documents

    def _take(self, found: tuple[AiResult, ...]) -> None:
        """Take what is there now; the result that is shown stays as it is shown."""
        shown = self.result
        if self._known is None:
            # Opened again after a restart: what has come from the source of the one that was shown is news.
            self._known = frozenset(
                each.result_id for each in found if shown is None or not _is_since(each, shown)
            )
        kept = () if shown is None else (shown,)
        ids = {each.result_id for each in found}
        results = tuple(
            shown if shown is not None and each.result_id == shown.result_id else each for each in found
        ) + tuple(each for each in kept if each.result_id not in ids)
        new = tuple(each for each in results if each.result_id not in self._known and each not in kept)
        if results != self.results or new != self.late:
            self.results, self.late = results, new

    def _refuse_early(self) -> None:
        if self.step is Step.READING:
            raise ReadingError("Sign your first impression first; then the AI can be shown.")
        if self.policy.reveal is RevealPolicy.NEVER:
            raise ReadingError("This site's policy does not show the AI to readers.")


def _is_since(one: AiResult, other: AiResult) -> bool:
    """An engine that has taken another's place speaks for both, as in the store; reports stand by theirs."""
    if one.provenance.origin is not other.provenance.origin:
        return False
    if one.provenance.origin is ResultOrigin.ENGINE:
        return True
    return source_of(one) == source_of(other) and one.provenance.made_at >= other.provenance.made_at
