"""The thread that keeps states behind a window."""

from collections.abc import Callable

from klarsyn.cli.context import Context
from klarsyn.cli.states import states_kept
from klarsyn.domain.exam_state import ExamState


def test_states_are_kept_while_a_window_is_open_and_once_more_when_it_closes(
    installation, import_exams: Callable[..., list[str]]
) -> None:
    context = Context(installation.settings, installation.store, installation.clock)
    with states_kept(context, seconds=3600):
        (exam_id,) = import_exams(1)
    assert installation.store.exam_moves.all_states() == {exam_id: ExamState.WAITING_FOR_SCORE}
