"""The thread behind `klarsyn serve` that keeps what a shared database orders readers' queues by."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from klarsyn.base.log import get_logger
from klarsyn.cli.behind import repeated_behind
from klarsyn.cli.context import Context

_log = get_logger(__name__)
SECONDS_BETWEEN = 5.0


def keep_once(context: Context) -> int:
    """Bring the facts in line with what is stored; returns how many have changed [store]."""
    from klarsyn.reading.policies import policy_in_force
    from klarsyn.reading.reader_queue import keep_queue_facts

    settings = context.settings
    policy = policy_in_force(context.store, settings).policy
    settling = timedelta(seconds=settings.engine_deadline_s)
    return keep_queue_facts(context.store, policy, context.clock.now(), settling=settling)


@contextmanager
def queue_facts_kept(context: Context, seconds: float = SECONDS_BETWEEN) -> Iterator[None]:
    """Keep them while the block runs; nothing is done for a file, whose queue its own program orders.

    What fails is tried again: meanwhile exams wait by the facts that are there, or among the not-scored.
    """
    if not context.store.database.is_shared:
        yield
        return
    from klarsyn.store.schema_version import StoreError

    def _keep() -> None:
        try:
            keep_once(context)
        except StoreError as error:
            _log.warning("the facts of the queue could not be kept", why=str(error))

    with repeated_behind("klarsyn-queue-facts", _keep, seconds):
        yield
