"""The documents of the open exam: listed, opened and closed. Which may be seen is the session's to say."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from klarsyn.domain.document import DocumentKind
from klarsyn.reading.documents import OfferedDocument, OpenDocument, Page
from klarsyn.reading.refusal import ReadingError
from klarsyn.ui.actions.command import Command
from klarsyn.ui.background import Scope
from klarsyn.ui.documents.document_list import DocumentList
from klarsyn.ui.documents.document_page import DocumentPage
from klarsyn.ui.documents.document_words import document_words
from klarsyn.ui.hanging.image_flow import nothing, sentence_of

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
    from klarsyn.ui.reading_page import ReadingPage


class Documents(QObject):
    """Holds the one that is open; it goes with the marks: hidden, left, confirmed, taken back."""

    def __init__(self, page: "ReadingPage") -> None:
        """Show them over the images of `page`."""
        super().__init__(page)
        self._page = page
        self.list, self.sheet = DocumentList(page), DocumentPage(page)
        self._open: OpenDocument | None = None
        self._stay = Scope()
        self.list.chosen.connect(self.open)
        self.sheet.page_wanted.connect(self._turn)
        self.sheet.left.connect(self.close)
        page.grid.installEventFilter(self)
        page.flow.session_changed.connect(self._follow)
        page.flow.exam_opened.connect(lambda _: self._end())
        page.flow.exam_left.connect(self._end)
        page.flow.closing.connect(self._end)

    def ask(self) -> bool:
        """List the documents, or open the only one; the look is logged as every reveal before that."""
        flow = self._page.flow
        if flow.session is None or flow.busy:
            return False
        if self._page.findings.may_show(flow.session):
            self._offer()
        else:
            flow.reveal(lambda _: self._offer())
        return True

    def open(self, offered: OfferedDocument) -> None:
        """Open one over the images."""
        session = self._page.flow.session
        if session is None or session.drawings.folder is None:
            return
        self._close()
        try:
            self._open = session.opened(offered, session.drawings.folder)
        except ReadingError as error:
            self._page.bar.tell(str(error))
            return
        self._stay = Scope()
        self._place()
        self.sheet.begin(document_words(offered.document), paper=offered.document.kind is DocumentKind.PDF)
        self._turn(1)

    def close(self) -> None:
        """Back to the images."""
        self._end()
        self._page.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lie over the images, of whatever size they are."""
        if event.type() is QEvent.Type.Resize and self.sheet.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _offer(self) -> None:
        session = self._page.flow.session
        documents = session.documents if session is not None else ()
        if not documents:
            self._page.bar.tell("No document came with this exam.")
        elif len(documents) == 1:
            self.open(documents[0])
        else:
            self.list.ask(documents)

    def _turn(self, number: int, _wide: bool = False) -> None:
        opened = self._open
        if opened is None:
            return
        # Decoding and waiting happen elsewhere; several wait at once, as volumes do.
        self._page.flow.background.image(
            partial(opened.page, number, *self.sheet.box),
            self._take,
            lambda error: self.sheet.fail(sentence_of(error)),
            what="document",
            scope=self._stay,
            waits=True,
        )

    def _take(self, page: Page) -> None:
        self.sheet.put(page)

    def _follow(self) -> None:
        session = self._page.flow.session
        if session is None or not self._page.findings.may_show(session):
            self._end()

    def _end(self) -> None:
        """Hold nothing any more."""
        self.list.forget()
        self._close()

    def _close(self) -> None:
        self._stay.end()
        opened, self._open = self._open, None
        self.sheet.forget()
        if opened is not None:
            opened.abandon()
            self._page.flow.background.image(opened.close, nothing, nothing, what="document", waits=True)

    def _place(self) -> None:
        self.sheet.setGeometry(self._page.grid.geometry())


def add_documents(commands: "Commands", page: "ReadingPage") -> Documents:
    """Add the command."""
    documents = Documents(page)
    commands.add(Command.DOCUMENTS, documents.ask)
    return documents
