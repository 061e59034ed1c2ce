"""Opening, asking and closing: why this score, and where on the images it comes from (invariant 6).

Nothing is made ready here: what explains a result is asked for when the session has given that very result
and logged it, by the same way as the marks. It goes with the marks: hidden, left, confirmed, taken back.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from klarsyn.domain.explanation import Explanation
from klarsyn.ui.actions.command import Command
from klarsyn.ui.explanation.asking import EngineQuestions
from klarsyn.ui.explanation.explanation_panel import ExplanationPanel
from klarsyn.ui.explanation.heat_layer import HeatLayer
from klarsyn.ui.explanation.heat_maps import HeatMaps
from klarsyn.ui.explanation.panel_hints import hint_of, offer_words, progress_words
from klarsyn.ui.explanation.panel_place import PanelPlace
from klarsyn.ui.explanation.sheet import NOT_ASKED, sheet_of, why_nothing

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage


class ExplainingScore(QObject):
    """The explanation of the open exam's result."""

    def __init__(self, page: "ReadingPage") -> None:
        """Hold nothing."""
        super().__init__(page)
        self._page = page
        self.panel, self.layer = ExplanationPanel(page.grid), HeatLayer()
        self.questions = EngineQuestions(page.flow.background, self)
        self.is_open = False
        self._found: Explanation | None = None
        self._maps: HeatMaps | None = None
        self._said = self._of = ""
        self._wants_heat = False
        self._place = PanelPlace(page, self.panel)
        page.grid.layers.insert(0, self.layer)
        self.panel.heat_wanted.connect(self.heat)
        self.questions.told.connect(self._tell)
        page.flow.session_changed.connect(self._follow)
        page.flow.exam_opened.connect(lambda _: self._end())
        page.flow.exam_left.connect(self._end)

    def toggle(self) -> bool:
        """Open the panel, once the session has logged that the reader looks; again closes it."""
        if self.is_open:
            return self.close()
        return self._reveal(self._open)

    def heat(self) -> bool:
        """Lay the heat map over the images, or take it away; what is not there yet is asked for."""
        if self._page.flow.session is None:
            return False
        if self.layer.on:
            self.layer.on = self._wants_heat = False
            self._show()
        elif self.is_open:
            self._want_heat()
        elif self._maps is not None and self._maps.fields:
            self.layer.on = True
            self._show()
        else:
            return self._reveal(partial(self._open, heat=True))
        return True

    def close(self) -> bool:
        """Close the panel and stop what is being asked; a heat map that is there stays."""
        self.questions.stop()
        self.is_open = self._wants_heat = False
        if self._found is not None and not self._found.complete:
            self._found = None  # What there was no time for is asked again the next time.
        self._page.findings.gives_way = False
        self.panel.clear()
        self._show()
        self._page.refresh()
        return True

    def give_up(self) -> bool:
        """Do the least that Esc can mean: stop what is being asked, else close the panel; False without."""
        if self.questions.stop():
            self._said, self._wants_heat = "Stopped.", False
            if self._maps is not None:
                self._maps.said = self._said
            self._show()
            return True
        return self.is_open and self.close()

    def _reveal(self, then: Callable[[object], None]) -> bool:
        """Look at the result by the session's way; False where that cannot be begun now."""
        flow = self._page.flow
        begun = flow.session is not None and not flow.busy
        if begun:
            flow.reveal(then)
        return begun

    def _open(self, _result: object, *, heat: bool = False) -> None:
        self.is_open, self._wants_heat = True, heat
        self._page.findings.gives_way = True
        self._page.refresh()
        session = self._page.flow.session
        if session is None:
            return
        self._said, self._of = "", session.result.result_id if session.result is not None else ""
        self.layer.exam_images = frozenset(i.sop_instance_uid for i in session.exam.images)
        if self._found is not None:
            self._has_come()
        else:
            self._ask()
        self._show()

    def _ask(self) -> None:
        session, explains = self._page.flow.session, self._page.flow.desk.explains
        result = session.result if session is not None else None
        if session is None or result is None or self.questions.asked or why_nothing(result, session.exam):
            return  # It is being asked, or the sheet says why not.
        self._said = NOT_ASKED if explains is None else ""
        if explains is not None:
            question = partial(explains.explain, result)
            self.questions.ask(question, self._page.flow.scope, self._take, self._failed)

    def _take(self, answer: Explanation | str | None) -> None:
        if isinstance(answer, Explanation):
            self._found, self._said = answer, ""
            self._has_come()
        else:
            self._said = answer or "Stopped."
        self._show()

    def _failed(self, error: BaseException) -> None:
        self._said = f"The engine could not be asked ({type(error).__name__}). The log says more."
        self._show()

    def _has_come(self) -> None:
        flow, found = self._page.flow, self._found
        session, explains = flow.session, flow.desk.explains
        if session is None or session.result is None or explains is None or found is None:
            return
        of = session.result, session.exam.images, found, flow.scope
        self._maps = self._maps or HeatMaps(self.questions, explains, *of, self._show)
        if self._wants_heat:
            self._want_heat()

    def _want_heat(self) -> None:
        maps, self._wants_heat = self._maps, True
        self.layer.on = maps is not None
        if maps is None or self._found is None:
            self._ask()  # The map comes after the parts.
        else:
            self._wants_heat = False
            if not maps.is_whole and self.questions.asked is None:
                self._said = ""
                shown = self._page.grid.viewport.view
                maps.compute(shown.loaded.image.sop_instance_uid if shown is not None else None)
        self._show()

    def _follow(self) -> None:
        session = self._page.flow.session
        result = session.result if session is not None else None
        if not self._page.findings.may_show(session):
            self._end()
        elif self._of and result is not None and result.result_id != self._of:
            was_open, had_heat = self.is_open, self.layer.on or self._wants_heat
            self._end()
            if was_open or had_heat:  # The same of the result that is shown now.
                self._open(result, heat=had_heat)

    def _end(self) -> None:
        """Hold nothing any more: the AI is hidden, or the exam has been left."""
        self.questions.stop()
        self.is_open = self._wants_heat = False
        self._found, self._maps, self._said, self._of = None, None, "", ""
        self._page.findings.gives_way = False
        self.layer.reset()
        self.panel.clear()

    def _show(self) -> None:
        """Show what there is now; the views are painted again."""
        session = self._page.flow.session
        if session is None:
            return
        if self._maps is not None:
            self.layer.follow(self._maps)
        if self.is_open:
            keys = self._page.commands.keys
            sheet = sheet_of(session.result, session.exam, self._found)
            can_ask = not self.questions.asked and not why_nothing(session.result, session.exam)
            explains = self._page.flow.desk.explains
            does = offer_words(self._maps, can_ask=can_ask and explains is not None, on=self.layer.on)
            heat = f"{does}  {keys.hint(Command.HEAT_MAP)}" if does else ""
            if self.panel.show_sheet(sheet, heat, hint_of(keys), self._words()):
                self._place.anew()
            self._tell()
        self._page.grid.update_views()

    def _tell(self) -> None:
        self.panel.tell(self._words())

    def _words(self) -> str:
        """Say how far it is, or what is wrong; empty where there is nothing to say."""
        return progress_words(self.questions.asked, self._maps, self._said, parts=self._found is None)
