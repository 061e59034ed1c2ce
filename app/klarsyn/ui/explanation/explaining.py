"""Opening, asking and closing: why this score, and where on the images it comes from (invariant 6).

Nothing is made ready here: what explains a result is asked for when the session has given that very result
and logged it, by the same way as the marks. It goes with the marks: hidden, left, confirmed, taken back.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from klarsyn.domain.explanation import Explanation
from klarsyn.ui.actions.command import Command
from klarsyn.ui.explanation.asking import EngineQuestions
from klarsyn.ui.explanation.explanation_panel import ExplanationPanel
from klarsyn.ui.explanation.heat_layer import HeatLayer
from klarsyn.ui.explanation.heat_maps import HeatMaps
from klarsyn.ui.explanation.panel_place import PanelPlace
from klarsyn.ui.explanation.sheet import NOT_ASKED, sheet_of, why_nothing

if TYPE_CHECKING:
    from klarsyn.ui.actions.commands import Commands
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
        self._said = ""
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
        self._page.flow.reveal(self._open)
        return self._page.flow.session is not None

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
            self._wants_heat = True
            self._page.flow.reveal(self._open)
        return True

    def close(self) -> bool:
        """Close the panel and stop what is being asked; a heat map that is there stays."""
        self.questions.stop()
        self.is_open = self._wants_heat = False
        self._page.findings.gives_way = False
        self.panel.clear()
        self.layer.awaited = frozenset()
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

    def _open(self, _result: object) -> None:
        self.is_open = True
        self._page.findings.gives_way = True
        self._page.refresh()
        session, explains = self._page.flow.session, self._page.flow.desk.explains
        if session is None:
            return
        self._said = ""
        self.layer.exam_images = frozenset(i.sop_instance_uid for i in session.exam.images)
        if session.result is None or why_nothing(session.result, session.exam):
            pass  # The sheet says it.
        elif explains is None:
            self._said = NOT_ASKED
        elif self._found is not None:
            self._has_come()
        else:
            result = session.result

            def question(progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Any:
                return explains.explain(result, progress, cancelled)

            self.questions.ask(question, self._page.flow.scope, self._take, self._failed)
        self._show()

    def _take(self, answer: Explanation | str | None) -> None:
        if isinstance(answer, Explanation):
            self._found = answer
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
        if maps is None:
            # The engine is being asked for the parts; the map comes after them.
            self._show()
            return
        self._wants_heat, self.layer.on = False, True
        if not maps.is_whole and self.questions.asked is None:
            self._said = ""
            shown = self._page.grid.viewport.view
            maps.compute(shown.loaded.image.sop_instance_uid if shown is not None else None)
        self._show()

    def _follow(self) -> None:
        if not self._page.findings.may_show(self._page.flow.session):
            self._end()

    def _end(self) -> None:
        """Hold nothing any more: the AI is hidden, or the exam has been left."""
        self.questions.stop()
        self.is_open = self._wants_heat = False
        self._found, self._maps, self._said = None, None, ""
        self._page.findings.gives_way = False
        self.layer.reset()
        self.panel.clear()

    def _show(self) -> None:
        """Show what there is now; the views are painted again."""
        session = self._page.flow.session
        if session is None:
            return
        if self._maps is not None:
            self.layer.take(self._maps.fields)
            self.layer.awaited = self._maps.awaited
        if self.is_open:
            keys = self._page.commands.keys
            hint = f"{keys.hint(Command.WHY)} closes · {keys.hint(Command.LEAVE)} stops, then closes"
            sheet = sheet_of(session.result, session.exam, self._found)
            does = self._maps.offer(on=self.layer.on) if self._maps is not None else ""
            heat = f"{does}  {keys.hint(Command.HEAT_MAP)}" if does else ""
            if self.panel.show_sheet(sheet, heat, hint, self._words()):
                self._place.anew()
            self._tell()
        self._page.grid.update_views()

    def _tell(self) -> None:
        self.panel.tell(self._words())

    def _words(self) -> str:
        """Say how far it is, or what is wrong; empty where there is nothing to say."""
        asked = self.questions.asked
        if asked is not None and self._found is None:
            return asked.words("Asking the engine without each part")
        return (self._maps.progress() or self._maps.said) if self._maps is not None else self._said


def add_explaining(commands: "Commands", page: "ReadingPage") -> ExplainingScore:
    """Add the commands; Esc stops and closes before it leaves."""
    explaining = ExplainingScore(page)
    commands.add(Command.WHY, explaining.toggle, checked=lambda: explaining.is_open)
    commands.add(Command.HEAT_MAP, explaining.heat, checked=lambda: explaining.layer.on)
    commands.before(Command.LEAVE, explaining.give_up)
    return explaining
