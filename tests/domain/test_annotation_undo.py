"""Undo and redo of drawings: whatever was done, the way back and forth ends where it began."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_history import AnnotationHistory

COORDINATES = st.tuples(st.floats(0, 4000, width=32), st.floats(0, 4000, width=32))
LINES = st.tuples(COORDINATES, COORDINATES)
WORDS = st.text(max_size=20)


def drawing(name, line, text=""):
    return Annotation(name, "1.2.3", AnnotationKind.LENGTH, line, text)


class DrawingAndRegretting(RuleBasedStateMachine):
    """A reader who draws, moves, writes, deletes, undoes and redoes, against a list of what was there."""

    drawings = Bundle("drawings")

    @initialize(restored=st.lists(LINES, max_size=3))
    def open_a_draft(self, restored):
        """A draft has drawings, and no way back: what was kept is not taken away by an undo."""
        self.history = AnnotationHistory(tuple(drawing(f"kept {n}", line) for n, line in enumerate(restored)))
        self.states, self.at, self.count = [self.history.present], 0, 0

    def step(self, history):
        if history is not self.history:
            self.states = [*self.states[: self.at + 1], history.present]
            self.at += 1
        self.history = history

    def has(self, name):
        return any(a.annotation_id == name for a in self.history.present)

    @rule(target=drawings, line=LINES)
    def draw(self, line):
        name = f"drawn {self.count}"
        self.count += 1
        self.step(self.history.added(drawing(name, line)))
        return name

    @rule(name=drawings, line=LINES)
    def move(self, name, line):
        if self.has(name):
            before = next(a for a in self.history.present if a.annotation_id == name)
            self.step(self.history.changed(replace(before, points=line)))

    @rule(name=drawings, text=WORDS)
    def write(self, name, text):
        if self.has(name):
            before = next(a for a in self.history.present if a.annotation_id == name)
            self.step(self.history.changed(replace(before, text=text)))

    @rule(name=consumes(drawings))
    def delete(self, name):
        if self.has(name):
            self.step(self.history.removed(name))

    @rule()
    def undo(self):
        self.history, self.at = self.history.undone(), max(self.at - 1, 0)

    @rule()
    def redo(self):
        self.history, self.at = self.history.redone(), min(self.at + 1, len(self.states) - 1)

    @invariant()
    def it_stands_where_it_should(self):
        if hasattr(self, "history"):
            assert self.history.present == self.states[self.at]

    @invariant()
    def all_the_way_back_and_forth_again_is_the_same(self):
        if not hasattr(self, "history"):
            return
        back, steps = self.history, len(self.history.past)
        for _ in range(steps):
            back = back.undone()
        assert back.present == self.states[0]
        assert not back.can_undo
        for _ in range(steps):
            back = back.redone()
        assert back == self.history


TestDrawingAndRegretting = DrawingAndRegretting.TestCase
TestDrawingAndRegretting.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("way", [AnnotationHistory.undone, AnnotationHistory.redone])
def test_a_restored_draft_has_no_way_back_and_keeps_its_drawings(way):
    kept = AnnotationHistory((drawing("a", ((0.0, 0.0), (9.0, 9.0))),))
    assert way(kept) == kept
