"""`klarsyn state`: where exams stand, how they came there, and what people say of them."""

import argparse
from typing import TYPE_CHECKING

from klarsyn.cli.context import opened

if TYPE_CHECKING:
    from klarsyn.cli.context import Context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="action")
    show = actions.add_parser(
        "show",
        help="say where an exam stands and how it came there, for the administrator; without EXAM, counts",
    )
    show.add_argument("exam", nargs="?", help="the accession number, or how the exam's key begins")
    for name, words in (
        ("recall", "ask for new images: the exam leaves the queue until one comes"),
        ("withdraw", "an exam is not to be read"),
        ("reopen", "take a recall or a withdrawal back"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("exam", help="the accession number, or how the exam's key begins")
        action.add_argument("--reason", required=True, help="why; it is kept with the exam")
    actions.add_parser("keep", help="note all moves that rows amount to now; commands do that by themselves")
    actions.add_parser("diagram", help="print docs/workflow-states.md, made from the table of moves")


def run(arguments: argparse.Namespace) -> int:
    """Do one action; 1 when the key fits none or several exams, or the exam cannot make the move."""
    if arguments.action == "diagram":
        from klarsyn.domain.exam_state_page import state_page

        print(state_page(), end="")
        return 0
    with opened() as context:
        from klarsyn.cli.states import state_keeper

        state_keeper(context).run()
        if arguments.action == "keep":
            return 0
        if arguments.action == "show" and not arguments.exam:
            return _counts(context)
        exam_id = _named(context, arguments.exam)
        if exam_id is None:
            return 1
        return _show(context, exam_id) if arguments.action == "show" else _say(context, exam_id, arguments)


def _say(context: "Context", exam_id: str, arguments: argparse.Namespace) -> int:
    from klarsyn.cli.states import keep_states
    from klarsyn.domain.exam_state import ExamState, Mover, NotAllowed
    from klarsyn.intake.state_keeping import close_exam
    from klarsyn.store.exam_closings import Closing

    kind = {"recall": ExamState.TECHNICAL_RECALL, "withdraw": ExamState.WITHDRAWN}.get(arguments.action)
    said = Closing(
        exam_id, kind, context.reader, Mover.ADMINISTRATOR, arguments.reason.strip(), context.clock.now()
    )
    try:
        close_exam(context.store, said)
    except NotAllowed as error:
        print(error)
        return 1
    keep_states(context)
    print(f"The exam is {context.store.exam_moves.states([exam_id])[exam_id].value}.")
    return 0


def _show(context: "Context", exam_id: str) -> int:
    print("For the administrator. Do not show it to a reader before the first impression.")
    for kept in context.store.exam_moves.of_exam(exam_id):
        move = kept.move
        mover = f", {move.mover.value}" if move.mover.value != move.by else ""
        print(f"{kept.at:%Y-%m-%d %H:%M:%S}  {move.after.value:<18}  {move.by}{mover}: {move.reason}")
    for image in context.store.rejections.of_exam(exam_id):
        print(f"{image.arrived_at:%Y-%m-%d %H:%M:%S}  image {image.image_uid} {image.reason.words}")
    return 0


def _counts(context: "Context") -> int:
    from klarsyn.domain.exam_state import ExamState

    states = context.store.exam_moves.all_states()
    for state in ExamState:
        print(f"{sum(one is state for one in states.values()):>7}  {state.value}")
    return 0


def _named(context: "Context", begins: str) -> str | None:
    fitting = context.store.exam_moves.named(begins)
    if len(fitting) == 1:
        return fitting[0]
    found = "Several exams fit" if fitting else "No exam fits"
    print(f"{found} {begins!r}: give the accession number, or eight letters of the exam's key or more.")
    return None
