"""What became of an exam is for calibrations, never for whoever reads it or hangs it as a prior."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import klarsyn
from klarsyn.domain.outcome import Outcome, OutcomeKind
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.policies import load_policy
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.outcomes import Import

ROOMS = ("reading", "ui")


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_reader_is_shown_the_same_whatever_became_of_the_exam(
    installation, import_exams: Callable[..., list[str]]
) -> None:
    told = import_exams(2)

    def seen() -> str:
        images = ImageFolder(installation.settings.folders.images)
        desk = ReadingDesk(
            installation.store, images, load_policy("practice"), "reader-one", installation.clock
        )
        rows = desk.queue()
        session = desk.open_next()
        assert session is not None
        return repr((rows, session.exam, installation.store.exams.beside(session.exam.exam_id)))

    before = seen()
    lines = {n: Outcome(exam_id, OutcomeKind.CANCER) for n, exam_id in enumerate(told, start=2)}
    made = Import("i", "f", installation.clock.now(), "A")
    assert installation.store.outcomes.note(lines, made) == 2
    assert seen() == before


def speaks_of_outcomes(source: str) -> bool:
    """True where code imports a module of outcomes or takes them from the store."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module and "outcome" in node.module:
            return True
        if isinstance(node, ast.Import) and any("outcome" in name.name for name in node.names):
            return True
        if isinstance(node, ast.Attribute) and node.attr == "outcomes" and _is_a_store(node.value):
            return True
    return False


def _is_a_store(node: ast.expr) -> bool:
    """True for what may be a store; a letter's form has words for outcomes of another kind: its decisions."""
    return not (isinstance(node, ast.Name) and node.id == "form")


@pytest.mark.parametrize(
    "code", ["store.outcomes", "self._store.outcomes.of(1)", "from klarsyn.domain.outcome import Outcome"]
)
def test_code_that_asks_for_outcomes_is_seen(code: str) -> None:
    assert speaks_of_outcomes(code)


@pytest.mark.invariant(6)
@pytest.mark.parametrize("room", ROOMS)
def test_first_the_eye_then_the_ai_nothing_that_a_reader_opens_asks_for_outcomes(room: str) -> None:
    files = sorted((Path(klarsyn.__file__).parent / room).rglob("*.py"))
    assert files
    assert [f.name for f in files if speaks_of_outcomes(f.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "source",
    [
        "from klarsyn.domain.outcome_join import judged",
        "import klarsyn.store.outcomes",
        "known = self.store.outcomes.of_exams([exam_id])",
    ],
)
def test_asking_would_be_noticed(source: str) -> None:
    assert speaks_of_outcomes(source)
