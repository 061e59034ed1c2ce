"""A numbered list of the documents of the open exam; a digit opens one."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from klarsyn.reading.documents import OfferedDocument
from klarsyn.ui.documents.document_words import document_words, documents_words
from klarsyn.ui.panels.numbered_list import NumberedList
from klarsyn.ui.theme import theme

WIDTH = 620


class DocumentList(NumberedList):
    """Holds nothing while it is closed."""

    leaving = "leave it"

    def ask(self, documents: tuple[OfferedDocument, ...]) -> None:
        """Open with these documents."""
        self.show_list(documents, theme().sized(WIDTH))

    def heading(self) -> str:
        """Return how many there are."""
        return documents_words(len(self._listed))

    def words(self, one: OfferedDocument) -> str:
        """Return what a document is, cut to the width."""
        metrics = QFontMetricsF(theme().font(theme().body))
        return metrics.elidedText(
            document_words(one.document), Qt.TextElideMode.ElideRight, self.width() - 72
        )

    def is_now(self, _one: OfferedDocument | None) -> None:
        """None is in force."""

    def forget(self) -> None:
        """Close it, and hold no name."""
        self._listed = ()
        self.hide()
