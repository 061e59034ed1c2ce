"""The page on the states of an exam, from the table that the program goes by (docs/workflow-states.md)."""

from klarsyn.domain.exam_moves import MOVES, ExamState, allowed_from

_INTRODUCTION = """# The states of an exam

Made by `klarsyn state diagram` from `domain/exam_moves.py`; a test compares. Do not edit it by hand.

The state is derived from rows each time (`domain/exam_state.py`); what is kept is the list of moves, each
with who made it, when and why. A move that is not here is refused. Where several things happened between two
looks, the moves in between are noted, too. The list tells how many reads an exam has: it is for
administrators and the audit.
"""

_MEANING = {
    ExamState.ARRIVED: "Its images are here, and nobody has to do anything. A prior stays here.",
    ExamState.INCOMPLETE: "Views of the protocol are missing and may still come, until the quiet time is "
    "over; or every image was rejected.",
    ExamState.WAITING_FOR_SCORE: "Complete; a result may still come, until the deadline. Then it is ready, "
    "not scored, for two readers.",
    ExamState.READY: "Waits for a reader.",
    ExamState.CLAIMED: "A reader has it open.",
    ExamState.READ_ONCE: "One read of just these images is in force: all that is asked for, or one of two.",
    ExamState.READ_TWICE: "Two or more such reads are in force.",
    ExamState.ARBITRATION: "The reads in force leave something to arbitrate.",
    ExamState.DECIDED: "A decision stands. Images that come or are rejected later open the exam again.",
    ExamState.TECHNICAL_RECALL: "New images were asked for; the next image opens the exam again.",
    ExamState.WITHDRAWN: "Not to be read, by an administrator's word and reason, until that is taken back.",
}


def state_page() -> str:
    """Return the page as Markdown, with a Mermaid diagram of the main way and a table of every move."""
    return "\n".join([_INTRODUCTION, *_meanings(), "", *_diagram(), "", *_moves(), ""])


def _meanings() -> list[str]:
    rows = [f"| {state.value} | {_MEANING[state]} |" for state in ExamState]
    return ["| state | what it means |", "|---|---|", *rows]


def _diagram() -> list[str]:
    named = {state: state.value.replace(" ", "_") for state in ExamState}
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {named[ExamState.ARRIVED]}"]
    for before in ExamState:
        lines += [f"    {named[before]} --> {named[after]}" for after in allowed_from(before)]
    return [*lines, "```"]


def _moves() -> list[str]:
    rows = [
        f"| {before.value} | {after.value} | {', '.join(sorted(MOVES[before, after].movers))} "
        f"| {MOVES[before, after].why} |"
        for before in ExamState
        for after in allowed_from(before)
    ]
    return ["| from | to | by | because |", "|---|---|---|---|", *rows]
