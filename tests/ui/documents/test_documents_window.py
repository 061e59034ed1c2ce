"""Documents in the window: none before the reveal; then over the images, and back with Esc."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from several_results import add_pdf, add_picture
from window_helpers import grey_of, press, settle

from klarsyn.domain.policy import RevealPolicy
from klarsyn.reading.step import Step
from klarsyn.ui.actions.command import Command

K = Qt.Key


class Window:
    """The open exam and its page."""

    def __init__(self, workplace, installation, exam_id, qtbot) -> None:
        self.workplace, self.page, self._qtbot = workplace, workplace.reading, qtbot
        self.documents, self._installation, self._exam_id = workplace.reading.documents, installation, exam_id

    @property
    def sheet(self):
        return self.documents.sheet

    def settle(self) -> None:
        settle(self._qtbot, self.workplace)

    def press(self, *keys: Qt.Key, on: QWidget | None = None) -> None:
        for key in keys:
            press(on or self.page, key)
            self.settle()

    def sign(self) -> None:
        self.press(K.Key_1, K.Key_1, K.Key_Return)

    def ask(self) -> None:
        self.page.commands.do(Command.DOCUMENTS)
        self.settle()

    @property
    def log(self) -> list[tuple[str | None, bool]]:
        rows = self._installation.store.reads.reveals(self._exam_id, "reader-one")
        return [(row.result_id, row.shown) for row in rows]

    @property
    def said(self) -> str:
        """All texts and tooltips, shown or not."""
        main = self.workplace.main
        children = [main, *main.findChildren(QWidget)]
        return "\n".join(w.toolTip() + (w.text() if isinstance(w, QLabel) else "") for w in children)


@pytest.fixture
def window(make_workplace, import_exams, open_exam, installation, qtbot, tmp_path):
    """Open the one exam, with a PDF of two pages, or with a picture too."""

    def _open(
        *, pdf: bytes | None = None, picture: bool = False, documents: bool = True, **changes
    ) -> Window:
        (exam_id,) = import_exams(1)
        if documents:
            add_pdf(installation, exam_id, tmp_path, pdf)
        if picture:
            add_picture(installation, exam_id, tmp_path)
        workplace = make_workplace(**changes)
        open_exam(workplace, exam_id)
        return Window(workplace, installation, exam_id, qtbot)

    return _open


@pytest.mark.invariant(6)
@pytest.mark.parametrize("there", [True, False])
def test_first_the_eye_then_the_ai_before_signing_neither_names_nor_counts_of_documents(
    window, there
) -> None:
    exam = window(documents=there)
    exam.ask()
    assert exam.page.bar.told.text() == "Sign your first impression first; then the AI can be shown."
    assert exam.documents.list.isHidden()
    assert exam.sheet.isHidden()
    assert exam.documents.list.rows == ()
    assert exam.page.flow.session.documents == ()
    assert "Case report" not in exam.said
    assert "Documents (" not in exam.said
    assert exam.log == []


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_a_site_that_never_reveals_opens_no_document(window) -> None:
    exam = window(reveal=RevealPolicy.NEVER)
    exam.sign()
    exam.ask()
    assert exam.sheet.isHidden()
    assert exam.log == []


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_opening_a_document_is_logged_as_a_look(window) -> None:
    exam = window()
    exam.sign()
    exam.ask()
    assert exam.page.flow.session.step is Step.REVEALED
    assert exam.log == [(None, True)]
    assert exam.sheet.isVisible()


def test_one_document_opens_at_once_over_the_images_and_esc_goes_back(window) -> None:
    exam = window()
    exam.sign()
    exam.ask()
    assert exam.sheet.geometry() == exam.page.grid.geometry()
    assert exam.page.top.isVisible()
    assert exam.sheet.words.startswith("Case report · Imitation AI Outliner · PDF · 2026-01-05 08:30")
    assert "page 1 of 2" in exam.sheet.words
    exam.press(K.Key_Escape, on=exam.sheet)
    assert exam.sheet.isHidden()
    assert exam.sheet.words == ""
    assert exam.page.flow.session is not None


def test_page_keys_turn_and_stop_at_the_ends(window) -> None:
    exam = window()
    exam.sign()
    exam.ask()
    exam.press(K.Key_PageUp, on=exam.sheet)
    assert "page 1 of 2" in exam.sheet.words
    exam.press(K.Key_PageDown, on=exam.sheet)
    assert "page 2 of 2" in exam.sheet.words
    exam.press(K.Key_PageDown, on=exam.sheet)
    assert "page 2 of 2" in exam.sheet.words


def test_no_key_signs_or_assesses_behind_a_document(window) -> None:
    exam = window()
    exam.sign()
    exam.ask()
    exam.page.commands.deciding.settling.stop()
    draft = exam.page.flow.session.draft
    exam.press(K.Key_5, K.Key_Return, on=exam.sheet)
    assert exam.page.flow.session.step is Step.REVEALED
    assert exam.page.flow.session.draft == draft


def test_several_documents_are_listed_and_a_digit_opens_one(window) -> None:
    exam = window(picture=True)
    exam.sign()
    exam.press(K.Key_A)
    assert "Documents (2)" in exam.said
    exam.ask()
    assert [each.document.title for each in exam.documents.list.rows] == ["Case report", "AI summary"]
    exam.press(K.Key_2, on=exam.documents.list)
    assert "picture" in exam.sheet.words
    shown = grey_of(exam.sheet)
    middle = shown.shape[1] // 2
    colours = {tuple(int(v) for v in pixel[:3]) for pixel in shown[:, middle]}
    assert {(0, 0, 200), (0, 150, 0)} <= colours  # Blue, green, red.


def test_paper_is_dimmed_and_what_is_around_it_is_black(window) -> None:
    exam = window()
    exam.sign()
    exam.ask()
    shown = grey_of(exam.sheet)[: exam.sheet.height() // 2]
    assert 100 < shown[..., :3].max() < 140
    assert shown[50, 5, :3].max() == 0


def test_a_damaged_pdf_says_a_sentence_in_its_place(window) -> None:
    exam = window(pdf=b"%PDF-1.7\n" + b"\xff" * 3000)
    exam.sign()
    exam.ask()
    assert "damaged" in exam.sheet.said
    exam.press(K.Key_Escape, on=exam.sheet)
    assert exam.sheet.isHidden()


@pytest.mark.invariant(6)
def test_first_the_eye_then_the_ai_hiding_the_ai_takes_the_document_away(window) -> None:
    exam = window()
    exam.sign()
    exam.ask()
    exam.workplace.flow.hide()
    exam.settle()
    assert exam.sheet.isHidden()
    assert exam.documents._open is None


@pytest.mark.invariant(10)
def test_the_window_never_freezes_documents_are_opened_elsewhere(window, ui_thread_watch) -> None:
    exam = window(picture=True)
    exam.sign()
    exam.press(K.Key_A)
    ui_thread_watch.on = True
    exam.ask()
    exam.press(K.Key_1, on=exam.documents.list)
    exam.press(K.Key_PageDown, K.Key_F, K.Key_Escape, on=exam.sheet)
    ui_thread_watch.on = False
    assert ui_thread_watch.seen == []
