"""The keeper of exams' states over one installation, and the thread that runs it behind a window."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from klarsyn.base.settings import SettingsError
from klarsyn.cli.behind import repeated_behind
from klarsyn.cli.context import Context

if TYPE_CHECKING:
    from klarsyn.domain.arrival_rule import ArrivalRule
    from klarsyn.domain.exam import Exam
    from klarsyn.domain.policy import ReadingPolicy
    from klarsyn.intake.state_keeping import Asked, StateKeeper

SECONDS_BETWEEN = 20.0
"""How often the moves are noted behind a window; nothing waits for them."""


def arrival_rule(context: Context) -> "ArrivalRule":
    """Return how long this site holds exams for images and scores.

    Raises
    ------
    SettingsError
        If a view of the protocol is none.
    """
    from klarsyn.domain.arrival_rule import ArrivalRule, view_named

    settings = context.settings
    try:
        views = tuple(view_named(words) for words in settings.protocol_views)
    except ValueError as error:
        raise SettingsError(
            f"protocol_views: {', '.join(settings.protocol_views)}: each must be a side and a view as in "
            "'R CC' or 'L MLO'. Correct it in klarsyn.toml or in the KLARSYN_ environment."
        ) from error
    return ArrivalRule(
        views,
        timedelta(minutes=settings.quiet_minutes),
        timedelta(minutes=settings.score_wait_minutes),
        timedelta(hours=settings.longest_hold_hours),
    )


def state_keeper(context: Context) -> "StateKeeper":
    """Return what keeps the moves of this installation's exams."""
    from klarsyn.intake.state_keeping import StateKeeper
    from klarsyn.reading.policies import policy_in_force

    def _asked(exams: "Sequence[Exam]", now: datetime) -> "Mapping[str, Asked]":
        return asked(context, exams, policy_in_force(context.store, context.settings).policy, now)

    return StateKeeper(context.store, context.clock, arrival_rule(context), _asked)


def asked(
    context: Context, exams: "Sequence[Exam]", policy: "ReadingPolicy", now: datetime
) -> "dict[str, Asked]":
    """Return what the site's rules make of exams [store]; it holds what engines and all readers said."""
    from klarsyn.domain.decision import DecisionRules, Stage
    from klarsyn.domain.exam_state import SYSTEM
    from klarsyn.intake.state_keeping import Asked
    from klarsyn.reading.choosing import choices
    from klarsyn.reading.deciding import judge
    from klarsyn.reading.requirements import requirements

    store = context.store
    chosen = choices(store, exams, policy)
    required = requirements(store, exams, policy, now)
    ids = [exam.exam_id for exam in exams]
    judged = {one.exam.exam_id: one for one in judge(store, ids, policy, DecisionRules(), now)}
    found = {}
    for exam in exams:
        choice, one = chosen[exam.exam_id], judged.get(exam.exam_id)
        stage = one.verdict.stage if one is not None else None
        decision = one.decided if one is not None and stage is Stage.DECIDED else None
        found[exam.exam_id] = Asked(
            required.of(exam, choice).count,
            scored=choice.result is not None and not choice.result.is_stale_for(exam),
            disputed=stage is Stage.ARBITRATION,
            decided_by=(decision.signed_by or SYSTEM) if decision is not None else "",
        )
    return found


def keep_states(context: Context) -> None:
    """Note what has moved, after a command that moves exams; what fails there is tried again by the next.

    Settings that cannot be used are told, and the command's own work stands: moves follow from rows.
    """
    try:
        state_keeper(context).run()
    except SettingsError as error:
        print(f"The states of exams were not noted. {error}", file=sys.stderr)


@contextmanager
def states_kept(
    context: Context, *, also_shared: bool = False, seconds: float = SECONDS_BETWEEN
) -> Iterator[None]:
    """Keep states on a thread of its own while the block runs.

    With a shared database that is the service's work (`klarsyn serve`): a reader's account sees no moves.
    """
    if context.store.database.is_shared and not also_shared:
        yield
        return
    # Once more at the end: what the last signing has moved.
    with repeated_behind("klarsyn-states", state_keeper(context).run, seconds, once_more=True):
        yield
