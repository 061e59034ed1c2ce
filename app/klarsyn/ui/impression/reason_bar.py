"""Why a reader changed an assessment after signing: one key, or a few words."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from klarsyn.ui.panels.pieces import KeyCap, Strip, label
from klarsyn.ui.theme import theme

BY_AI = "AI mark convinced me"
REASONS = (BY_AI, "looked again", "slip of the hand")
OWN_WORDS = "other words"


class ReasonBar(Strip):
    """Asks for the reason; takes the place of the impression bar while it asks."""

    given = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make the bar."""
        super().__init__(parent)
        look = theme()
        self.question = label(bold=True)
        self.caps = [KeyCap(f"{n}  {words}", wide=True) for n, words in enumerate((*REASONS, OWN_WORDS), 1)]
        self.words = QLineEdit()
        self.words.setFont(look.font())
        self.words.setPlaceholderText("Reason, then Enter")
        self.words.setFixedWidth(420)
        self.words.setStyleSheet(
            f"QLineEdit {{ background: {look.surround.name()}; color: {look.text.name()};"
            f" border: 1px solid {look.accent.name()}; border-radius: 3px; padding: 2px 8px; }}"
        )
        self.words.installEventFilter(self)
        self.words.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        layout.setSpacing(10)
        layout.addStretch(1)
        layout.addWidget(self.question)
        for number, cap in enumerate(self.caps, 1):
            cap.clicked.connect(lambda _=False, n=number: self.choose(n))
            layout.addWidget(cap)
        layout.addWidget(self.words)
        layout.addWidget(label("Esc back", size=look.small, colour=look.dim))
        layout.addStretch(1)

    def ask(self, change: str, *, ai_was_shown: bool) -> None:
        """Ask why, e.g. for "R1 L1 to R1 L3"; the AI is a reason only for who has been shown it."""
        self.caps[REASONS.index(BY_AI)].setVisible(ai_was_shown)
        self.question.setText(f"{change}: why?")
        self.words.clear()
        self.words.hide()

    def choose(self, number: int) -> None:
        """Take one of the numbered reasons; the last asks for words."""
        if 1 <= number <= len(self.caps) and self.caps[number - 1].isHidden():
            return
        if 1 <= number <= len(REASONS):
            self.given.emit(REASONS[number - 1])
        elif number == len(REASONS) + 1:
            self.words.show()
            self.words.setFocus()

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        """Enter gives the words, Esc goes back; no other key of the window acts while writing."""
        if watched is self.words and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if self.words.text().strip():
                    self.given.emit(self.words.text().strip())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.cancelled.emit()
                return True
        return super().eventFilter(watched, event)
