"""What goes with a signed read beside the drawings: how each image stood; and telling what was not kept."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from klarsyn.ui.hanging.shown_now import shown_images

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage


class KeptDrawings(QObject):
    """Notes the displays before each signing, and says afterwards what could not be kept."""

    def __init__(self, page: "ReadingPage") -> None:
        """Listen to the flow of `page`."""
        super().__init__(page)
        self._page = page
        self._not_kept = ""
        page.flow.exam_opened.connect(lambda _session: self._tell())
        page.flow.keeping.connect(self._note_displays)
        page.flow.session_changed.connect(self._note_not_kept)
        page.flow.signed.connect(self._tell)

    def _note_displays(self) -> None:
        session = self._page.flow.session
        if session is not None:
            session.drawings.shown = shown_images(self._page.grid)

    def _note_not_kept(self) -> None:
        session = self._page.flow.session
        if session is not None:
            self._not_kept = session.drawings.not_kept or self._not_kept

    def _tell(self) -> None:
        # Last of all that is told of a signing; after a final read that is when the next exam is open.
        told, self._not_kept = self._not_kept, ""
        if told:
            self._page.bar.warn(told)
