"""The command "keep window as preset": asks for a name, and lets what was saved be changed."""

from collections.abc import Callable

from klarsyn.domain.site_window import SiteWindow, key_of, view_kind
from klarsyn.reading.site_windows import SiteWindowDesk
from klarsyn.ui.actions.command import Command
from klarsyn.ui.hanging.image_flow import sentence_of
from klarsyn.ui.monitors.site_window_sheet import SiteWindowSheet
from klarsyn.ui.reading_page import ReadingPage
from klarsyn.ui.view.view_state import ViewState


class SiteWindows:
    """Saves windows of the open exam's images, off the window's thread."""

    def __init__(self, page: ReadingPage, desk: SiteWindowDesk) -> None:
        """Add the command to `page`, and keep windows with `desk`."""
        self._page, self._desk = page, desk
        self._view: ViewState | None = None
        self._times_asked = 0
        self.sheet = SiteWindowSheet(page)
        self.sheet.save_wanted.connect(self._save)
        self.sheet.first_wanted.connect(self._show_first)
        self.sheet.forget_wanted.connect(self._forget)
        self.sheet.closed.connect(page.setFocus)
        page.commands.add(Command.SAVE_WINDOW_AS_PRESET, self.ask)
        page.flow.exam_left.connect(self.sheet.put_away)

    def ask(self) -> bool:
        """Ask for the name under which the current view's window is saved; False without a window."""
        view = self._page.grid.viewport.view
        if view is None:
            return False
        image = view.loaded.image
        self._view = view
        self._times_asked += 1
        self.sheet.ask(f"{image.manufacturer} {view_kind(image)}".strip(), view.window(), view.site_windows)
        middle = self._page.rect().center()
        self.sheet.move(middle.x() - self.sheet.width() // 2, middle.y() - self.sheet.height() // 2)
        return True

    def _save(self, name: str) -> None:
        view = self._view
        if view is not None:
            image, window, asked = view.loaded.image, view.window(), self._times_asked

            def saved(windows: object) -> None:
                self._take(view, windows)
                # The window in force is the saved one from now on, and is called so.
                wanted = " ".join(name.split())
                number = next((n for n, w in enumerate(view.site_windows) if w.name == wanted), None)
                if number is not None:
                    view.choose(len(view.offered) + number)
                self._page.grid.grey_changed.emit()
                # Not the sheet of a next question, opened while this was being written.
                if asked == self._times_asked:
                    self.sheet.put_away()

            self._ask(lambda: self._desk.save(image, window, name), saved, "save window")

    def _show_first(self, each: SiteWindow, first: bool) -> None:
        view = self._view
        if view is not None:
            image = view.loaded.image
            self._change(view, lambda: self._desk.show_first(image, each, first), "first window")

    def _forget(self, each: SiteWindow) -> None:
        view = self._view
        if view is not None:
            image = view.loaded.image
            self._change(view, lambda: self._desk.forget(image, each), "forget window")

    def _change(self, view: ViewState, work: Callable[[], object], what: str) -> None:
        self._ask(work, lambda windows: self._take(view, windows), what)

    def _take(self, view: ViewState, windows: object) -> None:
        if not isinstance(windows, tuple):
            return
        kind = key_of(view.loaded.image)
        for each in (view, *self._page.grid.views.values()):
            if key_of(each.loaded.image) == kind:
                # What is on the screen stays as it is; only what is offered changes.
                each.site_windows = windows
        self.sheet.show_saved(windows)
        for viewport in self._page.grid.viewports:
            viewport.update()

    def _ask(self, work: Callable[[], object], done: Callable[[object], None], what: str) -> None:
        self._page.flow.background.desk(work, done, self._tell, what=what)

    def _tell(self, error: BaseException) -> None:
        self.sheet.told.setText(sentence_of(error))
