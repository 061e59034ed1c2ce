"""What is decoded for an exam ends with it, also what a worker brings too late."""

from klarsyn.ui.slices.open_stacks import OpenStacks


class Stack:
    """Counts how often it is closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_all_stacks_of_an_exam_are_closed_when_it_is_left() -> None:
    held, stacks = OpenStacks(), [Stack(), Stack()]
    for stack in stacks:
        held.take(stack, lambda: True)
    assert [s.closed for s in stacks] == [0, 0]
    held.close_all()
    held.close_all()
    assert [s.closed for s in stacks] == [1, 1]


def test_a_stack_that_comes_after_its_exam_was_left_is_closed_at_once() -> None:
    late = Stack()
    OpenStacks().take(late, lambda: False)
    assert late.closed == 1
