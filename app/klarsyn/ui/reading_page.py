"""The reading page: image first, one thin strip above and one below, and what floats over black."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from klarsyn.domain.exam import Image
from klarsyn.reading.session import ReadingSession
from klarsyn.ui.actions.cheat_sheet import CheatSheet
from klarsyn.ui.actions.commands import Commands
from klarsyn.ui.documents.documents_commands import add_documents
from klarsyn.ui.drawings.drawing import add_drawing
from klarsyn.ui.drawings.others_drawings import add_others_drawings
from klarsyn.ui.explanation.explaining_commands import add_explaining
from klarsyn.ui.findings.findings_panel import FindingsPanel
from klarsyn.ui.findings.minimum import add_findings
from klarsyn.ui.findings.other_results import add_other_results
from klarsyn.ui.flow import ReadingFlow
from klarsyn.ui.hanging.hanging_commands import add_hanging
from klarsyn.ui.hanging.hanging_grid import HangingGrid
from klarsyn.ui.hanging.hanging_words import HangingWords
from klarsyn.ui.hanging.load_count import LoadCount
from klarsyn.ui.hanging.protocol_menu import ProtocolMenu
from klarsyn.ui.impression.impression_bar import ImpressionBar
from klarsyn.ui.impression.reason_bar import ReasonBar
from klarsyn.ui.impression.refusing import Refusing
from klarsyn.ui.panels.float_places import place_floats
from klarsyn.ui.panels.floating import Announcement, NoticeSheet
from klarsyn.ui.panels.told_in_full import ToldInFull
from klarsyn.ui.panels.top_strip import TopStrip
from klarsyn.ui.theme import theme
from klarsyn.ui.view.histogram import HistogramPopover
from klarsyn.ui.view.prepared import Prepared

ANNOUNCE_MS = 500
"""How long an exam's identity is announced; keys are swallowed as long, so that two are not mixed up."""


class ReadingPage(QWidget):
    """Everything that is seen while reading."""

    ready = Signal()

    def __init__(
        self, flow: ReadingFlow, parent: QWidget | None = None, *, announce_ms: int = ANNOUNCE_MS
    ) -> None:
        """Show what `flow` says."""
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.flow = flow
        self.top = TopStrip()
        self.grid = HangingGrid()
        self.bar = ImpressionBar()
        self.reasons = ReasonBar()
        self.bottom = QStackedWidget()
        for strip in (self.bar, self.reasons):
            self.bottom.addWidget(strip)
        self.bottom.setFixedHeight(theme().strip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for piece, stretch in ((self.top, 0), (self.grid, 1), (self.bottom, 0)):
            layout.addWidget(piece, stretch)
        self.findings = FindingsPanel(self.grid)
        self.histogram = HistogramPopover(self.grid)
        self.cheat_sheet = CheatSheet(self)
        self.announcement = Announcement(self)
        self.load_bar = LoadCount(self)
        self.notices = NoticeSheet(self)
        self.protocols = ProtocolMenu(self)
        self._painted = self._announced = False
        self.announce_ms = announce_ms
        self._announce = QTimer(self, singleShot=True, interval=announce_ms)
        self._announce.timeout.connect(self._was_announced)
        self.commands = Commands(self)
        self.grid.all_painted.connect(self._was_painted)
        self.grid.grey_changed.connect(self._refresh_histogram)
        self.grid.images_wanted.connect(self._load)
        self.grid.told.connect(self.bar.tell)
        self.protocols.chosen.connect(self.grid.looks.choose)
        self.bar.assessed.connect(self.commands.assess)
        self.reasons.given.connect(self.commands.give_reason)
        self.reasons.cancelled.connect(self.commands.stop_asking)
        flow.exam_opened.connect(self._open)
        flow.exam_left.connect(self._leave)
        flow.images.ready.connect(self._take)
        flow.images.failed.connect(self._take_failure)
        flow.session_changed.connect(self.refresh)
        add_hanging(self.commands, self)
        self.saying = HangingWords(self)
        self.refusing = Refusing(self)
        self.told_in_full = ToldInFull(self)
        self.minimum = add_findings(self.commands, self)
        self.other_results = add_other_results(self.commands, self)
        self.explaining = add_explaining(self.commands, self)
        self.documents = add_documents(self.commands, self)
        self.drawing = add_drawing(self.commands, self)
        self.others = add_others_drawings(self.commands, self)
        self.grid.layers += [self.others.coverings, self.others.graphics, self.drawing.layer]

    @property
    def is_ready(self) -> bool:
        """True when the images are painted and the identity has been announced: keys act from then on."""
        return self.flow.session is not None and self._painted and self._announced

    def refresh(self) -> None:
        """Show what the session says now."""
        session = self.flow.session
        if session is None:
            return
        self.top.show_session(session)
        self.bar.show_session(session)
        self.grid.refresh_marks()
        self.findings.show_session(session)
        place_floats(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand every key that may act to the commands; what was told before is over then."""
        if self.refusing.takes(event):
            self.commands.press(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End what lasts as long as its key."""
        self.commands.release(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is released elsewhere must not stay held here."""
        self.commands.release_all()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Tab is a command here."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the floats in their places."""
        super().resizeEvent(event)
        place_floats(self)

    def _open(self, session: ReadingSession) -> None:
        self._painted = self._announced = False
        self.commands.stop_asking()
        self.bar.start(session)
        self.load_bar.begin_exam(session.exam)
        self.grid.hang(session, self.flow.protocols.default)
        self.announcement.announce(session.exam)
        self._announce.start()
        self.refresh()
        self.setFocus()
        self._load([i for i in self.grid.images_in_order if not self._is_prior(i.sop_instance_uid)])

    def _load(self, images: Iterable[Image]) -> None:
        self.flow.images.load(images, self.grid.preparation)

    def _is_prior(self, sop_instance_uid: str) -> bool:
        session = self.flow.session
        return session is not None and session.exam.image(sop_instance_uid) is None

    def _leave(self) -> None:
        self.flow.images.let_go(self.grid.clear())
        self.findings.show_session(None)
        self.announcement.hide()
        self.load_bar.end()

    def _take(self, prepared: Prepared) -> None:
        self.grid.put(prepared)
        if prepared[1].stack is not None or not prepared[0].loaded.pyramid.is_preview:
            self._count_image(prepared[0].loaded.image.sop_instance_uid)
        self._refresh_histogram()

    def _take_failure(self, sop_instance_uid: str, sentence: str) -> None:
        self.grid.put_failure(sop_instance_uid, sentence)
        self._count_image(sop_instance_uid)

    def _count_image(self, sop_instance_uid: str) -> None:
        # Priors come while the exam is read already.
        if not self._is_prior(sop_instance_uid):
            self.load_bar.count()

    def _was_painted(self) -> None:
        self._painted = True
        # The open exam has gone before; now the workers are free for its priors, then for the next exams.
        self._load(self.grid.images_in_order)
        self.flow.images.load_ahead()
        self._tell_ready()

    def _was_announced(self) -> None:
        self._announced = True
        self.announcement.hide()
        self._tell_ready()

    def _tell_ready(self) -> None:
        if self.is_ready:
            self.ready.emit()

    def _refresh_histogram(self) -> None:
        if self.histogram.isVisible():
            self.histogram.show_view(self.grid.viewport)
