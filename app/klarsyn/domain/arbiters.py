"""Who may decide an exam on which the readers have not agreed."""

from collections.abc import Callable, Iterable, Sequence

from klarsyn.domain.decision import DecisionKind
from klarsyn.domain.release import person


class ArbitrationRefused(Exception):
    """This person, or these persons, cannot decide this exam; the message says why and what to do."""


def check_arbiters(
    names: Sequence[str], signer: str, readers: Iterable[str], may_arbitrate: Callable[[str], bool]
) -> DecisionKind:
    """Return how these persons decide together; `names` holds the signer and everybody else.

    One person decides alone only if she is none of the readers; readers take part only all together.

    Raises
    ------
    ArbitrationRefused
        If they may not.
    """
    deciding = {person(name) for name in names}
    if "" in deciding or len(deciding) != len(names) or person(signer) not in deciding:
        raise ArbitrationRefused(
            "Give the name of each person who decides once; the one who signs is among them."
        )
    if not may_arbitrate(signer):
        raise ArbitrationRefused(
            "Your account may not sign arbitrations. An administrator gives the role of an arbiter."
        )
    own = {person(reader) for reader in readers}
    if deciding & own and not own <= deciding:
        raise ArbitrationRefused(
            "One reader of this exam cannot decide it without the other. Decide together and name both, or "
            "leave it to a third person."
        )
    if len(deciding) == 1 and deciding & own:
        raise ArbitrationRefused(
            "You have read this exam alone. Decide it together with another person and name both, or leave "
            "it to somebody else."
        )
    return DecisionKind.ARBITRATION if len(deciding) == 1 else DecisionKind.CONSENSUS
